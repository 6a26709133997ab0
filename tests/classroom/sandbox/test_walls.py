"""What hostile notebooks try behind the walls, and that each wall is what stands in their way."""

import ctypes
import os
import platform
import select
import signal
import socket
from functools import cache

import numpy as np
import pytest
from test_outside import notebook

from lrcourse.benchmarks.attacks import ATTACKS, WATCHED, hostile
from lrcourse.benchmarks.forgeries import FORGED, sends
from lrcourse.benchmarks.nuisances import NUISANCES
from lrcourse.classroom.grading import batch
from lrcourse.classroom.grading.grader import _graded as graded, grade
from lrcourse.classroom.sandbox import (
    confined,
    outside,
    process_watch,
    server as serving,
    system_calls as calls,
    walls,
)
from lrcourse.classroom.sandbox.confined import ProcessEnded
from lrcourse.classroom.sandbox.outside import Submission
from lrcourse.classroom.sandbox.server import Server
from lrcourse.classroom.sandbox.walls import NoWalls
from lrcourse.exercises import exercise
from lrcourse.setup.environment import CLONE

HONEST = notebook("def gd_step(w, grad, lr):\n    return w - lr * grad")

OPEN = """

def confine(readable, writable, confine=confine):
    names = (Path(__file__).parent / "left_out").read_text().split()
    globals().update({name: lambda *_: None for name in names})
    confine(readable, writable)
"""
"""Added to the walls in a copy of the course: it leaves out those that a file beside it names."""


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        yield server


@pytest.fixture(scope="module")
def opened():
    """A server and a function that says which walls its next children go without."""

    def library_with_gates(folder, *taken, library=serving.library, **without):
        with open(
            library(folder, *taken, **without) / "lrcourse/classroom/sandbox/walls.py", "a"
        ) as file:
            file.write(OPEN)
        return folder

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "library", library_with_gates)
        server = Server()
    gate = server.folder / "course/lrcourse/classroom/sandbox/left_out"
    with server:
        yield server, lambda *names: gate.write_text(" ".join(names))


@pytest.fixture
def filled_in(tmp_path):
    """A function that puts what may be attacked into an attack."""
    secret, closed = tmp_path / "secret", tmp_path / "closed"
    secret.write_text("42")
    closed.write_text("42")
    closed.chmod(0)
    memory = ctypes.create_string_buffer(b"42")
    libc = ctypes.CDLL(None)
    shared = libc.shmget(0, 4096, 0o600)
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mailbox,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as abstract,
    ):
        mailbox.bind(str(tmp_path / "mailbox"))
        abstract.bind("")
        words = {
            "SECRET": str(secret),
            "CLOSED": str(closed),
            "ELSEWHERE": str(tmp_path),
            "CLONE": str(CLONE),
            "GRADER": os.getpid(),
            "ADDRESS": ctypes.addressof(memory),
            "PORT": listener.getsockname()[1],
            "MAILBOX": str(tmp_path / "mailbox"),
            "ABSTRACT": abstract.getsockname(),
            "SHARED": shared,
        }

        def fill(attack):
            for word, value in words.items():
                attack = attack.replace(word, repr(value))
            return attack

        yield fill
    libc.shmctl(shared, 0, None)


@pytest.fixture
def short(monkeypatch):
    """Limits that make a test of endless things short."""
    monkeypatch.setattr(outside, "CELL_LIMIT", 0.2)
    monkeypatch.setattr(outside, "LOAD_LIMIT", 0.5)


SHORT, AMPLE = 0.3, 60.0
"""Seconds of a check for what is worth nothing, however long it takes, and for what is worth its
points on a busy machine too."""


def points(server, *cells, limit=SHORT):
    """What a notebook with these cells gets for ``gd_step``."""
    (got,), _ = grade(server, notebook(*cells), ["gd_step"], limit=limit)
    assert got.state == "graded" and "Traceback" not in got.message
    assert len(got.message.encode()) < 20_000
    return got.points


def goes_on(server):
    """Whether the next, honest notebook gets its point."""
    (got,), problems = grade(server, HONEST, ["gd_step"])
    return got.points == got.possible and problems == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_comes_through_the_walls(attack, server, filled_in):
    assert points(server, hostile(filled_in(ATTACKS[attack][1]))) == 0
    assert goes_on(server)


