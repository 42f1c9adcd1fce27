"""`weights.safetensors` as arrays: the length of a JSON header in eight bytes, the header, and the numbers."""

import json
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specnet.errors import SpecnetError

FLOATS = {"F16": "<f2", "F32": "<f4"}


def read_weights(data: bytes) -> dict[str, NDArray[np.float32]]:
    """All floating-point tensors by name, in single precision.

    >>> header = b'{"bias": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}'
    >>> read_weights(len(header).to_bytes(8, "little") + header + np.array([1, 0.5], "<f2").tobytes())
    {'bias': array([1. , 0.5], dtype=float32)}

    Raises `SpecnetError` where the header is none, or does not fit the numbers.
    """
    begin = 8 + int.from_bytes(data[:8], "little")
    try:
        if begin > len(data):
            raise ValueError(f"{len(data)} bytes of at least {begin}")
        header = json.loads(data[8:begin])
        return {name: _tensor(entry, data[begin:]) for name, entry in header.items() if entry.get("dtype") in FLOATS}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SpecnetError(f"weights.safetensors: damaged ({error})") from error


def _tensor(entry: dict[str, Any], numbers: bytes) -> NDArray[np.float32]:
    first, last = entry["data_offsets"]
    kind = np.dtype(FLOATS[entry["dtype"]])
    if not 0 <= first <= last <= len(numbers) or last - first != prod(entry["shape"]) * kind.itemsize:
        raise ValueError(f"{first} to {last} of {len(numbers)} bytes for shape {entry['shape']}")
    return np.frombuffer(numbers[first:last], kind).reshape(entry["shape"]).astype(np.float32)
