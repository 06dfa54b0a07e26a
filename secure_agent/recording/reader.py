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
    CALLER,
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
    Replacement,
    Resumed,
    Samples,
    aad_of,
    commitment,
    decode_header,
    decode_record,
    digest_of,
)
from secure_agent.recording.steps import Gap, joined
from secure_agent.recording.writer import AudioPlace, is_wiped

_LENGTH: Final = struct.Struct(">I")
_MAX_SILENCE: Final = RATE_HZ * 24 * 3600  # an export longer than a day is no call


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A recording as it was opened: one part of a call, or its parts joined."""

    header: Header
    start: int  # sample of the first sound, counted from the answer
    samples: Samples  # caller and agent, one row a sample, gaps as silence
    gaps: tuple[Gap, ...]
    complete: bool  # False: the end is missing, as after a crash
    reason: str | None  # why it ended
    sha256: str | None  # as in the event `recording.stopped`; None where the end is missing


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The records of a file as they stand in it, each checked: what a recovery goes on from."""

    header: Header
    size: int  # bytes that hold whole records; what follows a crash tore
    tags: list[bytes]
    audio: list[AudioPlace]
    mutes: tuple[Muted, ...]
    recording: Recording


def read_header(path: Path) -> Header:
    """Read what stands in clear: which call, and which key opens it."""
    return _header_of(_bytes_of(path, MAX_HEADER_BYTES + 64))[0]


def read_recording(path: Path, key: bytes) -> Recording:
    """Open a recording. Raises RecordingAlteredError unless every record is the one that was written here."""
    return read_records(path, key).recording


def read_records(path: Path, key: bytes) -> Reading:
    """Open a recording, and say where its records are; errors as for `read_recording`."""
    content = _bytes_of(path)
    header, at = _header_of(content)
    if len(key) != KEY_BYTES or not same_bytes(commitment(key, header.call).encode(), header.kc.encode()):
        raise RecordingAlteredError("the recording is not under this key")
    tape = _Tape(header.encode(), Opener(key))
    last = at
    while len(content) - at > _LENGTH.size:
        (length,) = _LENGTH.unpack_from(content, at)
        if length > MAX_RECORD_BYTES:
            raise RecordingAlteredError("a record of the recording is longer than any that is written")
        sealed = content[at + _LENGTH.size : at + _LENGTH.size + length]
        if len(sealed) < length or not any(content[at:]):
            break  # torn by a crash
        tape.take(sealed, at + _LENGTH.size)
        last = at
        at += _LENGTH.size + length
        if tape.ended is not None and at != len(content):
            raise RecordingAlteredError("something follows the end of the recording")
    return tape.reading(header, last if tape.drop_torn() else at)


