import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from specnet.data.interval import Interval
from specnet.timeline import FrameGrid
from specnet.train.sound_recipe import Targets
from specnet.train.targets import BACKGROUND, IGNORE, clip_target, frame_targets, history_targets, phone_targets

GRID = FrameGrid(stride=320, receptive_field=16000, sample_rate=16000)  # windows end at 1.00, 1.02, ...
FRAMES = 150
TIMING = Targets()
words = st.builds(
    lambda label, start, duration: Interval(label, start, start + duration),
    st.sampled_from(["hey", "you"]),
    st.floats(0, 3.5),
    st.floats(0.1, 1.0),
)


@given(st.lists(words, max_size=3))
def test_every_frame_is_what_the_definition_says(said: list[Interval]) -> None:
    targets = frame_targets(said, ["hey", "you"], GRID, FRAMES, TIMING)
    for i in range(FRAMES):
        past = [(GRID.end(i) - word.end, word) for word in sorted(said, key=lambda word: word.end)]
        positive = [word for late, word in past if TIMING.positive[0] <= late <= TIMING.positive[1]]
        near = [word for late, word in past if TIMING.ignored[0] <= late <= TIMING.ignored[1]]
        if positive:
            assert targets.labels[i] == 1 + ["hey", "you"].index(positive[-1].label)
            expected = [GRID.end(i) - positive[-1].start, GRID.end(i) - positive[-1].end]
            np.testing.assert_allclose(targets.bounds[:, i], expected, atol=1e-6)
        else:
            assert targets.labels[i] == (IGNORE if near else BACKGROUND)
            assert not targets.bounds[:, i].any()


def test_a_clip_is_its_first_word() -> None:
    assert clip_target([Interval("you", 0, 1), Interval("hey", 1, 2)], ["hey", "you"]) == 2
    assert clip_target([], ["hey"]) == BACKGROUND


def test_the_phone_is_the_one_at_the_centre_of_what_is_seen() -> None:
    late = FrameGrid(stride=320, receptive_field=1600, sample_rate=16000, offset=8000)  # centres at 0.55, 0.57, ...
    targets = phone_targets([Interval("SIL", 0, 0.6), Interval("AY", 0.6, 0.7)], ["SIL", "AY"], late, 10)
    assert targets.tolist() == [0, 0, 0, 1, 1, 1, 1, 1, IGNORE, IGNORE]


PHONES = ["SIL", "AY", "B", "K"]
spoken = st.lists(
    st.tuples(st.sampled_from(PHONES), st.floats(0.03, 0.3), st.sampled_from([0.0, 0.0, 0.0, 0.005, 0.1])), max_size=12
)


@given(spoken, st.integers(1, 5))
def test_the_history_of_a_moment_is_what_was_said_without_a_gap_before_it(
    said: list[tuple[str, float, float]], depth: int
) -> None:
    phones: list[Interval] = []
    end = 0.0
    for label, duration, gap in said:
        phones.append(Interval(label, end + gap, end + gap + duration))
        end = phones[-1].end
    times = np.arange(0, 4, 0.0173)
    targets = history_targets(phones, PHONES, times, depth)
    for t, time in enumerate(times):
        now = [i for i, phone in enumerate(phones) if phone.start <= time < phone.end]
        expected = [PHONES.index(phones[i].label) for i in now]
        i = now[0] if now else 0
        while i > 0 and phones[i].start - phones[i - 1].end < 0.02 and len(expected) < depth:
            i -= 1
            expected.append(PHONES.index(phones[i].label))
        assert targets[:, t].tolist() == expected + [IGNORE] * (depth - len(expected))
