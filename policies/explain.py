"""Say a composed policy in sentences, each with its rule, its source and how well that is known. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.fields import FIELDS, RETENTION_CLASSES, Value
from policies.resolved import Resolved
from policies.sentences import of_field

CONFIDENCE: Mapping[str, str] = {
    "V": "read in the statute or on the regulator's page",
    "S": "read second-hand",
    "M": "from memory, to be checked",
    "P": "project choice, not law",
}

#: Headings in the order in which a lawyer asks, with the fields below each.
CHAPTERS: Mapping[str, tuple[str, ...]] = {
    "Recording": tuple(name for name in FIELDS if name.startswith("recording.")),
    "Disclosure of AI": tuple(name for name in FIELDS if name.startswith("ai_disclosure.")),
    "Handling of speech": tuple(name for name in FIELDS if name.startswith("processing.")),
    "A person": tuple(name for name in FIELDS if name.startswith(("escalation.", "minors."))),
    "Keeping and erasing": tuple(name for name in FIELDS if name.startswith(("retention.", "residency."))),
    "Payments and tools": tuple(name for name in FIELDS if name.startswith(("payments.", "tools.", "deid."))),
    "Decisions and rights": tuple(
        name for name in FIELDS if name.startswith(("decisions.", "rights.", "breach."))
    ),
    "Languages": tuple(name for name in FIELDS if name.startswith("languages.")),
    "Suppliers": ("subprocessors",),
}


@dataclass(frozen=True, slots=True)
class Citation:
    """The rule that gave a value and where it is written."""

    rule: str
    cite: str
    url: str | None
    confidence: str
    legal_status: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "cite": self.cite,
            "url": self.url,
            "confidence": self.confidence,
            "legal_status": self.legal_status,
        }


@dataclass(frozen=True, slots=True)
class Explained:
    """One field: what holds, in a sentence; who says so; who said less."""

    chapter: str
    field: str
    value: Value
    sentence: str
    citations: tuple[Citation, ...]
    gave_way: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "chapter": self.chapter,
            "field": self.field,
            "value": self.value,
            "sentence": self.sentence,
            "citations": [one.as_dict() for one in self.citations],
            "gave_way": list(self.gave_way),
        }


def explain(resolved: Resolved) -> tuple[Explained, ...]:
    """Every field that some rule set, by chapter. Needs nothing but the composed policy itself."""
    tree = resolved.tree
    sources = tree["effective"]["sources"]
    found = []
    for chapter, names in CHAPTERS.items():
        for name in names:
            rules = tree["winners"][name]
            if rules == ["default"] and name not in tree["lost"]:
                continue
            value = value_at(tree["effective"], name)
            found.append(
                Explained(
                    chapter,
                    name,
                    value,
                    of_field(name, value),
                    tuple(one for rule in rules for one in citations(rule, sources)),
                    tuple(f"{one['rule']} says {_short(one['value'])}" for one in tree["lost"].get(name, ())),
                )
            )
    return tuple(found)


def explain_conflicts(resolved: Resolved) -> tuple[str, ...]:
    """The conflicts, each in a sentence."""
    return tuple(_OUTCOMES[one["outcome"]].format(what=_what(one["field"])) for one in resolved.conflicts)


def citations(rule: str, sources: Sequence[Mapping[str, Value]]) -> tuple[Citation, ...]:
    """Where RULE (`US-CA/recording.permission`) is written; a default and a line cite themselves."""
    policy, _, name = rule.partition("/")
    if not name:
        return (
            Citation(rule, "no policy says anything: the default of the program", None, "P", "project_rule"),
        )
    found = [one for one in sources if one["policy"] == policy and covers(one["fields"], name)]
    if not found:
        return (Citation(rule, "the company's own rule", None, "P", "project_rule"),)
    return tuple(
        Citation(rule, one["cite"], one["url"], one["confidence"], one["legal_status"]) for one in found
    )


def covers(names: Sequence[str], field: str) -> bool:
    """Whether a source for NAMES (fields or groups of fields) is a source for FIELD."""
    return any(field == name or field.startswith(f"{name}.") for name in names)


def value_at(tree: Mapping[str, Value], name: str) -> Value:
    """The value of a dotted field in a nested tree."""
    for key in name.split("."):
        tree = tree[key]
    return tree


def _short(value: Value) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "nothing"}[value]
    if isinstance(value, list):
        return (
            ", ".join(str(one.get("id", one)) if isinstance(one, dict) else str(one) for one in value)
            or "none"
        )
    return "its own list" if isinstance(value, dict) else str(value)


def _what(field: str) -> str:
    group, _, name = field.partition(".")
    if group == "retention" and name in RETENTION_CLASSES:
        return {"audio": "recordings", "transcript": "transcripts"}.get(name, f"records of the kind {name!r}")
    return {"residency.store_regions": "kept", "residency.process_regions": "handled"}.get(field, field)


_OUTCOMES: Mapping[str, str] = {
    "duty_wins_for_duty_records": (
        "A duty asks that {what} be kept longer than a place allows: the duty wins, for its own records only;"
        " all others keep the shorter term."
    ),
    "shorter_maximum_wins": (
        "One place asks that {what} be kept longer than another allows: the shorter term wins."
    ),
    "store_nothing_and_escalate": (
        "No region is left in which this call's data may be {what}: nothing is stored, a person takes over."
    ),
}
