"""Look into a network: what it sees in one file, as a page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from specnet.app.detect import FALSE_ALARMS_PER_HOUR, Detector
from specnet.audio.files import Recording
from specnet.errors import SpecnetError
from specnet.images import files
from specnet.images.prepare import prepared
from specnet.inspect.file_page import WHAT, Asked
from specnet.inspect.listening import Hearing
from specnet.inspect.picture_page import Guess, picture_page
from specnet.inspect.sound_page import Heard, sound_page
from specnet.inspect.subject import Subject
from specnet.models.classifier import Recogniser, classifier
from specnet.models.spec import presets
from specnet.pages.store import Store
from specnet.runtime.bundle import Bundle, ImageBundle, read_model
from specnet.runtime.weights import read_weights
from specnet.train.learners import trained
from specnet.train.origin import IMPORTED, preset_of, weights_of
from specnet.units import Seconds

LONGEST: Seconds = 60.0
"""Of a recording that fits a page."""

COLOURS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Mean and deviation of red, green and blue in ImageNet, which torchvision's weights are made for."""


@dataclass(frozen=True)
class Looking:
    """A network to look into, and the model that it is of: None for an untrained preset, or weights of torchvision."""

    subject: Subject
    bundle: Bundle | ImageBundle | None

    @classmethod
    def open(cls, model: str) -> Looking:
        """A model (the name of one that ships, or a NAME.specnet file), a preset for images, or a file of weights that
        `specnet import` wrote.

        >>> Looking.open("digits").subject.size
        (1, 28, 28)

        Raises `SpecnetError` where it is none of them, or holds no network.
        """
        if model.endswith(IMPORTED):
            return cls(_imported(model), None)
        if model in presets("images"):
            return cls(_untrained(model), None)
        if model in presets("scanners"):
            raise SpecnetError(f"{model}: a scanner that has learnt nothing: name a model, as specnet train makes one")
        bundle = read_model(model)
        try:
            if not read_weights(bundle.weights):
                raise SpecnetError("it carries no weights: name the model file that the training wrote")
            return cls(Subject.of(bundle.name, bundle.labels, trained(bundle)), bundle)
        except SpecnetError as error:
            raise SpecnetError(f"{model}: {error}") from None


def inspect_file(
    looking: Looking, file: str, store: Store, what: Collection[str] = WHAT, layer: str | None = None
) -> str:
    """The page of a file, HTML, whose pictures and sound go to `store`: see `specnet inspect`.

    Raises `SpecnetError` for an unknown layer, and for a file that is bad or of the other kind.
    """
    asked = Asked(tuple(what), None if layer is None else looking.subject.layer(layer))
    name = "standard input" if file == "-" else Path(file).name
    if isinstance(looking.bundle, Bundle):
        return _sound(looking.subject, looking.bundle, file, name, asked, store)
    return _picture(looking, file, name, asked, store)


def _sound(subject: Subject, bundle: Bundle, file: str, name: str, asked: Asked, store: Store) -> str:
    waveform = read_sound(file, bundle)
    detector, rate = Detector(bundle), bundle.features.sample_rate
    times, tracks = detector.scores(waveform, rate)
    candidates = [each for each in detector.candidates(waveform, rate)[0] if each.label in bundle.card.reported]
    hearing = Hearing.of(waveform, subject, bundle.features, detector.grid)
    heard = Heard(times, tracks, detector.threshold(FALSE_ALARMS_PER_HOUR), candidates)
    return sound_page(subject, name, waveform, hearing, heard, asked, store)


def read_sound(file: str, bundle: Bundle) -> NDArray[np.float32]:
    """A recording of at most `LONGEST`, ``[N]`` at the rate of a model; see `inspect_file` for errors."""
    rate, blocks, heard = bundle.features.sample_rate, [], 0
    try:
        with Recording(file) as recording:
            for block in recording.blocks(rate):
                blocks.append(block)
                heard += len(block)
                if heard > LONGEST * rate:
                    raise SpecnetError(f"{recording.name}: longer than the {LONGEST:g} s that fit a page: cut it")
    except SpecnetError:
        if _is_picture(file):
            raise SpecnetError(f"{file}: a picture, and model {bundle.name} is for sound") from None
        raise
    waveform = np.concatenate(blocks)
    if not waveform.any():
        raise SpecnetError(f"{file}: nothing but digital silence: there is no sound to look at")
    return waveform


def _picture(looking: Looking, file: str, name: str, asked: Asked, store: Store) -> str:
    subject, bundle = looking.subject, looking.bundle
    image = read_picture(file, looking)
    with torch.no_grad():
        probabilities = subject(torch.from_numpy(image)[None])[0, :, 0].softmax(dim=0).tolist()
    classes = bundle.card.classes if isinstance(bundle, ImageBundle) else subject.labels
    guesses = [Guess(*each) for each in zip(subject.labels, probabilities, strict=True) if each[0] in classes]
    guesses.sort(key=lambda guess: -guess.probability)
    return picture_page(subject, name, image, guesses[:10], asked, store)


def read_picture(file: str, looking: Looking) -> NDArray[np.float32]:
    """A picture as a network for images takes it, ``[channels, H, W]``; see `inspect_file` for errors."""
    how = looking.bundle.card.prepare if isinstance(looking.bundle, ImageBundle) else "fit"
    channels, height, width = looking.subject.size
    try:
        picture = files.read(file)
    except SpecnetError:
        if _is_sound(file):
            raise SpecnetError(f"{file}: a sound, and {looking.subject.name} is for pictures") from None
        raise
    return prepared(picture, how, channels, height, width)


def _is_picture(file: str) -> bool:
    try:
        return file != "-" and files.read(file).size > 0
    except SpecnetError:
        return False


def _is_sound(file: str) -> bool:
    try:
        with Recording(file):
            return file != "-"
    except SpecnetError:
        return False


def _untrained(preset: str) -> Subject:
    torch.manual_seed(0)
    return _of_preset(f"{preset} (untrained)", Recogniser(classifier(preset)))


def _imported(path: str) -> Subject:
    preset = preset_of(path)
    network = Recogniser(classifier(preset))
    mean, deviation = network.norm.running_mean, network.norm.running_var
    assert mean is not None and deviation is not None
    if len(mean) == 3:
        mean.copy_(torch.tensor(COLOURS[0]))
        deviation.copy_(torch.tensor(COLOURS[1]) ** 2)
    found = network.classifier.load_state_dict(weights_of(path), strict=False)
    if found.missing_keys and not all(key.startswith("auxiliary.") for key in found.missing_keys):
        raise SpecnetError(f"{path}: no weights of {preset}: {found.missing_keys[0]} is missing")
    return _of_preset(preset, network)


def _of_preset(name: str, network: Recogniser) -> Subject:
    [classes] = network.classifier.trunk.output
    return Subject.of(name, [f"class {number}" for number in range(classes)], network)
