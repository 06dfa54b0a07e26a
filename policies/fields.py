"""How each field merges, with its default: the table that composition, lint and explain share."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Any, get_args

from policies import schema
from policies.entities import ENTITIES

#: A value as it stands in JSON: strings, whole numbers, booleans, null, lists and objects. Never a float.
Value = Any


class Merge(Enum):
    """How the values of several policies become one."""

    RANK = auto()  # the highest of a fixed order
    OR = auto()
    MINIMUM = auto()  # of those set
    MAXIMUM = auto()
    UNION = auto()
    INTERSECTION = auto()  # null = no limit
    REVEAL = auto()  # intersection by type; a place that says nothing allows nothing
    SELECT = auto()  # by the caller's place, not by strictness
    LINE = auto()  # a line file only


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One leaf of the schema: its dotted name, how it merges, and what holds when nobody says anything."""

    name: str
    merge: Merge
    default: Value = None
    ranks: tuple[str, ...] = ()


def _ranked(name: str, literal: Any, default: str | None = None) -> FieldRule:
    ranks = get_args(literal)
    return FieldRule(name, Merge.RANK, default or ranks[0], ranks)


RETENTION_CLASSES = tuple(schema.Retention.model_fields)

#: On by default is everything but plain dates, which health policies switch on.
DEFAULT_ENTITIES = tuple(sorted(one.value for one, info in ENTITIES.items() if info.on_by_default))

NO_RESOURCES: Mapping[str, Value] = MappingProxyType(dict.fromkeys(schema.Resources.model_fields))

_RULES: tuple[FieldRule, ...] = (
    _ranked("recording.permission", schema.Permission),
    _ranked("recording.scope", schema.RecordingScope),
    FieldRule("recording.announce_in_recording", Merge.OR, default=False),
    FieldRule("recording.pause_on_hold", Merge.OR, default=False),
    FieldRule("recording.tone_every_s", Merge.MINIMUM),
    FieldRule("recording.duties", Merge.UNION, ()),
    _ranked("recording.on_withdrawal", schema.OnWithdrawal),
    _ranked("processing.live_stt", schema.LiveStt),
    # Text is kept at most where sound is: only a policy that forbids it changes this.
    _ranked("processing.transcript_store", schema.TranscriptStore, "follow_recording"),
    _ranked("processing.vendor_training", schema.VendorTraining),
    _ranked("processing.voice_biometrics", schema.VoiceBiometrics),
    _ranked("processing.emotion_from_voice", schema.EmotionFromVoice),
    _ranked("ai_disclosure.trigger", schema.AiTrigger),
    FieldRule("ai_disclosure.at_end", Merge.OR, default=False),
    FieldRule("ai_disclosure.human_contact", Merge.OR, default=False),
    FieldRule("ai_disclosure.repeat_every_s", Merge.MINIMUM),
    FieldRule("ai_disclosure.max_start_ms", Merge.MINIMUM, 5_000),
    FieldRule("languages.required", Merge.UNION, ()),
    FieldRule("languages.fallback", Merge.SELECT, "en"),
    *(
        rule
        for name in RETENTION_CLASSES
        for rule in (
            FieldRule(f"retention.{name}.min_days", Merge.MAXIMUM),
            FieldRule(f"retention.{name}.max_days", Merge.MINIMUM),
            FieldRule(f"retention.{name}.basis", Merge.UNION, ()),
        )
    ),
    FieldRule("tools.allow", Merge.INTERSECTION),
    FieldRule("tools.deny", Merge.UNION, ()),
    FieldRule("tools.need_auth", Merge.UNION, ()),
    FieldRule("tools.need_human", Merge.UNION, ()),
    _ranked("payments.spoken_card", schema.SpokenCard),
    FieldRule("payments.methods", Merge.INTERSECTION),
    FieldRule("deid.entities", Merge.UNION, DEFAULT_ENTITIES),
    FieldRule("deid.reveal", Merge.REVEAL, MappingProxyType({})),
    FieldRule("escalation.triggers", Merge.UNION, ()),
    FieldRule("escalation.human_on_request", Merge.OR, default=False),
    FieldRule("escalation.max_wait_s", Merge.MINIMUM),
    FieldRule("escalation.resources", Merge.SELECT, NO_RESOURCES),
    FieldRule("residency.store_regions", Merge.INTERSECTION),
    FieldRule("residency.process_regions", Merge.INTERSECTION),
    FieldRule("residency.transfer_tools", Merge.INTERSECTION),
    FieldRule("subprocessors", Merge.LINE, ()),
    _ranked("decisions.solely_automated", schema.SolelyAutomated),
    FieldRule("decisions.explain_days", Merge.MINIMUM),
    FieldRule("decisions.human_review", Merge.OR, default=False),
    FieldRule("rights.access_days", Merge.MINIMUM),
    FieldRule("rights.ack_days", Merge.MINIMUM),
    FieldRule("rights.channels", Merge.UNION, ()),
    FieldRule("breach.authority_h", Merge.MINIMUM),
    FieldRule("breach.customer", Merge.OR, default=False),
    FieldRule("minors.age", Merge.MAXIMUM),
    _ranked("minors.action", schema.MinorsAction),
)

FIELDS: Mapping[str, FieldRule] = MappingProxyType({rule.name: rule for rule in _RULES})


def flatten(policy: schema.PolicyFields) -> dict[str, Value]:
    """The fields that POLICY sets, by dotted name, as JSON values in one normal form."""
    tree = policy.model_dump(mode="json", include=set(schema.PolicyFields.model_fields), exclude_none=False)
    flat: dict[str, Value] = {}
    for name, rule in FIELDS.items():
        value: Value = tree
        for key in name.split("."):
            value = None if value is None else value.get(key)
        if value is not None:
            flat[name] = normal(rule, value)
    return flat


def normal(rule: FieldRule, value: Value) -> Value:
    """VALUE in the form that is compared and hashed: sets are sorted lists without repeats."""
    if rule.name.endswith(".basis"):
        return [value] if isinstance(value, str) else sorted(set(value))
    if rule.merge is Merge.REVEAL:
        return {key: sorted(set(value[key])) for key in sorted(value) if value[key]}
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return sorted(set(value))
    return value


def nest(flat: Mapping[str, Value]) -> dict[str, Value]:
    """The nested form of dotted names."""
    tree: dict[str, Value] = {}
    for name, value in flat.items():
        *path, leaf = name.split(".")
        node = tree
        for key in path:
            node = node.setdefault(key, {})
        node[leaf] = value
    return tree
