"""Sealed audio, record by record, straight to disk: never a plaintext byte in a file, and a crash leaves a prefix."""

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from audit.crypto.envelope import Opener, Sealer
from audit.crypto.keys import SealedKey
from secure_agent.recording.errors import RecordingMisuseError, RecordingUnavailableError
from secure_agent.recording.format import (
    CALLER,
    MAGIC,
    TAG_BYTES,
    Audio,
    Ended,
    Muted,
    Record,
    aad_of,
    decode_record,
    digest_of,
    new_header,
)

_LENGTH: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an audio record stands in the file."""

    number: int
    offset: int  # of its sealed text
    sealed_bytes: int
    start: int
    end: int


@final
class SealedAudioWriter:
    """One recording file under its own key. The file is new, and only its owner may read it."""

    def __init__(self, path: Path, *, call: str, key: SealedKey) -> None:
        self.path = path
        self._header = new_header(call, key).encode()
        self._sealer = Sealer(key.key)
        self._opener = Opener(key.key)
        self._tags: list[bytes] = []
        self._audio: list[_Place] = []
        self._size = 0
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unavailable(error) from None
        try:
            self._append(MAGIC + _LENGTH.pack(len(self._header)) + self._header)
        except RecordingUnavailableError:
            self.close()
            raise

    @property
    def closed(self) -> bool:
        return self._fd < 0

    def write(self, record: Record) -> None:
        """Seal one record and append it. If that fails the file ends where it ended before."""
        number = len(self._tags)
        sealed = self._sealer.seal(record.encode(), aad_of(self._header, number))
        offset = self._size + _LENGTH.size
        self._append(_LENGTH.pack(len(sealed)) + sealed)
        self._tags.append(sealed[-TAG_BYTES:])
        if isinstance(record, Audio):
            end = record.start + len(record.samples)
            self._audio.append(_Place(number, offset, len(sealed), record.start, end))

    def mute_caller(self, muted: Muted) -> None:
        """Silence the caller's channel in what is already written, by sealing those records anew in their place."""
        for place in self._audio:
            if place.start < muted.end and muted.start < place.end:
                self._seal_again(place, muted)

    def finish(self, end: Ended) -> str:
        """Write the end, bring everything to the disk, close; return the digest for the audit log."""
        self.write(end)
        self.flush()
        self.close()
        return digest_of(self._header, self._tags)

    def flush(self) -> None:
        """Return once everything written is on the disk."""
        self._check_open()
        try:
            os.fsync(self._fd)
        except OSError as error:
            raise _unavailable(error) from None

    def close(self) -> None:
        """Close the file as it is; without an end the reader calls it incomplete."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def destroy(self) -> None:
        """Overwrite the header, and with it the only copy of the wrapped key, and remove the file."""
        self.close()
        destroy_recording(self.path)

    def _seal_again(self, place: _Place, muted: Muted) -> None:
        self._check_open()
        aad = aad_of(self._header, place.number)
        try:
            sealed = os.pread(self._fd, place.sealed_bytes, place.offset)
            record = decode_record(self._opener.open(sealed, aad))
            if not isinstance(record, Audio):
                raise RecordingMisuseError("only audio is silenced")
            samples = record.samples.copy()
            first = max(muted.start - place.start, 0)
            samples[first : max(muted.end - place.start, 0), CALLER] = 0
            sealed = self._sealer.seal(Audio(record.start, samples).encode(), aad)
            os.pwrite(self._fd, sealed, place.offset)
        except OSError as error:
            raise _unavailable(error) from None
        self._tags[place.number] = sealed[-TAG_BYTES:]

    def _append(self, content: bytes) -> None:
        self._check_open()
        try:
            written = 0
            while written < len(content):
                written += os.pwrite(self._fd, content[written:], self._size + written)
        except OSError as error:
            os.ftruncate(self._fd, self._size)  # half a record would look like a crash
            raise _unavailable(error) from None
        self._size += len(content)

    def _check_open(self) -> None:
        if self._fd < 0:
            raise RecordingMisuseError("the recording is closed")


def destroy_recording(path: Path) -> None:
    """Overwrite the header, and with it the only copy of the wrapped key, and remove the file; twice does no harm."""
    try:
        with path.open("r+b") as file:
            file.write(bytes(len(MAGIC) + _LENGTH.size + 4_096))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unavailable(error) from None


def _unavailable(error: OSError) -> RecordingUnavailableError:
    return RecordingUnavailableError(f"the recording cannot be written: {error.strerror or 'unknown fault'}")
