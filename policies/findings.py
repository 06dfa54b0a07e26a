"""One finding of the lint: how bad, where, which rule, and a sentence."""

from dataclasses import dataclass
from typing import Any

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`level` error: it must not be used so. `level` warning: a person should look."""

    level: str
    where: str
    rule: str
    sentence: str

    def as_dict(self) -> dict[str, Any]:
        return {"level": self.level, "where": self.where, "rule": self.rule, "sentence": self.sentence}
