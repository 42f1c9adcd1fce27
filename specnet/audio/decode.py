"""Decoding: libsndfile first, the ffmpeg program where libsndfile gives up; files, pipes and standard input."""

import os
import shutil
import stat
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from specnet.audio.container import is_cut_short, is_unmeasured_mp3, sample_header, wav_format
from specnet.audio.pcm import PcmFormat, PcmReader
from specnet.errors import SpecnetError
from specnet.units import Hertz

READABLE = "WAV, FLAC, Ogg Vorbis, Opus, MP3 and AIFF can be read"
PIPE_BYTES = 1 << 16
CONTAINERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,dts,eac3,flac,flv,gsm,matroska,mov,mp3,mpc,mpc8,mpeg,mpegts,nut,ogg,rm,tak,"
    "tta,voc,w64,wav,wv,xwma"
)
"""What ffmpeg may read: formats whose sound lies in the file itself. A playlist would have it read other files."""
UNKNOWN = 1 << 48
"""libsndfile gives a number of frames above this where the file does not say it (a FLAC written to a pipe)."""


class Decoder:
    """An opened file (or ``-``, standard input), read once from front to back at its own rate and channels.

    A WAV stream from a pipe is decoded as it arrives; other formats from a pipe go to a temporary file first.
    `name` is what errors call it. `frames` is how many the header promises, or None where it does not say. What is
    `raw` has no header, and is decoded as it arrives, too. Close it, or use it as a context manager.
    """

    def __init__(self, path: str | os.PathLike[str], raw: PcmFormat | None = None, name: str | None = None) -> None:
        self.name = name or ("standard input" if path == "-" else str(path))
        self.frames: int | None = None
        self._resources = ExitStack()
        self._path = Path(path)
        self._strict: subprocess.Popen[bytes] | None = None
        self._raw = raw
        try:
            stream = self._resources.enter_context(_unbuffered(path))
            self._file = self._open(stream) if raw is None else PcmReader(stream, raw)
        except OSError as error:
            self.close()
            raise SpecnetError(f"{self.name}: {_reason(error)}") from error
        except BaseException:
            self.close()
            raise
        self.sample_rate: Hertz = self._file.samplerate
        self.channels: int = self._file.channels

    def __enter__(self) -> "Decoder":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._resources.close()

    def blocks(self, frames: int) -> Iterator[NDArray[np.float32]]:
        """Blocks ``[n, channels]`` of at most `frames` frames until the end; `SpecnetError` if that comes early."""
        import soundfile

        heard, skip = 0, 0
        while True:
            try:
                block = self._read(frames)
            except soundfile.LibsndfileError as error:
                # A few valid files end libsndfile's decoder ("lost sync"): begin again with ffmpeg, up to this place.
                if shutil.which("ffmpeg") is None:
                    how = f"it cannot be decoded beyond {heard / self.sample_rate:.3f} s ({error.error_string})"
                    raise SpecnetError(self._cut_short(how)) from None
                skip, heard = heard, 0
                self._file = self._open_with_ffmpeg(error.error_string, strict=self.frames is None)
                continue
            if not len(block):
                break
            heard += len(block)
            if heard > skip:
                yield block[max(0, len(block) - (heard - skip)) :]
        if self._raw is not None and (left := len(self._file.left_over)):
            raise SpecnetError(f"{self.name}: ends inside a sample: it has {left} of {self._raw.frame} bytes")
        if self._strict is not None and self._strict.wait():
            raise SpecnetError(self._cut_short(f"it cannot be decoded beyond {heard / self.sample_rate:.3f} s"))
        if self.frames is not None and heard < self.frames:
            raise SpecnetError(self._cut_short(f"its header promises {self.frames} samples, but it has {heard}"))

    def _read(self, frames: int) -> NDArray[np.float32]:
        if isinstance(self._file, PcmReader):
            return self._file.read(frames)
        # libsndfile gives the same numbers for 16-bit samples, and takes twice as long to make floats of them
        sound: NDArray[np.float32]
        if self._file.subtype == "PCM_16":
            sound = self._file.read(frames, dtype="int16", always_2d=True) * np.float32(2**-15)
        else:
            sound = self._file.read(frames, dtype="float32", always_2d=True)
        return sound

    def _open(self, stream: BinaryIO) -> Any:
        import soundfile

        header, promised = sample_header(partial(_read_exactly, stream))
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            if header[:4] not in (b"RIFF", b"RF64"):
                return self._open(self._spool(stream, header))
            try:
                file = self._open_wav(stream, header, promised)
            except soundfile.LibsndfileError as error:
                raise SpecnetError(self._unreadable(error.error_string)) from None
            self.frames = file.frames if promised is not None else None
            return file
        if not header:
            raise SpecnetError(f"{self.name}: empty (0 bytes): expected audio")
        if is_cut_short(stream, header, promised):
            raise SpecnetError(self._cut_short("it ends before its header says"))
        try:
            if header[:4] == b"RIFF" and promised is None:
                stream.seek(len(header))
                return self._open_wav(stream, header, promised)
            if is_unmeasured_mp3(stream):
                stream.seek(0)
                return self._open_pipe(stream)
            stream.seek(0)
            file = self._resources.enter_context(soundfile.SoundFile(os.dup(stream.fileno())))
        except soundfile.LibsndfileError as error:
            return self._open_with_ffmpeg(error.error_string)
        self.frames = file.frames if file.frames < UNKNOWN else None
        return file

    def _open_wav(self, stream: BinaryIO, header: bytes, promised: int | None) -> Any:
        # libsndfile waits for all that it is asked for, and ends at 4 GiB: what is live may be both later and longer.
        form = wav_format(header)
        return self._open_pipe(stream, header) if form is None else PcmReader(stream, form, promised)

    def _open_pipe(self, stream: BinaryIO, header: bytes = b"") -> Any:
        # libsndfile decodes WAV and MP3 from a pipe, without asking for their length. What was read to find out what it
        # is goes first, and a thread passes on the rest.
        import soundfile

        reading, writing = os.pipe()
        threading.Thread(target=_pump, args=(header, stream, writing), daemon=True).start()
        return self._resources.enter_context(soundfile.SoundFile(reading))

    def _spool(self, stream: BinaryIO, header: bytes) -> BinaryIO:
        folder = Path(self._resources.enter_context(tempfile.TemporaryDirectory(prefix="specnet-")))
        self._path = folder / "audio"
        with self._path.open("wb") as spool:
            spool.write(header)
            shutil.copyfileobj(stream, spool)
        return self._resources.enter_context(_unbuffered(self._path))

    def _open_with_ffmpeg(self, complaint: str, strict: bool = False) -> Any:
        # Where nothing says how long it is, an end too early shows only in ffmpeg's exit code, if it is `strict`.
        import soundfile

        if (program := shutil.which("ffmpeg")) is None:
            raise SpecnetError(self._unreadable(complaint, "and there is no ffmpeg to try"))
        source = f"file:{self._path if self._path != Path('-') else '/dev/stdin'}"
        command = [program, *["-xerror"] * strict, "-v", "quiet", "-nostdin"]
        command += ["-protocol_whitelist", "file,pipe", "-format_whitelist", CONTAINERS, "-i", source]
        command += ["-map", "0:a:0", "-c:a", "pcm_f32le", "-f", "wav", "-"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._strict = process if strict else None
        self._resources.callback(process.wait)
        self._resources.callback(process.kill)
        assert process.stdout is not None
        self._resources.enter_context(process.stdout)
        try:
            return self._resources.enter_context(soundfile.SoundFile(process.stdout.fileno(), closefd=False))
        except soundfile.LibsndfileError:
            raise SpecnetError(self._unreadable(complaint, "nor can ffmpeg read it")) from None

    def _unreadable(self, *complaints: str) -> str:
        reasons = ", ".join(complaint.strip().rstrip(".").lower() for complaint in complaints)
        return f"{self.name}: not audio that can be read ({reasons}); {READABLE}"

    def _cut_short(self, how: str) -> str:
        return f"{self.name}: the file is cut short or damaged: {how}; copy or download it again"


def _unbuffered(path: str | os.PathLike[str]) -> BinaryIO:
    # Unbuffered, for the position of the descriptor must be true when libsndfile takes it over, and a thread that waits
    # in a buffered read of standard input would hold the lock that the interpreter needs to exit.
    return FileIO(0, closefd=False) if path == "-" else FileIO(path)


def _read_exactly(stream: BinaryIO, count: int) -> bytes:
    whole = b""
    while len(whole) < count and (part := stream.read(count - len(whole))):
        whole += part
    return whole


def _pump(header: bytes, stream: BinaryIO, writing: int) -> None:
    try:
        with os.fdopen(writing, "wb") as out:
            out.write(header)
            while chunk := stream.read(PIPE_BYTES):
                out.write(chunk)
                out.flush()
    except (OSError, ValueError):  # the reader has heard enough and closed its end, or the source
        pass


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, IsADirectoryError):
        return "a directory: give an audio file"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return error.strerror or str(error)
