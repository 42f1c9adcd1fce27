"""What a file's own header promises, so that a file cut short is told from a short one."""

import io
from collections.abc import Callable
from struct import unpack
from typing import BinaryIO

from specnet.audio.pcm import PcmFormat
from specnet.errors import SpecnetError

OPEN_ENDED = 0x7FF00000
"""Writers that cannot seek back put 0, 0x7FFFFxxx or 0xFFFFFFFF where the number of bytes belongs."""

INTEGERS, FLOATS, EXTENSIBLE = 1, 3, 0xFFFE
"""Format tags of WAV."""

LARGEST_HEADER = 1 << 24
LARGEST_OGG_PAGE = 27 + 255 + 255 * 255


def sample_header(read: Callable[[int], bytes]) -> tuple[bytes, int | None]:
    """Read a WAV or AIFF header up to its first sample: its bytes, and how many bytes of samples it promises.

    The promise is None where the container is another one, or where the writer did not know; the returned header then
    says 0xFFFFFFFF, which libsndfile reads as "until the end".

    Source: https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html
    """
    header = read(12)
    kinds = {b"RIFFWAVE": ("little", b"data"), b"RIFXWAVE": ("big", b"data"), b"FORMAIFF": ("big", b"SSND")}
    kinds |= {b"FORMAIFC": kinds[b"FORMAIFF"], b"RF64WAVE": kinds[b"RIFFWAVE"]}
    if (kind := kinds.get(header[:4] + header[8:12])) is None:
        return header, None
    order, samples_chunk = kind
    while len(header) < LARGEST_HEADER:
        chunk = read(8)
        size = int.from_bytes(chunk[4:], order)  # type: ignore[arg-type]
        if chunk[:4] == samples_chunk and len(chunk) == 8:
            closed = int.from_bytes(header[4:8], order)  # type: ignore[arg-type]
            if header[12:16] == b"ds64":  # RF64, for more than 4 GB: the sizes have a chunk of their own
                size = int.from_bytes(header[28:36], order)  # type: ignore[arg-type]
                return header + chunk, size or None
            if size < OPEN_ENDED and (size or 0 < closed < OPEN_ENDED):
                return header + chunk, size
            return header + chunk[:4] + b"\xff" * 4, None
        header += chunk
        if len(chunk) < 8 or size > LARGEST_HEADER:
            break
        header += read(size + size % 2)
    return header, None


def wav_format(header: bytes) -> PcmFormat | None:
    """What the samples after a WAV file's `sample_header` are; None where it is no WAV file, or they are encoded."""
    if header[:4] not in (b"RIFF", b"RF64") or header[8:12] != b"WAVE":
        return None
    at = 12
    while header[at : at + 4] not in (b"fmt ", b""):
        size = int.from_bytes(header[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    fields = header[at + 8 : at + 48]
    if len(fields) < 16:
        return None
    tag, channels, rate, _, frame, _ = unpack("<HHIIHH", fields[:16])
    if tag == EXTENSIBLE:  # the tag lies at the beginning of a GUID
        tag = int.from_bytes(fields[24:26], "little")
    if tag not in (INTEGERS, FLOATS) or not channels or frame % channels:
        return None
    try:
        return PcmFormat(rate, frame // channels, channels, floating=tag == FLOATS)
    except SpecnetError:  # libsndfile will say what is wrong with it
        return None


def is_cut_short(file: BinaryIO, header: bytes, promised: int | None) -> bool:
    """Whether the seekable `file` ends before its `sample_header`, its MP3 header or its last Ogg page says so."""
    size = file.seek(0, io.SEEK_END)
    if header.startswith(b"OggS"):
        file.seek(max(0, size - LARGEST_OGG_PAGE))
        return _ogg_goes_on(file.read())
    if frame := _mp3_frame(file):
        return _mp3_bytes(frame) > size
    return promised is not None and len(header) + promised > size


def is_unmeasured_mp3(file: BinaryIO) -> bool:
    """Whether the seekable `file` is an MP3 that does not say how long it is: libsndfile would guess, and stop there.

    Source: http://gabriel.mp3-tech.org/mp3infotag.html
    """
    frame = _mp3_frame(file)
    return bool(frame) and not any(tag in frame for tag in (b"Xing", b"Info", b"VBRI"))


def _mp3_frame(file: BinaryIO) -> bytes:
    # The beginning of the first frame, where a header of the whole may lie; nothing if this is no MP3.
    file.seek(0)
    head = file.read(10)
    if head.startswith(b"ID3"):  # the tag's size: four times seven bits
        file.seek(10 + sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True)))
        head = file.read(10)
    is_mpeg = len(head) == 10 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2  # frame sync, and layer III
    return head + file.read(190) if is_mpeg else b""


def _mp3_bytes(frame: bytes) -> int:
    # How long the frames are in all, 0 where it is not said: flag 1 is for their number, flag 2 for their bytes.
    at = max(frame.find(b"Xing"), frame.find(b"Info"))
    if at < 0 or not int.from_bytes(frame[at + 4 : at + 8]) & 2:
        return 0
    at += 12 if frame[at + 7] & 1 else 8
    return int.from_bytes(frame[at : at + 4])


def _ogg_goes_on(tail: bytes) -> bool:
    # RFC 3533, 6: byte 5 of a page has bit 4 on a stream's last page; byte 26 counts the lacing values that follow.
    page = tail[max(0, tail.rfind(b"OggS")) :]
    if len(page) < 27:
        return True
    lacing = page[27 : 27 + page[26]]
    return not page[5] & 4 or len(page) < 27 + page[26] + sum(lacing)
