"""The chapters of a call that hold words: disclosures and consent, conversation, tools, payments, recording."""

import json
from collections.abc import Iterator
from typing import Any

from policies.report.document import Cell, Chapter, Exact, Facts, Row, Spoken, Table
from secure_agent.report.record import Event, Record, clock

_PLAYED = ("ai_disclosure.played", "script.played")
_CONSENT = ("consent.decided", "consent.withdrawn")


def parties(record: Record) -> Chapter:
    """Who took part. The caller's name and number are in no entry."""
    opening = record.first("segment.open")
    company = "" if opening is None else opening.text("company")
    language = "" if opening is None else opening.text("language")
    prompt = "" if opening is None else opening.text("prompt")
    header = record.header
    models = sorted({str(e.entry.header["model"]) for e in record.events if "model" in e.entry.header})
    rows: list[tuple[str, Cell]] = [
        ("Company", company or "not shown"),
        ("Place of business", header["jur"]),
        ("Agent", ("An automated assistant, not a person.", Exact(header["worker"]))),
        ("Language model", ", ".join(models) or "none answered"),
        ("Instructions", (prompt or "not shown", Exact(header.get("prompt", "not recorded")))),
        ("Caller", "One person on the line. Name and number are in no entry; words are redacted."),
        ("Language of the call", language or "not shown"),
    ]
    rows += [("Handed to", event.text("queue") or "a person") for event in record.of("handover.done")]
    return Chapter("Parties", (Facts(tuple(rows)),))


def disclosures(record: Record) -> Chapter:
    """What was announced and asked, what the caller answered, and when."""
    rows = [_disclosure(event) for event in record.of(*_PLAYED, *_CONSENT)]
    if not rows:
        return Chapter("Disclosures and consent", ("Nothing was announced and nothing was asked.",))
    table = Table(("Time", "What", "Words or answer", "Complete"), tuple(rows), (14, 19, 56, 11))
    note = "Times are minutes and seconds from the beginning of the call. A hash names the exact words."
    return Chapter("Disclosures and consent", (note, table))


def _disclosure(event: Event) -> Row:
    digest = Exact(event.text("sha256"))
    if event.kind in _PLAYED:
        what = (
            "Disclosure of AI" if event.kind.startswith("ai_") else f"Announcement {event.text('script')!r}"
        )
        words: Cell = (Spoken(event.text("text"), event.text("lang") or "en"), digest)
        return Row((event.when, what, words, event.text("complete")))
    answer = "withdrawn" if event.body.get("withdrawn") is True else event.text("answer")
    said = (
        f"{answer} (by {event.text('channel')}); rule: {event.text('permission')}",
        f"purpose: {event.text('purpose')}",
        Spoken(event.text("words"), event.text("language") or "en"),
        digest,
    )
    return Row(
        (
            clock(int(event.body.get("t_ms", event.offset_ms))),
            f"Consent to {event.text('scope')}",
            said,
            event.text("complete"),
        )
    )


def conversation(record: Record) -> Chapter:
    """What both sides said, as far as it was kept, in the order of time."""
    opening = record.first("segment.open")
    language = (opening.text("language") if opening else "") or "en"
    spoken = [*record.of("turn.", *_PLAYED)]
    spoken.sort(key=lambda event: (int(event.body.get("t_start_ms", event.offset_ms)), event.entry.place))
    rows = [Row((event.when, _speaker(event), _words(event, language))) for event in spoken]
    if not rows:
        return Chapter("Conversation", ("Nobody spoke.",))
    labels = "A label such as <PHONE_1> stands for something personal that was removed before it was stored."
    return Chapter("Conversation", (labels, Table(("Time", "Who", "Words"), tuple(rows), (15, 13, 72))))


def _speaker(event: Event) -> str:
    if event.kind in ("turn.caller", "turn.withheld"):
        return "Caller"
    return "Agent" if event.kind == "turn.agent" else "Agent (fixed text)"


def _words(event: Event, language: str) -> Cell:
    if event.kind == "turn.withheld":
        return f"[withheld: {event.text('reason') or 'reason not shown'}]"
    if "text_withheld" in event.body:
        return f"[words not kept: {event.text('text_withheld')}]"
    words = Spoken(event.text("text"), event.text("lang") or language)
    return (words, "[interrupted here]") if event.body.get("interrupted") is True else words


def tools(record: Record) -> Chapter:
    """What the agent did beside speaking, and for what a label became its value again."""
    rows = [
        Row(
            (event.when, f"Tool {event.text('tool')}", (event.text("status"), Exact(event.text("arguments"))))
        )
        for event in record.of("tool.called")
    ]
    rows += [
        Row((event.when, f"Label {event.text('label')} revealed", f"for {event.text('purpose')}"))
        for event in record.of("label.revealed")
    ]
    rows += [
        Row((event.when, "Agent corrected", f"it claimed to be: {event.text('claim')}"))
        for event in record.of("persona.corrected")
    ]
    if not rows:
        return Chapter("Tools", ("No tool was called.",))
    return Chapter("Tools", (Table(("Time", "What", "How"), tuple(rows), (15, 35, 50)),))


def payments(record: Record) -> Chapter:
    """What was asked of the processor and what it answered; card digits are in no entry."""
    rows = [
        Row((event.when, _name(event.kind, "payment."), _money(event.body)))
        for event in record.of("payment.", "card.")
    ]
    if not rows:
        return Chapter("Payments", ("No payment was begun.",))
    note = "Card numbers go from the keypad to the processor. At most the last four digits are on record."
    return Chapter("Payments", (note, Table(("Time", "What", "Details"), tuple(rows), (15, 25, 60))))


def _name(kind: str, prefix: str) -> str:
    return kind.removeprefix(prefix).replace(".", " ").replace("_", " ").capitalize()


def _money(body: dict[str, Any]) -> Cell:
    shown = dict(body)
    lines: list[str] = []
    amount, currency = shown.pop("amount_minor", shown.pop("amount", None)), shown.pop("currency", None)
    if isinstance(amount, int):
        lines.append(f"amount: {amount} minor units {currency or ''}".rstrip())
    elif amount is not None:
        lines.append(f"amount: {amount} {currency or ''}".rstrip())
    lines += list(flat(shown))
    return tuple(lines) or "-"


def recording(record: Record) -> Chapter:
    """When the sound was kept, and where it was not."""
    rows = [
        Row((event.when, _name(event.kind, "recording."), tuple(flat(event.body, without=("at_ms",))) or "-"))
        for event in record.of("recording.")
    ]
    if not rows:
        return Chapter("Recording", ("No sound was recorded.",))
    return Chapter("Recording", (Table(("Time", "What", "Details"), tuple(rows), (15, 20, 65)),))


def flat(body: dict[str, Any], *, without: tuple[str, ...] = ()) -> Iterator[str]:
    """The members of a body, one in a line."""
    for name, value in body.items():
        if name in without or value is None or value == []:
            continue
        if isinstance(value, dict | list):
            shown = json.dumps(value, ensure_ascii=False, sort_keys=True)
        else:
            shown = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        yield f"{name.replace('_', ' ')}: {shown}"
