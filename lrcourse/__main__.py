"""``python3 -m lrcourse``; written so that even Python 2 reads it and can say what it lacks."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "This course needs Python 3.11 or newer, and %s is Python %d.%d. Install a newer one, "  # noqa: UP031
        "then start with its own name, for example: python3.12 -m lrcourse"
        % ((sys.executable,) + sys.version_info[:2])  # noqa: RUF005
    )

if __name__ == "__main__":
    from lrcourse.setup.installing import ensure

    ensure(sys.argv[1:])

    from lrcourse.cli import main

    main()
