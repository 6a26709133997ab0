"""An nbgrader course: its assignments, its gradebook, its pages."""

from lrcourse.classroom.platforms.platform import LOOK, NEXT, Weekly

STEPS = (
    "*Collect* the assignment in nbgrader's formgrader, or say `nbgrader collect`.",
    "`lrcourse grade course/submitted --out week-1 --lessons LESSONS --nbgrader course`",
    LOOK,
    "Its gradebook has the grades: score by hand what it asks for, then `nbgrader export`.",
    f"`nbgrader generate_feedback`, then `nbgrader release_feedback`. {NEXT}",
)
WEEKLY = Weekly("nbgrader", STEPS)
"""``nbgrader autograde`` has no place in it: it runs what students wrote."""
