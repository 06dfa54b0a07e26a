"""The labels of one call: value and label, in memory only, overwritten at its end; revealed only where allowed."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from policies.entities import DROPPED, EntityType
from policies.text import RedactedText
from redaction.known import KnownValues

#: Never revealed, whatever a policy says: they are not kept.
NEVER_REVEALED: Final = DROPPED | {EntityType.UNSCANNED}


@dataclass(slots=True)
class _Entry:
    type: EntityType
    label: str
    value: bytearray


class Labels:
    """`<PHONE_1>` for a value and back. Same value, same label, for as long as the call lasts."""

    def __init__(self, on_reveal: Callable[[str, str], None] | None = None) -> None:
        self._by_value: dict[tuple[EntityType, str], _Entry] = {}
        self._by_label: dict[str, _Entry] = {}
        self._counts: dict[EntityType, int] = {}
        self._on_reveal = on_reveal
        self.known = KnownValues()

    def label(self, type: EntityType, value: str, grown_from: str | None = None) -> RedactedText:  # noqa: A002
        """The label of VALUE; a value that grew over turns keeps the label it began with."""
        if type in DROPPED:
            return RedactedText(f"[{type.value}]")
        key = (type, value.casefold())
        entry = self._by_value.get(key)
        if entry is None and type is EntityType.PERSON:
            entry = self._same_person(value)
        if entry is None and grown_from is not None:
            grown = self._by_label.get(grown_from.casefold())
            if grown is not None and grown.type is type:
                entry = grown
                entry.value[:] = value.encode()
        if entry is None:
            self._counts[type] = self._counts.get(type, 0) + 1
            entry = _Entry(type, f"<{type.value}_{self._counts[type]}>", bytearray(value.encode()))
            self._by_label[entry.label.casefold()] = entry
        self._by_value[key] = entry
        return RedactedText(entry.label)

    def _same_person(self, value: str) -> _Entry | None:
        """`Maria` after `Maria Garcia` is the same person."""
        words = set(value.casefold().split())
        spelled = value.casefold().replace(" ", "")
        for (kind, known), entry in self._by_value.items():
            if kind is EntityType.PERSON:
                have = set(known.split())
                if known.replace(" ", "") == spelled or words <= have or (len(have) > 1 and have <= words):
                    return entry
        return None

    def forget(self, label: str) -> None:
        """Overwrite the value behind LABEL: it has turned out to be of a type that is never kept."""
        entry = self._by_label.pop(label.casefold(), None)
        if entry is None:
            return
        self.known.forget(entry.value.decode())
        entry.value[:] = bytes(len(entry.value))
        self._by_value = {key: kept for key, kept in self._by_value.items() if kept is not entry}

    def remember(self, value: str, type: EntityType, language: str = "en") -> None:  # noqa: A002
        """Make VALUE known: from now on it is found in any text of the call, typed or spoken."""
        self.known.add(value, type, language)

    def reveal(self, label: str, purpose: str, allowed: Mapping[EntityType, Collection[str]]) -> str | None:
        """The value behind LABEL for PURPOSE (`tool:<id>` or `voice`), or None where no policy allows it."""
        entry = self._by_label.get(label.strip().casefold())
        if entry is None or entry.type in NEVER_REVEALED or purpose not in allowed.get(entry.type, ()):
            return None
        if self._on_reveal is not None:
            self._on_reveal(entry.label, purpose)
        return entry.value.decode()

    def clear(self) -> None:
        """Overwrite and forget every value."""
        for entry in self._by_label.values():
            entry.value[:] = bytes(len(entry.value))
        self._by_value.clear()
        self._by_label.clear()
        self._counts.clear()
        self.known.clear()
