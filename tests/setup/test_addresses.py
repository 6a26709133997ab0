"""Where the course stands in public follows from one value, and is written nowhere else."""

import re
from pathlib import Path

from lrcourse.setup.addresses import START, addresses, badges, repository
from lrcourse.setup.environment import CLONE


def test_the_readme_has_the_badges_of_the_repository_that_pyproject_names():
    assert badges(repository()) in (CLONE / "README.md").read_text("utf-8")


def test_what_the_badges_open_is_there():
    assert (CLONE / START).is_file() and (CLONE / "environment.yml").is_file()
    assert all(each.startswith("https://") for each in addresses(repository()).values())


def test_no_other_file_names_the_repository():
    owned = re.compile(re.escape("/".join(repository().rsplit("/", 2)[1:])))
    texts = [*CLONE.glob("*.*"), *CLONE.glob(".github/**/*.yml"), *CLONE.glob("lrcourse/**/*.py")]
    named = {path.name for path in texts if path.is_file() and owned.search(read(path))}
    assert named <= {"pyproject.toml", "README.md"}


def read(path: Path) -> str:
    return path.read_text("utf-8", errors="replace")
