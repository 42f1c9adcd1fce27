"""What each effect on scenes costs: the time to compose scenes in which all have it, as a ratio to plain ones.

    python benchmarks/augment.py [--scenes 16] [--rounds 9]

Scenes of 5 s are composed of the recordings in data/, plain ones and those with one effect by turns; the ratio is that
of the medians of processor time. An effect that a share of the scenes has costs that share of what stands here; the
last row has all of them, at such shares.
"""

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile

from specnet.data.clips import Clip, store, stored
from specnet.data.codec import CODECS
from specnet.data.interval import Interval
from specnet.data.mix import Material, Mix
from specnet.data.scenes import SceneComposer
from specnet.train.memory import keep_freed_memory

DATA = Path(__file__).parents[1] / "data"
PLAIN = Mix(reverb_share=1.0, noise_share=1.0, near_miss_share=0.0, spliced_share=0.0)
EFFECTS: dict[str, dict[str, object]] = {
    "tempo_share": {"tempo_share": 1.0},
    "pitch_share": {"pitch_share": 1.0},
    "tract_share": {"tract_share": 1.0},
    "pitch_share and tract_share": {"pitch_share": 1.0, "tract_share": 1.0},
    "overlap_share, one voice": {"overlap_share": 1.0},
    "overlap_share, four voices": {"overlap_share": 1.0, "overlap_voices": (4, 4)},
    "direct_db": {"direct_db": (-3.0, 9.0)},
    "resonance_share": {"resonance_share": 1.0},
    "gate_share": {"gate_share": 1.0},
    "gain_control_share": {"gain_control_share": 1.0},
    "quantisation_share": {"quantisation_share": 1.0},
    **{f"codec_share, {name}": {"codec_share": 1.0, "codecs": (name,)} for name in CODECS},
    "packet_loss_share": {"packet_loss_share": 1.0},
    "the shares of docs/scenes.md": {
        "pitch_share": 0.1,
        "tract_share": 0.2,
        "overlap_share": 0.1,
        "direct_db": (-3.0, 9.0),
        "resonance_share": 0.15,
        "gate_share": 0.1,
        "gain_control_share": 0.1,
        "quantisation_share": 0.05,
        "codec_share": 0.05,
        "codecs": ("mu-law", "a-law", "gsm", "mp3"),
        "packet_loss_share": 0.03,
    },
}


def material(folder: Path) -> Material:
    """The recordings of the repository, one of them the keyword."""

    def clip(name: str) -> Clip:
        wave, _ = soundfile.read(DATA / f"{name}.flac", dtype="float32")
        store([(name, wave)], index := folder / f"{name}.json")
        return stored(index)[0]

    speech = [clip(name) for name in ("librispeech-26-495-0030", "tt-weasels", "common-voice-18328639")]
    word = replace(clip("dir-welcome"), words=(Interval("welcome", 0.08, 0.68),))
    tail = np.random.default_rng(0).standard_normal(8000) * np.exp(-np.arange(8000) / 1500)
    room = np.concatenate([[1.0], 0.05 * tail]).astype(np.float32)
    return Material(speech, [word], speech, speech, [clip("esc10-dog-1-30226-A")], (room,), ())


def seconds(composer: SceneComposer, step: int) -> float:
    """Of processor time, for a scene of a batch."""
    begin = time.process_time()
    scenes = composer.batch(step)
    return (time.process_time() - begin) / len(scenes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=int, default=16, help="of a batch")
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    keep_freed_memory()  # as a training does
    with tempfile.TemporaryDirectory() as folder:
        parts = material(Path(folder))
        plain = SceneComposer(parts, PLAIN, 1, arguments.scenes)
        plain.batch(0)
        print(f"| scenes with | times a plain scene | more ms a scene |\n|{'---|' * 3}")
        for name, change in EFFECTS.items():
            composer = SceneComposer(parts, replace(PLAIN, **change), 1, arguments.scenes)  # type: ignore[arg-type]
            composer.batch(0)
            times = [(seconds(plain, step), seconds(composer, step)) for step in range(1, arguments.rounds + 1)]
            without, having = np.median(times, axis=0)
            print(f"| {name} | {having / without:.2f} | {1000 * (having - without):.2f} |", flush=True)


if __name__ == "__main__":
    main()
