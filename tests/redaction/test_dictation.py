"""Dialogues in which a card is dictated in pieces, with an agent that interrupts: never six digits are out at once."""

import re

from redaction import Engine, Labels, RawText, Redactor, normalise
from secure_agent.evaluation.dice import Dice

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_AGENT = (
    "mm-hm",
    "Okay.",
    "Yes?",
    "Go ahead.",
    "And the next four?",
    "Was that five or nine?",
    "Thank you, and the rest?",
    "Could you repeat the last four please?",
    "Sorry, one more time?",
    "Great, what comes next?",
    "I'm listening.",
)
_LEADS = (
    "",
    "",
    "and then ",
    "okay ",
    "um ",
    "then it's ",
    "next is ",
    "that's ",
    "sorry, ",
    "the next four are ",
)
_TAILS = ("", "", " okay?", " got that?", " and", " um", " are you there", " let me see")
_INTROS = ("my card number is ", "", "it's a visa ", "the number is ", "sure it is ")
_DIALOGUES = 250


def _say(dice: Dice, digits: str) -> str:
    if dice.chance(25):
        return digits
    if dice.chance(15):
        return " ".join(digits)
    return " ".join("oh" if d == "0" and dice.chance(50) else _WORDS[int(d)] for d in digits)


def _shown(texts: list[str]) -> int:
    without_labels = [re.sub(r"<[A-Z_]+_\d+>|\[[A-Z_]+\]", "#", text) for text in texts]
    return sum(c.isdigit() for text in without_labels for c in normalise(text).text)


def test_a_card_dictated_with_interruptions_never_shows_six_digits(engine: Engine) -> None:
    dice = Dice(7)
    for _ in range(_DIALOGUES):
        card, at = "4" + dice.digits(15), 0
        redactor = Redactor(engine, labels=Labels(), budget_ms=None)
        crossed: list[str] = []
        while at < len(card):
            size = dice.pick((1, 2, 3, 4, 4, 4, 5, 6))
            text = dice.pick(_LEADS if at else _INTROS) + _say(dice, card[at : at + size]) + dice.pick(_TAILS)
            heard = redactor.hear(RawText(text), end_of_turn=dice.chance(80))
            crossed += [release.text for release in heard.released]
            if dice.chance(60):
                redactor.said(dice.pick(_AGENT))
            at += size
        crossed += [release.text for release in redactor.end_turn().released]
        assert _shown(crossed) < 6