@pytest.mark.parametrize("attack", ATTACKS)
def test_each_attack_comes_through_where_its_walls_are_left_out(attack, opened, filled_in):
    server, leave_out = opened
    names, how = ATTACKS[attack]
    leave_out(*names)
    assert points(server, hostile(filled_in(how)), limit=AMPLE) == 1


@pytest.mark.parametrize("attack", WATCHED)
def test_what_is_looked_at_from_outside_is_worth_nothing_but_where_nobody_looks(
    attack, server, monkeypatch
):
    limit, how = WATCHED[attack]
    monkeypatch.setattr(confined, "LOOK", 0)
    assert points(server, hostile(how)) == 0
    assert goes_on(server)
    monkeypatch.setattr(process_watch if "FOLDER" in limit else confined, limit, 10**12)
    assert points(server, hostile(how), limit=AMPLE) == 1


GIVES_LARGE_ARRAYS = "import numpy as np\ndef gd_step(*_):\n    return np.ones(1_000_000)"


def test_an_answer_sends_no_more_for_one_exercise_than_the_grader_can_keep(server, monkeypatch):
    monkeypatch.setattr(confined, "BYTES", 30_000_000)
    submission = Submission(server, [GIVES_LARGE_ARRAYS])
    submission.begin()
    answer = submission.function("gd_step")
    for _ in range(2):
        submission.count_anew()
        for _ in range(3):
            answer()
        with pytest.raises(ProcessEnded, match="more than 30 MB"):
            answer()
    submission.close()


CALLS_FROM_THREADS = """
from concurrent.futures import ThreadPoolExecutor
import numpy as np

def numerical_gradient(loss, w, nudge=1e-5):
    w = np.asarray(w, float)

    def slope(place):
        there, back = w.copy(), w.copy()
        there[place] += nudge
        back[place] -= nudge
        return (loss(there) - loss(back)) / (2 * nudge)

    with ThreadPoolExecutor(8) as pool:
        slopes = pool.map(slope, np.ndindex(w.shape))
        return np.array([*slopes], float).reshape(w.shape)
"""


def test_threads_that_call_what_an_answer_was_given_get_their_own_replies(server):
    for _ in range(3):
        (got,), _ = grade(server, notebook(CALLS_FROM_THREADS), ["numerical_gradient"])
        assert got.points == got.possible, got


GIVES_MANY_BYTES = """
import numpy as np

def gradient_descent(gradient, w, lr, steps):
    gradient(np.zeros(60_000_000, "int8"))
"""


def test_a_check_is_handed_no_more_numbers_than_it_can_work_with(server, monkeypatch):
    asked = []
    unit = exercise("gradient_descent")

    def descends(answer, rng):
        answer(lambda w: asked.append(w.size) or w, np.ones(2), 0.1, 3)

    monkeypatch.setattr(unit, "checks", [unit.checks[0]._replace(function=descends)])
    (got,), _ = grade(server, notebook(GIVES_MANY_BYTES), ["gradient_descent"])
    assert (got.points, asked) == (0, []) and "numbers" in got.message
    few = GIVES_MANY_BYTES.replace("60_000_000", "3_000_000")
    grade(server, notebook(few), ["gradient_descent"])
    assert asked == [3_000_000]


LOOPS = "def gradient_descent(*_):\n    while True: pass"


def test_after_an_endless_loop_the_next_exercise_has_its_own_full_seconds(server):
    slow = "import time\ntime.sleep(1.5)"
    right = "def gd_step(w, grad, lr):\n    return w - lr * grad"
    cells = notebook(slow, LOOPS, right)
    loops, steps = grade(server, cells, ["gradient_descent", "gd_step"], limit=1.0)[0]
    assert (loops.points, steps.points) == (0, steps.possible), steps


def test_a_notebook_as_a_whole_has_its_seconds(server, monkeypatch):
    monkeypatch.setattr(confined, "NOTEBOOK_LIMIT", 1)
    monkeypatch.setattr(confined, "LOOK", 0)
    slow = "import time\n\ndef gd_step(w, grad, lr):\n    time.sleep(0.4)\n    return w - lr * grad"
    (got,), _ = grade(server, notebook(slow), ["gd_step"])
    assert got.points < got.possible and "had taken 1 s" in got.message
    assert not server.process.poll()


