"""Sentences with alternatives and slots, read from text files and spoken out by dice as labelled pieces."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from secure_agent.evaluation.dice import Dice

FOLDER: Final = Path(__file__).parent / "wordings"
#: What a piece of a sentence may be; "" is running text.
PERSON: Final = "PERSON"
ADDRESS: Final = "ADDRESS"
CITY: Final = "CITY"
PLACE: Final = "PLACE"
ORG: Final = "ORG"

#: A piece of text with the label of what it is: "" for running text.
Piece = tuple[str, str]
Slot = Callable[[Dice], list[Piece]]

_SLOT: Final = re.compile(r"[\[\]|]|\{\w+\}")


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Hole:
    slot: str


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple[tuple["Node", ...], ...]


Node = Text | Hole | Choice


def parse(line: str) -> tuple[Node, ...]:
    """The nodes of one line: text, `{slot}`, `[one|another|]`."""
    stack: list[list[list[Node]]] = [[[]]]
    at = 0
    for mark in _SLOT.finditer(line):
        if mark.start() > at:
            stack[-1][-1].append(Text(line[at : mark.start()]))
        at = mark.end()
        sign = mark.group()
        if sign == "[":
            stack.append([[]])
        elif sign == "]":
            options = stack.pop()
            stack[-1][-1].append(Choice(tuple(tuple(option) for option in options)))
        elif sign == "|" and len(stack) > 1:
            stack[-1].append([])
        elif sign == "|":
            stack[-1][-1].append(Text("|"))
        else:
            stack[-1][-1].append(Hole(sign[1:-1]))
    stack[-1][-1].append(Text(line[at:]))
    if len(stack) != 1:
        raise ValueError("a bracket of a sentence is not closed")
    return tuple(stack[0][0])


def lines(file: str) -> Iterable[str]:
    for line in (FOLDER / file).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.replace("\\n", "\n")


@cache
def sentences(file: str) -> tuple[tuple[Node, ...], ...]:
    return tuple(parse(line) for line in lines(file))


@cache
def word_lists(file: str) -> dict[str, tuple[str, ...]]:
    """`key: item, item` by key."""
    lists = {}
    for line in lines(file):
        key, _, items = line.partition(":")
        lists[key.strip()] = tuple(item.strip() for item in items.split(",") if item.strip())
    return lists


def words(key: str) -> tuple[str, ...]:
    """The words that may fill a slot of running text."""
    return word_lists("words.txt")[key]


def speak(nodes: Iterable[Node], dice: Dice, slots: dict[str, Slot]) -> list[Piece]:
    """One sentence of the many that NODES stand for."""
    pieces: list[Piece] = []
    for node in nodes:
        match node:
            case Text(text):
                pieces.append((text, ""))
            case Choice(options):
                pieces += speak(dice.pick(options), dice, slots)
            case Hole(slot):
                pieces += slots[slot](dice)
    return pieces
