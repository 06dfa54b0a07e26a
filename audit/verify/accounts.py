"""Step 8: segments agree with each other, tombstones with what is gone, the manifest with both."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from audit.encoding import Json
from audit.errors import VerificationError
from audit.header import ABANDONED, DESTROYED, ERASURE, PRUNE, TOMBSTONES, UNKNOWN_HEAD, check_tombstone
from audit.verify.findings import Findings
from audit.verify.question import Question
from audit.verify.segments import Segment
from audit.verify.walk import ControlLine, Walked

Place = tuple[str, int]


@dataclass(slots=True)
class Accounts:
    """What counts, what it covers, and how the segments stand."""

    erased: dict[Place, set[bytes]] = field(default_factory=dict)
    destroyed: set[str] = field(default_factory=set)
    kept: set[bytes] = field(default_factory=set)
    pruned: list[tuple[int, int]] = field(default_factory=list)
    heads: dict[Place, list[bytes]] = field(default_factory=dict)
    closed: int = 0
    abandoned: int = 0
    open: int = 0
    unsigned: int = 0
    late: int = 0
    prev_unknown: int = 0
    body_pruned: int = 0
    outside_scope: int = 0
    states: dict[Place, str] = field(default_factory=dict)

    def is_erased(self, segment: Segment) -> bool:
        """Whether a tombstone that counts says that no key of this segment exists any more."""
        first = segment.first
        if first is None:
            return False
        if first.kc in self.erased.get((segment.call, segment.seg), ()):
            return True
        return first.ek in self.destroyed and first.kc not in self.kept

    def is_pruned(self, index: int) -> bool:
        """Whether a prune that counts names this leaf; after `sort`."""
        at = bisect_left(self.pruned, index, key=lambda one: one[1])
        return at < len(self.pruned) and self.pruned[at][0] <= index

    def sort(self) -> None:
        """Join the ranges of all prunes."""
        joined: list[tuple[int, int]] = []
        for first, last in sorted(self.pruned):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
        self.pruned = joined


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """Which calls of the bundle are in its scope, by its own (unsigned) words."""

    calls: frozenset[str] | None
    by_period: bool
    partial: bool

    @classmethod
    def of(cls, manifest: Json) -> "ScopeRule":
        scope = manifest["scope"]
        calls = None if scope["calls"] is None else frozenset(scope["calls"])
        return cls(calls, scope["from"] is not None, manifest["mode"] == "partial")

    def holds(self, name: str, walked: Walked) -> bool:
        call = walked.calls[name]
        if self.partial and any(segment.control for segment in call.segments.values()):
            return True
        named = self.calls is None or name in self.calls
        return named and (not self.by_period or call.in_scope_period)


def take_accounts(
    walked: Walked, manifest: Json, question: Question, epoch: int, findings: Findings
) -> tuple[Accounts, frozenset[str]]:
    """Return the accounts, and the names of the calls in scope."""
    rule = ScopeRule.of(manifest)
    scope = frozenset(name for name in walked.calls if rule.holds(name, walked))
    accounts = Accounts()
    for line in walked.control:
        _count_control(line, epoch, accounts, findings)
    accounts.sort()
    _check_heads(walked, accounts, scope if rule.partial else None, findings)
    for segment in walked.segments():
        _check_previous(segment, walked, accounts, findings)
        _count_segment(segment, walked, accounts)
        if segment.call in scope:
            _check_forms(segment, accounts, findings)
        else:
            accounts.outside_scope += len(segment.pruned) + segment.sealed
    _check_manifest(walked, manifest, accounts, scope, findings)
    if rule.partial:
        for name in sorted({*question.calls, *manifest["scope"]["calls"]}):
            if name not in walked.calls:
                findings.add(8, "call-missing", "a call of the scope or of the question has no entries")
    return accounts, scope


def _count_control(line: ControlLine, epoch: int, accounts: Accounts, findings: Findings) -> None:
    header, kind = line.header, line.header["t"]
    if kind in TOMBSTONES:
        try:
            check_tombstone(header, line.index, epoch)
        except VerificationError as error:
            findings.add(8, "tombstone-invalid", str(error))
            return
    if not (line.segment.closed and line.segment.control):
        findings.add(10, "control-not-counted", "a control entry stands in a segment that is not closed")
        return
    if kind == ERASURE:
        for seg, kc in zip(header["target_seg"], header["target_kc"], strict=True):
            accounts.erased.setdefault((header["target_call"], seg), set()).add(bytes.fromhex(kc))
    elif kind == DESTROYED:
        accounts.destroyed.update(header["target_ek"])
        accounts.kept.update(bytes.fromhex(kc) for kc in header.get("kept_kc", ()))
    elif kind == ABANDONED:
        for seg, head in zip(header["target_seg"], header["target_head"], strict=True):
            accounts.heads.setdefault((header["target_call"], seg), []).append(bytes.fromhex(head))
    elif kind == PRUNE and header["epoch"] == epoch:
        accounts.pruned += [(first, last) for first, last in header["ranges"]]
    else:
        findings.add(10, "control-not-counted", "a prune names another epoch")


def _check_heads(walked: Walked, accounts: Accounts, only: frozenset[str] | None, findings: Findings) -> None:
    for (call, seg), heads in accounts.heads.items():
        if only is not None and call not in only:
            continue
        segment = walked.segment(call, seg)
        if segment is None or any(segment.place_of(head) is None for head in heads):
            findings.add(8, "head-unknown", "an abandonment names a head that no entry has")


def _check_previous(segment: Segment, walked: Walked, accounts: Accounts, findings: Findings) -> None:
    prev = "" if segment.first is None else segment.first.prev_seg
    if prev == UNKNOWN_HEAD:
        accounts.prev_unknown += 1
    elif prev:
        before = walked.segment(segment.call, segment.seg - 1)
        if before is None:
            findings.add(8, "segment-missing", "the segment before one is missing")
        elif before.place_of(bytes.fromhex(prev)) is None:
            findings.add(8, "head-unknown", "a segment cites a head of the one before that no entry has")


def _cited(segment: Segment, walked: Walked, accounts: Accounts) -> Iterator[int]:
    """The places of the heads of SEGMENT that others cite."""
    heads = list(accounts.heads.get((segment.call, segment.seg), ()))
    after = walked.segment(segment.call, segment.seg + 1)
    if after is not None and after.first is not None and len(after.first.prev_seg) == 64:
        heads.append(bytes.fromhex(after.first.prev_seg))
    for head in heads:
        place = segment.place_of(head)
        if place is not None:
            yield place


def _count_segment(segment: Segment, walked: Walked, accounts: Accounts) -> None:
    place = (segment.call, segment.seg)
    abandoned = [at for head in accounts.heads.get(place, ()) if (at := segment.place_of(head)) is not None]
    vouched = segment.signed_seq
    if segment.closed:
        accounts.closed += 1
        accounts.states[place] = "closed"
    elif place in accounts.heads:
        accounts.abandoned += 1
        accounts.states[place] = "abandoned"
        vouched = max(vouched, *abandoned) if abandoned else vouched
    else:
        accounts.open += 1
        accounts.states[place] = "open"
    accounts.unsigned += max(0, segment.last_seq - vouched)
    cited = list(_cited(segment, walked, accounts))
    if cited:
        accounts.late += segment.last_seq - min(cited)


def _check_forms(segment: Segment, accounts: Accounts, findings: Findings) -> None:
    accounts.body_pruned += len(segment.pruned)
    for index in segment.pruned:
        if not accounts.is_pruned(index):
            findings.add(8, "form-uncovered", "a body is missing and no tombstone says why")


def _check_manifest(
    walked: Walked, manifest: Json, accounts: Accounts, scope: frozenset[str], findings: Findings
) -> None:
    listed: set[Place] = set()
    for claim in manifest["segments"]:
        place = (claim["call"], claim["seg"])
        listed.add(place)
        segment = walked.segment(*place)
        if segment is None or not segment.has(claim["count"] - 1):
            findings.add(8, "segment-short", "the manifest lists more entries of a segment than there are")
        elif (
            place[0] not in scope
            or claim["count"] != segment.last_seq + 1
            or not segment.head_is(claim["count"], claim["head"])
            or claim["state"] != accounts.states[place]
        ):
            findings.add(8, "manifest-contradicted", "the manifest describes a segment otherwise")
    for segment in walked.segments():
        if segment.call in scope and (segment.call, segment.seg) not in listed:
            findings.add(8, "manifest-contradicted", "the manifest does not list a segment in scope")
        if manifest["mode"] == "partial" and segment.call not in scope:
            findings.add(8, "manifest-contradicted", "a partial bundle holds a call that is not in scope")
