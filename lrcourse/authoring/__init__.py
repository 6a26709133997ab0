"""From what people edit to what learners open: ``build`` makes it, ``stale`` says what is old,
``rendering.render`` prints it as pages."""

from lrcourse.authoring.building import build, stale

__all__ = ["build", "stale"]
