"""Deal the cards. Descent on mini-batches sees a few examples at each step, and over an epoch it
should see every example once. So shuffle the whole set, then deal it out from the top, until
nothing is left. What must never happen is that a price ends up beside another flat's area: then
there is nothing left to learn, and no error says so.

**Predict first.** Ten examples are dealt out in mini-batches of four. How many mini-batches has an
epoch, and how large is the last?
"""

from collections import Counter

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import Unfit, numbers
from lrcourse.inputs import in_words

exercise = Exercise("minibatches", points=2, minutes=12)


@exercise.solution
def minibatches(X, y, batch_size, rng):
    """Deal the examples out once, in a new random order.

    X           the features, an array `[n, features]`: n rows, and a column for each feature
    y           what belongs to each row, an array `[n]`
    batch_size  how many examples a mini-batch has, at least 1; the last one takes what is left
    rng         the random generator to draw with, as `np.random.default_rng(0)` makes it

    Return a list of pairs `(X_batch, y_batch)`, each with the rows of one mini-batch. Together
    they hold every row once. Each call deals in another order. Leave `X` and `y` as they are.
    """
    # solution: three lines
    order = rng.permutation(len(X))
    dealt = [order[first : first + batch_size] for first in range(0, len(X), batch_size)]
    return [(X[rows], y[rows]) for rows in dealt]


exercise.hints = [
    "If you shuffle `X` and `y` each for itself, what do they still have to do with each other?",
    "Shuffle row numbers, once for both: `rng.permutation(n)`. A slice that reaches beyond the end "
    "stops at the end, and `range(0, n, batch_size)` knows where each slice begins.",
    "Start with `order = rng.permutation(len(X))`; the first rows are `order[:batch_size]`.",
]
exercise.turned_out = "three mini-batches, of 4, 4 and 2 examples: the last takes what is left."


def cards(n):
    """Return n examples that can be told apart: row i is `[i + 1, -i - 1]`, with y = 10 (i + 1)."""
    number = np.arange(1.0, n + 1)
    return np.column_stack([number, -number]), 10 * number


def dealt(minibatches, X, y, batch_size, rng):
    """Return the pairs that the answer deals, as arrays, or say what cannot be a pair."""
    value = minibatches(X, y, batch_size, rng)
    try:
        pairs = list(value)
    except TypeError:
        kind = "None: does every path end in a return?" if value is None else "not a list of pairs."
        raise Unfit(f"That is {kind}") from None
    if not pairs:
        raise Unfit("That is an empty list.")
    return [arrays(pair, X) for pair in pairs]


def arrays(pair, X):
    """Return one pair as two arrays, or say what is wrong with it."""
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise Unfit("Return a list of pairs: each entry is (X_batch, y_batch).")
    X_batch, y_batch = numbers(pair[0], "An X_batch"), numbers(pair[1], "A y_batch")
    if X_batch.ndim != 2 or X_batch.shape[1] != X.shape[1] or y_batch.ndim != 1:
        raise Unfit(
            f"There is an X_batch of shape {X_batch.shape} with a y_batch of shape "
            f"{y_batch.shape}; with B rows they are (B, {X.shape[1]}) and (B,)."
        )
    return X_batch, y_batch


def sizes(pairs):
    """Return how many rows each mini-batch has."""
    return [len(X_batch) for X_batch, _ in pairs]


def numbers_on(pairs):
    """Return the number on every card in the order dealt."""
    return np.concatenate([X_batch[:, 0] for X_batch, _ in pairs])


@exercise.check("Twelve examples in mini-batches of four: three mini-batches of four rows each.")
def deals_full_batches(minibatches, rng):
    pairs = dealt(minibatches, *cards(12), 4, np.random.default_rng(rng.integers(100)))
    assert sizes(pairs) == [4, 4, 4], f"The mini-batches have {in_words(sizes(pairs))} rows."


@exercise.check("Where the examples do not divide evenly, the last mini-batch takes what is left.")
def deals_the_tail(minibatches, rng):
    pairs = dealt(minibatches, *cards(13), 5, np.random.default_rng(rng.integers(100)))
    cards_dealt = numbers_on(pairs).tolist()
    often, times = Counter(cards_dealt).most_common(1)[0]
    twice = f" Example {often:g} came {times} times: deal, do not draw."
    assert sizes(pairs) == [5, 5, 3], (
        f"13 examples in mini-batches of 5 came with {in_words(sizes(pairs))} rows, where 5, 5 and "
        f"3 belong.{twice if times > 1 else ''}"
    )


