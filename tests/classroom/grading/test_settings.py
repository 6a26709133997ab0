"""Problems of each student's own: others for others, the same ones again, no harder for anybody."""

import inspect

import numpy as np
import pytest
from in_memory import memory
from submitted import notebook

from lrcourse.base import BadInput
from lrcourse.checks.examine import examine
from lrcourse.classroom.command import Options, grade_class
from lrcourse.classroom.grading import batch, grader
from lrcourse.classroom.grading.gradebook import Gradebook
from lrcourse.classroom.grading.records import key
from lrcourse.classroom.grading.settings import Settings, own_seed, variants_of
from lrcourse.classroom.sandbox.process_watch import number_of
from lrcourse.classroom.sandbox.server import Server
from lrcourse.classroom.sandbox.walls import missing
from lrcourse.exercises import exercise
from lrcourse.hidden_valleys import Valleys

UNIT = exercise("train_it")
HONEST = "import numpy as np\n" + inspect.getsource(UNIT.answer).partition("\n")[2]
needs_walls = pytest.mark.skipif(bool(missing()), reason=f"needs walls: {missing()}")


def asked(monkeypatch, seed):
    """Every problem that the checks of ``train_it`` ask the course's own answer, by its minimum."""
    met, ask = [], Valleys.ask
    monkeypatch.setattr(Valleys, "ask", lambda self, *at: met.append(self) or ask(self, *at))
    assert examine(UNIT, UNIT.answer, seed, hidden=True).solved
    monkeypatch.undo()
    return {each.minimum.tobytes() for each in met}


def test_two_students_meet_other_problems_and_each_the_same_ones_again(monkeypatch):
    seeds = [own_seed(7, key(name, "")) for name in ("Ada", "Tom", "Ada")]
    ada, tom, again = (asked(monkeypatch, seed) for seed in seeds)
    assert len(ada) > 10 and ada == again and not ada & tom
    assert own_seed(8, key("Ada", "")) != seeds[0]
    assert own_seed(7, key("Ada", "1013")) == own_seed(7, key("Ada Byron", "1013"))


@pytest.mark.parametrize("who", ["name Ada", "name Tom", "number 1013", "name 王小明"])
def test_nobody_s_problems_are_harder(who):
    """The course's answer and every other right style is ahead of the tuned rules on those very
    problems, and each known mistake stops where it stops for all."""
    seed = own_seed(7, who)
    for answer in (UNIT.answer, *UNIT.styles.values()):
        assert examine(UNIT, answer, seed, hidden=True).solved
    for mistake in UNIT.mistakes:
        report = examine(UNIT, mistake.function, seed)
        assert report.broken.check.function is mistake.caught_by, mistake.thought


def test_a_number_named_once_is_kept_and_another_is_refused(tmp_path):
    book = Gradebook(tmp_path / "gradebook.sqlite")
    assert variants_of(book, None) is None
    assert variants_of(book, 7) == variants_of(book, None) == 7
    with pytest.raises(BadInput, match="--variants 7, got 8"):
        variants_of(book, 8)


def test_only_the_capstone_varies_and_a_copied_file_is_graded_for_each_who_hands_it_in(tmp_path):
    place, book = tmp_path / "class", Gradebook(tmp_path / "gradebook.sqlite")
    place.mkdir()
    copied = notebook(HONEST, "def gd_step(w, grad, lr):\n    return w - lr * grad")
    for student in "ab":
        (place / f"{student}.ipynb").write_bytes(copied)
    batch.note(place, book)
    alike = Settings(["gd_step", "train_it"], 5)
    assert [each.names for each in batch.to_do(book, alike)] == [["gd_step", "train_it"]]
    tasks = list(batch.to_do(book, alike._replace(variants=7)))
    assert [each.names for each in tasks] == [["gd_step"], ["train_it"], ["train_it"]]
    seeds = [5, own_seed(7, "name a"), own_seed(7, "name b")]
    assert [each.seed for each in tasks] == seeds and len({*seeds}) == 3
    assert alike.own("name a") == {} and alike.variant("name a") == ""


@needs_walls
def test_a_class_is_graded_twice_alike_and_each_page_names_its_own_variant(tmp_path, capsys):
    place, out = tmp_path / "class", tmp_path / "grades"
    place.mkdir()
    for student in ("ada", "tom"):
        (place / f"{student}.ipynb").write_bytes(notebook(HONEST))
    asked = Options(place, out, "15", seed=5, variants=7, workers=1)
    written = []
    for run in (asked, asked._replace(variants=None)):
        grade_class(run)
        written.append({path.name: path.read_bytes() for path in out.glob("feedback/*.html")})
        assert "from --variants 7: diagnose, train_it." in capsys.readouterr().out
    assert written[0] == written[1] and len(written[0]) == 2
    settings = Settings(["diagnose", "train_it"], 5, variants=7)
    names = {who: settings.variant(f"name {who}") for who in ("ada", "tom")}
    for name, page in written[0].items():
        text = page.decode()
        mine, other = names["ada"], names["tom"]
        if name.startswith("tom"):
            mine, other = other, mine
        assert f"variant {mine}" in text and other not in text and "4 of 4" in text
        assert str(own_seed(7, "name ada")) not in text
    book = Gradebook(out / "gradebook.sqlite")
    assert not list(batch.to_do(book, settings))
    points = [row.points for row in book.rows([("train_it", 4)], settings.versions, settings.own)]
    assert points == [4, 4]
    before = [row.state for row in book.rows([("train_it", 4)], settings.versions)]
    assert before == ["waiting", "waiting"]


@needs_walls
def test_neither_a_seed_nor_a_number_of_one_s_own_problem_is_in_the_child_s_memory(monkeypatch):
    """Searched while the child waits for an answer, in the last problem that it is asked."""
    opened, held, hidden, ask = [], [], [], Valleys.ask

    class Watched(grader.Submission):
        def __init__(self, *given):
            super().__init__(*given)
            opened.append(self)

    def watched(self, w, call):
        if call == 450 and not held:
            held.extend(memory(number_of(opened[0].process)))
            hidden.append((self, np.array(w)))
        return ask(self, w, call)

    monkeypatch.setattr(grader, "Submission", Watched)
    monkeypatch.setattr(Valleys, "ask", watched)
    variants = 0x5EED_0F_A_C1A55
    seed = own_seed(variants, "name ada")
    with Server() as server:
        ((got,), _) = grader.grade(server, notebook(HONEST), ["train_it"], seed)
    assert got.points == got.possible
    there = lambda value: any(np.float64(value).tobytes() in part for part in held)  # noqa: E731
    (valley, w), *_ = hidden
    assert there(w[3]), "the search finds what is there"
    secrets = [*valley.minimum[:4], *valley.hessian[0, :4], *valley.draws[460, :4]]
    assert not any(map(there, secrets))
    for number in (variants, seed, seed >> 64):
        wanted = number.to_bytes(16, "little")[:8]
        assert not any(wanted in part for part in held)
