"""How `secure-agent policy` words its results for people: lines of text, nothing decided here."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from policies import PolicySet, Resolved
from policies.diff import Change
from policies.explain import CONFIDENCE, Citation, Explained, explain_conflicts
from policies.findings import ERROR, Finding
from policies.packs import Pack
from policies.recording import RecordingPlan
from policies.sentences import of_field

_WHY = {
    "business": "the business",
    "number": "the caller's number",
    "number_unknown": "nobody knows where the caller is",
    "stated": "the caller said so",
    "parent": "the law above",
}


def resolved(policy: Resolved, said: Sequence[Explained], plan: RecordingPlan | None) -> Iterator[str]:
    """One line for each field that a rule set: value, rule, source."""
    yield from _places(policy)
    width = max((len(one.field) for one in said), default=0)
    for one in said:
        first = one.citations[0]
        more = len({cited.rule for cited in one.citations}) - 1
        rule = first.rule + (f" (+{more})" if more else "")
        yield f"{one.field:<{width}}  {_brief(one.value):<22}  {rule}  {first.cite}"
    yield from _end(policy, plan)


def explained(policy: Resolved, said: Sequence[Explained], plan: RecordingPlan | None) -> Iterator[str]:
    """The whole policy in sentences, by chapter."""
    yield from _places(policy)
    for chapter, fields in groupby(said, key=lambda one: one.chapter):
        yield ""
        yield chapter.upper()
        for one in fields:
            yield f"  {one.sentence}"
            for cited in one.citations:
                yield from _citation(cited)
            for loser in one.gave_way:
                yield f"      gives way: {loser}"
    yield ""
    yield from _end(policy, plan)
    marks = "; ".join(f"{mark} {meaning}" for mark, meaning in CONFIDENCE.items())
    yield f"Marks: {marks}. This is not legal advice."


def _places(policy: Resolved) -> Iterator[str]:
    for place in policy.places:
        yield f"{place.code:<12}{_WHY[place.why]}"
    yield f"merged: {', '.join(policy.sources)}"


def _citation(cited: Citation) -> Iterator[str]:
    status = "" if cited.legal_status == "in_force" else f", {cited.legal_status.replace('_', ' ')}"
    yield f"      {cited.rule}: {cited.cite} [{cited.confidence}{status}]"
    if cited.url is not None:
        yield f"        {cited.url}"


def _end(policy: Resolved, plan: RecordingPlan | None) -> Iterator[str]:
    for sentence in explain_conflicts(policy):
        yield f"conflict: {sentence}"
    if plan is not None:
        outcome = plan.outcome
        yield f"plan: {'record' if plan.record else 'do not record'}, {plan.action} ({plan.reason})"
        if outcome.alert is not None:
            yield f"outcome: do not record, {outcome.action}, alert {outcome.alert}"
        elif outcome.first_in_file is not None:
            yield f"the recording begins with the script {outcome.first_in_file!r}"
    yield f"hash {policy.hash}"


def _brief(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "-"}[value]
    if isinstance(value, list):
        return (
            ", ".join(one.get("id", "one") if isinstance(one, dict) else str(one) for one in value) or "none"
        )
    if isinstance(value, dict):
        return (
            f"emergency {value['emergency'] or '-'}" if "emergency" in value else ", ".join(value) or "none"
        )
    return str(value)


def rows(policies: PolicySet, on: date) -> list[dict[str, Any]]:
    """One row for each policy file."""
    return [
        {
            "id": pack.policy.id,
            "kind": pack.policy.kind,
            "name": pack.policy.name,
            "parent": pack.policy.parent,
            "supplement": pack.policy.supplement,
            "permission": pack.values.get("recording.permission"),
            "legal_status": pack.policy.legal_status,
            "review_by": pack.policy.review_by.isoformat() if pack.policy.review_by else None,
            "active": pack.active(on),
        }
        for pack in policies.every_pack()
    ]


def table(listed: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The rows as text."""
    for row in listed:
        name = row["name"] or ""
        status = row["legal_status"] + ("" if row["active"] else ", not active")
        yield f"{row['id']:<24}{row['permission'] or '-':<15}{status:<28}{row['review_by'] or '-':<12}{name}"


def file_of(pack: Pack) -> dict[str, Any]:
    """One policy file as JSON values."""
    about = pack.policy.model_dump(mode="json", exclude_none=True)
    return {"file": pack.path.name, "policy": about, "fields": dict(pack.values), "cited": list(pack.cited)}


def shown(pack: Pack) -> Iterator[str]:
    """One policy file in sentences."""
    policy = pack.policy
    yield f"{policy.id}  {policy.name or ''}  ({pack.path.name}, version {policy.version}, {policy.legal_status})"
    ends = policy.valid_to or "further notice"
    yield f"  holds from {policy.valid_from} to {ends}; to be read again by {policy.review_by}"
    for field, value in pack.values.items():
        yield f"  {field}: {of_field(field, value)}"
        for one in pack.cited:
            if any(field == name or field.startswith(f"{name}.") for name in one["fields"]):
                read = f", read {one['read_on']}" if one["read_on"] else ""
                yield f"      {one['cite']} [{one['confidence']}{read}]"


def findings(found: Sequence[Finding], policies: int, on: date) -> Iterator[str]:
    """The findings by level and place, and the count."""
    for (level, where), group in groupby(found, key=lambda one: (one.level, one.where)):
        yield f"{level.upper()}  {where}"
        for one in group:
            yield f"  {one.sentence}  ({one.rule})"
    errors = sum(one.level == ERROR for one in found)
    yield f"{policies} policy files on {on.isoformat()}: {errors} errors, {len(found) - errors} warnings."


def changes(found: Sequence[Change]) -> Iterator[str]:
    """One line for each difference."""
    for one in found:
        yield f"{one.trend:<9}{one.where}  {one.field}: {_brief(one.before)} -> {_brief(one.after)}"
    if not found:
        yield "the same"
