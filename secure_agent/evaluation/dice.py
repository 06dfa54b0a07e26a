"""A seeded source of choices that gives the same on every machine and every version of Python."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_MASK = (1 << 64) - 1


def listed(text: str) -> tuple[str, ...]:
    """The words of TEXT in order."""
    return tuple(text.split())


class Dice:
    """SplitMix64 (Steele, Lea, Flood 2014): small, portable, good enough to make sentences."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def _next(self) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def below(self, limit: int) -> int:
        """A whole number from 0 to LIMIT - 1."""
        return self._next() % limit

    def between(self, low: int, high: int) -> int:
        """A whole number from LOW to HIGH, both included."""
        return low + self.below(high - low + 1)

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def digits(self, count: int) -> str:
        return "".join(str(self.below(10)) for _ in range(count))