def test_of_many_guesses_the_last_few_are_judged_and_the_best_counts(server):
    wrong = [f"def gd_step(w, grad, lr):\n    return {n}" for n in range(5)]
    right = "def gd_step(w, grad, lr):\n    return w - lr * grad"
    for cells, wanted in (([right, *wrong[:4]], 1), ([right, *wrong], 0)):
        (got,), _ = grade(server, notebook(*cells), ["gd_step"])
        assert (got.points == got.possible) == wanted, got


@pytest.mark.parametrize("nuisance", NUISANCES)
def test_a_nuisance_costs_its_author_the_points_and_nobody_else(nuisance, server, short):
    cells = 6 if nuisance == "ends it in every cell" else 1
    assert points(server, *[NUISANCES[nuisance]] * cells) == 0
    assert goes_on(server)


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_message_is_worth_nothing(forged, server):
    assert points(server, sends(FORGED[forged])) == 0
    assert goes_on(server)


@pytest.mark.parametrize("forged", FORGED)
def test_a_message_forged_while_the_cells_are_read_is_worth_nothing(forged, server, short):
    text = FORGED[forged]
    cell = f"import os, struct\ntext = {text!r}\ndata = struct.pack('!II', len(text), 0) + text\n"
    cell += "while data:\n    data = data[os.write(3, data):]\n"
    assert points(server, cell + "def gd_step(*_):\n    return -1234.5") == 0
    assert goes_on(server)


def test_a_child_ends_with_its_server():
    server = Server()
    submission = Submission(server, ["import time", "def gd_step(*_): pass"])
    submission.begin()
    server.process.send_signal(signal.SIGKILL)
    poll = select.poll()
    poll.register(submission.process, select.POLLIN)
    assert poll.poll(10_000)
    submission.close()
    server.close()
    assert not server.folder.exists()


def test_a_system_that_hides_what_processes_hold_is_refused_but_for_trusted_work(monkeypatch):
    monkeypatch.setattr(serving, "removed_files", lambda *_: process_watch.HIDDEN)
    monkeypatch.setattr(confined, "LOOK", 0)
    with pytest.raises(NoWalls, match="does not show"):
        Server()
    with Server(trust=True) as trusted:
        assert goes_on(trusted)


@pytest.fixture
def stuck(monkeypatch):
    """A server that does not answer."""
    monkeypatch.setattr(serving, "PATIENCE", 0.2)
    server = Server()
    server.process.send_signal(signal.SIGSTOP)
    yield server
    server.close()


def test_a_stuck_server_is_ended_and_costs_nobody_a_point(stuck, monkeypatch):
    servers = [stuck]
    monkeypatch.setattr(batch, "server", cache(lambda trust: servers.pop()))
    task = batch.Task(HONEST, ["gd_step"], 0, None, False)
    with pytest.raises(NoWalls, match="stuck"):
        batch.work(task)
    assert not stuck.folder.exists() and stuck.process.poll() == -signal.SIGKILL
    with Server() as fresh:
        servers.append(fresh)
        ((got,), _) = batch.work(task)
    assert got.points == got.possible


def test_a_server_that_sticks_in_the_middle_of_a_check_gives_no_grade(stuck):
    stuck.process.send_signal(signal.SIGCONT)
    submission = Submission(stuck, ["def gd_step(*_): pass"])
    submission.begin()
    stuck.process.send_signal(signal.SIGSTOP)
    submission.end()
    assert graded(submission, exercise("gd_step"), 0, "gd_step").state == "failed"
    assert stuck.process.poll() == -signal.SIGKILL
    submission.close()


def test_a_stuck_server_is_closed_all_the_same(stuck):
    stuck.close()
    assert stuck.process.poll() == -signal.SIGKILL and not stuck.folder.exists()


def test_a_server_that_has_ended_is_no_fault_of_a_students():
    server = Server()
    server.process.kill()
    server.process.wait()
    with pytest.raises(NoWalls):
        grade(server, HONEST, ["gd_step"])
    server.close()


def test_walls_that_do_not_stand_are_told_before_a_line_runs(opened, monkeypatch):
    server, leave_out = opened
    leave_out("libc")
    with pytest.raises(NoWalls, match="."):
        grade(server, HONEST, ["gd_step"])


