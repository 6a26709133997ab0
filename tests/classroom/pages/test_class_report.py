"""The class report counts what was lost, names the commonest mistakes, and draws what it counts."""

import re
import statistics

import pytest
from test_student_page import EVIL, STARS, Read, row

from lrcourse.checks.examine import examine
from lrcourse.classroom.grading.gradebook import Person
from lrcourse.classroom.pages import class_report
from lrcourse.classroom.pages.class_report import COMMONEST, Tally, report
from lrcourse.classroom.pages.grades_csv import total
from lrcourse.exercises import exercise, lessons
from lrcourse.learner.standing import Won


def broken(name, place, **changes):
    """A row whose answer breaks the promise at ``place`` by a known mistake."""
    unit = exercise(name)
    mistake = next(each for each in unit.mistakes if each.caught_by is unit.checks[place].function)
    return row(examine(unit, mistake.function, hidden=True), name, **changes)


def solved(name, **changes):
    return row(examine(exercise(name), exercise(name).answer), name, **changes)


def reported(students):
    """The class report of students, each a list of rows."""
    tally = Tally()
    for own in students:
        tally.add(own)
    return report(tally, [total(own) for own in students], 5), tally


def test_what_the_confidence_of_the_class_was_worth_stands_in_the_report():
    tally = Tally()
    tally.add([solved("gd_step")])
    bets = [Won(50, 4, 3), Won(90, 20, 13), Won(None, 2, 0)]
    text = report(tally, [total([solved("gd_step")])], 5, won=bets)
    assert "50 %4375" in Read(text).words and "90 %201365" in Read(text).words
    assert "Bets whose results" not in report(tally, [total([solved("gd_step")])], 5)


CLASS = [
    [solved("gd_step", student="ada"), row(name="regime", state="missing", student="ada")],
    [broken("gd_step", 1, student="bob"), solved("regime", student="bob")],
    [broken("gd_step", 1, student="cy"), row(name="regime", state="waiting", student="cy")],
    [broken("gd_step", 5, student="di"), row(name="regime", state="failed", student="di")],
]


def test_every_point_that_is_not_there_is_counted_as_lost_once():
    _, tally = reported(CLASS)
    settled = [each for own in CLASS for each in own if each.state in ("graded", "missing")]
    missed = sum(each.possible - each.points for each in settled)
    assert sum(tally.lost.values()) + sum(tally.absent.values()) == pytest.approx(missed)
    assert sum(tally.promises.values()) == pytest.approx(sum(tally.lost.values()))


def test_means_and_standard_deviations_are_those_of_the_settled_students():
    text, tally = reported(CLASS)
    for name in ("gd_step", "regime"):
        own = [each for rows in CLASS for each in rows if each.exercise == name]
        lost = [each.possible - each.points for each in own if each.state in ("graded", "missing")]
        assert sum(tally.means(name)) == pytest.approx(statistics.mean(lost))
        assert tally.deviation(name) == pytest.approx(statistics.stdev(lost))
    points = [total(own).points for own in CLASS if not total(own).note]
    deviation = statistics.stdev(points)
    assert (
        f"The mean is {statistics.mean(points):.3g}, the standard deviation {deviation:.3g}."
        in (Read(text).words)
    )
    alone = Read(reported(CLASS[:1])[0]).words
    assert "The mean is 1." in alone and "the standard deviation" not in alone.split("s.d. is")[0]


def test_what_is_open_is_neither_won_nor_lost_but_named():
    text, tally = reported(CLASS)
    assert tally.settled == {"gd_step": 4, "regime": 2}
    words = Read(text).words
    assert "4 students, 2 of them settled, 2 not settled yet" in words
    assert "not graded yet: regime" in words and "to be looked at by hand: regime" in words


def test_nothing_leads_to_an_empty_list_and_one_student_is_no_plural():
    words = Read(reported([[solved("gd_step")]])[0])
    assert "1 student, 1 of them settled. The checks" in words.words
    assert "#open" not in str(words.tags)


def test_who_leaves_a_star_out_loses_nothing_and_it_is_marked():
    star = row(name="noise_scale", state="missing", core=False)
    text, tally = reported([[solved("gd_step"), star], [star._replace(state="waiting")]])
    assert tally.absent["noise_scale"] == 0 and "noise_scale ★" in Read(text).words
    assert "at least 1 of 1 points" in text and STARS in Read(text).words


def test_sections_stand_side_by_side_where_the_export_names_several():
    tally, people = Tally(), {"ada": "A", "bob": "A", "cy": "B", "di": ""}
    totals = [total(own, (), Person("", people[own[0].student])) for own in CLASS]
    for own in CLASS:
        tally.add(own)
    rows = re.findall(r"<tr>(.*?)</tr>", report(tally, totals, 5).partition("Sections<")[2])
    cells = [re.sub("<.*?>", " ", each).split() for each in rows[1:4]]
    assert [each[:3] for each in cells] == [["none", "1", "0"], ["A", "2", "2"], ["B", "1", "0"]]
    assert "Sections" not in report(tally, totals[:2], 5)


def test_the_commonest_mistake_comes_first_with_its_count():
    text, tally = reported(CLASS)
    (name, _), count = class_report._most(tally.mistakes)[0]
    assert (name, count) == ("gd_step", 2)
    rows = re.findall(r"<tr>(.*?)</tr>", text.partition("Named mistakes")[2], re.S)
    assert "adds the step, and so climbs" in rows[1] and ">2<" in rows[1]


