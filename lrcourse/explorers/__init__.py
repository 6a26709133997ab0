"""Pictures that answer a slider, one module each."""

from lrcourse.old_paths import name_in


def __getattr__(name):
    """Serve what ``lrcourse.explorers`` held while it was one module."""
    held = {"focus_the_camera": "camera", "step_on_the_parabola": "parabola", "cliff": "regimes"}
    return name_in("explorers", [f"explorers.{held[name]}"] if name in held else [], name)
