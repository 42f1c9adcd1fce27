from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from specnet.app.evaluate import classify, evaluate
from specnet.errors import SpecnetError
from specnet.evaluate.references import Recording, read_clips, read_negatives, read_positives
from specnet.timeline import Segment


class Transcribed:
    """Finds what the file says: lines of `label start score`, after a first line with the duration."""

    labels = ("alexa", "welcome")

    def threshold(self, false_alarms_per_hour: float = 0.5) -> float:
        return {0.5: 0.6}[false_alarms_per_hour]

    def candidates(self, source: Path, /) -> tuple[list[Segment], float]:
        duration, *lines = source.read_text().splitlines()
        found = []
        for label, start, score in map(str.split, lines):
            found.append(Segment(label, float(start), float(start) + 0.4, float(start) + 0.5, float(score)))
        return found, float(duration)


def write(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path = path.with_name(path.name + ".wav")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def run(root: Path, **options: Sequence[str]):
    labels = Transcribed.labels
    positives = read_positives(root / "said", labels, ["welcome"])
    return evaluate(Transcribed(), positives, read_negatives(root, labels), **options)


def test_positives_among_the_negatives_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, said__a="10\nwelcome 1 0.9\nwelcome 5 0.8", said__b="10\nwelcome 1 0.5")
    write(tmp_path, tv__c="3600\nwelcome 9 0.7\nalexa 3 1.0", tv__d="3600")
    result = run(tmp_path)
    [report] = result.reports
    assert (result.positives, result.negatives, result.negative_seconds) == (2, 2, 7200)
    assert report.label == "welcome" and report.own.threshold == 0.6
    assert (report.own.misses, report.own.words, report.own.false_alarms) == (1, 2, 1)
    assert {source: share.count for source, share in report.misses["source"].items()} == {"said": 1}

    document = result.as_dict()["labels"][0]
    low, half, one, two = document["rates"]
    assert low == {"rate": 0.1, "supported": False, "needs_hours": 10}
    assert (half["misses"], half["false_alarms"], half["threshold"]) == (0, 1, 0.5)
    assert half["false_reject_rate"] == 0 and one["misses"] == two["misses"] == 0
    assert document["false_alarms"] == [{"source": "tv", "false_alarms": 1, "hours": 2.0}]
    assert document["segments"] is None and document["boundaries"] is None


def test_every_recording_passes_the_progress_once(tmp_path: Path) -> None:
    write(tmp_path, said__a="10\nwelcome 1 0.9", tv__c="3600")
    seen = []

    def progress(recordings: Sequence[Recording], title: str) -> Iterator[Recording]:
        for recording in recordings:
            seen.append((title, recording.sound.name))
            yield recording

    run(tmp_path, progress=progress)
    assert seen == [("positives", "a.wav"), ("negatives", "tv/c.wav")]


def test_a_word_after_the_end_is_refused(tmp_path: Path) -> None:
    write(tmp_path, said__a="10", tv__c="3600")
    (tmp_path / "said/index.tsv").write_text("file\tstart\tend\na.wav\t12\t12.5\n")
    with pytest.raises(
        SpecnetError, match=r"^a\.wav: 'welcome' cannot start at 12\.0 s: the recording ends after 10\.00 s"
    ):
        run(tmp_path)


def test_boundaries_and_groups_reach_the_document(tmp_path: Path) -> None:
    write(tmp_path, said__a="10\nwelcome 1.1 0.9\nwelcome 7 0.8", tv__c="3600")
    (tmp_path / "said/index.tsv").write_text("file\tstart\tend\tsnr\na.wav\t1\t1.5\t3\n")
    document = run(tmp_path, groups=("snr",)).as_dict()["labels"][0]
    assert document["boundaries"]["mean"] == pytest.approx(0.05)
    assert (document["segments"]["precision"], document["segments"]["recall"]) == (0.5, 1)
    [group] = document["false_rejects"]["snr"]
    assert (group["value"], group["misses"], group["words"]) == ("5 dB", 0, 1)
    assert document["own"]["false_alarms"] == 1


def test_clips_are_classified(tmp_path: Path) -> None:
    write(tmp_path, alexa__a="1\nalexa 0 0.9", welcome__b="1\nalexa 0 0.3\nwelcome 0 0.2")

    def progress(recordings: Sequence[Recording], title: str) -> Iterable[Recording]:
        assert title == "clips" and len(recordings) == 2
        return recordings

    confusion = classify(Transcribed(), read_clips(str(tmp_path), Transcribed.labels), progress)
    assert confusion.as_dict() == {
        "accuracy": 0.5,
        "low": pytest.approx(0.0945, abs=1e-4),
        "high": pytest.approx(0.9055, abs=1e-4),
        "clips": 2,
        "labels": ["alexa", "welcome"],
        "confusion": [[1, 0], [1, 0]],
    }
