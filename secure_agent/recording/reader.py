"""Read a recording back: every record is checked, and a file that a crash cut short gives its whole prefix."""

import io
import struct
import wave
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from audit.crypto import same_bytes
from audit.crypto.envelope import KEY_BYTES, Opener
from audit.errors import SealBrokenError
from secure_agent.recording.errors import RecordingAlteredError, RecordingUnavailableError
from secure_agent.recording.format import (
    MAGIC,
    MAX_HEADER_BYTES,
    MAX_RECORD_BYTES,
    RATE_HZ,
    TAG_BYTES,
    Audio,
    Ended,
    Header,
    Muted,
    Paused,
    Record,
    Resumed,
    Samples,
    aad_of,
    commitment,
    decode_header,
    decode_record,
    digest_of,
)
from secure_agent.recording.recorder import Gap

_LENGTH: Final = struct.Struct(">I")
_MAX_SILENCE: Final = RATE_HZ * 24 * 3600  # an export longer than a day is no call


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A recording as it was opened."""

    header: Header
    start: int  # sample of the first sound, counted from the answer
    samples: Samples  # caller and agent, one row a sample, gaps as silence
    gaps: tuple[Gap, ...]
    complete: bool  # False: the end is missing, as after a crash
    reason: str | None  # why it ended
    sha256: str | None  # as in the event `recording.stopped`; None where the end is missing


def read_header(path: Path) -> Header:
    """Read what stands in clear: which call, and which key opens it."""
    return _header_of(_bytes_of(path, MAX_HEADER_BYTES + 64))[0]


def read_recording(path: Path, key: bytes) -> Recording:
    """Open a recording. Raises RecordingAlteredError unless every record is the one that was written here."""
    content = _bytes_of(path)
    header, at = _header_of(content)
    if len(key) != KEY_BYTES or not same_bytes(commitment(key, header.call).encode(), header.kc.encode()):
        raise RecordingAlteredError("the recording is not under this key")
    encoded, opener = header.encode(), Opener(key)
    tape, tags = _Tape(), list[bytes]()
    while len(content) - at > _LENGTH.size:
        (length,) = _LENGTH.unpack_from(content, at)
        at += _LENGTH.size
        if length > MAX_RECORD_BYTES:
            raise RecordingAlteredError("a record of the recording is longer than any that is written")
        sealed = content[at : at + length]
        if len(sealed) < length:
            break
        at += length
        try:
            record = decode_record(opener.open(sealed, aad_of(encoded, len(tags))))
        except SealBrokenError:
            raise RecordingAlteredError("a record of the recording was altered") from None
        tags.append(sealed[-TAG_BYTES:])
        tape.take(record)
        if tape.ended is not None and at != len(content):
            raise RecordingAlteredError("something follows the end of the recording")
    digest = digest_of(encoded, tags) if tape.ended is not None else None
    return tape.recording(header, digest)


def export_wav(path: Path, key: bytes) -> bytes:
    """Open a recording and return it as WAV."""
    return wav_of(read_recording(path, key))


def wav_of(recording: Recording) -> bytes:
    """Return the recording as WAV: 16 kHz, stereo, caller left and agent right, gaps as silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes(recording.samples.astype("<i2", copy=False).tobytes())
    return out.getvalue()


@dataclass(slots=True)
class _Tape:
    """What the records say together."""

    parts: list[Audio] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    start: int | None = None
    pause: Paused | None = None
    ended: Ended | None = None

    def take(self, record: Record) -> None:
        match record:
            case Audio(start):
                self.parts.append(record)
                self._begin(start)
            case Paused(at):
                self.pause = record
                self._begin(at)
            case Resumed(at):
                self._end_pause(at)
            case Muted(start, end, reason):
                self.gaps.append(Gap(start, end, reason))
            case Ended(at):
                self._begin(at)
                self._end_pause(at)
                self.ended = record

    def _begin(self, place: int) -> None:
        if self.start is None:
            self.start = place

    def _end_pause(self, at: int) -> None:
        if self.pause is not None:
            self.gaps.append(Gap(self.pause.at, at, self.pause.reason))
            self.pause = None

    def recording(self, header: Header, sha256: str | None) -> Recording:
        start = self.start or 0
        last = self.parts[-1].start + len(self.parts[-1].samples) if self.parts else start
        end = max(last, self.ended.at) if self.ended is not None else last
        if end - start > _MAX_SILENCE:
            raise RecordingAlteredError("the recording claims to be longer than a day")
        samples = np.zeros((end - start, 2), np.int16)
        place = start
        for part in self.parts:
            if part.start < place:
                raise RecordingAlteredError("the recording runs backwards")
            samples[part.start - start : part.start - start + len(part.samples)] = part.samples
            place = part.start + len(part.samples)
        reason = self.ended.reason if self.ended is not None else None
        return Recording(header, start, samples, tuple(self.gaps), self.ended is not None, reason, sha256)


def _header_of(content: bytes) -> tuple[Header, int]:
    start = len(MAGIC) + _LENGTH.size
    if not content.startswith(MAGIC) or len(content) < start:
        raise RecordingAlteredError("this is not a recording")
    (length,) = _LENGTH.unpack_from(content, len(MAGIC))
    if length > MAX_HEADER_BYTES:
        raise RecordingAlteredError("the header of the recording is malformed")
    return decode_header(content[start : start + length]), start + length


def _bytes_of(path: Path, at_most: int = -1) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(at_most)
    except OSError as error:
        raise RecordingUnavailableError(
            f"the recording cannot be read: {error.strerror or 'unknown fault'}"
        ) from None
