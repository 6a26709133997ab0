"""What hostile notebooks try behind the walls, and that each wall is what stands in their way."""

import ctypes
import errno
import os
import platform
import select
import signal
import socket
from functools import cache

import pytest
from test_isolation import notebook

from lrcourse.benchmarks.attacks import ATTACKS, FORGED, NUISANCES, WATCHED, hostile, sends
from lrcourse.environment import CLONE
from lrcourse.exercises import exercise
from lrcourse.grading import batch, isolation, walls
from lrcourse.grading.grader import _graded as graded
from lrcourse.grading.grader import grade
from lrcourse.grading.isolation import NoWalls, ProcessEnded, Server, Submission

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

    def library_with_gates(folder, library=isolation.library):
        with open(library(folder) / "lrcourse/grading/walls.py", "a") as file:
            file.write(OPEN)
        return folder

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(isolation, "library", library_with_gates)
        server = Server()
    gate = server.folder / "course/lrcourse/grading/left_out"
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
    monkeypatch.setattr(isolation, "CELL_LIMIT", 0.2)
    monkeypatch.setattr(isolation, "LOAD_LIMIT", 0.5)


def points(server, *cells):
    """What a notebook with these cells gets for ``gd_step``."""
    (got,), _ = grade(server, notebook(*cells), ["gd_step"], limit=0.3)
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
    assert points(server, hostile(filled_in(how))) == 1


@pytest.mark.parametrize("attack", WATCHED)
def test_what_is_looked_at_from_outside_is_worth_nothing_but_where_nobody_looks(
    attack, server, monkeypatch
):
    limit, how = WATCHED[attack]
    monkeypatch.setattr(isolation, "LOOK", 0)
    assert points(server, hostile(how)) == 0
    assert goes_on(server)
    monkeypatch.setattr(isolation, limit, 10**12)
    assert points(server, hostile(how)) == 1


GIVES_LARGE_ARRAYS = "import numpy as np\ndef gd_step(*_):\n    return np.ones(1_000_000)"


def test_an_answer_sends_no_more_for_one_exercise_than_the_grader_can_keep(server, monkeypatch):
    monkeypatch.setattr(isolation, "BYTES", 30_000_000)
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
    monkeypatch.setattr(isolation, "_removed", lambda *_: isolation.HIDDEN)
    monkeypatch.setattr(isolation, "LOOK", 0)
    with pytest.raises(NoWalls, match="does not show"):
        Server()
    with Server(trust=True) as trusted:
        assert goes_on(trusted)


@pytest.fixture
def stuck(monkeypatch):
    """A server that does not answer."""
    monkeypatch.setattr(isolation, "PATIENCE", 0.2)
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
    assert graded(submission, exercise("gd_step"), 0).state == "failed"
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
    seen = {0: number, 4: architecture or walls.MACHINES[machine][0]}
    seen |= {16 + 8 * place: value % 2**32 for place, value in enumerate(arguments)}
    program, place, loaded = walls._filter(machine), 0, 0
    while True:
        code, yes, no, value = program[place]
        place += 1
        if code == walls.RETURN:
            return value
        if code == walls.LOAD:
            loaded = seen.get(value, 0)
        else:
            so = {
                walls.EQUAL: loaded == value,
                walls.AT_LEAST: loaded >= value,
                walls.ANY_BIT: loaded & value != 0,
            }[code]
            place += yes if so else no


NO, UNKNOWN = walls.REFUSE | errno.EPERM, walls.REFUSE | errno.ENOSYS


@pytest.mark.parametrize("machine", walls.MACHINES)
def test_seccomp_answers_to_every_listed_call_before_the_kernel_is_asked(machine):
    column = walls.MACHINES[machine][1]
    for table, wanted in ((walls.REFUSED, NO), (walls.PRETENDED, walls.REFUSE)):
        for name, numbers in table.items():
            if numbers[column] is not None:
                assert verdict(machine, numbers[column]) == wanted, name
    for name, numbers in walls.ONLY_ITSELF.items():
        asked = [verdict(machine, numbers[column], who) for who in (0, os.getpid(), 1, -1)]
        assert asked == [walls.ALLOW, walls.ALLOW, NO, NO], name
    assert verdict(machine, walls.CLONE[column], 17) == NO
    assert verdict(machine, walls.CLONE[column], walls.CLONE_THREAD) == walls.ALLOW
    assert verdict(machine, walls.CLONE3[column]) == UNKNOWN
    assert verdict(machine, 0x40000000 + walls.CLONE[column]) == UNKNOWN
    assert verdict(machine, 0, architecture=0x40000003) == walls.KILL
    place, commands = walls.NOT_TO_OTHERS
    asked = [verdict(machine, walls.FCNTL[column], 0, each) for each in (*commands, 1, 1030)]
    assert asked == [NO] * len(commands) + [walls.ALLOW] * 2
    for name, (numbers, place, commands) in walls.NEEDED.items():
        before = [0] * ((place - walls.FIRST) // 8)
        for command in (*commands, 1, 4, 0x5412, 0x4030582A):
            wanted = walls.ALLOW if command in commands else NO
            assert verdict(machine, numbers[column], *before, command) == wanted, name


def test_a_child_is_refused_every_call_on_the_list(server):
    column = walls.MACHINES[platform.machine()][1]
    numbers = [each[column] for each in walls.REFUSED.values() if each[column] is not None]
    asks = (
        f"for number in {numbers}:\n"
        "    assert libc.syscall(number, -1, -1, -1, -1, -1, -1) == -1\n"
        "    assert ctypes.get_errno() == 1, number\n"
        "return True"
    )
    assert points(server, hostile(asks)) == 1


@pytest.mark.parametrize("machine", walls.MACHINES)
def test_every_jump_of_the_filter_stays_inside_it_and_every_path_ends(machine):
    program = walls._filter(machine)
    assert len(program) < 4096
    for place, (code, yes, no, _) in enumerate(program):
        if code in (walls.EQUAL, walls.AT_LEAST, walls.ANY_BIT):
            assert place + 1 + max(yes, no) < len(program)
    assert program[-1][0] == walls.RETURN


def test_no_answer_lies_in_the_copy_that_answers_run_on(server):
    for path in (server.folder / "course").rglob("*.py"):
        text = path.read_text("utf-8")
        assert "@exercise.solution" not in text and "caught_by=" not in text, path
