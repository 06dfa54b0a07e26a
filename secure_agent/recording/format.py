"""The bytes of a recording, format SAR1: what the writer seals and the reader opens.

    file    = "SAR1" LF | u32 length | header | record ...
    header  = canonical JSON: v, call, part, day, retention {class, min_days, max_days}, ek, wrapped (base64), kc,
              rate_hz, channels
    record  = u32 length | sealed
    sealed  = nonce | AES-256-GCM(key, content, AAD = header | u64 number of the record) | tag
            | zeros                                 wiped: what stood here was replaced or destroyed
    content = "A" u64 from          | samples: 16-bit little-endian, caller and agent interleaved
            | "X" u64 number | u64 from | samples   stands in the place of that record
            | "P" u64 at            | reason        paused
            | "R" u64 at                            resumed
            | "M" u64 from | u64 to | reason        the caller's channel was silenced
            | "E" u64 at            | reason        ended; nothing follows

Integers are big-endian, places are in samples from the answer of the call. Each record is bound to its place in its
file, so none can be moved, left out or added; only the end can be missing, and then the `E` is. `kc` commits to
the key, which AES-GCM alone does not. All audio records but those before a pause, a part and the end are of one size,
so that sizes do not tell who spoke. What an `M` names is silence to every reader, whatever else the file holds.
"""

import base64
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson

from audit.crypto import hmac_sha256, sha256
from audit.crypto.keys import SealedKey
from secure_agent.recording.errors import RecordingAlteredError, RecordingMisuseError

MAGIC: Final = b"SAR1\n"
RATE_HZ: Final = 16_000
CHANNELS: Final = ("caller", "agent")
CALLER: Final = 0
AGENT: Final = 1
PURPOSE: Final = "recording"  # of the data key
MAX_HEADER_BYTES: Final = 4_096
MAX_RECORD_BYTES: Final = 1 << 20  # a second of audio takes 64 kB
TAG_BYTES: Final = 16
WIPED_TAG: Final = bytes(TAG_BYTES)
_CALL: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CLASS: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_FILE: Final = re.compile(rf"({_CALL.pattern})(?:\.([1-9][0-9]{{0,3}}))?\.sealed")

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """How long a part of a recording is kept: its class, and the bounds in days of the policy, where it sets any."""

    name: str
    min_days: int | None = None
    max_days: int | None = None

    def __post_init__(self) -> None:
        if _CLASS.fullmatch(self.name) is None:
            raise RecordingMisuseError(
                "a retention class is named by letters, digits, dot, dash and underscore"
            )


