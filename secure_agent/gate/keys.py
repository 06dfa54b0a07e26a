"""Which keys may pass to the agent's side: one alone, of those that answer a question, and never part of a number."""

from dataclasses import dataclass, field
from typing import Final, final

from secure_agent.telephony.line import Digit

#: Yes, no, and a person.
PASSING: Final[frozenset[Digit]] = frozenset({"1", "2", "0"})
#: A key is alone if no other comes so soon before or after it. Card numbers are keyed twice a second and faster.
ALONE_S: Final = 1.5


@final
@dataclass(slots=True)
class LoneKeys:
    """A pure filter of keys by their times. Whatever is not alone is dropped, all of it."""

    _waiting: Digit | None = None
    _waiting_since_s: float = 0.0
    _last_key_s: float = field(default=float("-inf"))

    def pressed(self, digit: Digit, t_s: float) -> None:
        """A key of the caller at a time."""
        was_quiet = t_s - self._last_key_s >= ALONE_S
        self._waiting = digit if was_quiet and digit in PASSING else None
        self._waiting_since_s = self._last_key_s = t_s

    def due_s(self) -> float | None:
        """When `take` may give the key that waits; None if none does."""
        return None if self._waiting is None else self._waiting_since_s + ALONE_S

    def take(self, t_s: float) -> Digit | None:
        """The key that has stayed alone until now."""
        if self._waiting is None or t_s < self._waiting_since_s + ALONE_S:
            return None
        digit, self._waiting = self._waiting, None
        return digit

    def forget(self) -> None:
        """Nothing that was keyed before counts any more."""
        self._waiting = None
