"""What a model costs that `specnet export --to onnx` wrote, in processor seconds per hour of sound, on one thread.

    python benchmarks/export.py [--model welcome] [--rounds 7]

First the whole: the exported graph against the scan of `specnet detect` (features in numpy, network in onnxruntime)
on the same sound in the same run, in pieces as files and as microphones give them. Then the log-mel alone, as the graph
has it and in other ways to write it: with ONNX's STFT and DFT, and as one product with the whole basis. Where Node and
the packages of examples/node are there, the same graphs also run in onnxruntime for Node and onnxruntime-web (in Node).

Every round runs each once, in turn, and the best round counts: other programs on the machine only ever add.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper

from specnet.app.export.interface import Interface
from specnet.app.export.logmel import add_logmel
from specnet.app.export.nodes import Name, Nodes
from specnet.app.export.onnx_graph import onnx_graph
from specnet.audio.files import RATE, read
from specnet.features.logmel import LogMel, hann, mel_filters
from specnet.runtime.bundle import Bundle
from specnet.scan import Scanner

ROOT = Path(__file__).parents[1]
RECORDING = ROOT / "data" / "dir-intro.flac"
SECONDS = 60
PIECE_FRAMES = 1000
PIECES = {"10 s": 10.0, "80 ms": 0.08}
OURS = "two small products (exported)"

Array = NDArray[np.float32]
Work = Callable[[], object]


def session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def scan(scanner: Scanner, sound: Array, size: int) -> Work:
    def work() -> None:
        state = scanner.start()
        for at in range(0, len(sound), size):
            _, state = scanner.step(sound[at : at + size], state)

    return work


def exported(model: onnxruntime.InferenceSession, interface: Interface, sound: Array, size: int) -> Work:
    def work() -> None:
        state = np.zeros((1, interface.size), np.float32)
        for at in range(0, len(sound), size):
            _, state = model.run(["scores", "next_state"], {"samples": sound[None, at : at + size], "state": state})

    return work


def with_stft(nodes: Nodes, logmel: LogMel) -> Name:
    window = nodes.constant(np.pad(hann(logmel.window, "float32"), (0, logmel.n_fft - logmel.window)))
    hop = nodes.constant(np.int64(logmel.hop))
    return spectrum_to_mel(nodes, logmel, nodes.add("STFT", "samples", hop, window, onesided=1))


def with_dft(nodes: Nodes, logmel: LogMel) -> Name:
    frames = nodes.add("Unsqueeze", windowed(nodes, logmel), nodes.whole(-1))
    size = nodes.constant(np.int64(logmel.n_fft))
    return spectrum_to_mel(nodes, logmel, nodes.add("DFT", frames, size, axis=1, onesided=1))


def with_basis(nodes: Nodes, logmel: LogMel) -> Name:
    n, k = np.arange(logmel.window), np.arange(logmel.n_fft // 2 + 1)
    basis = np.exp(-2j * np.pi * np.outer(n, k) / logmel.n_fft)
    both = nodes.constant(np.concatenate([basis.real, basis.imag], axis=1).astype(np.float32))
    spectrum = nodes.add("MatMul", windowed(nodes, logmel), both)
    filters = nodes.constant(np.tile(mel_filters(logmel, "float32").T, (2, 1)))
    return logarithm(nodes, logmel, nodes.add("MatMul", nodes.add("Mul", spectrum, spectrum), filters))


def as_exported(nodes: Nodes, logmel: LogMel) -> Name:
    return add_logmel(nodes, logmel, "samples", spare=0)


def windowed(nodes: Nodes, logmel: LogMel) -> Name:
    """Frames ``[T, window]`` whose window is three hops, at the front of what they see."""
    assert logmel.window == 3 * logmel.hop
    spare = logmel.n_fft - logmel.window
    hops = nodes.add("Reshape", nodes.cut("samples", 0, -spare, axis=1), nodes.whole(-1, logmel.hop))
    shifted = [nodes.cut(hops, first, last, axis=0) for first, last in ((0, -2), (1, -1), (2, 1 << 40))]
    return nodes.add("Mul", nodes.add("Concat", *shifted, axis=1), nodes.constant(hann(logmel.window, "float32")))


def spectrum_to_mel(nodes: Nodes, logmel: LogMel, spectrum: Name) -> Name:
    power = nodes.add("ReduceSumSquare", spectrum, axes=[-1], keepdims=0)
    return logarithm(nodes, logmel, nodes.add("MatMul", power, nodes.constant(mel_filters(logmel, "float32").T)))


def logarithm(nodes: Nodes, logmel: LogMel, mel: Name) -> Name:
    return nodes.add("Log", nodes.add("Add", mel, nodes.constant(np.float32(logmel.floor))))


WAYS = {OURS: as_exported, "one product with the basis": with_basis, "DFT": with_dft, "STFT": with_stft}


def features_graph(way: Callable[[Nodes, LogMel], Name], logmel: LogMel) -> bytes:
    nodes = Nodes()
    features = way(nodes, logmel)
    graph = helper.make_graph(
        nodes.nodes,
        "features",
        [helper.make_tensor_value_info("samples", TensorProto.FLOAT, [1, "n"])],
        [helper.make_tensor_value_info(features, TensorProto.FLOAT, None)],
        nodes.constants,
    )
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    content: bytes = model.SerializeToString()
    return content


def per_hour(works: dict[str, Work], seconds: float, rounds: int) -> dict[str, float]:
    """Processor seconds per hour of sound, where each work hears so many seconds."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            begin = time.process_time()
            work()
            best[name] = min(best[name], (time.process_time() - begin) / seconds * 3600)
    return best