def test_the_costliest_comes_first_and_what_nobody_answered_is_left_out():
    unasked = row(name="ema", state="missing")
    _, tally = reported([[*own, unasked] for own in CLASS])
    assert tally.exercises == ["regime", "gd_step"]


def test_the_page_leads_to_each_students_page_and_shows_names_as_they_are():
    text, _ = reported([[solved("gd_step", student=EVIL)]])
    assert "script" not in [tag for tag, _ in Read(text).tags]
    assert [attrs["href"] for tag, attrs in Read(text).tags if tag == "a"][0].startswith("feedback")


def test_the_keyboard_reaches_every_table_that_a_narrow_screen_cuts():
    tags = Read(reported(CLASS)[0]).tags
    regions = [attrs for tag, attrs in tags if attrs.get("class") == "wide"]
    assert len(regions) == [tag for tag, _ in tags].count("table") > 0
    assert all(each["tabindex"] == "0" and each["aria-label"] for each in regions)


def test_a_class_of_nobody_and_one_without_any_settled_work_have_a_report():
    assert "Nobody handed anything in" in reported([])[0]
    assert "0 of them settled" in Read(reported([[row(state="waiting")]])[0]).words


def test_what_a_teacher_asks_first_comes_first():
    headings = re.findall("<h2[^>]*>(.*?)</h2>", reported(CLASS)[0])
    assert headings[:4] == ["Totals", "Named mistakes", "Exercises", "Promises"]


def test_what_is_not_written_yet_is_no_promise_that_did_not_hold_and_is_counted():
    def blank(*_, **__):
        raise NotImplementedError

    unwritten = row(examine(exercise("gd_step"), blank))
    own = row(message="Its cell is not Python yet (invalid syntax): if if", name="regime")
    text, tally = reported([[unwritten, own], [unwritten], [broken("gd_step", 1)]])
    assert "Left out, as not written yet: 2 answers." in text and tally.lost["gd_step"] > 2
    assert [name for name, _ in tally.promises] == ["regime", "gd_step"]
    assert "Its cell runs, and defines it." in text
    alone = reported([[unwritten]])[0]
    assert "not written yet: 1 answer." in alone and "No promise was broken" in alone
    assert "not written" not in reported(CLASS)[0]


def test_a_narrow_screen_leaves_out_the_bars_alone_and_folds_long_names():
    text, _ = reported(CLASS)
    hidden = re.findall(r'<td class="bars">(.*?)</td>', text)
    assert hidden and all(re.fullmatch('<span class="bar".*</span>', each) for each in hidden)
    assert ".bars, .key { display: none; }" in text.partition("@media (max-width")[2]
    key = re.search('<p class="key">.*?</p>', text)[0]
    assert text.count('class="bar"') == len(hidden) + key.count('class="bar"')
    assert "gd_<wbr>step" in text


def bars(text, heading):
    """The widths of each bar under a heading, in percent, and the numbers of its row."""
    rows = re.findall(r"<tr>(.*?)</tr>", text.partition(f"<h2>{heading}")[2].partition("<h2")[0])
    return [
        (
            [float(width) for width in re.findall(r"width:([\d.]+)%", each)],
            [float(number) for number in re.findall(r'class="number">([\d.]+)<', each)],
        )
        for each in rows[1:]
    ]


def test_a_bar_is_as_long_as_the_number_beside_it_and_the_first_is_whole():
    text, tally = reported(CLASS)
    for heading, place in (("Exercises", 0), ("Promises", 1), ("Named mistakes", 0)):
        shown = bars(text, heading)
        most = shown[0][1][place]
        assert sum(shown[0][0]) == pytest.approx(100, abs=0.1), heading
        for widths, numbers in shown:
            rounding = 100 * 0.01 / most  # Both numbers are shown in hundredths.
            assert sum(widths) == pytest.approx(100 * numbers[place] / most, abs=rounding), heading


def test_what_was_lost_by_no_answer_is_hatched_and_what_was_lost_in_one_is_filled():
    text, tally = reported(CLASS)
    shown = dict(zip(tally.exercises, bars(text, "Exercises"), strict=True))
    assert shown["regime"][0] == [0, 100] and shown["gd_step"][0][1] == 0


def test_every_settled_total_stands_in_its_tenth_and_full_marks_in_the_highest():
    rows = [solved("gd_step", student="ada"), row(name="regime", state="missing", student="ada")]
    text, _ = reported([[solved("gd_step")], rows, [broken("gd_step", 0, student="bob")]])
    counts = [numbers[0] for _, numbers in bars(text, "Totals")]
    assert counts == [1, 0, 0, 0, 0, 0, 1, 0, 0, 1]


def test_the_commonest_alone_are_shown_and_the_same_class_gives_the_same_page():
    own = [broken(name, 0) for lesson in lessons() for name in lesson.exercises]
    text, tally = reported([own])
    assert len(tally.promises) > COMMONEST == len(bars(text, "Promises"))
    assert reported([own])[0] == text


def test_bars_are_for_the_eye_alone_for_their_numbers_are_read_out():
    tags = Read(reported(CLASS)[0]).tags
    assert all(attrs.get("aria-hidden") for _, attrs in tags if attrs.get("class") == "bar")
