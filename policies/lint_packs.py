"""Lint of places and sectors: sources, days, and rules that contradict each other or can never win."""

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlsplit

from policies.fields import FIELDS, RETENTION_CLASSES, Merge
from policies.findings import ERROR, WARNING, Finding
from policies.packs import Pack, PolicySet
from policies.places import area_codes
from policies.strictness import looser
from policies.wording import LEGAL_KEYS, SERVICE_KEYS

_ESTABLISHED = {"in_force", "project_rule"}


def lint_packs(policies: PolicySet, *, on: date, production: bool) -> list[Finding]:
    found: list[Finding] = []
    for pack in policies.every_pack():
        found += _identity(pack)
        found += _days(pack, on=on, production=production)
        found += _sources(pack, on=on)
        found += _contradictions(pack, policies)
        found += _unreachable(pack, policies, on=on)
    found += _numbers(policies, on=on, production=production)
    found += _what_rests_on_little(policies)
    return found


def name_of(pack: Pack) -> str:
    return pack.path.name


def _identity(pack: Pack) -> Iterator[Finding]:
    policy = pack.policy
    for key in ("version", "valid_from", "review_by"):
        if getattr(policy, key) is None:
            yield Finding(ERROR, name_of(pack), key, f"{policy.id} does not say its {key.replace('_', ' ')}.")
    if not policy.sources and pack.values:
        yield Finding(ERROR, name_of(pack), "sources", f"{policy.id} names no source at all.")
    if policy.legal_status == "proposed" and pack.is_base:
        sentence = f"{policy.id} is only proposed: make it a supplement, which a line may accept."
        yield Finding(ERROR, name_of(pack), "legal_status", sentence)


def _days(pack: Pack, *, on: date, production: bool) -> Iterator[Finding]:
    policy, where = pack.policy, name_of(pack)
    if policy.review_by is not None and policy.review_by < on:
        level = ERROR if production else WARNING
        sentence = f"{policy.id} should have been read again by {policy.review_by.isoformat()}."
        yield Finding(level, where, "review_by", sentence)
    if policy.valid_to is not None and policy.valid_to < on:
        level = ERROR if pack.is_base else WARNING
        yield Finding(
            level, where, "valid_to", f"{policy.id}: these rules ended on {policy.valid_to.isoformat()}."
        )
    if policy.valid_from is not None and policy.valid_from > on and policy.legal_status in _ESTABLISHED:
        sentence = f"{policy.id}: these rules begin only on {policy.valid_from.isoformat()}."
        yield Finding(ERROR if pack.is_base else WARNING, where, "valid_from", sentence)
    if policy.legal_status == "adopted_future" and policy.valid_from is not None and policy.valid_from <= on:
        sentence = f"{policy.id}: a law of the future has begun to hold; read it again and mark it in_force."
        yield Finding(WARNING, where, "legal_status", sentence)
    if policy.valid_from and policy.valid_to and policy.valid_to < policy.valid_from:
        yield Finding(ERROR, where, "valid_to", f"{policy.id} ends before it begins.")


def _sources(pack: Pack, *, on: date) -> Iterator[Finding]:
    policy, where = pack.policy, name_of(pack)
    named = {one for source in pack.cited for one in source["fields"]}
    for field in pack.values:
        if not any(field == one or field.startswith(f"{one}.") for one in named):
            yield Finding(ERROR, where, field, f"{policy.id} sets {field} and names no source for it.")
    for one in sorted(named):
        covered = [field for field in FIELDS if field == one or field.startswith(f"{one}.")]
        if not covered:
            yield Finding(
                ERROR, where, "sources", f"{policy.id} has a source for {one!r}: no field has that name."
            )
        elif not set(covered) & set(pack.values):
            yield Finding(
                WARNING, where, "sources", f"{policy.id} has a source for {one}, which it does not set."
            )
    for source in pack.cited:
        fields = ", ".join(source["fields"])
        if source["confidence"] in {"V", "S"} and (source["url"] is None or source["read_on"] is None):
            sentence = f"{policy.id}: the source of {fields} is marked as read, but not where and when."
            yield Finding(ERROR, where, "sources", sentence)
        if source["read_on"] is not None and source["read_on"] > on.isoformat():
            sentence = f"{policy.id}: the source of {fields} was read after {on.isoformat()}."
            yield Finding(WARNING, where, "sources", sentence)
        if source["legal_status"] == "proposed" and policy.legal_status != "proposed":
            sentence = f"{policy.id}: {fields} holds although it is only proposed; move it to a supplement."
            yield Finding(ERROR, where, "legal_status", sentence)


