"""Raw sound in chunks."""

import numpy as np
import pytest

from specnet.audio.blocks import Blocks
from specnet.audio.pcm import LIVE_BLOCK, PcmFormat

FORM = PcmFormat(16_000, 2, 1)
SIZE = round(LIVE_BLOCK * FORM.rate) * FORM.frame


def test_small_chunks_are_gathered_and_large_ones_cut() -> None:
    blocks = Blocks(FORM)
    assert list(blocks.push(bytes(SIZE - 2))) == [] and blocks.heard == pytest.approx(LIVE_BLOCK, abs=0.001)
    assert [len(block) for block in blocks.push(bytes(2))] == [SIZE // 2]
    assert [len(block) for block in blocks.push(bytes(5 * 32_000))] == [8_000] * 10
    assert list(blocks.push(b"")) == [] and len(blocks.finish()) == 0


def test_nobody_can_make_much_wait() -> None:
    assert len(list(Blocks(PcmFormat(768_000, 4, 64)).push(bytes(1 << 16)))) == 1


@pytest.mark.parametrize("size", [1, 3, SIZE + 1, 5 * 32_000 + 1])
@pytest.mark.parametrize("form", [FORM, PcmFormat(8_000, 3, 2), PcmFormat.named("f32le", 16_000, 1)])
def test_chunks_may_end_inside_a_sample(form: PcmFormat, size: int) -> None:
    sound = np.random.default_rng(1).integers(0, 100, 30_000 * form.frame, np.uint8).tobytes()
    blocks, heard = Blocks(form), []
    for begin in range(0, len(sound), size):
        heard += list(blocks.push(sound[begin : begin + size]))
    assert blocks.torn == 0 and blocks.heard == 30_000 / form.rate
    np.testing.assert_array_equal(np.concatenate([*heard, blocks.finish()]), form.decode(sound))


def test_what_is_left_of_a_sample_is_known_and_lost() -> None:
    blocks = Blocks(FORM)
    list(blocks.push(bytes(7)))
    assert (blocks.torn, len(blocks.finish()), blocks.torn) == (1, 3, 1)
