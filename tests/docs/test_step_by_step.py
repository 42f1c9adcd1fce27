"""docs/step-by-step.md: its figures and pictures are what the code gives today, what it says holds, what it tells the
reader to try runs."""

from __future__ import annotations

import base64
import io
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from benchmarks.step_by_step import edges, fields, padding, place, pooling, recordings
from benchmarks.step_by_step.__main__ import PAGE, PICTURES, written
from specnet.cli.main import run
from specnet.core.kernels import kernel
from specnet.core.operations import convolve

Written = tuple[str, Mapping[str, str]]
TRIED = re.findall(r"\*\*Try it:\*\*\n\n```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def fresh() -> Written:
    torch.set_num_threads(1)
    return written()


def labels(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def pixels(svg: str) -> list[np.ndarray]:
    found = re.findall(r'base64,([^"]*)"', svg)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(each))).convert("RGB"), float) for each in found]


def lines(svg: str) -> list[np.ndarray]:
    return [np.array(re.findall(r"-?[\d.]+", path), float) for path in re.findall(r' d="([^"]*)"', svg)]


def test_the_page_says_what_the_code_gives(fresh: Written) -> None:
    assert fresh[0] == PAGE.read_text(encoding="utf-8"), "run python -m benchmarks.step_by_step"


def test_the_pictures_show_what_the_code_gives(fresh: Written) -> None:
    assert {path.name for path in PICTURES.iterdir()} == set(fresh[1])
    assert set(re.findall(r"\(step-by-step/(.*?)\)", fresh[0])) == set(fresh[1])
    for name, now in fresh[1].items():
        kept = (PICTURES / name).read_text(encoding="utf-8")
        assert labels(kept) == labels(now), name
        for each in (pixels, lines):
            assert len(each(kept)) == len(each(now)), name
            for old, new in zip(each(kept), each(now), strict=True):
                assert old.shape == new.shape and np.abs(old - new).mean() < 1, name
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < 1_000_000


def test_ten_steps_each_with_something_to_try() -> None:
    assert len(re.findall(r"^## \d+\. ", PAGE.read_text(encoding="utf-8"), re.MULTILINE)) == len(TRIED) == 10


@pytest.mark.parametrize("kind, text", TRIED, ids=[f"step {number}" for number in range(1, len(TRIED) + 1)])
def test_what_the_reader_tries_runs(kind: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").symlink_to(recordings.DATA)
    monkeypatch.chdir(tmp_path)
    if kind == "python":
        exec(text, {})
        return
    for line in text.strip().splitlines():
        program, *arguments = shlex.split(line.removeprefix("$ "))
        assert program == "specnet" and run(arguments) == 0
        if "-o" in arguments:
            assert Path(arguments[arguments.index("-o") + 1]).stat().st_size > 1000


def test_a_late_sound_has_a_late_map() -> None:
    assert edges.difference_when_late(hops=7) == 0
    values = edges.seen().values
    moved = edges.filtered(np.roll(values, 3, axis=1), "sobel-x")
    assert (moved[:, 4:-1] == edges.filtered(values, "sobel-x")[:, 1:-4]).all()


def test_true_convolution_is_associative() -> None:
    values = edges.seen().values[None]
    first, second = (kernel(name)[None, None] for name in ("gaussian", "sobel-x"))
    one_by_one = convolve(convolve(values, first), second)
    np.testing.assert_allclose(one_by_one, convolve(values, convolve(first[0], second, padding=2)[None]), atol=1e-3)


def test_edges_are_where_they_were_put() -> None:
    found = edges.seen()
    tone = np.full_like(found.values, -60.0)
    tone[:, found.times[:-1] >= 0.5] = 0.0
    assert edges.onset(type(found)(tone, found.times, found.edges, "dB", 0, 0.9)) == pytest.approx(0.5, abs=0.006)
    step = 1000 * (found.edges[2] - found.edges[1])
    combs = np.where(np.arange(len(tone)) % 11 == 0, 0.0, -60.0)[:, None] + np.zeros_like(tone)
    assert edges.pitch(type(found)(combs, found.times, found.edges, "dB", 0, 0.9)) == pytest.approx(11 * step)


def test_zeros_make_an_edge_where_there_is_none_and_copies_do_not() -> None:
    found = padding.responses(np.full((6, 8), -5.0))
    assert found["none"].shape == (4, 6) and not found["none"].any() and not found["copies"].any()
    assert found["zeros"].shape == (6, 8) and found["zeros"][0].all() and not found["zeros"][1:-1, 1:-1].any()


def test_what_was_kept_comes_back() -> None:
    row = np.random.default_rng(0).normal(size=30)
    found = pooling.restored(row)
    np.testing.assert_allclose(found["low-passed"][:: pooling.THINNED], row[:: pooling.THINNED])
    np.testing.assert_allclose(found["low-passed"][2], (row[0] + row[4]) / 2)


def test_a_receptive_field_is_what_the_gradient_reaches() -> None:
    subject = recordings.welcome().subject
    x = torch.from_numpy(np.random.default_rng(0).normal(size=(1, *subject.size)).astype(np.float32))
    maps = subject.maps(x)
    for layer in fields.layers(subject):
        first, end = layer.columns.at(maps[layer.name].shape[-1] - 1)
        moved = np.flatnonzero(fields.reach(subject, layer, x))
        assert (moved[0], moved[-1] + 1) == (first - layer.lookback, end), layer.name


def test_stacked_kernels_see_a_triangle() -> None:
    assert fields.stacked(2).tolist() == [1, 2, 3, 2, 1]
    assert fields.stacked(4).sum() == 81


def test_the_score_comes_as_late_as_the_word() -> None:
    (times, now), *late = place.tracks()
    for delay, (later, scores) in zip(place.DELAYS[1:], late, strict=True):
        assert later[scores.argmax()] - times[now.argmax()] == pytest.approx(delay, abs=0.041)
        assert scores.max() == pytest.approx(now.max(), abs=0.01)
