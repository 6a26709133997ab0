"""The gradebook's file: its tables, how it is opened, and that one run at a time works in it.

What was handed in stays: a view counts all work that ever came, and of what could not be used only
what is there now. A platform's download may hold each student's newest attempt alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lrcourse.base import BadInput

SCHEMA = """
begin;
create table settings (name text primary key, value text not null);
create table handed (
    noted integer primary key, place text, file text, key text, student text, number text,
    content text, asked text, problem text, gone integer not null default 0,
    unique (place, file, content));
create index handed_by on handed (key);
create view counted as select * from handed where not gone or problem = '';
create view present as select distinct key, file, content, asked, problem from counted;
create view students as select key, student, number, max(noted) from counted group by key;
create table notebooks (content text primary key, packed blob);
create table people (key text primary key, name text, section text, late text);
create table adjusted (
    key text, student text, number text, exercise text, points real, reason text,
    primary key (key, exercise));
create table cells (content text primary key, problems text);
create table grades (
    content text, exercise text, version text, points real, possible real, state text,
    promises text, message text, mistake text,
    primary key (content, exercise, version));
pragma user_version = 4;
commit;
"""
FORMAT = 4
"""The number that the schema carries: a gradebook of another one is not touched."""


def opened(path: Path) -> sqlite3.Connection:
    """Open a gradebook, or begin one; raise ``BadInput`` where the file is something else."""
    try:
        base = sqlite3.connect(path)
        base.execute("pragma journal_mode = wal")
        if not base.execute("select count(*) from sqlite_master").fetchone()[0]:
            base.executescript(SCHEMA)
        (found,) = base.execute("pragma user_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise BadInput(
            f"{path} cannot be used as a gradebook ({error}): is there room, may it be "
            "written, is no other program busy with it? If so, move it away and grade again"
        ) from None
    if found != FORMAT:
        raise BadInput(
            f"{path} is a gradebook of another version of the course (its format is {found}, "
            f"ours {FORMAT}): grade with that version, or use another --out"
        )
    return base


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Keep other runs out of a folder; raise ``BadInput`` where one is at work in it.

    The lock is one that the system holds for SQLite: of a run that was killed, nothing is left.
    """
    base = sqlite3.connect(out / ".running", timeout=0, isolation_level=None)
    try:
        base.execute("begin exclusive")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        words = f"{out} is in use by another run ({error}): wait for its end, or use another --out"
        raise BadInput(words) from None
    try:
        yield
    finally:
        base.close()