@exercise.check("Each row of X keeps the y that belongs to it.")
def keeps_the_pairs_together(minibatches, rng):
    pairs = dealt(minibatches, *cards(13), 5, np.random.default_rng(rng.integers(100)))
    stayed = np.array_equal(np.concatenate([y_batch for _, y_batch in pairs]), cards(13)[1])
    alone = " All of y came in the table's order: X was shuffled, y stayed." if stayed else ""
    for X_batch, y_batch in pairs:
        assert len(X_batch) == len(y_batch) and np.allclose(10 * X_batch[:, 0], y_batch), (
            f"The row {in_words(X_batch[0])} of X belongs to y = {in_words(10 * X_batch[0, 0])}; "
            f"the y beside it is {in_words(y_batch[0]) if len(y_batch) else 'missing'}.{alone}"
        )


@exercise.check("Together, the mini-batches hold every example once: none twice, none left out.")
def deals_every_example_once(minibatches, rng):
    seen = numbers_on(dealt(minibatches, *cards(13), 5, np.random.default_rng(rng.integers(100))))
    missing = [i for i in range(1, 14) if i not in seen]
    assert sorted(seen.tolist()) == list(range(1, 14)), (
        f"Of the examples 1 to 13, these never came: {in_words(missing)}."
    )


@exercise.check("The order is random and rng's: new at each call, the same again from one seed.")
def deals_in_a_new_order(minibatches, rng):
    seed = rng.integers(100)
    generator, again = np.random.default_rng(seed), np.random.default_rng(seed)
    first, second, repeated = (
        numbers_on(dealt(minibatches, *cards(20), 4, draw))
        for draw in (generator, generator, again)
    )
    assert (np.diff(first.reshape(5, 4)) != 1).any(), (
        f"It dealt {in_words(first[:4])}, then {in_words(first[4:8])}, and so on: what are "
        "neighbours in the table came together."
    )
    assert (first != second).any(), (
        f"Two epochs with one generator both began {in_words(first[:4])}, {in_words(first[4:8])}."
    )
    assert (first == repeated).all(), (
        f"From one seed the first examples were {in_words(first[:4])}, and then "
        f"{in_words(repeated[:4])}."
    )


@exercise.check("Afterwards the X and y you were given are in the order they were in.")
def leaves_the_table_alone(minibatches, rng):
    X, y = cards(7)
    dealt(minibatches, X, y, 3, np.random.default_rng(rng.integers(100)))
    assert not minibatches.changed


def dealt_out(pairs, given):
    """Return the sizes of the mini-batches and all their rows, sorted: any order will do."""
    pairs = list(pairs)
    rows = np.vstack([np.column_stack(pair) for pair in pairs])
    return [[len(X) for X, _ in pairs], rows[np.lexsort(rows.T)]]


@exercise.domain(
    shapes=[(7, 2), (1, 1), (6, 1), (5, 3)],
    corners=[{"batch_size": 1}, {"batch_size": 7}, {"batch_size": 100}],
    seen_as=dealt_out,
)
def allowed(rng, shape):
    X, y = rng.normal(size=shape), rng.normal(size=shape[0])
    return {"X": X, "y": y, "batch_size": 3, "rng": np.random.default_rng(rng.integers(100))}


@exercise.accepts("loops, with yield")
def yields_them(X, y, batch_size, rng):
    order = list(range(len(X)))
    rng.shuffle(order)
    while order:
        rows, order = order[:batch_size], order[batch_size:]
        yield np.array([X[i] for i in rows]), np.array([y[i] for i in rows])


