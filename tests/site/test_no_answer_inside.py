"""Nothing in the site for a class holds a line of an answer, another style or a mistake, however it
is packed; the same search finds them in the site for everybody."""

from hashlib import sha256

import pytest
from opened import COMPILED, opened, readable
from runtime_here import runtime
from secret_lines import lines_in, private, secrets_of_all

from lrcourse.exercises import exercise_names, lessons
from lrcourse.site import alive, lite, writing
from lrcourse.site.cells import kind_of
from lrcourse.site.chosen import Edition
from lrcourse.site.fetching import all_files


@pytest.fixture(scope="module")
def secrets():
    """The lines that only a teacher has."""
    return private(secrets_of_all())


def inside(files, known=frozenset()):
    """What can be read in the files of a site, by name."""
    return {
        part: data for name, whole in files.items() for part, data in opened(name, whole, known)
    }


def found(parts, secrets):
    return lines_in(((name, readable(data)) for name, data in parts.items()), secrets)


def explorers(edition):
    """The cells of an edition whose frames its pages hold."""
    cells = [cell for lesson in lessons() for cell in edition.notebook(path(lesson)).cells]
    return [cell.source for cell in cells if kind_of(cell)[0] == "explorer"]


def path(lesson):
    return f"notebooks/{lesson.stem}.ipynb"


def test_no_answer_is_in_the_pages_for_a_class(site, secrets, monkeypatch):
    """Its explorers are those of the site for everybody, whose cells they come from."""
    edition = Edition(lessons(), students=True)
    assert explorers(edition) == explorers(Edition(lessons()))
    monkeypatch.setattr(alive, "explorers", lambda notebook: {})
    frames = {each.name: each.read_bytes() for each in site.glob("explorers/*.js")}
    parts = inside(writing.site(edition) | frames)
    assert len(frames) == len(explorers(edition))
    assert found(parts, secrets) == []
    assert not [name for name, data in parts.items() if COMPILED.match(data)]
    assert any(name.endswith("lrcourse/exercises/lesson00/gd_step.py") for name in parts)
    assert not any(b"other right ways" in data for data in parts.values())


def test_no_answer_is_in_the_notebooks_for_a_class(secrets):
    """Of what JupyterLite is built, official files apart: each of those is verified."""
    pytest.importorskip("hatchling", reason="no hatchling here: extra `site`")
    folder = runtime()
    official = {sha256(data).hexdigest() for data in all_files(folder).values()}
    parts = inside(lite.parts(Edition(lessons(), students=True).files, folder), official)
    assert found(parts, secrets) == []
    assert not [name for name, data in parts.items() if COMPILED.match(data)]
    assert any(name.endswith("whl/lrcourse/exercises/lesson00/gd_step.py") for name in parts)


def test_the_search_finds_answers_in_the_site_for_everybody(secrets):
    parts = inside(writing.site(Edition(lessons()[:1])))
    where = found(parts, secrets)
    assert len({line for line, _ in where}) > len(exercise_names())
    assert any(name.endswith("gd_step.py") for _, name in where)
    assert any(name.endswith("_exercises.html") for _, name in where)
