"""Lint of a company's line: what it needs is there, and nothing in it pretends to loosen the law."""

import re
from collections.abc import Iterator
from datetime import date

from policies.errors import PolicyError
from policies.fields import FIELDS, Merge, flatten
from policies.findings import ERROR, WARNING, Finding
from policies.line import Line
from policies.lint_scripts import missing_keys, too_long
from policies.packs import PolicySet
from policies.places import BUSINESS, Place
from policies.resolve import compose
from policies.resolved import Resolved
from policies.strictness import dotted, looser
from policies.suppliers import what_is_missing

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def lint_line(name: str, line: Line, policies: PolicySet, *, on: date, production: bool) -> Iterator[Finding]:
    """What is wrong with LINE on that day."""
    if line.review_by is not None and line.review_by < on:
        level = ERROR if production else WARNING
        yield Finding(
            level, name, "review_by", f"The line should have been read again by {line.review_by.isoformat()}."
        )
    if line.called is not None and not _E164.fullmatch(line.called):
        yield Finding(
            ERROR, name, "called", "The number of the line is not written as +, country code and number."
        )
    bare = Line(business=line.business, sectors=line.sectors)
    try:
        without = compose(
            policies, places=[Place(line.business, BUSINESS)], sectors=line.sectors, line=bare, on=on
        )
        whole = compose(
            policies, places=[Place(line.business, BUSINESS)], sectors=line.sectors, line=line, on=on
        )
    except PolicyError as problem:
        yield Finding(ERROR, name, "line", f"The line cannot be used: {problem}.")
        return
    yield from _languages(name, line, policies)
    yield from _pretended(name, line, without)
    yield from _contradictions(name, line, policies, whole)
    yield from _suppliers(name, whole)


def _languages(name: str, line: Line, policies: PolicySet) -> Iterator[Finding]:
    required = line.languages.required if line.languages and line.languages.required else ()
    for language in required:
        missing = missing_keys(policies.scripts, language)
        if missing:
            sentence = f"The line requires {language!r}, which has no script for {', '.join(missing)}."
            yield Finding(ERROR, name, "languages.required", sentence)
        if "ai" in policies.scripts.keys(language):
            yield from too_long(
                name, policies.scripts, language, line.company, line.ai_sentence_ms.get(language)
            )


def _pretended(name: str, line: Line, without: Resolved) -> Iterator[Finding]:
    held = dotted(without.tree["effective"])
    for field, value in flatten(line).items():
        rule = FIELDS[field]
        if rule.merge in {Merge.UNION, Merge.LINE, Merge.SELECT}:
            continue
        if looser(field, held[field], value):
            sentence = (
                f"The line says {value}, which has no effect: the law and the sectors ask for {held[field]}."
            )
            yield Finding(WARNING, name, field, sentence)


def _contradictions(name: str, line: Line, policies: PolicySet, whole: Resolved) -> Iterator[Finding]:
    for conflict in whole.conflicts:
        if conflict["outcome"] == "store_nothing_and_escalate":
            sentence = "No region is left for this line: it could keep nothing, and persons take every call."
            yield Finding(ERROR, name, conflict["field"], sentence)
    supplements = {
        pack.policy.supplement for pack in policies.every_pack() if pack.policy.legal_status == "proposed"
    }
    for one in line.accept_proposed:
        if one not in supplements:
            yield Finding(ERROR, name, "accept_proposed", f"Nothing that is proposed has the name {one!r}.")
    if "general" not in line.sectors and "general" in policies.sectors:
        sentence = "The line leaves out the sector 'general': the project's rules for every line do not hold."
        yield Finding(WARNING, name, "sectors", sentence)
    if whole.effective.escalation.human_on_request and line.human_queue is None:
        sentence = "A caller who asks for a person must get one, and the line names no queue (human_queue)."
        yield Finding(WARNING, name, "human_queue", sentence)


def _suppliers(name: str, whole: Resolved) -> Iterator[Finding]:
    cards = "payment.pci" in whole.sources
    for one in whole.effective.subprocessors:
        what = f"Supplier {one.name!r}"
        for missing in what_is_missing(one, whole):
            yield Finding(ERROR, name, "subprocessors", f"{what} {missing}.")
        if cards and not one.pci_aoc:
            yield Finding(WARNING, name, "subprocessors", f"{what} has shown no PCI DSS attestation.")
