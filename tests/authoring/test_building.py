"""How notebooks are made: the same bytes twice, a sentence where a cell fails, nothing lost."""

import base64
import io
import platform
import re
import shutil

import nbformat
import numpy as np
import pytest
from PIL import Image

from lrcourse.authoring import build, kernels, stale
from lrcourse.authoring.executing import lighter
from lrcourse.authoring.rendering import render
from lrcourse.authoring.units import afterwards, answer, blank
from lrcourse.setup.environment import CLONE

SOURCE = "notebooks/source/00_start_here.py"
LESSON = "notebooks/00_start_here.ipynb"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A clone in a folder with a space, whose first lesson is four cells long, built once."""
    root = tmp_path_factory.mktemp("made") / "a clone"
    shutil.copytree(CLONE / "lrcourse", root / "lrcourse")
    shutil.copy(CLONE / "requirements.txt", root)
    (root / "notebooks" / "source").mkdir(parents=True)
    write_source(root, 'print("made")')
    build(["0"], root=root)
    return root


@pytest.fixture
def clone(made, tmp_path):
    """A copy of that clone, to be changed."""
    return shutil.copytree(made, tmp_path / "a clone")


def write_source(root, code):
    (root / SOURCE).write_text(
        f"""# %% [markdown]
# {{{{header}}}}

# %% alt="A falling line."
import matplotlib.pyplot as plt

from lrcourse import style

style()
_ = plt.plot([1, 0])
print("drawn")

# %% tags=["nbval-ignore-output"]
import ipywidgets

ipywidgets.FloatSlider()

