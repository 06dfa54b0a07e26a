"""What a verifier is asked and what is brought from outside. Whoever cut the bundle has no say in either."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from audit.checkpoint import MAX_NOTE_BYTES, Consistency, parse_checkpoint, parse_consistency
from audit.encoding import MAX_FILE_BYTES, MAX_LINE_BYTES, is_timestamp, parse_canonical, unb64
from audit.errors import VerificationError
from audit.header import MAX_SEG, ORIGIN, UUID, matches, whole
from audit.trust import MAX_WORKERS_BYTES, Policy, Worker, parse_policy, parse_workers
from audit.verify.anchors import Held, check_note
from audit.verify.findings import Findings, StopVerification

DEFAULT_MAX_OPEN_S = 24 * 3_600
_DURATION = re.compile(r"(0|[1-9][0-9]{0,8})([smhd])")
_Parsed = TypeVar("_Parsed")
_UNIT_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: calls, a period, or (neither) the whole log; of the log LOG, an origin with epoch."""

    log: str | None = None
    calls: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None

    def period(self) -> tuple[str, str] | None:
        return None if self.start is None or self.end is None else (self.start, self.end)


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files that come from outside, and the limits of age."""

    trust: Path | None = None
    held: Sequence[Path] = ()
    consistency: Sequence[Path] = ()
    keys: Path | None = None
    max_age_s: int | None = None
    max_open_s: int = DEFAULT_MAX_OPEN_S


@dataclass(frozen=True, slots=True)
class Dek:
    """A data key as a bundle or a key file gives it."""

    call: str
    seg: int
    key: bytes


@dataclass(frozen=True, slots=True)
class Outside:
    """The outside files, read and well formed."""

    policy: Policy | None
    workers: dict[str, Worker]
    held: tuple[Held, ...]
    consistency: tuple[Consistency, ...]
    deks: tuple[Dek, ...]
    #: The bytes of policy and workers, to be compared with the copies in the bundle.
    raw: tuple[bytes, bytes] | None


def parse_duration(text: str) -> int:
    """Seconds of `90s`, `15m`, `24h`, `7d`."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise VerificationError("a duration is a number and one of s, m, h, d")
    return int(found[1]) * _UNIT_S[found[2]]


def parse_deks(data: bytes) -> tuple[Dek, ...]:
    """Read a key file: one object per segment, ascending."""
    if len(data) > MAX_FILE_BYTES:
        raise VerificationError("a key file has at most 256 MiB")
    lines = data.split(b"\n")
    if lines.pop() != b"":
        raise VerificationError("every line of a key file ends in a newline")
    deks: list[Dek] = []
    for line in lines:
        if len(line) >= MAX_LINE_BYTES:
            raise VerificationError("a line is longer than 131072 bytes")
        value = parse_canonical(line)
        if set(value) != {"call", "dek", "seg"}:
            raise VerificationError("a key line has call, dek and seg")
        if not matches(UUID)(value["call"]) or not whole(MAX_SEG)(value["seg"]):
            raise VerificationError("a key line names no segment")
        key = unb64(value["dek"])
        if len(key) != 32:
            raise VerificationError("a data key has 32 bytes")
        if deks and (deks[-1].call, deks[-1].seg) >= (value["call"], value["seg"]):
            raise VerificationError("the lines of a key file are not ascending")
        deks.append(Dek(value["call"], value["seg"], key))
    return tuple(deks)


def read_outside(question: Question, inputs: Inputs, findings: Findings) -> Outside:
    """Step 0: what comes from outside must be readable, well formed and signed."""
    try:
        _check_question(question)
        return _read_outside(inputs)
    except VerificationError as error:
        findings.add(0, "outside-input", str(error))
    except OSError as error:
        findings.add(0, "outside-input", f"{error.filename}: {error.strerror}")
    raise StopVerification


def _check_question(question: Question) -> None:
    if question.log is not None and ORIGIN.fullmatch(question.log) is None:
        raise VerificationError("--log takes an origin with its epoch: audit.ORG/ENV/JURISDICTION/1")
    if not all(map(matches(UUID), question.calls)):
        raise VerificationError("--call takes a UUID in lowercase")
    if (question.start is None) is not (question.end is None):
        raise VerificationError("--from and --to go together")
    if question.start is not None and question.end is not None:
        if question.calls:
            raise VerificationError("ask for calls or for a period, not for both")
        if not (is_timestamp(question.start) and is_timestamp(question.end)):
            raise VerificationError("a time is of the form 2026-11-20T12:00:00.000000Z")
        if question.start > question.end:
            raise VerificationError("the period ends before it begins")


def _read_outside(inputs: Inputs) -> Outside:
    if inputs.held and inputs.trust is None:
        raise VerificationError("--held needs --trust: a held checkpoint is believed for its signature")
    policy: Policy | None = None
    workers: dict[str, Worker] = {}
    raw: tuple[bytes, bytes] | None = None
    if inputs.trust is not None:
        raw = (
            _read(inputs.trust / "policy", MAX_NOTE_BYTES),
            _read(inputs.trust / "workers", MAX_WORKERS_BYTES),
        )
        policy = _named(inputs.trust / "policy", parse_policy, raw[0])
        workers = _named(inputs.trust / "workers", parse_workers, raw[1])
    held: list[Held] = []
    for path in inputs.held:
        note = _named(path, parse_checkpoint, _read(path, MAX_NOTE_BYTES))
        if policy is not None:
            held.append(Held(note, _named(path, check_note, note, policy).as_of(policy)))
    consistency = [
        _named(path, parse_consistency, _read(path, MAX_NOTE_BYTES)) for path in inputs.consistency
    ]
    deks: tuple[Dek, ...] = ()
    if inputs.keys is not None:
        deks = _named(inputs.keys, parse_deks, _read(inputs.keys, MAX_FILE_BYTES))
    return Outside(policy, workers, tuple(held), tuple(consistency), deks, raw)


def _read(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise VerificationError(f"{path} is longer than {limit} bytes")
    return data


def _named(path: Path, parse: Callable[..., _Parsed], *given: object) -> _Parsed:
    try:
        return parse(*given)
    except VerificationError as error:
        raise VerificationError(f"{path}: {error}") from error
