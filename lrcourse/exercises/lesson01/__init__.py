"""Lesson 01, one step downhill: what it asks, in which order."""

from lrcourse.lessons import Lesson, claim

lesson = Lesson(
    number=1,
    name="one_step_downhill",
    title="One step downhill",
    minutes=90,
    needs="lesson 00, and the derivative of a square",
    aims=[],
    exercises=["gradient_descent", "numerical_gradient", "mse_loss_and_grad"],
    claim=claim("claim-01", "", "holds", ""),
    predictions=[],
    quiz=[],
    sources=[],
)
