"""Verify an evidence bundle offline. Needs the bundle and a question; for more than exit 3 outside trust."""

# 0. What comes from outside is readable, well formed and signed.
# 1. The folder holds exactly the files that the manifest lists.
# 2. The checkpoint is signed by the log's key, and no known signature on it is false.
# 3. Each line, and each public header in it, is the canonical encoding of itself.
# 4. Each leaf is in the tree of the checkpoint; in a full or scoped bundle the leaves are the tree.
# 5. The tree does not contradict a checkpoint that somebody holds.
# 6. The chain of each segment is whole and in place.
# 7. Each segment is signed by a known worker key.
# 8. Segments, tombstones and manifest agree with each other.
# 9. Each key is the one its segment is committed to, and opens what was written.
# 10. All this answers the question.

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from audit.checkpoint import Checkpoint, parse_checkpoint
from audit.encoding import parse_timestamp, timestamp
from audit.errors import VerificationError
from audit.header import EPOCH
from audit.trust import Policy
from audit.verify.accounts import Accounts, take_accounts
from audit.verify.anchors import check_note, compare_epoch, compare_held, time_text
from audit.verify.answer import Answer, give_answer
from audit.verify.content import open_content
from audit.verify.files import Bundle, read_bundle
from audit.verify.findings import Findings, StopVerification
from audit.verify.parallel import walk_in_parts
from audit.verify.question import DEFAULT_MAX_OPEN_S, Inputs, Outside, Question, read_outside
from audit.verify.result import VerifyResult
from audit.verify.segments import Context
from audit.verify.walk import Walked, Watch, walk

_TOLERANCE = timedelta(seconds=60)
_HELD_TOLERANCE = timedelta(hours=24)


@dataclass(slots=True)
class _Run:
    question: Question
    inputs: Inputs
    now: datetime | None
    findings: Findings
    known: dict[str, Any]
    jobs: int = 1


def verify_bundle(
    folder: Path,
    question: Question | None = None,
    *,
    trust: Path | None = None,
    held: Sequence[Path] = (),
    consistency: Sequence[Path] = (),
    keys: Path | None = None,
    max_age_s: int | None = None,
    max_open_s: int = DEFAULT_MAX_OPEN_S,
    now: Callable[[], datetime] | None = None,
    jobs: int = 1,
) -> VerifyResult:
    """Verify the bundle in FOLDER; the result says what was found and whether it answers the question.

    TRUST is a folder with `policy` and `workers` from outside. NOW is needed for MAX_AGE_S only. JOBS processes share
    the work on a large bundle that is not partial.
    """
    if max_age_s is not None and now is None:
        raise ValueError("an age needs a clock: give now")
    question = question or Question()
    inputs = Inputs(trust, held, consistency, keys, max_age_s, max_open_s)
    run = _Run(question, inputs, None if now is None else now(), Findings(), {}, jobs)
    try:
        _steps(run, folder)
    except StopVerification:
        pass
    except OSError as error:
        run.findings.add(1, "unreadable", f"{error.filename}: {error.strerror}")
    return VerifyResult(
        question=question,
        exit=run.findings.exit_code(),
        findings=tuple(run.findings.all()),
        **run.known,
    )