#: The part of a call that no duty covers, where the policy sets no period.
AUDIO: Final = RetentionClass("audio")


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in clear at the head of a recording."""

    call: str
    part: int
    day: date
    retention: RetentionClass
    ek: str
    wrapped: bytes
    kc: str

    def encode(self) -> bytes:
        return orjson.dumps(
            {
                "v": "SAR1",
                "call": self.call,
                "part": self.part,
                "day": self.day.isoformat(),
                "retention": {
                    "class": self.retention.name,
                    "min_days": self.retention.min_days,
                    "max_days": self.retention.max_days,
                },
                "ek": self.ek,
                "wrapped": base64.b64encode(self.wrapped).decode(),
                "kc": self.kc,
                "rate_hz": RATE_HZ,
                "channels": CHANNELS,
            },
            option=orjson.OPT_SORT_KEYS,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """Both channels from one place on; `samples` has one row per sample and a column per channel."""

    start: int
    samples: Samples

    def encode(self) -> bytes:
        return b"A" + struct.pack(">Q", self.start) + self.samples.astype("<i2", copy=False).tobytes()


@dataclass(frozen=True, slots=True, eq=False)
class Replacement:
    """What stands in the place of audio record NUMBER."""

    number: int
    audio: Audio

    def encode(self) -> bytes:
        return b"X" + struct.pack(">Q", self.number) + self.audio.encode()[1:]


@dataclass(frozen=True, slots=True)
class Paused:
    at: int
    reason: str

    def encode(self) -> bytes:
        return b"P" + struct.pack(">Q", self.at) + self.reason.encode("ascii")


@dataclass(frozen=True, slots=True)
class Resumed:
    at: int

    def encode(self) -> bytes:
        return b"R" + struct.pack(">Q", self.at)


@dataclass(frozen=True, slots=True)
class Muted:
    start: int
    end: int
    reason: str

    def encode(self) -> bytes:
        return b"M" + struct.pack(">QQ", self.start, self.end) + self.reason.encode("ascii")


@dataclass(frozen=True, slots=True)
class Ended:
    at: int
    reason: str

    def encode(self) -> bytes:
        return b"E" + struct.pack(">Q", self.at) + self.reason.encode("ascii")


Record = Audio | Replacement | Paused | Resumed | Muted | Ended


def decode_record(content: bytes) -> Record:
    """Read one record; anything unusual is an error."""
    kind, body = content[:1], content[1:]
    first, second = int.from_bytes(body[:8]), int.from_bytes(body[8:16])
    try:
        match kind:
            case b"A" if len(body) > 8 and len(body) % 4 == 0:
                return Audio(first, _samples_of(body[8:]))
            case b"X" if len(body) > 16 and len(body) % 4 == 0:
                return Replacement(first, Audio(second, _samples_of(body[16:])))
            case b"P" if len(body) >= 8:
                return Paused(first, body[8:].decode("ascii"))
            case b"R" if len(body) == 8:
                return Resumed(first)
            case b"M" if len(body) >= 16:
                return Muted(first, second, body[16:].decode("ascii"))
            case b"E" if len(body) >= 8:
                return Ended(first, body[8:].decode("ascii"))
            case _:
                raise RecordingAlteredError("a record of the recording is malformed")
    except UnicodeDecodeError:
        raise RecordingAlteredError("a record of the recording is malformed") from None


def _samples_of(content: bytes) -> Samples:
    return np.frombuffer(content, "<i2").astype(np.int16, copy=False).reshape(-1, 2)


def decode_header(encoded: bytes) -> Header:
    """Read a header; one byte form per meaning."""
    try:
        match orjson.loads(encoded):
            case {
                "call": str(call),
                "part": int(part),
                "day": str(day),
                "retention": {"class": str(name), "min_days": least, "max_days": most},
                "ek": str(ek),
                "wrapped": str(wrapped),
                "kc": str(kc),
            } if is_call_id(call) and type(part) is int and part > 0 and _is_days(least) and _is_days(most):
                retention = RetentionClass(name, least, most)
                sealed_key = base64.b64decode(wrapped, validate=True)
                header = Header(call, part, date.fromisoformat(day), retention, ek, sealed_key, kc)
                if header.encode() == encoded:
                    return header
            case _:
                pass
    except (ValueError, RecordingMisuseError):  # of JSON, base64 and dates
        pass
    raise RecordingAlteredError("the header of the recording is malformed")


def _is_days(value: object) -> bool:
    return value is None or (type(value) is int and value >= 0)


def new_header(call: str, key: SealedKey, *, part: int, day: date, retention: RetentionClass) -> Header:
    return Header(call, part, day, retention, key.ek, key.wrapped, commitment(key.key, call))


def commitment(key: bytes, call: str) -> str:
    """What binds a recording to one key: AES-GCM alone would open under two."""
    return hmac_sha256(key, b"SAR1-kc" + call.encode("ascii")).hex()


def aad_of(header: bytes, number: int) -> bytes:
    return header + struct.pack(">Q", number)


def digest_of(header: bytes, tags: list[bytes]) -> str:
    """What the audit log keeps of a finished recording: it holds for every record in its order."""
    return sha256(b"SAR1-digest" + header + b"".join(tags)).hex()


def recordings_folder(data_dir: Path) -> Path:
    return data_dir / "recordings"


def part_path(folder: Path, call: str, part: int = 1) -> Path:
    """Where a part of the recording of CALL is kept."""
    return folder / (f"{call}.sealed" if part == 1 else f"{call}.{part}.sealed")


def part_files(folder: Path, call: str | None = None) -> Iterator[tuple[str, int, Path]]:
    """The recordings of a folder, or the parts of one call: call, part and file, in order."""
    found = ((_FILE.fullmatch(path.name), path) for path in folder.glob(f"{call or ''}*.sealed"))
    yield from sorted((name[1], int(name[2] or 1), path) for name, path in found if name is not None)


def is_call_id(text: str) -> bool:
    return _CALL.fullmatch(text) is not None


def to_samples(seconds: float) -> int:
    return round(seconds * RATE_HZ)


def to_seconds(place: int) -> float:
    return place / RATE_HZ


def gap_json(start: int, end: int, reason: str) -> dict[str, Any]:
    """A gap for an event's body: whole milliseconds."""
    return {"from_ms": start * 1000 // RATE_HZ, "to_ms": end * 1000 // RATE_HZ, "reason": reason}
