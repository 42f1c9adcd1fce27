"""The picture of docs/inspecting.md: where `welcome` looked in data/dir-welcome.flac, by CAM and by Grad-CAM.

python benchmarks/inspecting.py
"""

from pathlib import Path

import matplotlib.pyplot as plt
from PIL import Image

from specnet.app.detect import Detector
from specnet.app.inspect import Looking
from specnet.audio.files import read
from specnet.inspect import draw
from specnet.inspect.decisions import looks
from specnet.inspect.listening import Hearing

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "inspecting.png"
SHOWN = ("CAM", "Grad-CAM")


def main() -> None:
    """Write it, and say where."""
    subject, detector = Looking.open("welcome").subject, Detector.load("welcome")
    sound = ROOT / "data" / "dir-welcome.flac"
    hearing = Hearing.of(read(sound), subject, detector.bundle.features, detector.grid)
    [segment] = detector.detect(sound)
    score = hearing.peak(hearing.evidence(subject)[:, 0], segment)
    window, grid = hearing.window(score, subject), hearing.at(score)
    late, last = subject.layers[-1].lookback, window.shape[-1] - 1
    pictures = []
    for look in looks(subject, subject.local_layer, window, 0, slow=False):
        if look.method in SHOWN:
            limits = (grid.centre(late), grid.centre(last))
            figure, _ = draw.spectrogram(window[0].numpy(), grid, hearing.logmel, look.heat, limits, [segment])
            figure.axes[0].set_title(look.method, fontsize="medium")
            figure.axes[0].set_position((0.12, 0.2, 0.86, 0.68))
            figure.savefig(TARGET, dpi=90, facecolor="white")
            pictures.append(Image.open(TARGET).convert("RGB").copy())
    both = Image.new("RGB", (sum(each.width for each in pictures), pictures[0].height), "white")
    for place, each in enumerate(pictures):
        both.paste(each, (place * each.width, 0))
    both.quantize(64).save(TARGET, optimize=True)
    print(TARGET)


if __name__ == "__main__":
    plt.rcParams["font.size"] = 9
    main()
