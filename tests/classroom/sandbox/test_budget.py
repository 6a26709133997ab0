"""Beat the budget behind the wall: the problem stays outside, and no known cheat pays."""

import inspect

import numpy as np
import pytest
from in_memory import memory
from test_outside import notebook

from lrcourse.checks.examine import examine
from lrcourse.classroom.grading.grader import grade
from lrcourse.classroom.sandbox.outside import Submission
from lrcourse.classroom.sandbox.process_watch import number_of
from lrcourse.classroom.sandbox.server import Server
from lrcourse.exercises import exercise
from lrcourse.hidden_valleys import HiddenProblem, hidden_problems

UNIT = exercise("train_it")
HONEST = "import numpy as np\n" + inspect.getsource(UNIT.answer).partition("\n")[2]


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        yield server


@pytest.fixture
def behind(server):
    """A function that runs a cell behind the wall and returns its ``train_it``."""
    open_ones = []

    def begun(cell):
        open_ones.append(Submission(server, [cell]))
        open_ones[-1].ready_for("train_it")
        assert open_ones[-1].problems == []
        return open_ones[-1]

    yield begun
    for each in open_ones:
        each.close()


def test_no_number_of_the_problem_and_no_seed_is_in_the_child_s_memory(behind):
    """It is searched in the middle of a run, while the child waits for the answer to a call. What
    it has asked and was told is there, so that the search is one."""
    submission = behind(HONEST)
    seed = 0x5EED_0F_A_C1A55_DEADBEEF
    hidden = HiddenProblem(np.random.default_rng(seed), 60)
    answer, told, held = hidden.valley.ask, [], []

    class Valley:
        def ask(self, w, call):
            told.append((w, *answer(w, call)))
            if call == 40:
                held.extend(memory(number_of(submission.process)))
            return told[-1][1:]

    valley, hidden.valley = hidden.valley, Valley()
    submission.function("train_it")(hidden.problem, 60, np.random.default_rng(0))
    there = lambda value: any(np.float64(value).tobytes() in part for part in held)  # noqa: E731
    assert len(told) == 60 and there(told[40][0][3]) and there(told[39][2][3])
    secrets = [*valley.minimum[:4], *valley.hessian[0, :4], *valley.draws[50, :4]]
    assert not any(map(there, secrets))
    state = np.random.default_rng(seed).bit_generator.state["state"]
    for number in (seed, *state.values()):
        assert not any(number.to_bytes(16, "little")[:8] in part for part in held)


