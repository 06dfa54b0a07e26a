"""The chapters on the evidence itself: gaps, erasures and what remains verifiable, the verdict, every entry."""

from collections.abc import Iterator

from audit.contents import ExportedEntry
from audit.encoding import Json
from audit.header import ABANDONED
from audit.verify import VerifyResult
from policies.report.document import Block, Cell, Chapter, Exact, Facts, Items, Row, Table
from secure_agent.report.record import Record, clock

#: What the format keeps when the keys of a call are gone (docs/val1.md, 5.5).
REMAINS = (
    "that each entry existed, at which place in the log, with its time, type and size class",
    "which versions of model, instructions and policy were at work",
    "that nothing was altered, removed or inserted until the erasure",
    "who erased, on what ground, and with whose approval",
)
_ANCHOR = {
    "quorum": "witnesses of the policy cosigned this state of the log",
    "held": "a checkpoint that was kept outside agrees with it",
    None: "nobody outside vouches for this state of the log",
}


def gaps(record: Record) -> Chapter:
    """Where something is not on record, or not whole."""
    found = list(_gaps(record))
    if not found:
        return Chapter("Gaps", ("None: nothing was withheld, and the record was closed.",))
    return Chapter("Gaps", (Table(("Time", "What", "Why"), tuple(found), (15, 40, 45)),))


def _gaps(record: Record) -> Iterator[Row]:
    for event in record.events:
        kind, body = event.kind, event.body
        if kind == "turn.withheld":
            yield Row((event.when, "words of the caller were withheld", event.text("reason")))
        elif "text_withheld" in body:
            yield Row((event.when, "words that were said are not kept", event.text("text_withheld")))
        elif kind == "call.error":
            yield Row((event.when, "something failed", event.text("where")))
        elif "withheld" in body:
            yield Row((event.when, f"the body of {kind} was withheld", event.text("withheld")))
        elif kind in ("ai_disclosure.played", "script.played") and body.get("complete") is False:
            yield Row((event.when, f"{event.text('script')!r} was not played to its end", ""))
        elif kind == "recording.stopped":
            for gap in body.get("gaps", ()):
                yield Row((_stretch(gap), "no sound was kept", str(gap.get("reason", ""))))
    sealed = sum(event.entry.form == "sealed" for event in record.events)
    pruned = sum(event.entry.form == "pruned" for event in record.events)
    if sealed:
        yield Row(("", f"{sealed} of {len(record.events)} bodies are not opened", "no key was given"))
    if pruned:
        yield Row(("", f"{pruned} of {len(record.events)} bodies are not in the bundle", ""))
    if record.state != "closed":
        yield Row(("", f"the record of the call is {record.state}", "its writer did not close it"))


def _stretch(gap: Json) -> str:
    start, end = gap.get("from_ms"), gap.get("to_ms")
    return f"{clock(start)} – {clock(end)}" if isinstance(start, int) and isinstance(end, int) else ""


def erasures(record: Record) -> Chapter:
    """What was deleted of the call, on whose word, and what can be verified all the same."""
    rows = tuple(_word(one) for one in record.about)
    blocks: list[Block] = []
    if rows:
        blocks.append(
            Table(("Date (UTC)", "What", "Ground", "Who, and who approved"), rows, (20, 25, 30, 25))
        )
        blocks.append("Names are what was typed; nobody checked them.")
    if any(one.header["t"] in ("erasure", "key.destroyed") for one in record.about):
        blocks += ["The content is gone. What remains verifiable:", Items(REMAINS)]
    if not blocks:
        blocks.append("Nothing of this call was erased. After an erasure one could still verify:")
        blocks.append(Items(REMAINS))
    return Chapter("Erasures, and what remains verifiable", tuple(blocks))


def _word(entry: ExportedEntry) -> Row:
    header = entry.header
    what: str = {
        "erasure": "keys of the call destroyed",
        "key.destroyed": "key of the month destroyed",
        "prune": "bodies deleted",
        ABANDONED: "record declared abandoned",
        "key.held": "legal hold",
        "key.released": "legal hold ended",
    }.get(header["t"], str(header["t"]))
    until = header.get("backup_complete_by")
    who = " / ".join(header[name] for name in ("actor", "approver") if name in header)
    shown: Cell = (what, f"gone from backups by {until}") if until else what
    return Row((header["ts"][:19].replace("T", " "), shown, header.get("basis", ""), who))


def verification(result: VerifyResult, command: str) -> Chapter:
    """What the verifier found when this report was made, and how to ask it again."""
    facts = Facts(
        (
            ("Verdict", f"{result.exit}: {result.sentence}"),
            ("Log", Exact(result.origin or "unknown")),
            ("State of the log", (f"{result.size} entries, root", Exact(result.root or "unknown"))),
            ("As of (UTC)", result.as_of or "unknown: no witness said when"),
            ("Anchored by", _ANCHOR[result.anchor]),
            ("Trust taken from", "outside the bundle" if result.trust == "outside" else "the bundle itself"),
            (
                "Content",
                f"{result.opened} of {result.sealed} bodies opened" if result.content else "not opened",
            ),
        )
    )
    findings = tuple(Row((str(one.step), one.id, str(one.code), one.text)) for one in result.findings)
    blocks: list[Block] = [
        "This report is for reading. The evidence is the bundle, and anybody can verify it again:",
        Facts((("Command", Exact(command)),)),
        facts,
    ]
    if findings:
        blocks.append(Table(("Step", "Finding", "Code", "In words"), findings, (8, 24, 8, 60)))
    blocks.append(
        "A verdict says that what was written was not changed. It does not say that the words are true."
    )
    return Chapter("Verification", tuple(blocks))


def entries(record: Record) -> Chapter:
    """Every entry with its place, so that a sentence of this report can be found in the bundle."""
    rows = tuple(
        Row(
            (
                f"{event.entry.place[0]}.{event.entry.place[1]}",
                str(event.entry.header["ts"]),
                Exact(event.kind),
                str(event.entry.index),
                Exact(event.entry.leaf_hash[:16]),
            )
        )
        for event in record.events
    )
    headings = ("Entry", "Time (UTC)", "Type", "Leaf", "Hash begins")
    return Chapter("Every entry", (Table(headings, rows, (9, 30, 26, 11, 24)),))
