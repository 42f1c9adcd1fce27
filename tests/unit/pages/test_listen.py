import base64
import io

import numpy as np
import pytest
import soundfile
from PIL import Image

from specnet.features.logmel import LogMel
from specnet.pages.listen import excerpt

RATE = 16000


def test_it_sounds_and_looks_like_what_was_heard() -> None:
    wave = np.zeros(6 * RATE, np.float32)
    wave[3 * RATE : 4 * RATE] = 0.01 * np.sin(2 * np.pi * 3000 * np.arange(RATE) / RATE)
    part = excerpt(wave, 3.0, 4.0, LogMel())
    assert (part.marks, part.duration) == (((1.0, 2.0),), pytest.approx(2.8))
    sound, rate = soundfile.read(io.BytesIO(base64.b64decode(part.audio.partition(",")[2])))
    assert len(sound) / rate == pytest.approx(part.duration, abs=0.01)
    assert np.abs(sound[round(1.1 * rate) : round(1.9 * rate)]).max() == pytest.approx(0.7, abs=0.1)
    assert np.argmax(np.abs(np.fft.rfft(sound))) * rate / len(sound) == pytest.approx(3000, abs=5)
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(part.picture.partition(",")[2]))), int)
    assert picture.shape[0] == 40 and picture.max() == 255
    rows, columns = np.nonzero(picture > 200)
    assert rows.max() < 20  # a high tone, in the upper half
    assert columns.min() / picture.shape[1] == pytest.approx(1.0 / 2.8, abs=0.03)


def test_the_ends_of_a_recording_are_ends() -> None:
    part = excerpt(np.ones(RATE, np.float32), 0.2, 1.4, LogMel())
    assert (part.marks, part.duration) == (((pytest.approx(0.2), 1.0),), 1.0)
