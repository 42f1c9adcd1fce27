from collections.abc import Callable

import numpy as np
import pytest

from specnet.data.clips import Clip
from specnet.data.held_out import Stream, streams
from specnet.data.utterance import SAMPLE_RATE


def test_a_stream_is_its_clips_after_one_another(record: Callable[..., Clip]) -> None:
    clips = [record(np.full(round(seconds * SAMPLE_RATE), level), name) for name, seconds, level in
             (("one", 1.0, 0.25), ("two", 0.5, 0.5))]  # fmt: skip
    stream = Stream(tuple(clips))
    np.testing.assert_array_equal(stream.waveform, np.concatenate([clip.load().waveform for clip in clips]))
    assert [(stream.at(time)[0].name, stream.at(time)[1]) for time in (0.0, 0.99, 1.25)] == [
        ("one", 0.0), ("one", 0.99), ("two", 0.25)
    ]  # fmt: skip
    clip, second = stream.at(1.75)
    assert (clip.name, second) == ("two", pytest.approx(0.75))


def test_no_clip_is_lost_or_cut(record: Callable[..., Clip]) -> None:
    clips = [record(np.zeros(round(seconds * SAMPLE_RATE)), str(i)) for i, seconds in enumerate((59.0, 2.0, 61.0, 1.0))]
    made = streams(clips)
    assert [[clip.name for clip in stream.clips] for stream in made] == [["0", "1"], ["2"], ["3"]]
    assert streams([]) == []
