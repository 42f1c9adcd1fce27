"""Frames and seconds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specnet.timeline import FrameGrid, Segment

GRIDS = st.builds(
    FrameGrid,
    stride=st.integers(1, 2_000),
    receptive_field=st.integers(1, 40_000),
    sample_rate=st.sampled_from([8_000, 16_000, 44_100]),
    offset=st.integers(-50_000, 50_000),
)


@given(grid=GRIDS, samples=st.integers(0, 1_000_000))
def test_count_is_how_many_end_in_time(grid: FrameGrid, samples: int) -> None:
    count, limit = grid.count(samples), samples / grid.sample_rate + 1e-9
    assert grid.end(count) > limit
    assert count == 0 or grid.end(count - 1) <= limit


@given(grid=GRIDS, index=st.integers(0, 1_000_000))
def test_windows(grid: FrameGrid, index: int) -> None:
    assert grid.end(index) - grid.start(index) == pytest.approx(grid.receptive_field / grid.sample_rate)
    assert grid.start(index + 1) - grid.start(index) == pytest.approx(grid.stride / grid.sample_rate)
    assert grid.centre(index) == pytest.approx((grid.start(index) + grid.end(index)) / 2)


def test_segments_are_values() -> None:
    segment = Segment("hi", 1.0, 1.25, 1.3, 0.5)
    assert segment == Segment("hi", 1.0, 1.25, 1.3, 0.5) and segment.duration == 0.25
    with pytest.raises(AttributeError):
        segment.score = 1.0  # type: ignore[misc]
