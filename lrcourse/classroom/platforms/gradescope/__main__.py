"""What Gradescope's container runs: grade what lies in the folder that is named."""

from __future__ import annotations

import sys
from pathlib import Path

from lrcourse.classroom.platforms.gradescope import grade_here

if __name__ == "__main__":
    try:
        grade_here(Path(sys.argv[1]))
    except ValueError as error:
        sys.exit(str(error))
