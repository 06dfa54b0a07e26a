"""What was clean is not looked at again, until the call learns a value that may stand in it."""

from policies import EntityType
from policies.text import RawText, RedactedText
from redaction import Labels, Redaction, Redactor
from secure_agent.persona_guard import PersonaGuard
from tests.providers.guards import engine


class Counting(Redactor):
    """A redactor that knows how often it was asked."""

    asked = 0

    def redact(self, text: RawText) -> Redaction:
        self.asked += 1
        return super().redact(text)


def guard() -> tuple[PersonaGuard, Counting]:
    redactor = Counting(engine(), labels=Labels(), budget_ms=None)
    made = PersonaGuard(
        redactor, language="en", truth=RedactedText("I am an AI."), on_false_claim=lambda _: None
    )
    return made, redactor


def test_a_clean_text_is_looked_at_once() -> None:
    made, redactor = guard()
    texts = [made.redact(RawText("what is my balance today")).text for _ in range(3)]
    assert texts == ["what is my balance today"] * 3
    assert redactor.asked == 1


def test_a_text_with_something_personal_is_redacted_every_time() -> None:
    made, redactor = guard()
    texts = {made.redact(RawText("my card is 4111 1111 1111 1111")).text for _ in range(3)}
    assert texts == {"my card is [PAN]"}
    assert redactor.asked == 3


def test_what_was_clean_is_looked_at_again_when_a_value_is_learnt() -> None:
    made, redactor = guard()
    said = RawText("the green bicycle is mine")
    assert made.redact(said).text == "the green bicycle is mine"
    redactor.labels.remember("green bicycle", EntityType.PERSON)
    assert "green bicycle" not in made.redact(said).text


def test_a_value_that_takes_the_place_of_a_forgotten_one_is_new() -> None:
    known = Labels().known
    known.add("415 555 0142", EntityType.PHONE)
    before = known.learnt
    known.forget("415 555 0142")
    known.add("415 555 0143", EntityType.PHONE)
    assert known.learnt > before


def test_another_language_looks_at_everything_again() -> None:
    made, _ = guard()
    other = Counting(engine(), labels=Labels(), budget_ms=None)
    made.redact(RawText("what is my balance today"))
    made.change_language(other, language="en", truth=RedactedText("I am an AI."))
    made.redact(RawText("what is my balance today"))
    assert other.asked == 1