@pytest.mark.parametrize(
    ("machine", "known"), [("x86_64", True), ("aarch64", True), ("riscv64", False), ("", False)]
)
def test_a_machine_that_nobody_knows_is_refused(machine, known, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert (walls.missing() == "") is known
    if not known:
        with pytest.raises(NoWalls, match="--trust-submissions"):
            Server()


def test_another_system_and_an_old_kernel_are_refused(monkeypatch):
    class Old:
        def syscall(self, *_):
            return 2

    monkeypatch.setattr(walls, "libc", Old())
    assert "6.2" in walls.missing()
    monkeypatch.setattr(walls, "libc", None)
    assert "Linux only" in walls.missing()


def verdict(machine, number, *arguments, architecture=None):
    """What the filter of a machine says to a system call, worked out line by line."""
    seen = {0: number, 4: architecture or calls.MACHINES[machine][0]}
    seen |= {16 + 8 * place: value % 2**32 for place, value in enumerate(arguments)}
    program, place, loaded = calls.program(machine), 0, 0
    while True:
        code, yes, no, value = program[place]
        place += 1
        if code == calls.RETURN:
            return value
        if code == calls.LOAD:
            loaded = seen.get(value, 0)
        else:
            so = {
                calls.EQUAL: loaded == value,
                calls.AT_LEAST: loaded >= value,
                calls.ANY_BIT: loaded & value != 0,
            }[code]
            place += yes if so else no


@pytest.mark.parametrize("machine", calls.MACHINES)
def test_seccomp_answers_to_every_listed_call_before_the_kernel_is_asked(machine):
    column = calls.MACHINES[machine][1]
    for table, wanted in ((calls.REFUSED, calls.NO), (calls.PRETENDED, calls.REFUSE)):
        for name, numbers in table.items():
            if numbers[column] is not None:
                assert verdict(machine, numbers[column]) == wanted, name
    for name, numbers in calls.ONLY_ITSELF.items():
        asked = [verdict(machine, numbers[column], who) for who in (0, os.getpid(), 1, -1)]
        assert asked == [calls.ALLOW, calls.ALLOW, calls.NO, calls.NO], name
    assert verdict(machine, calls.CLONE[column], 17) == calls.NO
    thread = calls.CLONE_THREAD | calls.CLONE_FILES
    asked = [verdict(machine, calls.CLONE[column], flags) for flags in (thread, calls.CLONE_THREAD)]
    assert asked == [calls.ALLOW, calls.NO]
    asked = [verdict(machine, calls.CLOSE_RANGE[column], 4, 9, flags) for flags in (0, 4, 2, 6)]
    assert asked == [calls.ALLOW, calls.ALLOW, calls.NO, calls.NO]
    assert verdict(machine, calls.CLONE3[column]) == calls.UNKNOWN
    assert verdict(machine, 0x40000000 + calls.CLONE[column]) == calls.UNKNOWN
    assert verdict(machine, 0, architecture=0x40000003) == calls.KILL
    place, commands = calls.NOT_TO_OTHERS
    asked = [verdict(machine, calls.FCNTL[column], 0, each) for each in (*commands, 1, 1030)]
    assert asked == [calls.NO] * len(commands) + [calls.ALLOW] * 2
    for name, (numbers, place, commands) in calls.NEEDED.items():
        before = [0] * ((place - calls.FIRST) // 8)
        for command in (*commands, 1, 4, 0x5412, 0x4030582A):
            wanted = calls.ALLOW if command in commands else calls.NO
            assert verdict(machine, numbers[column], *before, command) == wanted, name


def test_a_child_is_refused_every_call_on_the_list(server):
    column = calls.MACHINES[platform.machine()][1]
    numbers = [each[column] for each in calls.REFUSED.values() if each[column] is not None]
    asks = (
        f"for number in {numbers}:\n"
        "    assert libc.syscall(number, -1, -1, -1, -1, -1, -1) == -1\n"
        "    assert ctypes.get_errno() == 1, number\n"
        "return True"
    )
    assert points(server, hostile(asks), limit=AMPLE) == 1


@pytest.mark.parametrize("machine", calls.MACHINES)
def test_every_jump_of_the_filter_stays_inside_it_and_every_path_ends(machine):
    program = calls.program(machine)
    assert len(program) < 4096
    for place, (code, yes, no, _) in enumerate(program):
        if code in (calls.EQUAL, calls.AT_LEAST, calls.ANY_BIT):
            assert place + 1 + max(yes, no) < len(program)
    assert program[-1][0] == calls.RETURN


def test_no_answer_lies_in_the_copy_that_answers_run_on(server):
    for path in (server.folder / "course").rglob("*.py"):
        text = path.read_text("utf-8")
        assert "@exercise.solution" not in text and "caught_by=" not in text, path
