"""The shipped name model: the file that was trained, loaded once, silent, a help where no rule introduces a name."""

import json
import socket
from importlib.resources import files

import pytest
from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from audit.crypto import sha256
from policies.text import RawText
from redaction import Engine, Labels, Redactor, build_engine
from redaction.errors import NameModelError
from redaction.name_model import NameModel, name_model
from redaction.tokens import tokenize

#: Names and addresses that no cue introduces.
FOUND = (
    ("this is regarding my husband Tadeusz", "Tadeusz"),
    ("this is regarding my husband tadeusz", "tadeusz"),
    ("i spoke to oluwaseun yesterday and she promised a refund", "oluwaseun"),
    ("a guy named wojciech came by to fix the boiler", "wojciech"),
    ("Please ask Ngozi Eze whether the invoice was paid.", "Ngozi Eze"),
    ("The film stars Alba Rohrwacher and was shot in two weeks.", "Alba Rohrwacher"),
    ("Could you put Mrs Okonkwo on, please?", "Mrs Okonkwo"),
    ("There was a burst pipe at 4410 Juniper Ridge Road last night.", "4410 Juniper Ridge Road"),
    ("the meter at forty two juniper lane is broken", "forty two juniper lane"),
    ("Meine Tochter Wiebke hat gestern angerufen.", "Wiebke"),
    ("hablé con Itziar la semana pasada", "Itziar"),
)
_LANGUAGES = {"Meine Tochter": "de", "hablé con": "es"}
#: Lines of calls with words that elsewhere are names or streets, or that no list knows.
CALM = (
    "will you mark the bill as paid in may",
    "the router keeps rebooting every seventeen minutes",
    "I'd like to dispute a charge on my statement",
    "we park in front of the church on sunday",
    "the roses arrived wilted and the vase was cracked",
    "it's about a mile and a half up the road",
    "your plan renews automatically every ninety days",
    "Our spring sale ends on Friday, so hurry.",
    "my temperature was a hundred and one point three last night",
    "version seventeen point four point one",
    "The committee rejected the proposal after a long debate.",
    "grant me a grace period of ten days please",
    "I hope the new drive way is wide enough",
    "let me check that for you, one moment please",
)


def shown(engine: Engine, text: str) -> str:
    language = next((code for start, code in _LANGUAGES.items() if text.startswith(start)), "en")
    return Redactor(engine, labels=Labels(), language=language, budget_ms=None).redact(RawText(text)).text


def test_the_model_of_the_package_is_the_one_that_was_trained() -> None:
    folder = files("redaction.names")
    facts = json.loads(folder.joinpath("model.json").read_text("utf-8"))
    data = folder.joinpath("model.bin").read_bytes()
    assert sha256(data).hex() == facts["sha256"]
    assert len(data) == facts["bytes"] <= 15_000_000


def test_the_model_is_loaded_once_for_all_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    name_model()

    def refuse(*_args: object) -> None:
        raise AssertionError("loaded again")

    monkeypatch.setattr(NameModel, "__init__", refuse)
    build_engine(("en",))


def test_the_model_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    fresh = NameModel(files("redaction.names").joinpath("model.bin").read_bytes())
    assert fresh.find(tokenize("I spoke to Oluwaseun yesterday"), "en")


@pytest.mark.parametrize(("text", "value"), FOUND)
def test_a_name_or_address_without_a_cue_is_found(engine: Engine, text: str, value: str) -> None:
    assert value not in shown(engine, text)


@pytest.mark.parametrize("text", CALM)
def test_a_line_that_names_nobody_stays_as_it_is(engine: Engine, text: str) -> None:
    assert shown(engine, text) == text


@pytest.mark.parametrize("name", ["zqerdan", "blessing", "river", "thurloe"])
def test_what_follows_a_cue_for_a_name_is_redacted_where_the_model_is_unsure(
    engine: Engine, name: str
) -> None:
    assert name not in shown(engine, f"hi my name is {name} and I have a question")


def test_the_gate_of_a_stream_does_not_ask_the_model(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    def refuse(*_args: object) -> None:
        raise AssertionError("the model was asked")

    monkeypatch.setattr(NameModel, "find", refuse)
    stream = Redactor(engine, labels=Labels(), budget_ms=None).stream()
    said = "Thank you Ann, I have 12 Maple Street as your address. Is your number still 415 555 0142?"
    assert "0142" not in stream.feed(said) + stream.close()


def test_a_text_leaves_nothing_behind_in_the_model() -> None:
    model = name_model()
    before = dict(vars(model))
    model.find(tokenize("I spoke to Xyloquentia Brambledorf yesterday"), "en")
    assert vars(model) == before


class Elsewhere(EntityRecognizer):
    """A stronger model of the operator, as Presidio sees one."""

    def __init__(self, supported_language: str = "en") -> None:
        super().__init__(["PERSON", "LOCATION"], supported_language=supported_language)

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None
    ) -> list[RecognizerResult]:
        at = text.find("the weather")
        return [RecognizerResult("PERSON", at, at + 11, 0.9)] if at >= 0 and "PERSON" in entities else []


def test_a_model_named_in_the_configuration_is_used_instead() -> None:
    engine = build_engine(("en",), name_model="tests.redaction.test_name_model:Elsewhere")
    assert shown(engine, "I blame the weather for that") == "I blame <PERSON_1> for that"
    assert "Rohrwacher" in shown(engine, "a new film, with Rohrwacher in it")


def test_without_a_model_the_rules_alone_remain() -> None:
    engine = build_engine(("en",), name_model=None)
    assert shown(engine, "my name is Ann Lee") == "my name is <PERSON_1>"


@pytest.mark.parametrize("named", ["en_core_web_nowhere", "nowhere.at_all:Model", "redaction.spans:Found"])
def test_a_model_that_cannot_be_had_is_said_at_the_start(named: str) -> None:
    with pytest.raises(NameModelError, match=r"^the name model \S+ is "):
        build_engine(("en",), name_model=named)
