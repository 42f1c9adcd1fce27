"""The detector, from a file to its segments."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from specnet import Detector, Segment
from specnet.errors import SpecnetError
from tests.conftest import beeps, bundle, card, write_tiny

TONES = [("low", 0.0), ("high", 1.0), ("low", 1.5), ("low", 2.1), ("high", 2.8)]
SOUND = beeps(3.0, *TONES)


def as_tones(segments: list[Segment]) -> list[tuple[str, float, float]]:
    return [(segment.label, segment.start, segment.end) for segment in segments]


def expected(duration: float = 3.0) -> list:
    return [
        (label, pytest.approx(at, abs=0.02), pytest.approx(min(at + 0.2, duration), abs=0.02)) for label, at in TONES
    ]


def test_one_word_is_one_segment_at_its_place(tiny_detector: Detector) -> None:
    segments = tiny_detector.detect(SOUND, 16_000)
    assert as_tones(segments) == expected()
    assert all(0.6 <= segment.score <= 1 and segment.end <= segment.peak + 0.011 <= 3.011 for segment in segments)


@pytest.mark.parametrize("bounds", [True, False])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_every_kind_of_model(tmp_path: Path, stride: int, bounds: bool) -> None:
    found = as_tones(Detector.load(write_tiny(tmp_path / "tiny.specnet", stride, bounds)).detect(SOUND, 16_000, 0.5))
    assert [label for label, _, _ in found] == [label for label, _ in TONES]
    for (_, start, end), (_, at) in zip(found, TONES, strict=True):
        assert (start, end) == pytest.approx((at, at + 0.2), abs=0.06)


@pytest.mark.parametrize(
    ("name", "rate"), [("a.wav", 48_000), ("a.flac", 44_100), ("a.ogg", 16_000), ("a.mp3", 22_050)]
)
def test_files(tiny_detector: Detector, tmp_path: Path, name: str, rate: int) -> None:
    sound = beeps(3.0, *TONES, rate=rate)
    soundfile.write(tmp_path / name, np.stack([sound, sound], axis=1), rate)
    assert as_tones(tiny_detector.detect(tmp_path / name)) == expected()
    assert as_tones(tiny_detector.detect(str(tmp_path / name))) == expected()


def test_arrays(tiny_detector: Detector) -> None:
    mono = tiny_detector.detect(SOUND, 16_000)
    assert tiny_detector.detect(np.stack([SOUND, SOUND], axis=1).astype(np.float64), 16_000) == mono
    with pytest.raises(SpecnetError, match="give sample_rate"):
        tiny_detector.detect(SOUND)
    with pytest.raises(SpecnetError, match=r"samples of int16: must be floats .* divide by 32768"):
        tiny_detector.detect((SOUND * 32_767).astype(np.int16), 16_000)
    for wrong, name in ((np.nan, "nan"), (-np.inf, "-inf"), (1e300, r"1e\+300")):
        with pytest.raises(SpecnetError, match=f"a sample is {name}: must be numbers in"):
            tiny_detector.detect(np.array([[0.0, 0.1], [wrong, -wrong]]), 16_000)
    for shape in ((), (1, 0), (1, 2, 3)):
        with pytest.raises(SpecnetError, match=r"samples of shape \(.*\): must be \[N\] or \[N, channels\]"):
            tiny_detector.detect(np.zeros(shape), 16_000)


def test_thresholds(tiny_detector: Detector) -> None:
    assert tiny_detector.threshold() == 0.6 and tiny_detector.threshold(0.1) == 0.9
    noisy = beeps(3.0, *TONES, noise=0.02)
    scores = [segment.score for segment in tiny_detector.detect(noisy, 16_000, threshold=0.1)]
    middle = float(np.median(scores))
    kept = tiny_detector.detect(noisy, 16_000, threshold=middle)
    assert [segment.score for segment in kept] == [score for score in scores if score >= middle]
    assert tiny_detector.detect(noisy, 16_000, false_alarms_per_hour=10.0) == tiny_detector.detect(noisy, 16_000, 0.2)
    with pytest.raises(SpecnetError, match="give one of them"):
        tiny_detector.detect(SOUND, 16_000, threshold=0.5, false_alarms_per_hour=0.5)
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(SpecnetError, match="must be between 0 and 1"):
            tiny_detector.detect(SOUND, 16_000, threshold=wrong)


def test_labels(tiny_detector: Detector) -> None:
    assert tiny_detector.labels == ("low", "high")
    high = tiny_detector.detect(SOUND, 16_000, labels=["high"])
    assert [segment for segment in tiny_detector.detect(SOUND, 16_000) if segment.label == "high"] == high != []
    with pytest.raises(SpecnetError, match="label 'hihg': model tiny knows low, high"):
        tiny_detector.detect(SOUND, 16_000, labels=["hihg"])


def test_candidates_hold_everything_that_any_threshold_finds(tiny_detector: Detector) -> None:
    candidates, duration = tiny_detector.candidates(SOUND, 16_000)
    assert duration == 3.0 and min(segment.score for segment in candidates) < 0.1
    for threshold in (0.02, 0.3, 0.6):
        found = tiny_detector.detect(SOUND, 16_000, threshold=threshold)
        above = [segment for segment in candidates if segment.score >= threshold]
        assert {(s.label, s.peak, s.score) for s in found} <= {(s.label, s.peak, s.score) for s in above}
        assert len(found) >= len(TONES)


def test_scores(tiny_detector: Detector) -> None:
    times, scores = tiny_detector.scores(SOUND, 16_000)
    assert times.shape == (len(scores),) and scores.shape[1] == 2
    np.testing.assert_allclose(np.diff(times), 0.01)
    assert times[0] <= 0.02 and times[-1] >= 3.4
    for segment in tiny_detector.detect(SOUND, 16_000):
        at = int(np.abs(times - segment.peak).argmin())
        assert scores[at, tiny_detector.labels.index(segment.label)] == pytest.approx(segment.score, abs=0.05)


def test_scores_of_a_long_file_come_block_by_block(tiny_detector: Detector, tmp_path: Path) -> None:
    soundfile.write(path := tmp_path / "long.wav", beeps(33.0, *TONES), 16_000)
    blocks = list(tiny_detector.tracks(path))
    assert len(blocks) > 3 and max(len(times) for times, _ in blocks) <= 1000
    for part, whole in zip(zip(*blocks, strict=True), tiny_detector.scores(path), strict=True):
        np.testing.assert_array_equal(np.concatenate(part), whole)


def test_a_stream_tells_soon_and_ends_once(tiny_detector: Detector) -> None:
    stream, told = tiny_detector.stream(16_000), {}
    for block in range(0, len(SOUND), 160):
        for segment in stream.push(SOUND[block : block + 160]):
            told[segment] = (block + 160) / 16_000
    assert [(s.label, s.start) for s in told] == [(label, pytest.approx(at, abs=0.02)) for label, at in TONES[:-1]]
    assert all(at <= segment.peak + 0.45 for segment, at in told.items())
    assert as_tones([*told, *stream.finish()]) == expected()
    with pytest.raises(SpecnetError, match="the stream is finished"):
        stream.push(SOUND)


def test_two_streams_of_one_detector_do_not_meet(tiny_detector: Detector) -> None:
    one, other = tiny_detector.stream(16_000), tiny_detector.stream(16_000)
    found: tuple[list[Segment], list[Segment]] = ([], [])
    for block in np.array_split(SOUND, 30):
        found[0].extend(one.push(block))
        found[1].extend(other.push(-0.5 * block[::-1]))
    assert as_tones(found[0] + one.finish()) == expected()


def test_bad_files_say_so(tiny_detector: Detector, tmp_path: Path) -> None:
    with pytest.raises(SpecnetError, match=r"missing\.wav: no such file"):
        tiny_detector.detect(tmp_path / "missing.wav")
    with pytest.raises(SpecnetError, match="no model 'nobody'"):
        Detector.load("nobody")


def test_silence_and_very_short_sounds_hold_no_words(tiny_detector: Detector) -> None:
    for length in (1, 100, 16_000):
        assert tiny_detector.candidates(np.zeros(length, np.float32), 16_000) == ([], length / 16_000)


def test_the_label_of_unknown_words_is_reported_where_it_is_asked_for() -> None:
    detector = Detector(replace(bundle(), card=replace(card(), unknown="low")))
    assert detector.labels == ("low", "high")
    assert {segment.label for segment in detector.detect(SOUND, 16_000, threshold=0.5)} == {"high"}
    both = detector.detect(SOUND, 16_000, threshold=0.5, labels=detector.labels)
    assert {segment.label for segment in both} == {"low", "high"}
