"""One sample bundle of each kind, made anew in a folder, with questions and the exit each deserves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from audit.verify import Question
from tests.audit.support import START, World, call_id

STAFF: Final = {"basis": "retention", "actor": "staff-1", "approver": "staff-2"}
ORIGIN: Final = "audit.example.test/test/de/1"


@dataclass(frozen=True, slots=True)
class Sample:
    """A bundle, what is brought from outside, and what is asked with which outcome."""

    name: str
    bundle: Path
    trust: Path | None
    questions: tuple[tuple[Question, int], ...]
    held: Sequence[Path] = ()
    consistency: Sequence[Path] = ()


def _three_calls() -> World:
    world = World()
    for number in range(3):
        world.call(number)
    return world


def _full(folder: Path) -> Sample:
    world = _three_calls()
    questions = (
        (Question(), 0),
        (Question(log=ORIGIN), 0),
        (Question(log="audit.example.test/test/fr/1"), 3),
        (Question(calls=(call_id(1),)), 0),
        (Question(calls=(call_id(9),)), 0),
        (Question(start="2026-11-20T12:00:00.000000Z", end="2026-11-20T12:00:05.000000Z"), 0),
        (Question(start="2026-11-20T12:00:00.000000Z", end="2026-11-21T12:00:00.000000Z"), 3),
    )
    return Sample("full", world.bundle(folder / "b"), world.trust(folder / "t"), questions)


def _without_keys(folder: Path) -> Sample:
    world = _three_calls()
    bundle = world.bundle(folder / "b", keys="none")
    return Sample("without keys", bundle, world.trust(folder / "t"), ((Question(), 0),))


def _bundle_only(folder: Path) -> Sample:
    world = _three_calls()
    return Sample("bundle only", world.bundle(folder / "b"), None, ((Question(), 3),))


def _scoped_by_calls(folder: Path) -> Sample:
    world = _three_calls()
    bundle = world.bundle(folder / "b", mode="scoped", calls=[call_id(0)])
    questions = (
        (Question(calls=(call_id(0),)), 0),
        (Question(calls=(call_id(1),)), 3),
        (Question(), 3),
    )
    return Sample("scoped by calls", bundle, world.trust(folder / "t"), questions)


def _scoped_by_time(folder: Path) -> Sample:
    world = _three_calls()
    start, end = "2026-11-20T12:00:08.000000Z", "2026-11-20T12:00:09.000000Z"
    bundle = world.bundle(folder / "b", mode="scoped", start=start, end=end)
    questions = (
        (Question(start=start, end=end), 0),
        (Question(start="2026-11-20T12:00:00.000000Z", end=end), 3),
        (Question(calls=(call_id(1),)), 0),
    )
    return Sample("scoped by time", bundle, world.trust(folder / "t"), questions)


def _partial(folder: Path) -> Sample:
    """Tombstones, an abandoned segment with a late entry and its successor, and a pruned body."""
    world = World()
    world.call(0)
    erased = world.call(1)
    left = world.open(2)
    left.append("turn.agent", {"text": "one"})
    head = left.head
    left.append("turn.agent", {"text": "late"})
    world.open(2, seg=1, prev_seg=head).close()
    members = {"target_call": left.call, "target_seg": [0], "target_head": [head]}
    abandoned = world.control(1, ("segment.abandoned", members))
    tombstone = world.erase(2, erased)
    pruned = world.control(3, ("prune", {"epoch": 1, "ranges": [[1, 2]], **STAFF}))
    calls = sorted([call_id(0), call_id(1), call_id(2)])
    bundle = world.bundle(
        folder / "b",
        mode="partial",
        calls=calls,
        pruned=frozenset({1, 2}),
        also=[abandoned.call, tombstone.call, pruned.call],
    )
    questions = (
        (Question(calls=tuple(calls)), 0),
        (Question(calls=(call_id(2),)), 0),
        (Question(calls=(call_id(7),)), 12),
        (Question(), 3),
    )
    return Sample("partial", bundle, world.trust(folder / "t"), questions)


def _group_quorum(folder: Path) -> Sample:
    world = World(witnesses=("w1", "w2", "w3"), groups="group two 2 w1 w2 w3\n", quorum="quorum two\n")
    world.call(0)
    at = int(START.timestamp()) + 60
    note = world.checkpoint(cosigned={"w1": at, "w3": at + 1_000})
    bundle = world.bundle(folder / "b", note=note)
    return Sample("group quorum", bundle, world.trust(folder / "t"), ((Question(), 0),))


def _held(folder: Path) -> Sample:
    """No quorum; anchored by a smaller checkpoint that somebody kept, in a partial bundle."""
    world = World(quorum="quorum none\n", witnesses=())
    world.call(0)
    held, consistency = folder / "held", folder / "consistency"
    held.write_bytes(world.checkpoint())
    world.call(1)
    note = world.checkpoint()
    consistency.write_bytes(world.consistency(6, note))
    bundle = world.bundle(folder / "b", mode="partial", calls=[call_id(1)])
    questions = ((Question(calls=(call_id(1),)), 0),)
    return Sample("held", bundle, world.trust(folder / "t"), questions, [held], [consistency])


def _epoch(folder: Path) -> Sample:
    before = World()
    before.call(0)
    old = before.checkpoint(cosigned={}).decode()
    world = World(epoch=2, now=before.now)
    opening: dict[str, Any] = {
        "kind": "log.epoch",
        "old_checkpoint": old,
        "db_checkpoint": old,
        "reason": "database restored",
        "actor": "staff-1",
        "approver": "staff-2",
    }
    world.open(500, control=True, **opening).close()
    world.entries += before.entries
    world.deks |= before.deks
    world.call(1)
    held = folder / "held"
    held.write_bytes(before.checkpoint())
    trust = world.trust(folder / "t")
    first_log = f"log {before.signer.verifier.vkey}\n"
    (trust / "policy").write_text(first_log + (trust / "policy").read_text())
    questions = ((Question(log="audit.example.test/test/de/2"), 0), (Question(), 3))
    return Sample("epoch 2", world.bundle(folder / "b"), trust, questions, [held])


def _empty(folder: Path) -> Sample:
    world = World()
    questions = ((Question(), 0), (Question(calls=(call_id(1),)), 0))
    return Sample("empty", world.bundle(folder / "b"), world.trust(folder / "t"), questions)


def _open(folder: Path) -> Sample:
    world = World()
    world.call(0)
    world.open(1).append("turn.agent", {"text": "still talking"})
    world.tick(90_000)
    world.call(2)
    questions = ((Question(), 3), (Question(calls=(call_id(0),)), 0), (Question(calls=(call_id(1),)), 3))
    return Sample("open", world.bundle(folder / "b"), world.trust(folder / "t"), questions)


def _out_of_order(folder: Path) -> Sample:
    world = World()
    world.call(0)
    world.entries[2], world.entries[4] = world.entries[4], world.entries[2]
    return Sample("out of order", world.bundle(folder / "b"), world.trust(folder / "t"), ((Question(), 0),))


def _forked(folder: Path) -> Sample:
    world = World()
    writer = world.open(1)
    world.take(writer.sealed("turn.agent", {"text": "another story"}))
    writer.append("turn.agent", {"text": "the story"})
    writer.close()
    return Sample("forked", world.bundle(folder / "b"), world.trust(folder / "t"), ((Question(), 11),))


SAMPLES: Final[dict[str, Callable[[Path], Sample]]] = {
    "full": _full,
    "without keys": _without_keys,
    "bundle only": _bundle_only,
    "scoped by calls": _scoped_by_calls,
    "scoped by time": _scoped_by_time,
    "partial": _partial,
    "group quorum": _group_quorum,
    "held": _held,
    "epoch 2": _epoch,
    "empty": _empty,
    "open": _open,
    "out of order": _out_of_order,
    "forked": _forked,
}
