"""What `import specnet` gives, and what it costs."""

import subprocess
import sys
from pathlib import Path

import pytest

import specnet

ROOT = Path(__file__).parents[2]


def test_names() -> None:
    from specnet.app.detect import Detector
    from specnet.timeline import Segment

    assert specnet.Detector is Detector and specnet.Segment is Segment and specnet.__version__ == "0.1.0"
    assert all(getattr(specnet, name) is not None for name in specnet.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Detektor'; it has Box, Detector, Guess, Heard, ImageModel"):
        _ = specnet.Detektor


def imported(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return set(done.stdout.split())


def test_import_is_free() -> None:
    assert not {"numpy", "soundfile", "onnxruntime", "specnet.app"} & imported("import specnet")


def test_the_detector_imports_libraries_when_they_are_needed() -> None:
    later = {"onnxruntime", "soundfile", "soxr", "torch", "librosa", "scipy", "matplotlib", "pydantic", "onnx"}
    assert not later & imported("from specnet import Detector")
