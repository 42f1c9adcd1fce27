"""From the best checkpoint to the model file and its report, for images."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from specnet.data.pictures import Pictures, PictureSet
from specnet.models.build import load_weights, save_weights
from specnet.models.classifier import Recogniser
from specnet.models.export import recogniser_graph
from specnet.runtime.bundle import ImageBundle, ImageCard, ImageSize, write_bundle
from specnet.train.checkpoint import Checkpoint, load_module
from specnet.train.image_learner import AT_ONCE, ImageLearner
from specnet.train.image_recipe import ImageRecipe
from specnet.train.image_report import write_image_report
from specnet.train.loop import best_epoch
