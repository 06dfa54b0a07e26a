"""Seeded sets of utterances with exact spans: written, said fluently, said with noise, over turns, and benign."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import orjson
import yaml

from policies.entities import EntityType as E
from secure_agent.evaluation.dice import Dice
from secure_agent.evaluation.speech import Speaker
from secure_agent.evaluation.values import MAKERS, Value

#: The sets that `secure-agent redaction score` measures unless told otherwise.
SETS: Final = ("written", "clean", "noisy", "turns", "benign")
_SEED: Final = 20261124
_PER_TYPE: Final = 150
_TURN_DIALOGUES: Final = 150
_CHOICE: Final = re.compile(r"\{([^{}]+)\}")
_SLOT: Final = re.compile(r"\{([A-Z_]+)\}")


@dataclass(frozen=True, slots=True)
class Gold:
    """One entity: where it stands in its utterance, and its value as letters and digits."""

    utterance: int
    start: int
    end: int
    type: E
    value: str


@dataclass(frozen=True, slots=True)
class Case:
    """Consecutive utterances of one caller with the entities in them; `turns` says which end a turn."""

    id: str
    utterances: tuple[str, ...]
    gold: tuple[Gold, ...]
    language: str = "en"
    turns: bool = False


@cache
def _carriers() -> Mapping[str, Sequence[str]]:
    loaded: Any = yaml.safe_load(
        files("secure_agent.evaluation").joinpath("carriers.yaml").read_text("utf-8")
    )
    return {str(kind): [str(line) for line in lines] for kind, lines in loaded.items()}


def plain(text: str) -> str:
    """Letters and digits only, case-folded."""
    return "".join(c for c in text.casefold() if c.isalnum())


def _fill(name: str, carrier: str, dice: Dice, mode: str) -> Case:
    """A carrier with values, written or said."""
    speaker = Speaker(dice, noise=45 if mode == "noisy" else 0)
    text, gold, at = "", [], 0
    for slot in _SLOT.finditer(carrier):
        value: Value = MAKERS[E(slot.group(1))](dice)
        text += _style(carrier[at : slot.start()], mode)
        said = value.written if mode == "written" else speaker.say(value)
        gold.append(Gold(0, len(text), len(text) + len(said), value.type, plain(value.written)))
        text += said
        at = slot.end()
    text += _style(carrier[at:], mode)
    return Case(name, (text,), tuple(gold))


def _style(text: str, mode: str) -> str:
    return text if mode == "written" else text.lower().replace(",", "").replace(".", "")


def _filled(mode: str) -> Iterator[Case]:
    dice = Dice(_SEED + sum(map(ord, mode)))
    for kind, carriers in _carriers().items():
        for number in range(_PER_TYPE):
            yield _fill(f"{mode}-{kind}-{number}", carriers[number % len(carriers)], dice, mode)


def _turns() -> Iterator[Case]:
    """Cards, phones and social security numbers dictated over two to five turns."""
    dice = Dice(_SEED)
    openers = {
        E.PAN: ("my card number is", "okay the card is", ""),
        E.PHONE: ("my number is", "you can call me at", ""),
        E.SSN: ("my social is", "social security number", ""),
    }
    for number in range(_TURN_DIALOGUES):
        kind = dice.pick(tuple(openers))
        value = MAKERS[kind](dice)
        speaker = Speaker(dice, noise=dice.pick((0, 30)))
        opener = dice.pick(openers[kind])
        utterances, gold = [], []
        for index, part in enumerate(value.parts):
            lead = f"{opener} " if index == 0 and opener else dice.pick(("", "", "and then ", "okay "))
            said = part if dice.chance(25) else speaker.say(Value(E.NUMBER, part))
            gold.append(Gold(index, len(lead), len(lead) + len(said), kind, part))
            utterances.append(lead + said)
        yield Case(f"turns-{number}", tuple(utterances), tuple(gold), turns=True)


def _benign() -> Iterator[Case]:
    lines = files("secure_agent.evaluation").joinpath("benign.txt").read_text("utf-8").splitlines()
    whole = [one for line in lines if line.strip() and line[0] != "#" for one in _expand(line.strip())]
    for number, line in enumerate(whole):
        yield Case(f"benign-{number}", (line,), ())


def _expand(line: str) -> Iterator[str]:
    """One line per way through `{a|b}`: the alternatives are walked side by side, not multiplied."""
    slots = [found.group(1).split("|") for found in _CHOICE.finditer(line)]
    for turn in range(max((len(options) for options in slots), default=1)):
        choices = iter(slots)
        yield _CHOICE.sub(lambda _: (o := next(choices))[turn % len(o)], line)  # noqa: B023 - used at once


def load(name: str) -> list[Case]:
    """The cases of a named set, or of a file of JSON lines (`utterances`, `gold`: [[utterance, start, end, TYPE]])."""
    if name == "benign":
        return list(_benign())
    if name == "turns":
        return list(_turns())
    if name in SETS:
        return list(_filled(name))
    return list(_from_file(name))


def _from_file(path: str) -> Iterator[Case]:
    with open(path, "rb") as lines:  # noqa: PTH123 - a path as the user gave it
        for number, line in enumerate(lines):
            if not line.strip():
                continue
            raw = orjson.loads(line)
            utterances = tuple(raw["utterances"])
            gold = tuple(
                Gold(u, start, end, E(kind), plain(utterances[u][start:end]))
                for u, start, end, kind in raw.get("gold", [])
            )
            yield Case(
                str(raw.get("id", number)),
                utterances,
                gold,
                raw.get("language", "en"),
                bool(raw.get("turns", True)),
            )