@exercise.accepts("array_split")
def splits_at_the_borders(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    borders = np.arange(batch_size, len(X), batch_size)
    return [(X[rows], y[rows]) for rows in np.split(order, borders)]


def deal(X, y, batch_size, order):
    """Return the mini-batches of one order."""
    firsts = range(0, len(order), batch_size)
    return [
        (X[order[first : first + batch_size]], y[order[first : first + batch_size]])
        for first in firsts
    ]


@exercise.mistake("drops the tail, because n // batch_size forgets it", caught_by=deals_the_tail)
def drops_the_tail(X, y, batch_size, rng):
    whole = len(X) // batch_size * batch_size
    return deal(X, y, batch_size, rng.permutation(len(X))[:whole])


@exercise.mistake(
    "adds an empty mini-batch at the end: n // batch_size + 1 is one too many where n divides",
    caught_by=deals_full_batches,
)
def adds_an_empty_batch(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    count = len(X) // batch_size + 1
    dealt = [order[k * batch_size : (k + 1) * batch_size] for k in range(count)]
    return [(X[rows], y[rows]) for rows in dealt]


@exercise.mistake(
    "makes batch_size mini-batches, where each should have batch_size rows",
    caught_by=deals_full_batches,
)
def makes_so_many_batches(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    return [(X[rows], y[rows]) for rows in np.array_split(order, batch_size)]


@exercise.mistake("deals the first mini-batch and stops", caught_by=deals_full_batches)
def returns_in_the_loop(X, y, batch_size, rng):
    return deal(X, y, batch_size, rng.permutation(len(X)))[:1]


@exercise.mistake(
    "moves on by one row and not by batch_size, so that the mini-batches overlap",
    caught_by=deals_full_batches,
)
def moves_on_by_one(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    dealt = [order[first : first + batch_size] for first in range(len(X))]
    return [(X[rows], y[rows]) for rows in dealt]


@exercise.mistake(
    "returns one pair of two shuffled tables and never cuts them up", caught_by=deals_full_batches
)
def never_cuts(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    return [(X[order], y[order])]


@exercise.mistake("returns the row numbers, not the rows of X and y", caught_by=deals_full_batches)
def returns_row_numbers(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    return [order[first : first + batch_size] for first in range(0, len(X), batch_size)]


@exercise.mistake(
    "spreads the rows evenly over the mini-batches, as np.array_split does",
    caught_by=deals_the_tail,
)
def spreads_the_tail(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    count = -(-len(X) // batch_size)
    return [(X[rows], y[rows]) for rows in np.array_split(order, count)]


@exercise.mistake(
    "fills the last mini-batch up with rows that have been dealt already",
    caught_by=deals_the_tail,
)
def fills_the_tail_up(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    missing = -len(X) % batch_size
    return deal(X, y, batch_size, np.concatenate([order, order[:missing]]))


@exercise.mistake(
    "shuffles X and forgets y: every flat gets another one's price",
    caught_by=keeps_the_pairs_together,
)
def forgets_y(X, y, batch_size, rng):
    return deal(X[rng.permutation(len(X))], y, batch_size, np.arange(len(X)))


@exercise.mistake(
    "shuffles X in place and leaves y as it is: every flat gets another one's price",
    caught_by=keeps_the_pairs_together,
)
def shuffles_X_in_place(X, y, batch_size, rng):
    rng.shuffle(X)
    return deal(X, y, batch_size, np.arange(len(X)))


@exercise.mistake(
    "shuffles X and y each for itself, in two different orders",
    caught_by=keeps_the_pairs_together,
)
def shuffles_twice(X, y, batch_size, rng):
    X, y = X[rng.permutation(len(X))], y[rng.permutation(len(y))]
    return deal(X, y, batch_size, np.arange(len(X)))


@exercise.mistake(
    "shuffles X and y each for itself, and in place at that: two orders, and your table is gone",
    caught_by=keeps_the_pairs_together,
)
def shuffles_both_in_place(X, y, batch_size, rng):
    rng.shuffle(X)
    rng.shuffle(y)
    return deal(X, y, batch_size, np.arange(len(X)))


@exercise.mistake(
    "draws batch_size rows anew each time, as rng.choice does, for the tail as well",
    caught_by=deals_the_tail,
)
def draws_full_batches_anew(X, y, batch_size, rng):
    firsts = range(0, len(X), batch_size)
    dealt = [rng.choice(len(X), batch_size, replace=False) for _ in firsts]
    return [(X[rows], y[rows]) for rows in dealt]


@exercise.mistake(
    "draws batch_size rows each time with replacement, as rng.choice does unless told otherwise",
    caught_by=deals_the_tail,
)
def draws_with_choice(X, y, batch_size, rng):
    dealt = [rng.choice(len(X), batch_size) for _ in range(0, len(X), batch_size)]
    return [(X[rows], y[rows]) for rows in dealt]


@exercise.mistake(
    "draws with replacement, as rng.integers does: some examples come twice, others never",
    caught_by=deals_every_example_once,
)
def draws_with_replacement(X, y, batch_size, rng):
    return deal(X, y, batch_size, rng.integers(len(X), size=len(X)))


@exercise.mistake(
    "draws each mini-batch anew from all rows: in an epoch some come twice, others never",
    caught_by=deals_every_example_once,
)
def draws_each_batch_anew(X, y, batch_size, rng):
    sizes = [min(batch_size, len(X) - first) for first in range(0, len(X), batch_size)]
    dealt = [rng.choice(len(X), size, replace=False) for size in sizes]
    return [(X[rows], y[rows]) for rows in dealt]


@exercise.mistake("never shuffles", caught_by=deals_in_a_new_order)
def never_shuffles(X, y, batch_size, rng):
    return deal(X, y, batch_size, np.arange(len(X)))


@exercise.mistake(
    "deals in the same order at each call, from a seed of its own", caught_by=deals_in_a_new_order
)
def keeps_one_order(X, y, batch_size, rng):
    return deal(X, y, batch_size, np.random.default_rng(0).permutation(len(X)))


@exercise.mistake(
    "shuffles the mini-batches and not the examples: the same rows always come together",
    caught_by=deals_in_a_new_order,
)
def shuffles_the_batches(X, y, batch_size, rng):
    pairs = deal(X, y, batch_size, np.arange(len(X)))
    return [pairs[i] for i in [*rng.permutation(len(pairs) - 1), len(pairs) - 1]]


@exercise.mistake(
    "shuffles the caller's X and y themselves, in place", caught_by=leaves_the_table_alone
)
def shuffles_in_place(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return deal(X, y, batch_size, np.arange(len(X)))
