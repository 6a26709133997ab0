"""Trials of four tasks, each written in two ways: what the best rate belongs to."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np

from lrcourse import network
from lrcourse.base import Array
from lrcourse.data import digits, with_bias
from lrcourse.objectives import softmax_regression
from lrcourse.optimizers import gd
from lrcourse.training import train
from lrcourse.trial.claims import Finding
from lrcourse.trial.digits_trained import accuracy, best_of

IMAGE_RATES = tuple(np.geomspace(0.001, 20, 18))
TEXT_RATES = tuple(np.geomspace(0.01, 300, 19))


def images(repeat: int = 0) -> dict[str, tuple[Array, Array]]:
    """Return rates and accuracies of digits, with pixels from 0 to 1 and from 0 to 16."""
    scales = {"pixels up to 1": 1.0, "pixels up to 16": 16.0}
    read = {name: accuracy(IMAGE_RATES, 100, repeat, times=times) for name, times in scales.items()}
    return {name: (np.array(IMAGE_RATES), values) for name, values in read.items()}


@cache
def word_counts() -> tuple[Array, Array]:
    """Return how often each common word stands in each paragraph, ``[N, words]``, and its lesson.

    The paragraphs are from lessons 02, 05, 08 and 11 of this course.
    """
    text = Path(__file__).with_name("paragraphs.txt").read_text("utf-8").splitlines()
    lessons, paragraphs = zip(*(line.split("\t") for line in text), strict=True)
    bags = [re.findall(r"[a-z]+", paragraph.lower()) for paragraph in paragraphs]
    words = sorted({word for bag in bags for word in bag if sum(word in b for b in bags) > 2})
    place = {word: k for k, word in enumerate(words)}
    counts = np.zeros((len(bags), len(words)))
    for row, bag in zip(counts, bags, strict=True):
        np.add.at(row, [place[word] for word in bag if word in place], 1)
    return counts, np.unique(lessons, return_inverse=True)[1]


def of_unit_length(counts: Array) -> Array:
    """Return counts weighed by how rare a word is, each paragraph scaled to length 1."""
    rare = np.log(len(counts) / (counts > 0).sum(axis=0))
    weighed = counts * rare
    return weighed / np.linalg.norm(weighed, axis=1, keepdims=True)


@cache
def texts(repeat: int = 0) -> dict[str, tuple[Array, Array]]:
    """Return rates and accuracies of telling four lessons by a paragraph, over four splits."""
    counts, lesson = word_counts()
    found = {}
    for name, X in {
        "words counted": counts,
        "rare words, length 1": of_unit_length(counts),
    }.items():
        read = [judged(X, lesson, 1000 * repeat + split) for split in range(4)]
        found[name] = np.array(TEXT_RATES), np.mean(read, axis=0)
    return found


def judged(X: Array, y: Array, seed: int) -> Array:
    """Return the accuracy on a third of the examples after 60 full-batch steps, ``[rates]``."""
    order = np.random.default_rng(seed).permutation(len(y))
    held, kept = order[: len(y) // 3], order[len(y) // 3 :]
    learn = softmax_regression(with_bias(X[kept]), y[kept])
    judge = softmax_regression(with_bias(X[held]), y[held])
    run = train(learn, np.zeros(learn.size), gd, np.array(TEXT_RATES), 60, blowup=np.inf)
    return judge.accuracy(np.nan_to_num(run.w[-1]))


@cache
def anomalies(repeat: int = 0) -> dict[str, tuple[Array, Array]]:
    """Return rates and how well an autoencoder of other digits tells an 8 by its error, for the
    squares of 64 pixels added up and averaged: the same network, the rate 64 times as high."""
    rates, split = np.geomspace(0.002, 0.5, 11), digits(1000 * repeat)
    rng = np.random.default_rng(1000 * repeat)
    usual = split.X_train[split.y_train != 8]
    learn = network.mlp(usual, usual, (64, 16, 64), "tanh", loss="squared")
    run = train(
        learn, network.init(rng, (64, 16, 64), "xavier"), gd, rates, 800, batch_size=64, rng=rng
    )
    out = network.mlp(split.X_validation, split.X_validation, (64, 16, 64), "tanh", loss="squared")
    wrong = ((out.outputs(run.w[-1]) - split.X_validation) ** 2).sum(-1)
    strange = split.y_validation == 8
    told = (wrong[:, strange, None] > wrong[:, None, ~strange]).mean(axis=(1, 2))
    told = np.where(run.diverged, 0.5, told)
    return {"squares added up": (rates, told), "squares averaged": (64 * rates, told)}


RATES_OF_A_TABLE = np.array([0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 1.0])
EDGE, PLACES, RUNS = -20.0, 6, 40


@cache
def walks(repeat: int = 0) -> dict[str, tuple[Array, Array]]:
    """Return rates and how often a table of values knows the way beside a cliff, with exact rewards
    and with noisy ones."""
    noise = {"exact rewards": 0.0, "noisy rewards": 20.0}
    return {name: (RATES_OF_A_TABLE, known_way(size, repeat)) for name, size in noise.items()}


def known_way(noise: float, repeat: int, episodes: int = 60) -> Array:
    """Return in which part of the last twenty episodes the way is known, ``[rates]``.

    Six places in a row: ahead costs 1, aside falls to the start and costs 20; one choice in five
    is random (Q-learning, Sutton and Barto 2018, section 6.5).
    """
    rng = np.random.default_rng(1000 * repeat)
    value = np.zeros((len(RATES_OF_A_TABLE), RUNS, PLACES + 1, 2))
    knows = []
    for _ in range(episodes):
        walk_once(value, noise, rng)
        knows.append(value[:, :, :PLACES].argmax(-1).all(axis=-1).mean(axis=1))
    return np.mean(knows[-20:], axis=0)


def walk_once(value: Array, noise: float, rng: np.random.Generator) -> None:
    """Walk at most three times the length of the way, improving ``value`` after each step."""
    rows, runs = np.ogrid[: value.shape[0], : value.shape[1]]
    place = np.zeros(value.shape[:2], int)
    for _ in range(3 * PLACES):
        greedy = value[rows, runs, place].argmax(-1)
        ahead = np.where(rng.random(greedy.shape) < 0.2, rng.integers(2, size=greedy.shape), greedy)
        walking = place < PLACES
        after = np.where(walking, np.where(ahead, place + 1, 0), place)
        reward = np.where(ahead, -1.0, EDGE) + noise * rng.normal(size=place.shape)
        best_next = np.where(after < PLACES, value[rows, runs, after].max(-1), 0.0)
        error = reward + best_next - value[rows, runs, place, ahead]
        value[rows, runs, place, ahead] += RATES_OF_A_TABLE[:, None] * error * walking
        place = after


def good_at(lr: float, rates: Array, scores: Array, within: float) -> bool:
    """Return whether the score at ``lr``, between those tried, is that close to the best."""
    return bool(np.interp(np.log(lr), np.log(rates), scores) > scores.max() - within)


STATED = {
    "images": (53, 0.001, images, 0.03),
    "language": (54, 0.01, texts, 0.03),
    "anomalies": (55, 0.1, anomalies, 0.1),  # from split to split its score moves by 0.05
    "a way to learn": (56, 0.5, walks, 0.05),
}
"""Task -> claim, the article's rate, how it is trained here, how close to the best is good."""


def task_curves(repeat: int = 0) -> dict[str, tuple[float, dict[str, tuple[Array, Array]]]]:
    """Return, for each task, the article's rate and ``{way of writing: (rates, scores)}``.

    >>> stated, curves = task_curves()["images"]
    >>> stated, [rates[scores.argmax()].round(1) for rates, scores in curves.values()]
    (0.001, [np.float64(1.9), np.float64(0.1)])
    """
    return {name: (lr, train_task(repeat)) for name, (_, lr, train_task, _) in STATED.items()}


def rate_per_task(repeat: int = 0) -> dict[int, Finding]:
    """The article's four rates beside the best of each task, written in two ways."""
    found = {}
    for name, (lr, curves) in task_curves(repeat).items():
        number, _, _, within = STATED[name]
        best = {writing: best_of(*curve) for writing, curve in curves.items()}
        apart = max(best.values()) / min(best.values())
        where = {writing: good_at(lr, *curve, within) for writing, curve in curves.items()}
        seen = ", ".join(f"{writing}: {best_lr:.2g}" for writing, best_lr in best.items())
        said = f"best rate, {seen}; {apart:.0f} times apart"
        found[number] = Finding(where, said, measured=apart)
    return found
