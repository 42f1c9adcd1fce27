"""Raw sound in chunks, heard."""

import pytest

from specnet.app.detect import Detector
from specnet.app.listener import Listener
from specnet.audio.pcm import PcmFormat
from specnet.errors import SpecnetError
from tests.conftest import RATE, beeps


def test_half_a_sample_is_refused_and_not_heard(tiny_detector: Detector) -> None:
    sound = (32_767 * beeps(2.0, ("low", 0.5), ("high", 1.2))).astype("<i2").tobytes()
    listener = Listener(PcmFormat(RATE, 2, 1), [tiny_detector.stream(RATE, threshold=0.6)])
    with pytest.raises(SpecnetError, match="3 bytes of sound"):
        list(listener.push(bytes(3)))
    assert listener.heard == 0
    found = [segment.label for segments in listener.push(sound) for segment in segments]
    assert found + [segment.label for segment in listener.finish()] == ["low", "high"]
