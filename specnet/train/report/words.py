"""Figures in plain words."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from specnet.train.report.findings import Promise
from specnet.train.sound_recipe import SoundRecipe
from specnet.units import Seconds


def verdict(own: Promise, recipe: SoundRecipe) -> str:
    """The answer that whoever has trained a model waits for, in a sentence, and what it was measured on."""
    promised, hard = often(own.point.false_alarms_per_hour), hardships(recipe)
    said = f"Set to {promised}, it misses {in_words(own.missed.rate)} in composed scenes"
    return f"{said} with {hard}; it finds more in a quiet recording." if hard else f"{said}."


def hardships(recipe: SoundRecipe) -> str:
    """What makes words hard to hear in the scenes of a recipe; empty where nothing does.

    >>> values = {"name": "hey", "labels": ["hey"], "network": {"preset": "phonetic"}}
    >>> hardships(SoundRecipe.of(values))
    'noise (signal-to-noise ratio down to 0 dB), rooms and poor devices'
    >>> hardships(SoundRecipe.of({**values, "scenes": {"noise_share": 0, "reverb_share": 0, "telephone_share": 0}}))
    ''
    """
    mix, data = recipe.scenes, recipe.data
    devices = ("telephone", "resonance", "gate", "gain_control", "quantisation", "codec", "packet_loss")
    noisy = mix.noise_share and (data.noise or mix.babble_share)
    shares = {
        f"noise (signal-to-noise ratio down to {mix.snr_db[0]:g} dB)": noisy,
        "rooms": data.impulse_responses and mix.reverb_share,
        "poor devices": any(getattr(mix, f"{device}_share") for device in devices),
    }
    hard = [name for name, share in shares.items() if share]
    return " and ".join([", ".join(hard[:-1]), hard[-1]] if len(hard) > 1 else hard)


def in_words(rate: float) -> str:
    """How many words that is.

    >>> in_words(0.118), in_words(0.66), in_words(0.0), in_words(0.004), in_words(1.0)
    ('about 1 word in 8', 'about 7 words in 10', 'no word', 'about 1 word in 250', 'every word')
    """
    if rate in (0, 1):
        return "no word" if rate == 0 else "every word"
    if rate <= 0.5:
        return f"about 1 word in {round(1 / rate)}"
    return f"about {round(10 * rate)} words in 10" if rate < 0.95 else "nearly every word"


def often(rate: float) -> str:
    """False alarms at a rate per hour.

    >>> often(0.5), often(1.0), often(2.0), often(0.1)
    ('one false alarm in 2 hours', 'one false alarm an hour', '2 false alarms an hour', 'one false alarm in 10 hours')
    """
    if rate == 1:
        return "one false alarm an hour"
    return f"{rate:g} false alarms an hour" if rate > 1 else f"one false alarm in {1 / rate:.3g} hours"


def percent(rate: float) -> str:
    r"""A share.

    >>> percent(0.0523), percent(0.523)
    ('5.2\xa0%', '52\xa0%')
    """
    return f"{100 * rate:.{1 if rate < 0.0995 else 0}f}\N{NO-BREAK SPACE}%"


def figure(value: float) -> str:
    """A rate or a length of time, to two digits.

    >>> figure(0.0342), figure(1.25), figure(213.4)
    ('0.034', '1.2', '213')
    """
    return f"{value:.0f}" if value >= 100 else f"{value:.2g}"


def times(count: int) -> str:
    """How often.

    >>> times(1), times(3)
    ('once', '3 times')
    """
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def score(value: float) -> str:
    """A score of 0 to 1, with digits enough where they matter.

    >>> score(0.1234), score(0.99987), score(-math.inf)
    ('0.123', '0.99987', 'none, not even a candidate')
    """
    if not math.isfinite(value):
        return "none, not even a candidate"
    return f"{value:.3f}" if value < 0.999 else f"{value:.5f}"


def clock(time: Seconds) -> str:
    """A time in a recording.

    >>> clock(3.14159), clock(75.04)
    ('3.1 s', '1:15.0')
    """
    return f"{time:.1f} s" if time < 60 else f"{int(time // 60)}:{time % 60:04.1f}"


def ms(time: Seconds) -> str:
    r"""In milliseconds.

    >>> ms(0.0384)
    '38\xa0ms'
    """
    return f"{1000 * time:.0f}\N{NO-BREAK SPACE}ms"


def late(time: Seconds) -> str:
    r"""How much too late, or too early.

    >>> late(0.012), late(-0.03)
    ('12\xa0ms late', '30\xa0ms early')
    """
    return f"{ms(abs(time))} {'late' if time >= 0 else 'early'}"


FILTERS: Mapping[str, Callable[..., str]] = {
    each.__name__: each for each in (often, percent, figure, times, score, clock, ms, late)
}
