"""Callers switch language: a number in any language of the line is redacted, and English stays English."""

import pytest

from redaction import Engine, Labels, RawText, Redactor
from redaction.languages import LANGUAGES
from secure_agent.evaluation.corpus import load

_OTHERS = tuple(code for code in LANGUAGES if code != "en")


@pytest.mark.parametrize(
    ("said", "redacted"),
    [
        (
            "mi tarjeta es cuatro uno uno uno uno uno uno uno uno uno uno uno uno uno uno uno",
            "mi tarjeta es [PAN]",
        ),
        ("meine nummer ist null eins fünf eins zwei drei vier fünf", "meine nummer ist <PHONE_1>"),
        ("me llamo Juan Pérez", "me llamo <PERSON_1>"),
    ],
)
def test_a_value_in_another_language_of_the_line_is_found(engine: Engine, said: str, redacted: str) -> None:
    redactor = Redactor(engine, labels=Labels(), language="en", also=_OTHERS, budget_ms=None)
    assert redactor.redact(RawText(said)).text == redacted


def test_seven_more_languages_cost_english_nothing(engine: Engine) -> None:
    for case in load("benign"):
        redactor = Redactor(engine, labels=Labels(), language="en", also=_OTHERS, budget_ms=None)
        assert redactor.redact(RawText(case.utterances[0])).text == case.utterances[0]
