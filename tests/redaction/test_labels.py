"""Labels are stable within a call, resolve only where a policy lets them, and leave nothing behind."""

from policies.entities import EntityType as E
from redaction import Labels, RawText, RedactedText, Redactor, speak


def test_the_same_value_has_the_same_label_typed_and_spoken(redactor: Redactor) -> None:
    first = redactor.redact(RawText("my number is 415 555 0142")).text
    second = redactor.redact(RawText("four one five, five five five, oh one four two is my number")).text
    assert first == "my number is <PHONE_1>"
    assert second == "<PHONE_1> is my number"


def test_another_value_has_another_label(redactor: Redactor) -> None:
    text = redactor.redact(RawText("call 415 555 0142 or 415 555 0143")).text
    assert text == "call <PHONE_1> or <PHONE_2>"


def test_a_label_resolves_only_for_the_purposes_a_policy_allows() -> None:
    revealed: list[tuple[str, str]] = []
    labels = Labels(on_reveal=lambda label, purpose: revealed.append((label, purpose)))
    label = labels.label(E.PHONE, "4155550142")
    allowed = {E.PHONE: {"tool:callback"}}
    assert labels.reveal(label, "voice", allowed) is None
    assert labels.reveal(label, "tool:other", allowed) is None
    assert labels.reveal(label, "tool:callback", allowed) == "4155550142"
    assert revealed == [("<PHONE_1>", "tool:callback")]


def test_a_label_that_nobody_made_never_resolves() -> None:
    assert Labels().reveal("<PHONE_7>", "voice", {E.PHONE: {"voice"}}) is None


def test_a_dropped_type_has_no_label_and_is_kept_nowhere() -> None:
    labels = Labels()
    assert labels.label(E.PAN, "4111111111111111") == "[PAN]"
    assert labels.reveal("[PAN]", "voice", {E.PAN: {"voice"}}) is None
    assert not labels.known


def test_clearing_overwrites_the_buffers_and_forgets() -> None:
    labels = Labels()
    label = labels.label(E.EMAIL, "ann@example.com")
    buffer = labels._by_label[label.casefold()].value
    labels.clear()
    assert bytes(buffer) == bytes(len(buffer))
    assert labels.reveal(label, "voice", {E.EMAIL: {"voice"}}) is None


def test_the_voice_says_a_phrase_for_a_label_it_may_not_reveal() -> None:
    labels = Labels()
    labels.label(E.PHONE, "4155550142")
    said = speak(RedactedText("We will call < phone 1 > and charge [PAN]."), labels, "en")
    assert said == "We will call the phone number you gave and charge the card."
    assert speak(RedactedText("<PHONE_1>"), labels, "de-DE") == "die genannte Telefonnummer"
    assert speak(RedactedText("<PHONE_1>"), labels, "en", {E.PHONE: {"voice"}}) == "4155550142"


def test_names_and_birth_dates_of_a_tools_result_are_known_afterwards(redactor: Redactor) -> None:
    redactor.redact(RawText('{"name": "Zelda Quix", "date_of_birth": "1982-03-05", "phone": "+14155550142"}'))
    said = redactor.say(
        RawText(
            "Thank you Zelda, born on the fifth of March nineteen eighty two, "
            "four one five five five five oh one four two."
        )
    )
    assert said.released[0].text == "Thank you <PERSON_1>, born on <DATE_OF_BIRTH_1>, <PHONE_1>."


def test_a_remembered_value_is_found_without_any_cue(redactor: Redactor) -> None:
    redactor.labels.remember("Brunhilde Xanthippe", E.PERSON)
    redactor.labels.remember("1982-03-05", E.DATE_OF_BIRTH)
    text = redactor.redact(RawText("brunhilde said 03/05/1982, march fifth eighty two")).text
    assert text == "<PERSON_1> said <DATE_OF_BIRTH_1>, <DATE_OF_BIRTH_1>"


def test_what_proves_to_be_a_card_is_forgotten(redactor: Redactor) -> None:
    for group in ("4242 4242", "4242 4242"):
        redactor.hear(RawText(group), end_of_turn=True)
    assert redactor.labels.reveal("<NUMBER_1>", "voice", {E.NUMBER: ["voice"]}) is None
