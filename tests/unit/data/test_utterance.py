import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specnet.data.interval import Interval
from specnet.data.utterance import CROSSFADE, SAMPLE_RATE, Utterance, crossfaded, join, silence, trim
from specnet.data.warp import revoiced


def spoken(seconds: float, start: float, end: float) -> Utterance:
    """Silence with a tone between two times, labelled "hey" and with one phone."""
    wave = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    span = slice(round(start * SAMPLE_RATE), round(end * SAMPLE_RATE))
    wave[span] = np.sin(2 * np.pi * 500 * np.arange(span.stop - span.start) / SAMPLE_RATE)
    return Utterance(wave, (Interval("hey", start, end),), (Interval("EY", start, end),))


def sounding(utterance: Utterance) -> tuple[float, float]:
    loud = np.flatnonzero(np.abs(utterance.waveform) > 0.05)
    return float(loud[0]) / SAMPLE_RATE, float(loud[-1] + 1) / SAMPLE_RATE


@given(st.floats(0.7, 1.4))
def test_a_word_is_where_it_sounds_after_a_change_of_speed(factor: float) -> None:
    said = spoken(2.0, 0.6, 1.1)
    faster = said.paced(revoiced(said.waveform, factor, factor, 1 / factor), factor)
    assert sounding(faster) == pytest.approx(faster.words[0][1:], abs=0.002)
    assert faster.duration == pytest.approx(2.0 / factor, abs=0.001)
    assert faster.phones[0][1:] == faster.words[0][1:]


@given(st.lists(st.floats(0.0, 0.4), min_size=1, max_size=4))
def test_joined_words_are_where_they_sound(pauses: list[float]) -> None:
    joined = join([part for pause in pauses for part in (silence(pause), spoken(1.0, 0.3, 0.6))])
    assert len(joined.words) == len(pauses)
    for word in joined.words:
        heard = joined.cropped(word.start - 0.1, word.end + 0.1)
        assert sounding(heard) == pytest.approx((0.1, 0.4), abs=0.003)


def test_joints_do_not_click() -> None:
    loud = Utterance(np.ones(8000, np.float32))
    joined = join([loud, loud]).waveform
    assert np.abs(np.diff(joined)).max() <= 1 / (CROSSFADE - 1) + 1e-6
    assert joined[8000 - 1] == joined[8000] == 0
    assert (joined[: 8000 - CROSSFADE] == 1).all()


def test_joining_leaves_the_parts_as_they_were() -> None:
    part = Utterance(np.ones(4000, np.float32))
    join([part, part])
    assert (part.waveform == 1).all()


def test_a_cut_phone_keeps_what_is_left_and_a_cut_word_its_name_not() -> None:
    cut = spoken(2.0, 0.6, 1.1).cropped(0.8, 2.0)
    assert cut.words == ()
    assert cut.phones == (("EY", 0.0, pytest.approx(0.3)),)


def test_cropping_beyond_the_recording_keeps_the_times() -> None:
    said = spoken(2.0, 0.6, 1.1)
    cut = said.cropped(-1.0, 5.0)
    assert (cut.duration, cut.words) == (2.0, said.words)


def test_louder_multiplies() -> None:
    said = spoken(1.0, 0.2, 0.6)
    np.testing.assert_allclose(said.louder(0.5).waveform, said.waveform * 0.5)
    assert said.louder(0.5).words == said.words


def test_trimming_moves_words_and_gives_a_pause_back() -> None:
    said = spoken(3.0, 1.0, 1.5)
    engine = Utterance(said.waveform, (Interval("hey", 0.9, 1.8),), (Interval("EY", 0.9, 1.8), Interval("SIL", 1.8, 3)))
    cut = trim(engine)
    assert cut.duration == pytest.approx(0.7, abs=0.02)
    assert cut.words[0][1:] == pytest.approx((0.1, 0.6), abs=0.011)
    assert cut.phones[0][1:] == pytest.approx((0.1, 0.6), abs=0.011)  # before a pause: the pause is not its own
    assert sounding(cut) == pytest.approx(cut.words[0][1:], abs=0.011)


def test_who_speaks_goes_where_the_sound_goes() -> None:
    one, other = (Utterance(np.ones(16000, np.float32), voices=(Interval(name, 0.0, 1.0),)) for name in "ab")
    assert join([one, other]).voices == (("a", 0.0, 1.0), ("b", 1.0, 2.0))
    assert join([one, other]).cropped(0.5, 1.25).voices == (("a", 0.0, 0.5), ("b", 0.5, 0.75))
    assert one.paced(one.waveform[::2], 2.0).louder(0.5).voices == (("a", 0.0, 0.5),)
    assert crossfaded([one, other], 0.1).voices == (("a", 0.0, 1.0), ("b", pytest.approx(0.9), pytest.approx(1.9)))
