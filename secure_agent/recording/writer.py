"""Sealed audio, record by record, straight to disk: never a plaintext byte in a file, and a crash leaves a prefix.

An audio record is on the disk when `write` returns; there is one a second, so that a crash loses no more than what is
not sealed yet. What is silenced afterwards is first named (from then on no reader gives it out), then sealed anew at
the end of the file, and only when that is on the disk the old record is overwritten with zeros: whenever the process
dies, the stretch is either whole or silent. The file is locked while its writer lives.
"""

import fcntl
import os
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self, final

from audit.crypto.envelope import OVERHEAD_BYTES, Opener, Sealer
from audit.errors import SealBrokenError
from secure_agent.recording.errors import RecordingError, RecordingMisuseError, RecordingUnavailableError
from secure_agent.recording.format import (
    CALLER,
    MAGIC,
    TAG_BYTES,
    WIPED_TAG,
    Audio,
    Ended,
    Header,
    Muted,
    Record,
    Replacement,
    aad_of,
    decode_record,
    digest_of,
)

_LENGTH: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class AudioPlace:
    """Where sealed audio stands in the file, and which audio record it is or replaces."""

    number: int
    stands_for: int
    offset: int  # of its sealed text
    sealed_bytes: int
    start: int
    end: int


@final
class SealedAudioWriter:
    """One recording file under its own key. The file is new, and only its owner may read it."""

    def __init__(self, path: Path, header: Header, key: bytes) -> None:
        self.path = path
        self._begin(header, key)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unavailable(error) from None
        try:
            self._lock(fcntl.LOCK_EX)  # whoever looks whether we live holds it for a moment
            self._append(MAGIC + _LENGTH.pack(len(self._header)) + self._header)
            self.flush()
            _sync_folder(path.parent)
        except RecordingUnavailableError:
            self.close()
            raise

    @classmethod
    def reopen(
        cls, path: Path, header: Header, key: bytes, *, size: int, tags: list[bytes], audio: list[AudioPlace]
    ) -> Self:
        """Go on with a file that its writer left behind, after its first SIZE bytes, which a reader has checked.

        Raises RecordingUnavailableError while that writer is alive.
        """
        self = cls.__new__(cls)
        self.path = path
        self._begin(header, key)
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except OSError as error:
            raise _unavailable(error) from None
        try:
            self._lock(fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._fd, size)
        except OSError as error:
            self.close()
            raise _unavailable(error) from None
        except RecordingError:
            self.close()
            raise
        self._size, self._tags = size, tags
        self._audio = {place.stands_for: place for place in audio}
        return self

    def _begin(self, header: Header, key: bytes) -> None:
        self._fd = -1
        self._header = header.encode()
        self._sealer = Sealer(key)
        self._opener = Opener(key)
        self._tags: list[bytes] = []
        self._audio: dict[int, AudioPlace] = {}  # by the number of the audio record
        self._size = 0

    def _lock(self, how: int) -> None:
        try:
            fcntl.flock(self._fd, how)
        except OSError as error:
            raise _unavailable(error) from None

    @property
    def closed(self) -> bool:
        return self._fd < 0

    def write(self, record: Record) -> None:
        """Seal one record and append it; it is on the disk then. If that fails the file ends where it ended before."""
        self._write(record)
        self.flush()

    def _write(self, record: Record) -> None:
        number = len(self._tags)
        sealed = self._sealer.seal(record.encode(), aad_of(self._header, number))
        offset = self._size + _LENGTH.size
        self._append(_LENGTH.pack(len(sealed)) + sealed)
        self._tags.append(sealed[-TAG_BYTES:])
        match record:
            case Audio():
                stands_for, audio = number, record
            case Replacement():
                stands_for, audio = record.number, record.audio
            case _:
                return
        end = audio.start + len(audio.samples)
        self._audio[stands_for] = AudioPlace(number, stands_for, offset, len(sealed), audio.start, end)

    def mute_caller(self, muted: Muted) -> None:
        """Silence the caller's channel in what is already written; it is nowhere in the file when this returns.

        Where no silent record can be put beside the old one, as on a full disk, the old one is destroyed all the same.
        """
        places = [p for p in self._audio.values() if p.start < muted.end and muted.start < p.end]
        try:
            self.write(muted)
            self.carry_out(muted)
        except RecordingError:
            for place in places:
                self._wipe(place)
            self.flush()
            raise

    def carry_out(self, muted: Muted) -> None:
        """Replace the records that MUTED, which is in the file already, names."""
        touched = [p for p in self._audio.values() if p.start < muted.end and muted.start < p.end]
        for place in touched:
            self._write(Replacement(place.stands_for, self._silenced(place, muted)))
        if not touched:
            return
        self.flush()
        for place in touched:
            self._wipe(place)
        self.flush()

    def finish(self, end: Ended) -> str:
        """Write the end, bring everything to the disk, close; return the digest for the audit log."""
        self.write(end)
        self.close()
        return digest_of(self._header, self._tags)

    def flush(self) -> None:
        """Return once everything written is on the disk."""
        self._check_open()
        try:
            os.fdatasync(self._fd)
        except OSError as error:
            raise _unavailable(error) from None

    def close(self) -> None:
        """Close the file as it is; without an end the reader calls it incomplete."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _silenced(self, place: AudioPlace, muted: Muted) -> Audio:
        self._check_open()
        try:
            sealed = os.pread(self._fd, place.sealed_bytes, place.offset)
            record = decode_record(self._opener.open(sealed, aad_of(self._header, place.number)))
        except OSError as error:
            raise _unavailable(error) from None
        except SealBrokenError:
            raise RecordingUnavailableError("the recording was changed while it was being written") from None
        audio = record.audio if isinstance(record, Replacement) else record
        if not isinstance(audio, Audio):
            raise RecordingMisuseError("only audio is silenced")
        samples = audio.samples.copy()
        samples[max(muted.start - place.start, 0) : max(muted.end - place.start, 0), CALLER] = 0
        return replace(audio, samples=samples)

    def _wipe(self, place: AudioPlace) -> None:
        self._check_open()
        try:
            os.pwrite(self._fd, bytes(place.sealed_bytes), place.offset)
        except OSError as error:
            raise _unavailable(error) from None
        self._tags[place.number] = WIPED_TAG
        if self._audio.get(place.stands_for) == place:
            del self._audio[place.stands_for]

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


def is_being_written(path: Path) -> bool:
    """Whether the process that writes this recording is alive."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError as error:
        raise _unavailable(error) from None
    return False


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


def is_wiped(sealed: bytes) -> bool:
    """Whether a record was overwritten on purpose."""
    return len(sealed) > OVERHEAD_BYTES and not any(sealed)


def _sync_folder(folder: Path) -> None:
    try:
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
    except OSError as error:
        raise _unavailable(error) from None


def _unavailable(error: OSError) -> RecordingUnavailableError:
    return RecordingUnavailableError(f"the recording cannot be written: {error.strerror or 'unknown fault'}")
