"""Everything that is read out of one text for one language, once, each part when first asked for."""

from collections.abc import Callable
from functools import cached_property

from redaction.context import Verdicts
from redaction.known import KnownValues
from redaction.rules import Slots
from redaction.scan import Scan


def _no_check() -> None:
    """No budget."""


class Reading:
    """One text read by one language's tables, with what the call expects and already knows."""

    def __init__(
        self,
        scan: Scan,
        slots: Slots,
        known: KnownValues,
        *,
        day_first: bool,
        check: Callable[[], None] = _no_check,
    ) -> None:
        self.scan = scan
        self.text = scan.text
        self.lexicon = scan.lexicon
        self.slots = slots
        self.known = known
        self.check = check  # raises when the budget is spent; asked between layers
        self._day_first = day_first

    @cached_property
    def verdicts(self) -> Verdicts:
        return Verdicts(self.scan, self.slots, day_first=self._day_first)
