import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from specnet.evaluate.rates import CALIBRATED_RATES, calibrate, sweep, wilson

scores = st.integers(1, 20).map(lambda n: n / 20)
found = st.one_of(scores, st.just(-math.inf))


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_that_of_scipy(case: tuple[int, int]) -> None:
    misses, words = case
    expected = binomtest(misses, words).proportion_ci(method="wilson")
    assert wilson(misses, words) == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(st.lists(found, min_size=1), st.lists(scores), st.floats(0.1, 20), st.floats(0.05, 5))
def test_false_rejects_at_a_rate_are_the_fewest_of_any_threshold(
    words: list[float], alarms: list[float], hours: float, rate: float
) -> None:
    thresholds = [math.inf, *words, *alarms]
    allowed = [t for t in thresholds if sum(a >= t for a in alarms) / hours <= rate]
    point = sweep(words, alarms, hours).at(rate)
    assert point.misses == min(sum(w < t for w in words) for t in allowed if t > -math.inf)
    assert point.misses == sum(w < point.threshold for w in words)
    assert point.false_alarms == sum(a >= point.threshold for a in alarms)
    assert point.false_alarms_per_hour <= rate * (1 + 1e-9)


@given(st.lists(found, min_size=1), st.lists(scores), st.floats(0, 1))
def test_the_outcome_at_a_threshold_is_a_plain_count(words: list[float], alarms: list[float], threshold: float) -> None:
    point = sweep(words, alarms, hours=2.0).at_threshold(threshold)
    assert point.misses == sum(w < threshold for w in words)
    assert point.false_alarms == sum(a >= threshold for a in alarms)


def test_the_curve_has_every_outcome_once() -> None:
    curve = sweep([0.9, 0.5, -math.inf], [0.7, 0.5, 0.5], hours=1.0)
    assert [(p.threshold, p.misses, p.false_alarms) for p in curve.points()] == [
        (math.inf, 3, 0),
        (0.9, 2, 0),
        (0.7, 2, 1),
        (0.5, 1, 3),
    ]


def test_short_negatives_support_no_low_rate() -> None:
    curve = sweep([0.9], [], hours=3.0)
    assert [curve.supports(rate) for rate in (0.1, 0.3, 0.5)] == [False, False, True]


def simulate(rng: np.random.Generator, hours: float, scale: float, per_hour: float = 100.0) -> np.ndarray:
    """Scores of false alarms that come at random, `per_hour` of them above 0.02, with an exponential tail in logits."""
    count = rng.poisson(per_hour * hours)
    logits = math.log(0.02 / 0.98) + rng.exponential(scale, count)
    return 1 / (1 + np.exp(-logits))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.5, 1.0, 1.6]), st.sampled_from([1.5, 3.0, 8.0]))
def test_calibrated_thresholds_keep_their_promise_on_exponential_tails(seed: int, scale: float, hours: float) -> None:
    rng = np.random.default_rng(seed)
    runs = [calibrate([], simulate(rng, hours, scale), hours, [0.5, 1.0, 10.0]) for _ in range(60)]
    for i, rate in enumerate((0.5, 1.0, 10.0)):
        thresholds = np.array([points[i].threshold for points in runs])
        logits = np.log(thresholds / (1 - thresholds)) - math.log(0.02 / 0.98)
        kept = np.log(100.0 * np.exp(-logits / scale) / rate)  # 0: exactly the rate that was promised
        assert abs(np.median(kept)) < 0.45
        assert np.std(kept) < 1.3


@given(st.lists(scores, max_size=80), st.lists(scores, max_size=20), st.floats(0.2, 50))
def test_thresholds_never_fall_where_rates_do(negatives: list[float], positives: list[float], hours: float) -> None:
    points = calibrate(positives, negatives, hours)
    assert tuple(point.false_alarms_per_hour for point in points) == CALIBRATED_RATES
    thresholds = [point.threshold for point in points]
    assert thresholds == sorted(thresholds, reverse=True)
    assert all(0 < threshold < 1 for threshold in thresholds)
    for point in points:
        rejected = np.mean([p < point.threshold for p in positives]) if positives else None
        assert point.false_reject_rate == rejected


def test_ten_false_alarms_are_counted_not_extrapolated() -> None:
    negatives = np.linspace(0.05, 0.95, 200)
    [point] = calibrate([0.5], negatives, hours=20.0, rates=[2.0])
    assert np.sum(negatives >= point.threshold) == 40


def test_without_any_false_alarm_the_threshold_is_that_of_posterior_odds() -> None:
    [point] = calibrate([0.5], [], hours=1.0, rates=[0.1])
    assert point.threshold / (1 - point.threshold) == pytest.approx(10 * 0.01 / 0.99)
