"""What a verifier trusts: the log keys, witnesses and quorum of a C2SP policy, and the workers' keys."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from audit.checkpoint import decode_text, is_key_name
from audit.crypto.signing import COSIGNATURE, ED25519, Verifier, parse_vkey
from audit.errors import VerificationError

MAX_WORKERS_BYTES = 16 * 1024 * 1024
CALL_ROLE = "call"
CONTROL_ROLE = "control"
_COUNT = re.compile(r"[1-9][0-9]{0,8}")
_WORDS = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class Policy:
    """Whose checkpoints are believed, and whose cosignatures anchor them."""

    logs: tuple[Verifier, ...]
    witnesses: Mapping[str, Verifier]
    groups: Mapping[str, tuple[int, tuple[str, ...]]]
    quorum: str | None
    #: Where a witness is asked, for those that the policy gives an address.
    urls: Mapping[str, str] = field(default_factory=dict)

    @property
    def unsupported(self) -> int:
        """Keys that this verifier cannot use; they never satisfy a quorum."""
        logs = sum(key.key_type != ED25519 for key in self.logs)
        return logs + sum(key.key_type != COSIGNATURE for key in self.witnesses.values())

    @property
    def origins(self) -> frozenset[str]:
        return frozenset(key.name for key in self.logs)

    def log_keys(self, origin: str) -> tuple[Verifier, ...]:
        return tuple(key for key in self.logs if key.name == origin and key.key_type == ED25519)

    def reached(self, seen: Iterable[str]) -> bool:
        """Whether these witnesses, by their policy names, make the quorum."""
        return self.quorum is not None and self._holds(self.quorum, frozenset(seen))

    def _holds(self, name: str, seen: frozenset[str]) -> bool:
        if name in self.witnesses:
            return name in seen
        needed, members = self.groups[name]
        return sum(self._holds(member, seen) for member in members) >= needed


@dataclass(slots=True)
class _Reader:
    logs: list[Verifier] = field(default_factory=list)
    witnesses: dict[str, Verifier] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    quorums: list[str] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)

    def line(self, words: list[str]) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self.logs.append(_new_key(vkey, self.logs))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._new_name(name)
                self.witnesses[name] = _new_key(vkey, self.witnesses.values())
                self.urls.update((name, one) for one in url)
            case ["group", name, count, *members]:
                self._new_name(name)
                self.groups[name] = (self._needed(count, len(members)), tuple(members))
                for member in members:
                    if member == name or not self._known(member) or member in self.members:
                        raise VerificationError("a group names an unknown or already used member")
                    self.members.add(member)
            case ["quorum", name]:
                if name != "none" and not self._known(name):
                    raise VerificationError("the quorum is not a witness or group of a line above")
                self.quorums.append(name)
            case _:
                raise VerificationError("a policy line is neither log, witness, group nor quorum")

    def _known(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups

    def _new_name(self, name: str) -> None:
        if name == "none" or self._known(name):
            raise VerificationError("a witness or group has a reserved or used name")

    @staticmethod
    def _needed(count: str, members: int) -> int:
        if count in ("any", "all"):
            needed = 1 if count == "any" else members
        elif _COUNT.fullmatch(count):
            needed = int(count)
        else:
            raise VerificationError("a group says any, all or a number")
        if not 1 <= needed <= members:
            raise VerificationError("a group needs more members than it has, or none")
        return needed


def _new_key(vkey: str, others: Iterable[Verifier]) -> Verifier:
    key = parse_vkey(vkey)
    if any(key.public == other.public for other in others):
        raise VerificationError("a public key stands twice")
    return key


def parse_policy(data: bytes) -> Policy:
    """Read a C2SP tlog-policy; anything unusual is an error."""
    reader = _Reader()
    for line in decode_text(data, allow_tabs=True).split("\n"):
        words = [word for word in _WORDS.split(line) if word]
        if words and not line.startswith("#"):
            reader.line(words)
    if len(reader.quorums) != 1:
        raise VerificationError("a policy has exactly one quorum")
    if not any(key.key_type == ED25519 for key in reader.logs):
        raise VerificationError("a policy has at least one Ed25519 log key")
    quorum = None if reader.quorums[0] == "none" else reader.quorums[0]
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, quorum, reader.urls)


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker's key and what it may sign: calls, or control entries."""

    role: str
    key: Verifier


def parse_workers(data: bytes) -> dict[str, Worker]:
    """Read a workers file into a mapping by key id (`wkey`)."""
    if len(data) > MAX_WORKERS_BYTES:
        raise VerificationError("the workers file is longer than 16 MiB")
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise VerificationError("the workers file is not UTF-8") from None
    if lines.pop() != "":
        raise VerificationError("every line of the workers file ends in a newline")
    workers: dict[str, Worker] = {}
    publics: set[bytes] = set()
    last = b""
    for line in lines:
        role, _, vkey = line.partition(" ")
        if role not in (CALL_ROLE, CONTROL_ROLE) or vkey.encode("utf-8") <= last:
            raise VerificationError("the workers file has an unknown role or is not sorted")
        last = vkey.encode("utf-8")
        key = parse_vkey(vkey)
        if key.key_type != ED25519 or not is_key_name(key.name) or key.public in publics:
            raise VerificationError("a worker's key is not Ed25519, or stands twice")
        publics.add(key.public)
        workers[key.wkey] = Worker(role, key)
    return workers


def format_workers(workers: Iterable[Worker]) -> bytes:
    ordered = sorted(workers, key=lambda worker: worker.key.vkey.encode("utf-8"))
    return "".join(f"{worker.role} {worker.key.vkey}\n" for worker in ordered).encode("utf-8")
