"""What of a log record reaches a handler."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator

import pytest

from secure_agent.observability import logs
from secure_agent.observability.logs import configure_logging, guard_handler, guarded_logging, places_of

CARD = "4111 1111 1111 1111"


def leaked(text: str) -> bool:
    """Whether the number is in a text; a shorter piece of it may be part of any time or thread number."""
    return "4111 1111" in text or "41111111" in text


class Careless(logging.Handler):
    """Writes message, every field and the traceback, as a careless formatter would."""

    def __init__(self) -> None:
        super().__init__(level=1)
        self.written = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.written += (
            f"{logging.Formatter('%(levelname)s %(message)s').format(record)} {record.__dict__!r}\n"
        )


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    logger = logging.getLogger("tests.guarded")
    logger.setLevel(1)
    yield logger
    logger.handlers.clear()


@pytest.fixture
def careless(log: logging.Logger) -> Careless:
    handler = Careless()
    guard_handler(handler)
    log.addHandler(handler)
    return handler


class OfTheCall:
    def __repr__(self) -> str:
        return f"OfTheCall(card={CARD})"


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"lk.pii.user_transcript": "Ann Lee"}, id="a field marked personal"),
        pytest.param({"gen_ai.input.messages": "Ann Lee"}, id="content by the convention's name"),
        pytest.param({"participant": "sip_Ann Lee"}, id="the identity of a participant"),
        pytest.param({"room": "call-Ann Lee"}, id="the name of a room"),
        pytest.param({"said": "Ann Lee " * 100}, id="a long text"),
        pytest.param({"said": f"Ann Lee {CARD}"}, id="a text with a number"),
        pytest.param({"number": 4111111111111111}, id="a large number"),
        pytest.param({"numbers": [1, {"card": f"Ann Lee {CARD}"}]}, id="a number inside"),
        pytest.param({"thing": OfTheCall()}, id="an object"),
    ],
)
def test_a_field_with_content_is_not_written(
    log: logging.Logger, careless: Careless, fields: dict[str, object]
) -> None:
    log.info("something happened", extra=fields)
    assert "something happened" in careless.written
    assert "Ann Lee" not in careless.written
    assert not leaked(careless.written)


def test_plain_fields_are_written(log: logging.Logger, careless: Careless) -> None:
    log.info("turn ended", extra={"seq": 7, "spans": 2, "language": "en", "held": True, "none": None})
    for field in ("'seq': 7", "'spans': 2", "'language': 'en'", "'held': True", "'none': None"):
        assert field in careless.written


@pytest.mark.parametrize(
    "message", [f"card {CARD}", "write to ann@example.org", "four one one one one one one"]
)
def test_a_message_with_a_value_is_withheld(log: logging.Logger, careless: Careless, message: str) -> None:
    log.info(message)
    log.info("%s", message)
    assert careless.written.count(logs.WITHHELD) >= 2
    assert message not in careless.written


def test_a_message_that_cannot_be_formatted_is_withheld(log: logging.Logger, careless: Careless) -> None:
    log.info("%d", CARD)
    assert logs.WITHHELD in careless.written
    assert not leaked(careless.written)


def look_up() -> None:
    raise KeyError(CARD)


def fail() -> None:
    try:
        look_up()
    except KeyError as error:
        raise ValueError(f"while looking for {CARD}") from error


def test_an_exception_is_written_as_types_and_places(log: logging.Logger, careless: Careless) -> None:
    try:
        fail()
    except ValueError:
        log.exception("look-up failed", stack_info=True)
    assert "ValueError at test_logs.py:" in careless.written
    assert "after KeyError at test_logs.py:" in careless.written
    assert "fail" in careless.written
    assert not leaked(careless.written)


def test_two_handlers_write_the_same_guarded_record(log: logging.Logger, careless: Careless) -> None:
    second = guard_handler(Careless())
    log.addHandler(second)
    log.info("said", extra={"lk.pii.text": "Ann Lee"})
    assert isinstance(second, Careless)
    assert careless.written == second.written
    assert "Ann Lee" not in second.written


def test_a_handler_that_is_added_later_is_guarded_too(log: logging.Logger) -> None:
    with guarded_logging():
        later = Careless()
        log.addHandler(later)
        log.info("said", extra={"lk.pii.text": "Ann Lee"})
    assert "said" in later.written
    assert "Ann Lee" not in later.written


def test_the_handler_of_last_resort_is_guarded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    log = logging.getLogger("tests.nobody.listens")
    log.propagate = False
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    with guarded_logging():
        log.error("card %s", CARD)
    assert logs.WITHHELD in written.getvalue()
    assert not leaked(written.getvalue())


def test_outside_the_guard_a_bare_handler_would_have_written_it(log: logging.Logger) -> None:
    bare = Careless()
    log.addHandler(bare)
    log.info("said", extra={"lk.pii.text": "Ann Lee"})
    assert "Ann Lee" in bare.written


@pytest.fixture
def configured(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What a command's logging writes to standard error; the configuration is taken back afterwards."""
    root = logging.getLogger()
    handlers, level, handle, raising = (
        list(root.handlers),
        root.level,
        logging.Handler.handle,
        logging.raiseExceptions,
    )
    levels = {name: logging.getLogger(name).level for name in logs._FLOORS}
    hook = sys.excepthook
    try:
        yield lambda: capsys.readouterr().err
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)
        logging.Handler.handle = handle  # type: ignore[method-assign]
        logging.raiseExceptions = raising
        sys.excepthook = hook


def test_a_command_writes_json_lines_of_its_level(configured: Callable[[], str]) -> None:
    configure_logging("INFO")
    configure_logging("INFO")
    logging.getLogger("tests.command").debug("not this")
    logging.getLogger("tests.command").info("call ended", extra={"seq": 3, "lk.pii.text": "Ann Lee"})
    [line] = configured().splitlines()
    written = json.loads(line)
    assert (written["event"], written["level"], written["logger"], written["seq"]) == (
        "call ended",
        "INFO",
        "tests.command",
        3,
    )
    assert "Ann Lee" not in line


def test_libraries_that_log_content_are_kept_above_it_at_every_level(configured: Callable[[], str]) -> None:
    configure_logging("DEBUG")
    for name, floor in logs._FLOORS.items():
        assert logging.getLogger(name).getEffectiveLevel() >= floor, name
    logging.getLogger("livekit.agents").debug("received user transcript", extra={"lk.pii.text": "Ann Lee"})
    logging.getLogger("openai._base_client").debug("Request options: %s", {"json_data": "Ann Lee"})
    assert configured() == ""


def test_a_crash_says_where_and_not_what(configured: Callable[[], str]) -> None:
    configure_logging("INFO")
    try:
        fail()
    except ValueError as error:
        logs._log_crash(type(error), error, error.__traceback__)
    written = configured()
    assert "ValueError at test_logs.py:" in written
    assert not leaked(written)


def test_a_circle_of_causes_ends() -> None:
    first, second = ValueError("a"), KeyError("b")
    first.__cause__, second.__cause__ = second, first
    assert places_of(first) == "ValueError at unknown place; after KeyError at unknown place"
