"""What TensorBoard reads back."""

import io
import wave
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from specnet.data.utterance import SAMPLE_RATE
from specnet.train.report.log import log_figures, log_scenes


def read(folder: Path) -> EventAccumulator:
    events = EventAccumulator(str(folder))
    events.Reload()
    return events


def test_scenes_are_seen_with_their_words_and_heard(corpus, tmp_path: Path) -> None:
    silent, spoken = corpus.composer("train").batch(0)[:2]
    log_scenes(tmp_path, [spoken, silent])
    events = read(tmp_path)
    assert events.Tags()["audio"] == events.Tags()["images"] == ["scene/1", "scene/2"]
    [heard] = events.Audio("scene/1")
    with wave.open(io.BytesIO(heard.encoded_audio_string)) as file:
        assert file.getframerate() == SAMPLE_RATE and file.getnframes() == len(spoken.waveform)
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16) / 32768
    np.testing.assert_allclose(samples, 0.7 * spoken.waveform / np.abs(spoken.waveform).max(), atol=1e-3)
    seen, nothing = (
        np.asarray(Image.open(io.BytesIO(events.Images(f"scene/{number}")[0].encoded_image_string)))
        for number in (1, 2)
    )
    assert seen.shape[0] > nothing.shape[0]  # by a row of labels
    blue = (seen[..., 2].astype(int) - seen[..., 0] > 25) & (seen.min(axis=2) > 180)
    columns = np.flatnonzero(blue.any(axis=0))
    [word] = spoken.words
    share = (word.end - word.start) / spoken.duration
    assert np.ptp(columns) / seen.shape[1] == pytest.approx(share, abs=0.05)


def test_figures_have_the_step_they_are_of(tmp_path: Path) -> None:
    log_figures(tmp_path, {"det": Figure(), "epochs": Figure()}, 400)
    events = read(tmp_path)
    assert events.Tags()["images"] == ["det", "epochs"]
    assert [event.step for event in events.Images("det")] == [400]
