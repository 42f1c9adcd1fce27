"""The loop: sound goes in, what it makes certain comes out, and is acted upon."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from specnet.app.listen.clips import Clips
from specnet.app.listen.commands import Commands
from specnet.app.stream import Heard, Stream
from specnet.errors import SpecnetError


class Source(Protocol):
    """Sound as it comes: `blocks` of mono samples ``[N]`` at the rate of the stream that hears them.

    At a failure `blocks` raises `SpecnetError`, after all that was heard before. `lost` is how often some was lost.
    """

    @property
    def name(self) -> str: ...

    @property
    def lost(self) -> int: ...

    def blocks(self) -> Generator[NDArray[np.float32], None, None]: ...


@dataclass(frozen=True, slots=True)
class Moment:
    """A block of sound, and what it made certain."""

    block: NDArray[np.float32]
    heard: Heard


def listen(
    source: Source, stream: Stream, stopped: Callable[[], bool], commands: Commands | None, clips: Clips | None
) -> Iterator[Moment]:
    """Listen until `stopped` says so or `source` ends: every block at once, and at last what was still pending.

    `commands` are run for words as soon as they are certain; `clips` are kept of segments. Raises the
    `SpecnetError` of a source that fails, after everything else is done.
    """
    failure: SpecnetError | None = None
    blocks = source.blocks()
    try:
        for block in blocks:
            yield _act(Moment(block, stream.hear(block)), commands, clips)
            if stopped():
                break
    except SpecnetError as problem:
        failure = problem
    finally:
        blocks.close()
    yield _act(Moment(np.zeros(0, np.float32), stream.end()), commands, clips)
    if clips is not None:
        clips.finish()
    if commands is not None:
        commands.finish()
    if failure is not None:
        raise failure


def _act(moment: Moment, commands: Commands | None, clips: Clips | None) -> Moment:
    if commands is not None:
        commands.run(moment.heard.words)
    if clips is not None:
        clips.hear(moment.block, moment.heard.segments)
    return moment
