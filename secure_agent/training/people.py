"""Names of people of many cultures, in the forms in which they are written and spelled."""

from functools import cache
from typing import Final

from redaction.names import family_names, given_names
from secure_agent.evaluation.dice import Dice, listed
from secure_agent.training.sentences import words

_SYLLABLES: Final = listed(
    "ba be bi bo da de di do fa fe ga go ha he hi ja jo ka ke ki ko la le li lo ma me mi mo na ne ni no pa pe ra re "
    "ri ro sa se shi so ta te ti to va vi wa ya yo za ze zu chi sha the bra dri gro kwa mba nde thi xi qi"
)
_ENDS: Final = listed(
    "n r s l t d k m sh ska ski son sen ez es ov ova ic ini ano ella etta wala kar shi ngo mba"
)
_PARTICLES: Final = (
    "de",
    "van",
    "van der",
    "von",
    "del",
    "da",
    "dos",
    "di",
    "al",
    "el",
    "bin",
    "Ní",
    "Ó",
    "ter",
    "le",
)


@cache
def _listed(kind: str) -> tuple[str, ...]:
    names = given_names() if kind == "given" else family_names()
    return tuple(sorted(names))


def titled(name: str) -> str:
    """A case-folded name as it is written."""
    name = "-".join(part[:1].upper() + part[1:] for part in name.split("-"))
    if name.startswith("Mc") and len(name) > 4:
        name = "Mc" + name[2:].capitalize()
    return name


def made_up(dice: Dice) -> str:
    """A name that no list holds, so that the sentence around it must do."""
    name = "".join(dice.pick(_SYLLABLES) for _ in range(dice.between(1, 3)))
    return titled(name + dice.pick(_ENDS))


def given(dice: Dice) -> str:
    roll = dice.below(100)
    if roll < 50:
        return dice.pick(words("given"))
    return titled(dice.pick(_listed("given"))) if roll < 92 else made_up(dice)


def family(dice: Dice) -> str:
    roll = dice.below(100)
    if roll < 45:
        name = dice.pick(words("family"))
    elif roll < 92:
        name = titled(dice.pick(_listed("family")))
    else:
        name = made_up(dice)
    roll = dice.below(100)
    if roll < 4:
        name += "-" + titled(dice.pick(_listed("family")))
    elif roll < 7:
        name = f"{dice.pick(_PARTICLES)} {name}"
    return name


def initial(dice: Dice) -> str:
    return dice.pick("ABCDEFGHJKLMNPRSTVW")


def full(dice: Dice) -> str:
    roll = dice.below(100)
    first, last = given(dice), family(dice)
    if roll < 72:
        return f"{first} {last}"
    if roll < 79:
        return f"{first} {initial(dice)}. {last}"
    if roll < 82:
        return f"{first} {initial(dice)} {last}" if dice.chance(50) else f"{initial(dice)} {last}"
    if roll < 89:
        return f"{first} {given(dice)} {last}"
    if roll < 95:
        return f"{first} {last} {family(dice)}"
    if roll < 97:
        return f"{initial(dice)}. {last}"
    return f"{last} {first}"


def name(dice: Dice) -> str:
    roll = dice.below(100)
    return full(dice) if roll < 50 else given(dice) if roll < 85 else family(dice)


def spelled(dice: Dice) -> str:
    letters = "".join(c for c in (family(dice) if dice.chance(70) else given(dice)) if c.isalpha())[:10]
    return dice.pick((" ", " ", "-", ". ", ", ")).join(
        letters.upper() if dice.chance(60) else letters.lower()
    )
