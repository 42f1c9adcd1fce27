"""Raw sound in chunks."""

import pytest

from specnet.app.wyoming.listener import BLOCK, MOST_WAITING, Listener
from specnet.app.wyoming.words import WakeWords
from specnet.audio.pcm import PcmFormat
from specnet.errors import SpecnetError
from tests.unit.app.wyoming.conftest import SOUND

FORM = PcmFormat(16_000, 2, 1)


@pytest.fixture
def listener(words: WakeWords) -> Listener:
    return words.listener(FORM, words.names)


def test_small_chunks_are_gathered_and_large_ones_cut(listener: Listener) -> None:
    size = round(BLOCK * FORM.rate) * FORM.frame
    assert list(listener.push(bytes(size - 2))) == [] and listener.heard == pytest.approx(BLOCK, abs=0.001)
    assert list(listener.push(bytes(2))) == [[]]
    assert list(listener.push(bytes(5 * 32_000))) == [[]] * 10
    assert list(listener.push(b"")) == [] and listener.finish() == []


def test_nobody_can_make_much_wait(words: WakeWords) -> None:
    form = PcmFormat(768_000, 4, 64)
    listener = words.listener(form, words.names)
    assert len(list(listener.push(bytes(MOST_WAITING)))) == 1


def test_half_a_sample_is_refused_and_not_heard(listener: Listener) -> None:
    with pytest.raises(SpecnetError, match="3 bytes of sound"):
        list(listener.push(bytes(3)))
    assert listener.heard == 0
    found = [segment.label for segments in listener.push(SOUND) for segment in segments]
    assert found + [segment.label for segment in listener.finish()] == ["low", "high"]
