"""The public header of an entry: which members it has, of what form, and what its type demands."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from audit.encoding import Json, is_timestamp
from audit.errors import VerificationError

VERSION = 1
MAX_SEQ = 2**20
MAX_SEG = 2**31
MAX_TREE = 2**53 - 1

OPEN = "segment.open"
CLOSE = "segment.close"
ABANDONED = "segment.abandoned"
EPOCH = "log.epoch"
ERASURE = "erasure"
PRUNE = "prune"
DESTROYED = "key.destroyed"
ROTATED = "key.rotated"
HELD = "key.held"
RELEASED = "key.released"
EXPORT = "export"
MIGRATION = "migration"

TOMBSTONES: Final = frozenset({ERASURE, PRUNE, DESTROYED})
_CONTROL: Final = frozenset({ABANDONED, EPOCH, ERASURE, PRUNE, EXPORT, MIGRATION})
#: Members that stand in the first entry of a segment only.
FIRST_ONLY: Final = frozenset({"kc", "ek", "wkey", "log", "prev_seg"})
#: Constant inside a segment.
CONSTANT: Final = ("tenant", "jur", "ret", "worker")

UNKNOWN_HEAD = "unknown"
#: The tenant of the runs of jobs; their calls are no calls.
JOB_TENANT = "system"

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
HEX32 = re.compile(r"[0-9a-f]{32}")
HEX64 = re.compile(r"[0-9a-f]{64}")
HEX128 = re.compile(r"[0-9a-f]{128}")
TYPE = re.compile(r"[a-z0-9_]{1,32}(?:\.[a-z0-9_]{1,32}){0,3}")
TEXT = re.compile(r"[^\x00-\x1f\x7f]{1,256}")
LOG = re.compile(r"audit\.[a-z0-9.-]{1,128}/[a-z0-9-]{1,32}/[a-z0-9-]{1,32}")
ORIGIN = re.compile(LOG.pattern + r"/[1-9][0-9]{0,8}")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_HEAD = re.compile(r"|[0-9a-f]{64}")
_PREV_SEG = re.compile(r"|unknown|[0-9a-f]{64}")
_Form = Callable[[Any], bool]


def is_control(kind: str) -> bool:
    """Whether entries of this type may stand only in segments of a control key."""
    return kind in _CONTROL or kind.startswith("key.")


def matches(pattern: re.Pattern[str], *, remembered: int = 0) -> _Form:
    """Whether a value is a string of this form; the last REMEMBERED of them are not looked at twice."""
    if remembered:
        known = lru_cache(maxsize=remembered)(lambda text: pattern.fullmatch(text) is not None)
        return lambda value: type(value) is str and known(value)

    def form(value: Any) -> bool:
        return isinstance(value, str) and pattern.fullmatch(value) is not None

    return form


def whole(below: int, *, least: int = 0) -> _Form:
    def form(value: Any) -> bool:
        return type(value) is int and least <= value < below

    return form


def array_of(item: _Form) -> _Form:
    def form(value: Any) -> bool:
        return isinstance(value, list) and bool(value) and all(item(one) for one in value)

    return form


def _ascending(value: Any) -> bool:
    segs = array_of(whole(MAX_SEG))
    return segs(value) and all(one < other for one, other in pairwise(value))


def _ranges(value: Any) -> bool:
    def pair(one: Any) -> bool:
        place = whole(MAX_TREE)
        return isinstance(one, list) and len(one) == 2 and all(map(place, one)) and one[0] <= one[1]

    return array_of(pair)(value)


def _date(value: Any) -> bool:
    return matches(DATE)(value) and is_timestamp(f"{value}T00:00:00.000000Z")


_COMMON: Final[Mapping[str, _Form]] = {
    "v": lambda value: type(value) is int and value == VERSION,
    "call": matches(UUID, remembered=1_024),
    "seg": whole(MAX_SEG),
    "seq": whole(MAX_SEQ),
    "t": matches(TYPE, remembered=256),
    "ts": is_timestamp,
    "prev": matches(_HEAD),
    "tenant": matches(ID, remembered=256),
    "jur": matches(ID, remembered=256),
    "ret": matches(ID, remembered=256),
    "worker": matches(ID, remembered=256),
}
_WHERE_PRESENT: Final[Mapping[str, _Form]] = {
    "kc": matches(HEX64),
    "ek": matches(HEX32),
    "wkey": matches(HEX64),
    "log": matches(LOG),
    "prev_seg": matches(_PREV_SEG),
    "wsig": matches(HEX128),
    "model": matches(TEXT),
    "prompt": matches(HEX64),
    "policy": matches(HEX64),
}
_TARGETS: Final[Mapping[str, _Form]] = {
    "target_call": matches(UUID),
    "target_seg": _ascending,
}
_STAFF: Final[Mapping[str, _Form]] = {"basis": matches(TEXT), "actor": matches(ID), "approver": matches(ID)}
_BY_TYPE: Final[Mapping[str, Mapping[str, _Form]]] = {
    ABANDONED: {**_TARGETS, "target_head": array_of(matches(HEX64))},
    EPOCH: {
        "old_checkpoint": lambda value: isinstance(value, str),
        "db_checkpoint": lambda value: isinstance(value, str),
        "reason": matches(TEXT),
        "actor": matches(ID),
        "approver": matches(ID),
    },
    ROTATED: {
        "target_ek": array_of(matches(HEX32)),
        "kek_old": matches(TEXT),
        "kek_new": matches(TEXT),
    },
    EXPORT: {"scope_sha256": matches(HEX64), "actor": matches(ID)},
    MIGRATION: {"from": matches(ID), "to": matches(ID), "schema_sha256": matches(HEX64)},
    CLOSE: {"count": whole(MAX_SEQ + 1, least=1)},
    ERASURE: {
        **_TARGETS,
        "target_kc": array_of(matches(HEX64)),
        "backup_complete_by": _date,
        **_STAFF,
    },
    DESTROYED: {"target_ek": array_of(matches(HEX32)), **_STAFF},
    PRUNE: {"epoch": whole(10**9, least=1), "ranges": _ranges, **_STAFF},
}
_LENGTHS: Final = {ABANDONED: "target_head", ERASURE: "target_kc"}


def check_header(header: Json) -> None:
    """Check the form of a header but for the members of a tombstone; VerificationError names the member."""
    for name, form in _COMMON.items():
        if name not in header or not form(header[name]):
            raise VerificationError(f"header: {name} is missing or malformed")
    for name in _WHERE_PRESENT.keys() & header.keys():
        if not _WHERE_PRESENT[name](header[name]):
            raise VerificationError(f"header: {name} is malformed")
    kind, first = header["t"], header["seq"] == 0
    if (header["prev"] == "") is not first:
        raise VerificationError("header: prev is empty in the first entry and nowhere else")
    if first:
        _check_first(header)
    if kind == CLOSE and "wsig" not in header:
        raise VerificationError("header: a close is signed")
    if kind in _BY_TYPE and kind not in TOMBSTONES:
        _check_members(header)


def check_tombstone(header: Json, index: int, epoch: int) -> None:
    """Check the members of a tombstone at leaf INDEX of EPOCH; VerificationError names the member."""
    _check_members(header)
    if header["t"] == DESTROYED and "kept_kc" in header and not array_of(matches(HEX64))(header["kept_kc"]):
        raise VerificationError("header: kept_kc is malformed")
    own_epoch = header["t"] == PRUNE and header["epoch"] == epoch
    if own_epoch and any(last >= index for _, last in header["ranges"]):
        raise VerificationError("header: a prune names leaves below its own only")


def check_places(header: Json) -> None:
    """Check that type and members of the first entry stand where they may; VerificationError otherwise."""
    kind, first = header["t"], header["seq"] == 0
    if first is not (kind in {OPEN, EPOCH}):
        raise VerificationError("a segment begins with its opening, and it stands nowhere else")
    if kind == EPOCH and header["seg"] != 0:
        raise VerificationError("an epoch begins in segment 0")
    if not first and not FIRST_ONLY.isdisjoint(header):
        raise VerificationError("a member of the first entry stands elsewhere")
    if ("count" in header) is not (kind == CLOSE):
        raise VerificationError("count stands in a close and nowhere else")
    if kind == CLOSE and header["count"] != header["seq"] + 1:
        raise VerificationError("the count of a close is not the number of entries")


def _check_first(header: Json) -> None:
    for name in (*FIRST_ONLY, "wsig"):
        if name not in header:
            raise VerificationError(f"header: {name} is missing in the first entry")
    if (header["prev_seg"] == "") is not (header["seg"] == 0):
        raise VerificationError("header: prev_seg is empty in segment 0 and nowhere else")


def _check_members(header: Json) -> None:
    kind = header["t"]
    for name, form in _BY_TYPE[kind].items():
        if name not in header or not form(header[name]):
            raise VerificationError(f"header: {name} is missing or malformed")
    if "approver" in _BY_TYPE[kind] and header["actor"] == header["approver"]:
        raise VerificationError("header: actor and approver are the same")
    counted = _LENGTHS.get(kind)
    if counted is not None and len(header[counted]) != len(header["target_seg"]):
        raise VerificationError(f"header: {counted} has another length than target_seg")