def _contradictions(pack: Pack, policies: PolicySet) -> Iterator[Finding]:
    policy, where, values = pack.policy, name_of(pack), pack.values
    for name in RETENTION_CLASSES:
        least, most = values.get(f"retention.{name}.min_days"), values.get(f"retention.{name}.max_days")
        if least is not None and most is not None and least > most:
            sentence = f"{policy.id} asks to keep {name} for at least {least} and at most {most} days."
            yield Finding(ERROR, where, f"retention.{name}", sentence)
    both = set(values.get("tools.allow") or ()) & set(values.get("tools.deny", ()))
    if both:
        sentence = f"{policy.id} both allows and denies {', '.join(sorted(both))}."
        yield Finding(ERROR, where, "tools", sentence)
    for field, rule in FIELDS.items():
        if rule.merge is Merge.INTERSECTION and values.get(field) == [] and field != "tools.allow":
            yield Finding(ERROR, where, field, f"{policy.id} leaves nothing at all for {field}.")
    known = {*LEGAL_KEYS, *SERVICE_KEYS}
    for duty in values.get("recording.duties", ()):
        what = f"{policy.id}: the duty {duty['id']!r}"
        kept = values.get("retention.audio.min_days")
        if duty["retain_min_days"] is not None and (kept is None or kept < duty["retain_min_days"]):
            sentence = f"{what} keeps recordings {duty['retain_min_days']} days, retention.audio does not."
            yield Finding(ERROR, where, "recording.duties", sentence)
        if duty["notice_script"] not in known:
            sentence = f"{what} is announced by {duty['notice_script']!r}, which is no script."
            yield Finding(ERROR, where, "recording.duties", sentence)
        for place in duty["displaces"]:
            if place not in policies.places:
                sentence = f"{what} displaces {place!r}, which is no place."
                yield Finding(ERROR, where, "recording.duties", sentence)
        if duty["on_refusal"] == "decline_activity" and not duty["alternatives"]:
            sentence = f"{what} declines the activity and offers no other way."
            yield Finding(WARNING, where, "recording.duties", sentence)
    for trigger in values.get("escalation.triggers", ()):
        if trigger["script"] is not None and trigger["script"] not in known:
            sentence = (
                f"{policy.id}: the trigger {trigger['id']!r} says {trigger['script']!r}, which is no script."
            )
            yield Finding(ERROR, where, "escalation.triggers", sentence)
    required, fallback = values.get("languages.required"), values.get("languages.fallback")
    if required is not None and fallback is not None and fallback not in required:
        sentence = f"{policy.id} falls back to {fallback!r}, which it does not require."
        yield Finding(WARNING, where, "languages.fallback", sentence)


def _unreachable(pack: Pack, policies: PolicySet, *, on: date) -> Iterator[Finding]:
    code = policies.parent(pack.policy.id) if pack.policy.kind == "place" else None
    while code is not None:
        for above in policies.places.get(code, ()):
            if not above.active(on):
                continue
            for field, value in pack.values.items():
                theirs = above.values.get(field)
                if theirs is not None and FIELDS[field].merge not in _ADDING and looser(field, theirs, value):
                    sentence = f"{pack.policy.id} says {value} and never wins: {code} is stricter ({theirs})."
                    yield Finding(WARNING, name_of(pack), field, sentence)
        code = policies.parent(code)


#: Where each policy adds its own, a shorter list is not a weaker one.
_ADDING = {Merge.UNION, Merge.INTERSECTION, Merge.REVEAL}


def _numbers(policies: PolicySet, *, on: date, production: bool) -> Iterator[Finding]:
    lost = sorted(set(area_codes().values()) - set(policies.places) - set(policies.broken))
    if lost and "US-UNKNOWN" in policies.places:
        sentence = f"Area codes point to places without a policy: {', '.join(lost)}."
        yield Finding(WARNING, "area_codes.yaml", "places", sentence)
    crisis = policies.crisis
    if crisis is None:
        return
    if crisis.review_by < on:
        sentence = f"The numbers should have been tested again by {crisis.review_by.isoformat()}."
        yield Finding(ERROR if production else WARNING, "crisis.yaml", "review_by", sentence)
    old = on - timedelta(days=90)
    untested = [
        code
        for code, entry in crisis.places.items()
        if entry.resources.checked_on is None or entry.resources.checked_on < old
    ]
    if untested:
        sentence = f"Nobody has called these numbers in the last 90 days: {', '.join(sorted(untested))}."
        yield Finding(WARNING, "crisis.yaml", "escalation.resources", sentence)
    covered = set(crisis.places)
    bare = [code for code in policies.places if not {code, policies.parent(code)} & covered]
    if bare:
        sentence = f"No emergency number is known; the caller is asked for the country: {', '.join(bare)}."
        yield Finding(WARNING, "crisis.yaml", "escalation.resources", sentence)


def _what_rests_on_little(policies: PolicySet) -> Iterator[Finding]:
    unread: set[str] = set()
    guessed: set[str] = set()
    memory: set[str] = set()
    sites: set[str] = set()
    for pack in policies.every_pack():
        if not all(source.reviewed_by_lawyer for source in pack.policy.sources):
            unread.add(pack.policy.id)
        for source in pack.cited:
            if source["confidence"] == "M":
                memory.add(pack.policy.id)
            if source["cite"] == NO_SOURCE:
                guessed.add(pack.policy.id)
            if source["confidence"] in {"V", "S"} and urlsplit(source["url"] or "").path in {"", "/"}:
                sites.add(pack.policy.id)
    if guessed:
        sentence = f"No source was read; the strictest is assumed: {_some(guessed)}."
        yield Finding(WARNING, "jurisdictions", "sources", sentence)
    if sites:
        sentence = f"A source names a site and not the page that was read: {_some(sites)}."
        yield Finding(WARNING, "all policies", "sources", sentence)
    if memory:
        sentence = (
            f"Something is from memory only (mark M), to be checked before it goes live: {_some(memory)}."
        )
        yield Finding(WARNING, "all policies", "sources", sentence)
    if unread:
        sentence = f"No lawyer has approved the sources of {len(unread)} policies: {_some(unread)}."
        yield Finding(WARNING, "all policies", "reviewed_by_lawyer", sentence)


NO_SOURCE = "no source read; strictest assumed"


def _some(ids: set[str]) -> str:
    return ", ".join(sorted(ids))