def in_node(graphs: dict[str, bytes], samples: int, seconds: float, rounds: int) -> dict[str, dict[str, float | str]]:
    """The same in Node, by runtime and graph; what cannot be run says why."""
    with tempfile.TemporaryDirectory() as folder:
        for name, graph in graphs.items():
            Path(folder, f"{name}.onnx").write_bytes(graph)
        command = ["node", ROOT / "benchmarks" / "export.mjs", folder, str(samples), str(seconds), str(rounds)]
        found: dict[str, dict[str, float | str]] = json.loads(subprocess.check_output(command))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="welcome")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    bundle = Bundle.load(arguments.model)
    sound = np.resize(read(RECORDING), SECONDS * RATE)
    compare_whole(bundle, sound, arguments.rounds)
    print()
    compare_features(sound[None, : PIECE_FRAMES * LogMel().hop + LogMel().n_fft - LogMel().hop], arguments.rounds)


def compare_whole(bundle: Bundle, sound: Array, rounds: int) -> None:
    interface, scanner, graph = Interface(bundle), Scanner(bundle), session(onnx_graph(bundle))
    print("| pieces | scan of `specnet detect` | exported graph | ratio |\n|---|---|---|---|")
    for name, length in PIECES.items():
        size = round(length * RATE)
        works = {"scan": scan(scanner, sound, size), "exported": exported(graph, interface, sound, size)}
        cost = per_hour(works, SECONDS, rounds)
        print(f"| {name} | {cost['scan']:.2f} | {cost['exported']:.2f} | {cost['exported'] / cost['scan']:.2f} |")


def compare_features(samples: Array, rounds: int) -> None:
    logmel, seconds = LogMel(), PIECE_FRAMES * LogMel().hop / RATE
    graphs = {name: features_graph(way, logmel) for name, way in WAYS.items()}
    works = {name: partial(session(graph).run, None, {"samples": samples}) for name, graph in graphs.items()}
    works["numpy (`specnet detect`)"] = partial(logmel, samples[0])
    tables: dict[str, Mapping[str, float | str]] = {"onnxruntime": per_hour(works, seconds, rounds * 5)}
    if shutil.which("node") and (ROOT / "examples" / "node" / "node_modules").is_dir():
        tables |= in_node(graphs, samples.shape[1], seconds, rounds * 5)
    print(f"| log-mel | {' | '.join(tables)} |\n|---{'|---' * len(tables)}|")
    for name in works:
        costs = [table.get(name, "") for table in tables.values()]
        print(f"| {name} | {' | '.join(f'{cost:.2f}' if isinstance(cost, float) else cost for cost in costs)} |")


if __name__ == "__main__":
    main()