CHEATS = {
    "reads the minimum out of what it was given": """
import gc
import numpy as np
def places(thing, seen, depth=0):
    if id(thing) in seen or depth > 6:
        return
    seen[id(thing)] = thing
    if isinstance(thing, np.ndarray) and thing.shape == (8,):
        yield thing
    inside = list(getattr(thing, "__dict__", {}).values())
    inside += [cell.cell_contents for cell in getattr(thing, "__closure__", None) or ()]
    inside += list(thing) if isinstance(thing, (list, tuple)) else []
    for each in inside:
        yield from places(each, seen, depth + 1)
def train_it(problem, budget, rng):
    found = [*places(problem, {})] + [
        each for each in gc.get_objects() if isinstance(each, np.ndarray) and each.shape == (8,)
    ]
    asked = [problem.loss(each) for each in found[: budget - 1]]
    return found[int(np.argmin(asked))] if asked else problem.start
""",
    "goes on after the budget is spent": """
import numpy as np
def train_it(problem, budget, rng):
    w, lr, path = problem.start, np.inf, []
    for _ in range(20 * budget):
        try:
            loss, grad = problem.loss_and_grad(w)
        except Exception:
            break
        lr = min(lr, 2 * loss / (grad @ grad))
        w = w - lr * grad
        path.append(w)
    return np.mean(path[len(path) // 3:], axis=0)
""",
    "asks from four threads at once": """
import threading
import numpy as np
def train_it(problem, budget, rng):
    told = []
    def ask():
        for _ in range(budget):
            try:
                told.append(problem.grad(problem.start))
            except Exception:
                return
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads: each.start()
    for each in threads: each.join()
    return problem.start - np.mean(told, axis=0)
""",
    "asks at a thousand places in one call": """
import numpy as np
def train_it(problem, budget, rng):
    places = rng.normal(size=(1000, 8)) * 10
    losses = problem.loss(places)
    return places[int(np.argmin(losses))]
""",
    "calls the other functions that the grader has given out, which nobody counts": """
import numpy as np
def train_it(problem, budget, rng):
    talk, told = problem.grad.talk, []
    for number in range(40):
        for _ in range(30):
            try:
                told.append(talk.call(number, (problem.start,), {}))
            except Exception:
                break
    grads = [each for each in told if np.shape(each) == (8,)]
    return problem.start - np.mean(grads, axis=0) if grads else problem.start
""",
    "keeps the first problem and its result for all": """
import numpy as np
kept = []
def train_it(problem, budget, rng):
    if not kept:
        kept.append(problem)
        w = problem.start
        for _ in range(budget):
            loss, grad = problem.loss_and_grad(w)
            w = w - loss / (grad @ grad) * grad
        kept.append(w)
    try:
        return kept[1] - 0.1 * kept[0].grad(kept[1])
    except Exception:
        return kept[1]
""",
    "draws the problem anew from the generator that it was given": """
import copy
import numpy as np
from lrcourse.hidden_valleys import HiddenProblem, hidden_problems
def train_it(problem, budget, rng):
    guesses = [HiddenProblem(copy.deepcopy(rng), budget)]
    guesses += [HiddenProblem(np.random.default_rng(seed), budget) for seed in range(20)]
    guesses += hidden_problems(copy.deepcopy(rng), 9, budget)
    places = [each.valley.minimum for each in guesses][: budget - 1]
    asked = [problem.loss(each) for each in places]
    return places[int(np.argmin(asked))] if asked else problem.start
""",
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_no_known_cheat_is_ahead_behind_the_wall(cheat, server):
    (got,), problems = grade(server, notebook(CHEATS[cheat]), ["train_it"], seed=11)
    assert problems == [] and got.state == "graded" and got.points < got.possible / 2, got
    ahead = next(state for said, state in got.promises if said.startswith("In the median"))
    assert ahead in ("waiting", "broken") and "Traceback" not in got.message


@pytest.mark.parametrize("cheat", CHEATS)
def test_what_a_cheat_reaches_is_worth_no_more_than_standing_still(cheat, behind):
    rule = behind(CHEATS[cheat]).function("train_it")
    hidden, still = hidden_problems(np.random.default_rng(3), 3), []
    scores = []
    for place, each in enumerate(hidden):
        still.append(each.score(each.problem.start))
        try:
            scores.append(each.tried(rule, np.random.default_rng(place)))
        except Exception:
            scores.append(np.inf)
    assert np.median(scores) > 0.05 * np.median(still), scores


def test_at_home_where_no_wall_stands_the_minimum_can_be_read():
    """So the walls above are what keeps it; nobody is paid at home."""

    def reads(problem, budget, rng):
        (cell,) = problem.grad.__closure__
        return cell.cell_contents.valley.minimum

    (hidden,) = hidden_problems(np.random.default_rng(0), 1)
    assert hidden.tried(reads, None) == 0


def test_the_honest_get_all_points_behind_the_wall_with_one_message_for_each_call(behind):
    submission = behind(HONEST)
    hidden = HiddenProblem(np.random.default_rng(5))
    before = submission.messages
    score = hidden.tried(submission.function("train_it"), np.random.default_rng(0))
    assert submission.messages - before == 501 and len(hidden.asked) == 500
    again = HiddenProblem(np.random.default_rng(5))
    assert score == pytest.approx(again.tried(UNIT.answer, None), rel=1e-9)
    assert examine(UNIT, submission.function("train_it"), hidden=True).solved