def _steps(run: _Run, folder: Path) -> None:
    findings, known = run.findings, run.known
    outside = read_outside(run.question, run.inputs, findings)  # 0
    known["trust"] = "bundle" if outside.policy is None else "outside"
    bundle = read_bundle(folder, findings)  # 1
    policy = bundle.policy if outside.policy is None else outside.policy
    known["copies_differ"] = outside.raw is not None and outside.raw != bundle.raw
    known["unsupported"] = policy.unsupported
    checkpoint, as_of = _checkpoint(bundle, policy, findings)  # 2
    known |= {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "mode": bundle.manifest["mode"],
        "as_of": time_text(as_of),
    }
    context = Context(
        checkpoint.log,
        checkpoint.epoch,
        bundle.workers if outside.policy is None else outside.workers,
        findings,
    )
    watch = _watch(run, bundle, checkpoint, outside, as_of)
    deks = (*bundle.deks, *outside.deks)
    in_parts = walk_in_parts(bundle, checkpoint, context, watch, deks=deks, jobs=run.jobs)
    walked, opened = in_parts or (walk(bundle, checkpoint, context, watch), None)  # 3, 4, 6, 7
    findings.stop_if_worse()
    anchored: int | None = None
    if walked.whole:  # 5
        anchored = compare_held(checkpoint, outside.held, outside.consistency, walked.roots, findings)
        _compare_epoch(walked, outside, findings)
    accounts, scope = take_accounts(walked, bundle.manifest, run.question, checkpoint.epoch, findings)  # 8
    known |= _counts(accounts, walked, scope)
    if bundle.manifest["keys"] == "in_scope" or run.inputs.keys is not None:  # 9
        known["content"] = True
        known["opened"] = open_content(
            bundle, outside.deks, walked, accounts, scope, findings=findings, opened=opened
        )
    answer = Answer(  # 10
        question=run.question,
        bundle=bundle,
        walked=walked,
        accounts=accounts,
        scope=scope,
        policy=policy,
        trusted=outside.policy is not None,
        as_of=as_of,
        anchored=anchored,
        now=run.now,
        max_age_s=run.inputs.max_age_s,
        max_open_s=run.inputs.max_open_s,
    )
    known["anchor"] = give_answer(answer, findings)
    known["held_size"] = anchored


def _checkpoint(bundle: Bundle, policy: Policy, findings: Findings) -> tuple[Checkpoint, int | None]:
    try:
        checkpoint = parse_checkpoint(bundle.checkpoint)
        as_of = check_note(checkpoint, policy).as_of(policy)
    except VerificationError as error:
        findings.add(2, "checkpoint-refused", str(error))
        raise StopVerification from None
    manifest = bundle.manifest
    claimed = (manifest["origin"], manifest["size"], manifest["root"])
    if claimed != (checkpoint.origin, checkpoint.size, checkpoint.root.hex()):
        findings.add(2, "manifest-contradicted", "the manifest names another checkpoint")
        raise StopVerification
    return checkpoint, as_of


def _watch(run: _Run, bundle: Bundle, checkpoint: Checkpoint, outside: Outside, as_of: int | None) -> Watch:
    scope = bundle.manifest["scope"]
    held = [one for one in outside.held if one.note.origin == checkpoint.origin]
    latest = time_text(as_of)
    return Watch(
        scope=None if scope["from"] is None else (scope["from"], scope["to"]),
        asked=run.question.period(),
        sizes=frozenset(one.note.size for one in held),
        latest_ts=None if latest is None else _shifted(latest, _TOLERANCE),
        earliest=tuple(
            (one.note.size, _shifted(text, -_HELD_TOLERANCE))
            for one in held
            if (text := time_text(one.as_of)) is not None
        ),
    )


def _shifted(text: str, by: timedelta) -> str:
    try:
        return timestamp(parse_timestamp(text) + by)
    except OverflowError:
        return text


def _compare_epoch(walked: Walked, outside: Outside, findings: Findings) -> None:
    first = walked.first_leaf
    if first is not None and first["t"] == EPOCH:
        compare_epoch(parse_checkpoint(first["old_checkpoint"].encode("utf-8")), outside.held, findings)


def _counts(accounts: Accounts, walked: Walked, scope: frozenset[str]) -> dict[str, int]:
    within = [segment for segment in walked.segments() if segment.call in scope]
    names = (
        "closed",
        "abandoned",
        "open",
        "unsigned",
        "prev_unknown",
        "late",
        "body_pruned",
        "outside_scope",
    )
    return {
        **{name: getattr(accounts, name) for name in names},
        "shredded": sum(segment.sealed > 0 and accounts.is_erased(segment) for segment in within),
        "sealed": sum(segment.sealed for segment in within),
    }
