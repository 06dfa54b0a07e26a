"""What takes the place of a value, as Presidio anonymizer operators: drop, label, mask."""

from collections.abc import Callable
from typing import Any, Final

from presidio_anonymizer.operators import Operator, OperatorType

from policies.entities import DROPPED, EntityType
from policies.text import RedactedText
from redaction.labels import Labels

_KEEP: Final = 4


class _Anonymize(Operator):
    NAME = ""

    def validate(self, params: dict[str, Any] | None = None) -> None:
        """The parameters are made here, never read from outside."""

    def operator_name(self) -> str:
        return self.NAME

    def operator_type(self) -> OperatorType:
        return OperatorType.Anonymize


class Drop(_Anonymize):
    """`[PAN]`: nothing is kept, not even in memory."""

    NAME = "drop"

    def operate(self, text: str = "", params: dict[str, Any] | None = None) -> str:
        return f"[{(params or {})['entity_type']}]"


class Label(_Anonymize):
    """`<PHONE_1>`: stable within the call."""

    NAME = "label"

    def __init__(self, labels: Labels) -> None:
        self._labels = labels

    def operate(self, text: str = "", params: dict[str, Any] | None = None) -> str:
        given = params or {}
        return self._labels.label(EntityType(given["entity_type"]), text, given.get("grown_from"))


class MaskKeepRight(_Anonymize):
    """`•••• 0142`: all but the last four characters."""

    NAME = "mask"

    def operate(self, text: str = "", params: dict[str, Any] | None = None) -> str:
        return "•" * max(0, len(text) - _KEEP) + text[-_KEEP:] if len(text) > _KEEP else "•" * len(text)


def operator_of(type: EntityType, labels: Labels, masked: frozenset[EntityType] = frozenset()) -> Operator:  # noqa: A002
    """The operator for a type: drop what is never kept, mask where the policy says so, else label."""
    if type in DROPPED:
        return Drop()
    return MaskKeepRight() if type in masked else Label(labels)


Replacer = Callable[[EntityType, str, str | None], RedactedText]


def replacer(labels: Labels, masked: frozenset[EntityType] = frozenset()) -> Replacer:
    """One function that gives what stands for a value."""

    def replace(type: EntityType, value: str, grown_from: str | None) -> RedactedText:  # noqa: A002
        params = {"entity_type": type.value, "grown_from": grown_from}
        return RedactedText(operator_of(type, labels, masked).operate(value, params))

    return replace