# %%
{code}
"""
    )


def outputs(path):
    return [cell.outputs for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


def test_two_builds_give_the_same_bytes_and_are_nobodys_progress(clone, tmp_path, monkeypatch):
    before = {path: path.read_bytes() for path in clone.glob("*/*.ipynb")}
    assert len(before) == 3 and build(["0"], root=clone) == []
    monkeypatch.setenv("LRCOURSE_FOLDER", str(tmp_path / "learner"))
    monkeypatch.setenv("MPLBACKEND", "agg")
    assert len(build(["0"], root=clone, force=True)) == 3
    assert {path: path.read_bytes() for path in before} == before
    assert not (tmp_path / "learner").exists()


def test_an_explorer_leaves_no_output_and_the_rest_leaves_all(made):
    drawn, explorer, printed = outputs(made / LESSON)
    assert {output.output_type for output in drawn} == {"stream", "display_data"}
    assert explorer == []
    assert printed[0].text == "made\n"
    assert "widgets" not in nbformat.read(made / LESSON, 4).metadata


def test_a_drawing_is_stored_with_twice_the_pixels_of_the_page_in_few_colours(made):
    drawn = outputs(made / LESSON)[0][-1]
    image = Image.open(io.BytesIO(base64.b64decode(drawn.data["image/png"])))
    assert image.width == pytest.approx(2 * drawn.metadata["image/png"]["width"], abs=1)
    assert image.width > 1000 and image.mode == "P"


def test_a_photograph_keeps_its_colours_within_four_parts_of_255():
    colours = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)
    photograph = io.BytesIO()
    Image.fromarray(colours).save(photograph, "PNG")
    stored = lighter(base64.b64encode(photograph.getvalue()).decode())
    kept = Image.open(io.BytesIO(base64.b64decode(stored)))
    off = np.abs(np.asarray(kept.convert("RGB")).astype(int) - colours)
    assert off.max() <= 4 and off[colours == 255].max() == 0 == off[colours == 0].max()


def test_a_cell_that_fails_gets_one_sentence_and_the_old_notebook_stays(clone):
    before = (clone / LESSON).read_bytes()
    write_source(clone, "lr = 0.1\nlr / 0")
    with pytest.raises(ValueError) as caught:
        build(["0"], root=clone)
    sentence = str(caught.value)
    assert sentence == (
        f"{SOURCE}: cell 4, which begins `lr = 0.1`, raises ZeroDivisionError: float division by "
        f"zero. The old {LESSON} stays."
    )
    assert (clone / LESSON).read_bytes() == before


def test_a_cell_that_ends_the_kernel_gets_one_sentence(clone):
    write_source(clone, "import os\nos._exit(1)")
    with pytest.raises(ValueError, match="cell 4, which begins `import os`, ended the kernel"):
        build(["0"], root=clone)


def test_stale_names_what_changed_what_was_edited_and_what_nothing_makes(clone):
    assert not any("00" in name for name in stale(clone))
    unit = clone / "lrcourse/exercises/lesson00/gd_step.py"
    unit.write_text(unit.read_text() + "\n# changed\n")
    edited = (clone / LESSON).read_text().replace("drawn", "edited")
    (clone / LESSON).write_text(edited)
    (clone / "notebooks/99_orphan.ipynb").write_text("{}")
    found = stale(clone)
    assert "gd_step.py changed" in found["exercises/00_exercises.ipynb"]
    assert "gd_step.py changed" in found["solutions/00_start_here.ipynb"]
    assert "not those that the sources make" in found[LESSON]
    assert found["notebooks/99_orphan.ipynb"] == "nothing makes it"


def test_a_file_that_is_no_notebook_is_stale_and_made_anew(clone):
    (clone / "exercises/00_exercises.ipynb").write_text("{half a fi")
    assert stale(clone)["exercises/00_exercises.ipynb"] == "it is no notebook"
    assert build(["0"], root=clone) == ["exercises/00_exercises.ipynb"]


def test_a_page_holds_the_picture_its_description_and_no_script_or_foreign_address(clone, tmp_path):
    write_source(clone, "# %% [markdown]\n# A rate $\\eta < 2/L$, not `$5`.")
    build(["0"], root=clone)
    pages = {page.parent.name: page.read_text() for page in render(tmp_path, ["0"], clone)}
    assert set(pages) == {"notebooks", "exercises", "solutions"}
    lesson = pages["notebooks"]
    (picture,) = re.findall('<img alt="A falling line."[^>]*>', lesson)
    assert 'src="data:image/png;base64,' in picture and re.search(r' width="[67]\d\d"', picture)
    assert "<math" in lesson and "$5" in lesson and "$\\eta" not in lesson
    assert 'href="../exercises/00_exercises.html"' in lesson
    for page in pages.values():
        assert "<script" not in page
        assert 'src="http' not in page and "@import" not in page


@pytest.fixture
def notebook_of(tmp_path):
    """A function that writes a notebook of one cell and returns its path."""

    def write(code):
        path = tmp_path / "one.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)]), path)
        return path

    return write


def test_text_that_hangs_on_the_matrix_kernel_is_found_with_its_cell(notebook_of):
    if not kernels.architecture() or platform.machine() not in ("x86_64", "AMD64"):
        pytest.skip("there is no OpenBLAS for x86-64 here, so there is no kernel to choose")
    path = notebook_of("from lrcourse.authoring.kernels import architecture\narchitecture()")
    found = kernels.under(("Nehalem", "Haswell"), [path])
    assert "Nehalem" in found  # Every x86-64 has it, so the setting took effect.
    if "Haswell" not in found:
        pytest.skip("this processor has no AVX2")
    (sentence,) = kernels.differences(found)
    assert sentence.startswith("one.ipynb, code cell 1: Nehalem printed")
    assert "'Haswell'" in sentence


def test_a_kernel_that_the_processor_lacks_is_left_out(notebook_of):
    path = notebook_of("import os, signal\nos.kill(os.getpid(), signal.SIGILL)")
    assert kernels.under(("Haswell",), [path]) == {}


def test_a_cell_that_fails_under_a_kernel_is_told_with_its_error(notebook_of):
    with pytest.raises(RuntimeError, match="Under Haswell: ZeroDivisionError: division by zero"):
        kernels.under(("Haswell",), [notebook_of("1 / 0")])


def test_an_installed_course_has_no_sources_and_says_so(tmp_path):
    with pytest.raises(ValueError, match="only a clone holds the sources"):
        build(root=tmp_path)


UNIT = '''"""A story."""

import math

import numpy as np

from lrcourse.checking import Exercise, close

exercise = Exercise("decay")
SECRET = 3


# given
def half(w):
    return w / 2


@exercise.solution
def decay(w, step):
    """Return what is left of `w`."""
    w = half(np.asarray(w))
    # solution: two lines
    rate = math.exp(-step)
    return w * rate


afterwards = """
print(decay(8.0, 0))
"""
'''


def test_the_answer_holds_what_is_given_and_what_it_imports():
    code = answer(UNIT)
    names = {"np": __import__("numpy")}
    exec(code, names)
    assert names["decay"](2.0, 0) == 1.0
    assert "SECRET" not in code and "exercise" not in code and "solution" not in code


def test_the_blank_stops_at_the_mark_and_says_the_size():
    code = blank(UNIT)
    names = {"np": __import__("numpy")}
    exec(code, names)
    with pytest.raises(NotImplementedError, match=r"decay is not written yet \(two lines\)"):
        names["decay"](2.0, 0)
    assert "# your code: two lines" in code and "rate" not in code
    assert code.index("half(np") < code.index("# your code")


def test_what_to_do_afterwards_is_code_that_uses_the_answer():
    assert afterwards(UNIT) == "print(decay(8.0, 0))"
    assert afterwards(UNIT.replace("afterwards", "later")) == ""


def test_a_solution_without_a_mark_is_refused():
    with pytest.raises(ValueError, match="needs one line such as `# solution: two lines`"):
        blank(UNIT.replace("# solution", "# answer"))
