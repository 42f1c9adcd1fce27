"""What is looked at is what the detector hears, at its own times."""

from pathlib import Path

import numpy as np
import pytest
import torch

from specnet.app.detect import Detector
from specnet.audio.files import read
from specnet.inspect.evidence import InsideWords, of_word
from specnet.inspect.listening import Hearing
from specnet.inspect.subject import Subject
from specnet.train.learners import trained

DATA = Path(__file__).parents[3] / "data"
SAID = {"dir-welcome": (0.08, 0.68), "vm-newuser": (0.16, 0.80), "librispeech-5339-14133-0000": (1.33, 1.65)}


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector.load("welcome")


@pytest.fixture(scope="module")
def subject(detector: Detector) -> Subject:
    return Subject.of("welcome", detector.labels, trained(detector.bundle))


@pytest.fixture(params=list(SAID))
def recording(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def hear(recording: str, subject: Subject, detector: Detector) -> Hearing:
    wave = read(DATA / f"{recording}.flac")
    return Hearing.of(wave, subject, detector.bundle.features, detector.grid)


def test_evidence_is_the_log_odds_of_the_score(recording: str, subject: Subject, detector: Detector) -> None:
    hearing = hear(recording, subject, detector)
    times, scores = detector.scores(DATA / f"{recording}.flac")
    evidence = hearing.evidence(subject)
    assert len(evidence) == len(scores)
    np.testing.assert_allclose(1 / (1 + np.exp(-evidence)), scores, atol=1e-3)
    assert hearing.scan.end(0) == pytest.approx(times[0])


def test_a_window_alone_gives_its_score(subject: Subject, detector: Detector) -> None:
    hearing = hear("dir-welcome", subject, detector)
    evidence = hearing.evidence(subject)
    for score in (0, 41, len(evidence) - 1):
        alone = subject(hearing.window(score, subject))[0, 0]
        assert alone.shape == (1,)
        assert alone.item() == pytest.approx(evidence[score, 0], abs=1e-4)
        grid = hearing.at(score)
        assert grid.start(0) == pytest.approx(hearing.scan.start(score))
        assert grid.end(subject.size[-1] - 1) == pytest.approx(hearing.scan.end(score))


def test_the_peak_of_a_segment_is_its_score(recording: str, subject: Subject, detector: Detector) -> None:
    hearing = hear(recording, subject, detector)
    evidence = hearing.evidence(subject)[:, 0]
    candidates, _ = detector.candidates(DATA / f"{recording}.flac")
    best = max(candidates, key=lambda segment: segment.score)
    assert hearing.peak(evidence, best) == int(evidence.argmax())


def test_positions_are_timed_by_the_middle_of_what_they_see(subject: Subject, detector: Detector) -> None:
    """A click moves those units that hear it, and they lie around it."""
    wave = np.random.default_rng(0).normal(0, 1e-3, 48_000).astype(np.float32)
    clicked = wave.copy()
    clicked[32_000:32_160] += 0.5  # from second 2.0 on, 10 ms
    before, after = (Hearing.of(each, subject, detector.bundle.features, detector.grid) for each in (wave, clicked))
    layer = subject.layer("conv1")
    grid = before.grid(layer)
    change = (subject.maps(after.features)[layer.name] - subject.maps(before.features)[layer.name]).abs()
    moved = change.amax(dim=(0, 1))[: grid.count(48_000)]
    early = [i for i in torch.nonzero(moved > 0.05)[:, 0].tolist() if grid.centre(i) < 2.1]
    assert min(early) > 0 and all(grid.start(i) <= 2.01 and grid.end(i) >= 2.0 for i in early[:3])
    assert grid.centre(early[0]) == pytest.approx(2.0 - layer.columns.span * 0.005, abs=0.03)


def test_welcome_is_decided_inside_the_word(recording: str, subject: Subject, detector: Detector) -> None:
    hearing = hear(recording, subject, detector)
    start, end = SAID[recording]
    found = of_word(subject, hearing, 0, start, end)
    assert found is not None
    assert found.inside(start, end) >= 0.7 > found.chance(start, end)
    assert found.inside(start - 0.6, end - 0.6) < 0.35
    words = InsideWords.of([(found, start, end)])
    assert words == InsideWords(1, found.inside(start, end), found.chance(start, end))


def test_a_word_after_the_end_has_no_evidence(subject: Subject, detector: Detector) -> None:
    hearing = hear("dir-welcome", subject, detector)
    assert of_word(subject, hearing, 0, 30.0, 30.5) is None
    assert InsideWords.of([]) is None