def has_end(path: Path, key: bytes) -> bool:
    """Whether the recording was closed: only its last record is opened. Errors as for `read_recording`."""
    try:
        with path.open("rb") as file:
            head = file.read(MAX_HEADER_BYTES + 64)
            header, at = _header_of(head)
            size, number, last = file.seek(0, io.SEEK_END), -1, (0, 0)
            while at + _LENGTH.size <= size:
                file.seek(at)
                (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
                if not length or at + _LENGTH.size + length > size:
                    return False
                number, last, at = number + 1, (at + _LENGTH.size, length), at + _LENGTH.size + length
            file.seek(last[0])
            sealed = file.read(last[1])
    except OSError as error:
        raise RecordingUnavailableError(
            f"the recording cannot be read: {error.strerror or 'unknown fault'}"
        ) from None
    if number < 0 or len(sealed) > MAX_RECORD_BYTES:
        return False
    try:
        return isinstance(decode_record(Opener(key).open(sealed, aad_of(header.encode(), number))), Ended)
    except SealBrokenError:
        return False


def export_wav(path: Path, key: bytes) -> bytes:
    """Open a recording and return it as WAV."""
    return wav_of(read_recording(path, key))


def join_parts(parts: list[Recording]) -> Recording:
    """The parts of one call as one recording: each at its time, silence where none was recorded."""
    if not parts:
        raise RecordingUnavailableError("there is no part to join")
    start = min(part.start for part in parts)
    end = max(part.start + len(part.samples) for part in parts)
    _check_length(end - start)
    samples = np.zeros((end - start, 2), np.int16)
    for part in parts:
        samples[part.start - start : part.start - start + len(part.samples)] = part.samples
    last = parts[-1]
    gaps = joined(gap for part in parts for gap in part.gaps)
    complete = all(part.complete for part in parts)
    return Recording(last.header, start, samples, gaps, complete, last.reason, None)


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

    header: bytes
    opener: Opener
    tags: list[bytes] = field(default_factory=list)
    parts: dict[int, Audio] = field(default_factory=dict)
    places: dict[int, AudioPlace] = field(default_factory=dict)
    broken: set[int] = field(default_factory=set)
    mutes: list[Muted] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    start: int | None = None
    last: int = 0
    pause: Paused | None = None
    ended: Ended | None = None

    def take(self, sealed: bytes, offset: int) -> None:
        number = len(self.tags)
        self.tags.append(sealed[-TAG_BYTES:])
        if is_wiped(sealed):
            return
        try:
            record = decode_record(self.opener.open(sealed, aad_of(self.header, number)))
        except SealBrokenError:
            self.broken.add(number)  # a crash while it was overwritten, if its replacement follows
            return
        self._understand(record, number, offset, len(sealed))

    def drop_torn(self) -> bool:
        """Forget a last record that does not open where the end is missing: a power cut tore it."""
        torn = self.ended is None and len(self.tags) - 1 in self.broken
        if torn:
            self.broken.remove(len(self.tags) - 1)
            self.tags.pop()
        return torn

    def _understand(self, record: Record, number: int, offset: int, sealed_bytes: int) -> None:
        match record:
            case Audio(start):
                self._keep(record, AudioPlace(number, number, offset, sealed_bytes, start, _end_of(record)))
                self._begin(start)
            case Replacement(stands_for, audio):
                place = AudioPlace(number, stands_for, offset, sealed_bytes, audio.start, _end_of(audio))
                self._keep(audio, place)
                self._begin(audio.start)
            case Paused(at):
                self.pause = record
                self._begin(at)
                self.last = max(self.last, at)
            case Resumed(at):
                self._end_pause(at)
            case Muted(start, end, reason):
                self.mutes.append(record)
                self.gaps.append(Gap(start, end, reason))
            case Ended(at):
                self._begin(at)
                self._end_pause(at)
                self.ended = record

    def _keep(self, audio: Audio, place: AudioPlace) -> None:
        self.parts[place.stands_for], self.places[place.stands_for] = audio, place
        self.last = max(self.last, place.end)

    def _begin(self, place: int) -> None:
        self.start = place if self.start is None else min(self.start, place)

    def _end_pause(self, at: int) -> None:
        if self.pause is not None:
            self.gaps.append(Gap(self.pause.at, at, self.pause.reason))
            self.pause = None

    def reading(self, header: Header, size: int) -> Reading:
        if self.broken - self.places.keys():
            raise RecordingAlteredError("a record of the recording was altered")
        whole = self.ended is not None
        digest = digest_of(self.header, self.tags) if whole else None
        if self.pause is not None:
            self._end_pause(self.last)
        reason = self.ended.reason if self.ended is not None else None
        samples = self._samples(self.start or 0)
        recording = Recording(header, self.start or 0, samples, joined(self.gaps), whole, reason, digest)
        return Reading(header, size, self.tags, list(self.places.values()), tuple(self.mutes), recording)

    def _samples(self, start: int) -> Samples:
        end = max(self.last, self.ended.at if self.ended is not None else start)
        _check_length(end - start)
        samples = np.zeros((end - start, 2), np.int16)
        place = start
        for _, part in sorted(self.parts.items()):
            if part.start < place:
                raise RecordingAlteredError("the recording runs backwards")
            samples[part.start - start : _end_of(part) - start] = part.samples
            place = _end_of(part)
        for muted in self.mutes:
            samples[max(muted.start - start, 0) : max(muted.end - start, 0), CALLER] = 0
        return samples


def _end_of(audio: Audio) -> int:
    return audio.start + len(audio.samples)


def _check_length(samples: int) -> None:
    if samples > _MAX_SILENCE:
        raise RecordingAlteredError("the recording claims to be longer than a day")


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
