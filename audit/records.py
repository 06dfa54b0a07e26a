"""Spool records: a sealed entry, or the wrapped key of a segment, framed so that a torn tail is recognised."""

import zlib
from dataclasses import dataclass

from audit.crypto.keys import WRAPPED_BYTES
from audit.encoding import MAX_BODY_BYTES, MAX_HEADER_BYTES
from audit.errors import VerificationError

_ENTRY = b"\x01"
_KEY = b"\x02"
FRAME_BYTES = 8
_KEY_PAYLOAD = 1 + 36 + 4 + 32 + WRAPPED_BYTES
_MAX_PAYLOAD = 9 + MAX_HEADER_BYTES + MAX_BODY_BYTES + 64


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """A sealed entry on its way to the database."""

    p: bytes
    c: bytes

    def payload(self) -> bytes:
        return _ENTRY + len(self.p).to_bytes(4, "big") + self.p + len(self.c).to_bytes(4, "big") + self.c


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """The wrapped key of a segment; it stands before the first entry of the segment."""

    call: str
    seg: int
    ek: str
    wrapped: bytes

    def payload(self) -> bytes:
        return (
            _KEY
            + self.call.encode("ascii")
            + self.seg.to_bytes(4, "big")
            + self.ek.encode("ascii")
            + self.wrapped
        )


class TornRecordError(VerificationError):
    """The data ends inside a record."""


def frame(record: EntryRecord | KeyRecord) -> bytes:
    payload = record.payload()
    return len(payload).to_bytes(4, "big") + zlib.crc32(payload).to_bytes(4, "big") + payload


def read_record(data: bytes, at: int) -> tuple[EntryRecord | KeyRecord, int]:
    """The record at AT and where the next one begins. TornRecordError where the data ends too early."""
    if len(data) - at < FRAME_BYTES:
        raise TornRecordError("a record is cut off")
    length = int.from_bytes(data[at : at + 4], "big")
    if length > _MAX_PAYLOAD:
        raise VerificationError("a record is longer than any entry")
    end = at + FRAME_BYTES + length
    if end > len(data):
        if _ends_before(data, at + FRAME_BYTES):
            raise VerificationError("the length of a record is damaged")
        raise TornRecordError("a record is cut off")
    payload = data[at + FRAME_BYTES : end]
    if zlib.crc32(payload) != int.from_bytes(data[at + 4 : at + FRAME_BYTES], "big"):
        raise VerificationError("a record is damaged")
    return _parse(payload), end


def _ends_before(data: bytes, at: int) -> bool:
    """Whether the payload at AT says of itself that it ends within the data: then it was not cut off."""
    if data[at : at + 1] == _KEY:
        return len(data) - at >= _KEY_PAYLOAD
    if data[at : at + 1] != _ENTRY:
        return False
    body = at + 5 + int.from_bytes(data[at + 1 : at + 5], "big")
    return body + 4 + int.from_bytes(data[body : body + 4], "big") <= len(data)


def _parse(payload: bytes) -> EntryRecord | KeyRecord:
    if payload[:1] == _KEY and len(payload) == _KEY_PAYLOAD:
        try:
            call, ek = payload[1:37].decode("ascii"), payload[41:73].decode("ascii")
        except UnicodeDecodeError:
            raise VerificationError("a key record is malformed") from None
        return KeyRecord(call, int.from_bytes(payload[37:41], "big"), ek, payload[73:])
    if payload[:1] == _ENTRY and len(payload) >= 9:
        header_end = 5 + int.from_bytes(payload[1:5], "big")
        body = header_end + 4
        if int.from_bytes(payload[header_end:body], "big") == len(payload) - body >= 0:
            return EntryRecord(payload[5:header_end], payload[body:])
    raise VerificationError("a record is malformed")
