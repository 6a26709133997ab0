"""Every claim is decided by an experiment that repeats or by a source, and nothing by decree."""

import re
from collections import Counter

import pytest

from lrcourse.checks.question import VERDICTS
from lrcourse.trial import tables
from lrcourse.trial.claims import KINDS, Finding, claims
from lrcourse.trial.trials import judge, on_trial, tally

TRIALS = sorted({claim.trial for claim in claims() if claim.trial})
NOTHING_TO_TRY = {"definition", "uncheckable"}


def test_there_are_88_claims_each_at_its_place():
    assert [claim.number for claim in claims()] == list(range(1, 89))
    assert all(re.match(r"[AB] ", claim.place) and claim.text for claim in claims())
    assert tuple(VERDICTS) == KINDS


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: f"S{claim.number}")
def test_a_claim_has_an_experiment_or_an_exact_source_or_nothing_to_try(claim):
    assert claim.kind in KINDS
    if claim.kind not in NOTHING_TO_TRY:
        assert claim.trial or re.search(r"\d{4}.*(section|table|appendix|abstract)", claim.source)
    if claim.kind in ("only if", "fails", "uncheckable", "impossible"):
        assert len(claim.because) > 20, "the condition is where a reader learns"


@pytest.mark.parametrize("name", TRIALS)
@pytest.mark.parametrize("repeat", range(3))
def test_a_trial_comes_to_the_verdict_of_its_claims_on_other_seeds_and_splits(name, repeat):
    found = on_trial(name, repeat)
    assert found
    for number, finding in found.items():
        claim = claims()[number - 1]
        assert claim.trial == name
        assert (finding.verdict, number) == (claim.kind, number), finding


def test_each_trial_is_about_every_claim_that_names_it():
    for name in TRIALS:
        asked = {claim.number for claim in claims() if claim.trial == name}
        assert set(on_trial(name)) == asked, name


def test_a_verdict_follows_from_where_a_claim_holds():
    assert Finding({"a": True, "b": True}, "").verdict == "holds"
    assert Finding({"a": True, "b": False}, "").verdict == "only if"
    assert Finding({"a": False}, "").verdict == "fails"
    assert Finding({"a": True}, "", possible=False).verdict == "impossible"


def test_what_is_called_uncheckable_is_argued_claim_by_claim():
    """Whoever gives up on one more claim writes it down here, and why in ``because``."""
    given_up = {claim.number: claim.because for claim in claims() if claim.kind == "uncheckable"}
    assert list(given_up) == [15, 28, 31]
    for because, argument in zip(
        given_up.values(), ["no experiment", "no column", "nothing"], strict=True
    ):
        assert len(because) > 60 and argument in because


def test_the_tally_is_of_all_88():
    told = tally(judge())
    assert told == {kind: Counter(claim.kind for claim in claims())[kind] for kind in KINDS}
    assert sum(told.values()) == 88


def test_a_loss_below_the_least_at_its_accuracy_is_found(monkeypatch):
    monkeypatch.setitem(tables.COMPARED, 0.01, (0.925, 0.04))
    assert tables.rounding_of_losses()[29].verdict == "fails"
    monkeypatch.setitem(tables.COMPARED, 0.01, (0.925, 0.06))
    assert tables.rounding_of_losses()[29].verdict == "holds"
