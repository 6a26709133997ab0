"""Lesson 00, start here: what it asks, in which order."""

from lrcourse.checks.lesson import Lesson
from lrcourse.checks.question import Question, claim

lesson = Lesson(
    number=0,
    name="start_here",
    title="Start here: focus the camera",
    minutes=15,
    needs="what the slope of a curve is",
    aims=[
        "tell apart by looking whether it creeps, lands, overshoots or blows up",
        "write the one line that all of this course is about",
        "run a cell, make a prediction, do an exercise, ask for a hint, see your progress",
    ],
    exercises=["gd_step"],
    claim=claim(
        "claim-00",
        "The learning rate determines how quickly a model learns. [...] Misconception: the "
        "learning rate determines how quickly a model learns.",
        "impossible",
        "The article calls its own first sentence a misconception: both cannot be right.",
    ),
    predictions=[
        Question(
            "00-double",
            "At rate 1 the lens is sharp after a single step. What does it do at rate 2?",
            {
                "a": "it jumps to the other side, just as blurred, and back again",
                "b": "it is sharp sooner still",
                "c": "it becomes sharp, but after more steps",
            },
            "a",
            "A step twice as long as the way to the middle ends as far away on the other side.",
        ),
        Question(
            "00-ten",
            "Where is the lens after 10 steps at ten times the best rate?",
            {
                "a": "about 3 mm away: a little better than at the start",
                "b": "about 50 mm away: ten times as far as at the start",
                "c": "about 500 mm away: ten steps, each ten times too long",
                "d": "about 17,000 km away",
            },
            "d",
            "Each step multiplies the distance by 9, and 9 to the power 10 is 3.5 billion.",
        ),
    ],
    quiz=[
        Question(
            "00-quiz-1",
            "The slope is 3 and the learning rate 0.2. How far does w move, and which way?",
            {"a": "0.6 to the left", "b": "0.6 to the right", "c": "0.2 to the left"},
            "a",
            "The step is slope times rate, against the sign of the slope.",
        ),
        Question(
            "00-quiz-2",
            "Why does the lens at rate 0.1 move less and less?",
            {
                "a": "the learning rate shrinks from step to step",
                "b": "the slope shrinks as the lens comes near the sharp place",
                "c": "the lens has reached the sharp place",
            },
            "b",
            "The rate stays 0.1; towards the bottom the bowl is flatter, so the steps are shorter.",
        ),
        Question(
            "00-quiz-3",
            "At rate 1.6 the lens leaps over the sharp place at every step. Does it become sharp?",
            {"a": "yes", "b": "no, it swings for ever", "c": "no, it blows up"},
            "a",
            "Each leap ends a little nearer: 0.6 times the distance, on the other side.",
        ),
        Question(
            "00-quiz-4",
            "In which way is the learning rate unlike the focus of a camera?",
            {
                "a": "too low costs time, too high can cost everything",
                "b": "there is no best value",
                "c": "in none: both errors are equally bad",
            },
            "a",
            "Focus errors are the same to both sides. The learning rate has a slope and a cliff.",
        ),
        Question(
            "00-quiz-5",
            "Twice the learning rate: is the picture sharp in half the time?",
            {
                "a": "always",
                "b": "never",
                "c": "often, as long as the rate stays well below the cliff",
            },
            "c",
            "From 0.1 to 0.2 it is. From 1 to 2 it never becomes sharp at all.",
        ),
    ],
    sources=[
        "A.-L. Cauchy, *Méthode générale pour la résolution des systèmes d'équations simultanées*, "
        "Comptes Rendus 25 (1847), 536-538: gradient descent, proposed for computing orbits.",
        "H. Robbins, S. Monro, *A Stochastic Approximation Method*, Annals of Mathematical "
        "Statistics 22 (1951), 400-407: noisy slopes, and how the steps have to shrink.",
    ],
)
