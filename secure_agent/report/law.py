"""The chapter on the policy that held in a call: places, rules and their sources, as they stand on record."""

from typing import Any

import orjson

from policies.explain import CONFIDENCE, explain, explain_conflicts
from policies.report.document import Block, Cell, Chapter, Exact, Facts, Items, Link, Piece, Row, Table
from policies.resolved import Resolved, freeze
from secure_agent.report.record import Record

_WHY = {
    "business": "the company's place of business",
    "number": "the caller's number",
    "number_unknown": "the caller's number says no place: the strictest is assumed",
    "stated": "the caller said so",
    "parent": "contains one of the others",
}
_TITLE = "Policy and its sources"


def policy(record: Record) -> Chapter:
    """What the record of the call says about the rules that it obeyed; nothing is looked up anywhere else."""
    resolved = _resolved(record)
    named = {str(e.entry.header["policy"]) for e in record.events if "policy" in e.entry.header}
    if resolved is None:
        hashes: Cell = tuple(Exact(one) for one in sorted(named)) or "none is named"
        return Chapter(_TITLE, ("Its text is not shown here.", Facts((("Hash of the policy", hashes),))))
    blocks: list[Block] = [
        Facts(
            (
                ("Hash on record", tuple(Exact(one) for one in sorted(named))),
                ("Hash of the text below", Exact(resolved.hash)),
                ("They agree", "yes" if named == {resolved.hash} else "no: do not rely on the text below"),
            )
        ),
        Table(
            ("Place", "Why it may claim this call"),
            tuple(Row((place.code, _WHY.get(place.why, place.why))) for place in resolved.places),
            (25, 75),
        ),
    ]
    if resolved.conflicts:
        blocks += ["Where the places contradict each other:", Items(explain_conflicts(resolved))]
    rows = tuple(
        Row(
            (one.sentence, tuple(piece for cite in one.citations for piece in _cited(cite))),
            from_memory=any(cite.confidence == "M" for cite in one.citations),
        )
        for one in explain(resolved)
    )
    blocks += [
        "What held, and where it is written. A marked row rests on a source that was not looked up.",
        Table(("What held", "Rule and source"), rows, (45, 55)),
    ]
    return Chapter(_TITLE, tuple(blocks))


def _cited(cite: Any) -> tuple[Piece, ...]:
    source: Piece = cite.cite if cite.url is None else Link(cite.cite, cite.url)
    return (Exact(cite.rule), source, f"({CONFIDENCE.get(cite.confidence, cite.confidence)})")


def _resolved(record: Record) -> Resolved | None:
    parts: dict[int, str] = {}
    total = 0
    for event in record.of("policy.resolved"):
        if isinstance(event.body.get("policy_json"), str) and isinstance(event.body.get("part"), int):
            parts.setdefault(event.body["part"], event.body["policy_json"])
            total = event.body.get("parts", 0)
    if not parts or sorted(parts) != list(range(1, total + 1)):
        return None
    tree: dict[str, Any] = orjson.loads("".join(parts[n] for n in sorted(parts)))
    return freeze(tree, ())
