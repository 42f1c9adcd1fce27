"""The model file NAME.specnet: a zip with exactly three members.

``model.json``
    The card, UTF-8 JSON: ``format_version`` (1), ``kind`` ("image"; a model for sound has none), ``name``, ``labels``
    ([text]), the fields of the kind, ``recipe`` (the resolved recipe), ``data`` ([{``name``, ``licence``, ...}]),
    ``metrics``. The fields of a model for sound: ``features`` (the numbers of `LogMel`), ``grid`` (``stride``,
    ``receptive_field`` in samples, ``sample_rate``), ``head`` (how the scores came to be), ``operating_points``
    ([{``false_alarms_per_hour``, ``threshold``, ``false_reject_rate`` or null}], by rising rate).
    Those of a model for images: ``input`` (``channels``, ``height``, ``width``), ``prepare`` ("fit" or "ink"),
    ``stride`` (pixels between two places of a scan, or null), ``background`` (the label of "no object", or null).
``step.onnx``, of a model for sound
    One step of the scan: inputs ``features`` [1, bands, T] and ``state_0..n``, outputs ``scores`` [1, labels, T'],
    optionally ``bounds`` [1, 2, T'] (seconds from the end of the frame's window back to the start and to the end of the
    word), and ``next_state_0..n``. T is any multiple of stride / hop. States start as zeros.
``network.onnx``, of a model for images
    Input ``images`` [N, channels, height, W] in 0..1, output ``probabilities`` [N, labels, positions]: one position for
    W = width, and where there is a stride, one more for every `stride` pixels that W is wider. N is any number.
``weights.safetensors``
    The numbers of the network, by name: the graph names each as external data, and further training begins with them.

The file is data only: nothing in it is executed, no member is unpacked to disk, and none may exceed 64 MB.
"""

import hashlib
import json
import os
import re
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Generic, TypeVar

from specnet.errors import SpecnetError
from specnet.features.logmel import LogMel
from specnet.runtime.base_card import Card
from specnet.runtime.card import ModelCard, OperatingPoint
from specnet.runtime.image_card import ImageCard, ImageSize
from specnet.timeline import FrameGrid

__all__ = [
    "Bundle",
    "ImageBundle",
    "ImageCard",
    "ImageSize",
    "ModelCard",
    "OperatingPoint",
    "read_model",
    "shipped_models",
    "write_bundle",
]

CARD, WEIGHTS = "model.json", "weights.safetensors"
LARGEST_MEMBER = 64 << 20
PRETRAINED = Path(__file__).parent.parent / "pretrained"
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_EPOCH = (1980, 1, 1, 0, 0, 0)

C = TypeVar("C", bound=Card)


@dataclass(frozen=True)
class ModelFile(Generic[C]):
    """A model file in memory: its card, the ONNX `graph` of its network, its `weights`, and the `file` as it is."""

    card: C
    graph: bytes
    weights: bytes
    file: bytes

    @property
    def name(self) -> str:
        return self.card.name

    @property
    def labels(self) -> tuple[str, ...]:
        return self.card.labels

    @cached_property
    def sha256(self) -> str:
        """Of the file: two models with the same digest are the same."""
        return hashlib.sha256(self.file).hexdigest()


class Bundle(ModelFile[ModelCard]):
    """The file of a model for sound."""

    @classmethod
    def load(cls, model: str | os.PathLike[str]) -> "Bundle":
        """What `read_model` reads, refused in one line if it is a model for images."""
        found = read_model(model)
        if not isinstance(found, Bundle):
            raise SpecnetError(f"{model} is a model for images: use specnet classify")
        return found

    @property
    def features(self) -> LogMel:
        return self.card.features

    @property
    def grid(self) -> FrameGrid:
        return self.card.grid

    @property
    def operating_points(self) -> tuple[OperatingPoint, ...]:
        return self.card.operating_points

    def threshold_for(self, false_alarms_per_hour: float) -> float:
        """See `ModelCard.threshold_for`."""
        return self.card.threshold_for(false_alarms_per_hour)


class ImageBundle(ModelFile[ImageCard]):
    """The file of a model for images."""

    @classmethod
    def load(cls, model: str | os.PathLike[str]) -> "ImageBundle":
        """What `read_model` reads, refused in one line if it is a model for sound."""
        found = read_model(model)
        if not isinstance(found, ImageBundle):
            raise SpecnetError(f"{model} is a model for sound: use specnet detect")
        return found


def read_model(model: str | os.PathLike[str]) -> Bundle | ImageBundle:
    """Read a model of any kind by its shipped name (``welcome``) or by the path of its file.

    Raises `SpecnetError`, one line that names the file, for whatever is not a whole and sound model file.
    """
    path = _find(model)
    try:
        if path.stat().st_size > 3 * LARGEST_MEMBER:
            raise SpecnetError(f"{path}: larger than any model: expected a NAME.specnet file")
        file = path.read_bytes()
    except OSError as error:
        raise SpecnetError(f"{path}: cannot read the model: {error.strerror}") from error
    try:
        members = _read_members(file)
        document = json.loads(members[CARD])
        if ImageCard.GRAPH in members:
            image = ImageCard.from_json(document)
            return ImageBundle(image, members[ImageCard.GRAPH], members[WEIGHTS], file)
        sound = ModelCard.from_json(document)
        return Bundle(sound, members[ModelCard.GRAPH], members[WEIGHTS], file)
    except (SpecnetError, *DAMAGE) as error:
        raise SpecnetError(f"{path}: damaged, or not a specnet model: {error}") from error


def shipped_models() -> tuple[str, ...]:
    """The names of the models that come with the package."""
    return tuple(sorted(path.stem for path in PRETRAINED.glob("*.specnet")))


def write_bundle(path: str | os.PathLike[str], *, model: Card, graph: bytes, weights: bytes) -> None:
    """Write the model file at `path`: whole or not at all; the same contents give the same bytes."""
    card = json.dumps(model.to_json(), indent=1, allow_nan=False).encode()
    members = {CARD: card, model.GRAPH: graph, WEIGHTS: weights}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            if len(content) > LARGEST_MEMBER:
                raise SpecnetError(f"{path}: {name} has {len(content)} bytes: at most {LARGEST_MEMBER} fit a model")
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    target = Path(path)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(packed.getvalue())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _find(model: str | os.PathLike[str]) -> Path:
    path = Path(model)
    if not re.fullmatch(r"[\w-]+", str(model)) or path.is_file():
        return path
    shipped = PRETRAINED / f"{model}.specnet"
    if not shipped.is_file():
        names = ", ".join(shipped_models()) or "none"
        raise SpecnetError(f"no model {str(model)!r}: shipped models: {names}; or give the path of a NAME.specnet file")
    return shipped


def _read_members(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(file)) as archive:
        names = [info.filename for info in archive.infolist()]
        graph = (ImageCard if ImageCard.GRAPH in names else ModelCard).GRAPH
        if sorted(names) != sorted([CARD, graph, WEIGHTS]):
            raise SpecnetError(f"it holds {', '.join(names)[:120]}: must hold {CARD}, {graph} and {WEIGHTS}")
        for info in archive.infolist():
            if info.file_size > LARGEST_MEMBER:
                raise SpecnetError(f"{info.filename} has {info.file_size} bytes: at most {LARGEST_MEMBER}")
        return {name: archive.read(name) for name in names}
