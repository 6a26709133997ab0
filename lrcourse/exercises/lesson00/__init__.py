"""Lesson 00, start here: what it asks, in which order."""

from lrcourse.lessons import Lesson, Question, claim

lesson = Lesson(
    number=0,
    name="start_here",
    title="Start here: focus the camera",
    minutes=15,
    needs="what the slope of a curve is",
    aims=[
        "write the one line that all of this course varies",
        "tell creep, lock, overshoot and blow-up apart by looking",
        "open a lesson, do an exercise, ask for a hint, see your progress",
    ],
    exercises=["gd_step"],
    claim=claim(
        "claim-00",
        "The learning rate determines how quickly a model learns.",
        "impossible",
        "The article that opens with it lists the same sentence as its first misconception.",
    ),
    predictions=[
        Question(
            "00-double",
            "At rate 0.5 the lens is sharp at once. What does it do at twice that rate?",
            {
                "a": "it gets there twice as fast",
                "b": "it jumps to the other side, just as blurred, and back again",
                "c": "it gets there, but more slowly",
            },
            "b",
            "Twice the step that lands in the middle lands on the other side.",
        ),
    ],
    quiz=[],
    sources=[],
)
