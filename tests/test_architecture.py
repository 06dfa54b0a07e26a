"""Who may do what: the rules that keep secrets, evidence and cryptography in few files, checked on the source."""

import ast
import importlib
import warnings
from collections.abc import Iterator

import pytest
from importlinter.cli import lint_imports

from tests.source_tree import (
    ROOT,
    calls_of,
    dotted,
    imports_of,
    imports_under,
    python_files,
    strings_of,
    text_of,
    tree_of,
)

FILES = python_files()
CRYPTO = "audit/crypto/"

#: SHA-256 of public or canonical bytes only: no key, no secret.
HASHING_FILES = {
    "audit/encoding.py": "leaves and content hashes of the log",
    "audit/merkle.py": "nodes of the tree",
    "policies/loader.py": "versions of policies and scripts",
    "secure_agent/prompts/library.py": "versions of prompts",
}

#: Where text becomes `RedactedText`, and why it may.
REDACTED_TEXT_MAKERS = {
    "redaction/labels.py": "labels stand for values and hold none",
    "redaction/operators.py": "what replaces a span",
    "redaction/redactor.py": "the act of redaction",
    "redaction/utterances.py": "the act of redaction, for one utterance",
    "redaction/spans.py": "the fixed text of a withheld utterance",
    "redaction/voice.py": "fixed phrases for labels",
    "redaction/stream.py": "the act of redaction, as a stream",
    "policies/wording.py": "fixed scripts: reviewed words, no caller's",
    "secure_agent/agent.py": "LiveKit carries it as str; the recogniser's wrapper is its only source",
    "secure_agent/session_reports.py": "LiveKit carries it as str; the model's wrapper is its only source",
    "secure_agent/guards.py": "a fixed script, recognised letter by letter",
    "secure_agent/consent_question.py": "the empty text",
    "secure_agent/simulation/demo.py": "what a model is sent is redacted already",
    "secure_agent/speaker.py": "a fixed script, or what was played of it",
    "secure_agent/persona_guard.py": "pieces of a stream that is redacted already, and a fixed script",
    "secure_agent/turns.py": "LiveKit carries it as str; the recogniser's wrapper is its only source",
    "secure_agent/transcript.py": "the fixed text of a withheld utterance",
}

#: LiveKit's ready-made tasks put card numbers, keys and names into the model's context.
READY_MADE = "livekit.agents.beta"
READY_MADE_NAMES = ("GetCreditCardTask", "GetDtmfTask", "WarmTransferTask")

LONG_FILE_LINES = 300


def where(node: ast.AST, file: str) -> str:
    return f"{file}:{getattr(node, 'lineno', '?')}"


def test_import_directions_hold() -> None:
    """Checked here as well as in `make check`, so that no test run passes over a broken contract."""
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


@pytest.mark.parametrize("module", ["cryptography", "hmac", "secrets"])
def test_only_audit_crypto_imports_cryptography(module: str) -> None:
    assert [file for file in FILES if imports_under(file, module) and not file.startswith(CRYPTO)] == []


def test_hashes_are_made_in_the_named_files_and_are_sha_256() -> None:
    using = [file for file in FILES if "hashlib" in imports_of(file) and not file.startswith(CRYPTO)]
    assert set(using) <= HASHING_FILES.keys()
    for file in using:
        used = {name for node in ast.walk(tree_of(file)) if isinstance(node, ast.Attribute)
                for name in [dotted(node)] if name.startswith("hashlib.")}  # fmt: skip
        assert used <= {"hashlib.sha256"}, file


def test_only_the_catalog_imports_the_providers_plugins() -> None:
    using = [file for file in FILES if imports_under(file, "livekit.plugins")]
    assert set(using) <= {"secure_agent/providers/catalog.py"}


def test_livekits_ready_made_tasks_are_never_imported() -> None:
    workflows = importlib.import_module(f"{READY_MADE}.workflows")
    assert all(hasattr(workflows, name) for name in READY_MADE_NAMES), "the list below is out of date"
    for file in FILES:
        assert not imports_under(file, READY_MADE), file
        names = {name.rpartition(".")[2] for name in imports_of(file)} | set(strings_of(file))
        assert not names & set(READY_MADE_NAMES), file


def test_phone_numbers_are_placed_without_the_geocoder() -> None:
    """It costs 97 MB of memory in every worker."""
    assert [f for f in FILES if imports_under(f, "phonenumbers.geocoder")] == []


def makes_redacted_text(file: str) -> Iterator[str]:
    for name, call in calls_of(file):
        made = name.rpartition(".")[2] == "RedactedText"
        cast = name.rpartition(".")[2] == "cast" and call.args and "RedactedText" in ast.unparse(call.args[0])
        if made or cast:
            yield where(call, file)


def test_text_becomes_redacted_text_only_in_the_named_files() -> None:
    makers = {file: list(makes_redacted_text(file)) for file in FILES}
    assert [
        place for file, places in makers.items() if file not in REDACTED_TEXT_MAKERS for place in places
    ] == []
    assert [file for file in REDACTED_TEXT_MAKERS if not makers.get(file)] == [], "these need it no more"


def test_no_other_name_hides_a_maker_of_redacted_text() -> None:
    """`make = RedactedText` or `import RedactedText as X` would pass the test above unseen."""
    for file in FILES:
        for node in ast.walk(tree_of(file)):
            renamed = isinstance(node, ast.alias) and node.name == "RedactedText" and node.asname is not None
            assigned = isinstance(node, ast.Assign) and dotted(node.value) == "RedactedText"
            passed = isinstance(node, ast.Call) and any(dotted(arg) == "RedactedText" for arg in node.args)
            assert not (renamed or assigned or passed), where(node, file)


def test_every_task_has_an_owner() -> None:
    """`asyncio.create_task` loses exceptions and tasks; a TaskGroup's `create_task` does neither."""
    banned = {"asyncio.create_task", "asyncio.ensure_future", "loop.create_task"}
    assert [
        where(call, file)
        for file in FILES
        for name, call in calls_of(file)
        if name in banned or name.endswith("get_running_loop.create_task")
    ] == []


def test_the_environment_is_read_in_one_file() -> None:
    readers = {
        file
        for file in FILES
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Attribute) and dotted(node) in {"os.environ", "os.getenv", "os.putenv"}
    }
    assert readers <= {"secure_agent/settings.py", "migrations/env.py"}


def test_chance_and_the_clock_of_the_wall_come_in_as_arguments() -> None:
    """A test can then fix both. Command-line tools read the clock once and pass it on."""
    assert [file for file in FILES if imports_under(file, "random")] == []
    pure = [file for file in FILES if file.startswith(("policies/", "consent/", "redaction/", "audit/"))]
    assert [
        where(call, file)
        for file in pure
        for name, call in calls_of(file)
        if name in {"datetime.now", "datetime.utcnow", "date.today", "time.time", "datetime.datetime.now"}
    ] == []


def test_no_log_call_and_no_error_sentence_of_ours_formats_foreign_values() -> None:
    """A log line is a fixed event name and safe fields: no f-string, no `%` and no exception object."""
    for file in FILES:
        for name, call in calls_of(file):
            if name.rpartition(".")[2] in {"debug", "info", "warning", "error"} and "log" in name.casefold():
                message = call.args[0] if call.args else None
                assert isinstance(message, ast.Constant), where(call, file)
                assert len(call.args) == 1, where(call, file)
            assert name not in {"_log.exception", "logging.exception"}, where(call, file)


def test_only_the_renderer_prints() -> None:
    assert [
        where(call, file)
        for file in FILES
        for name, call in calls_of(file)
        if name == "print" and file != "secure_agent/cli/render.py"
    ] == []


def test_every_module_with_code_opens_with_the_sentence_it_promises() -> None:
    assert [
        file
        for file in FILES
        if text_of(file).strip()
        and not file.startswith("migrations/versions/")
        and not ast.get_docstring(tree_of(file))
    ] == []


def test_no_package_is_shadowed_by_its_tests() -> None:
    """With tests/audit/__init__.py, `import audit` would mean the tests: delete the stray file."""
    assert [path.as_posix() for path in (ROOT / "tests").rglob("__init__.py")] == []


@pytest.mark.filterwarnings("default::UserWarning")
def test_long_files_are_pointed_out() -> None:
    """A reason to look, not an error: a table of patterns may well be long."""
    long = {file: lines for file in FILES if (lines := len(text_of(file).splitlines())) > LONG_FILE_LINES}
    if long:
        listed = ", ".join(f"{file} ({lines})" for file, lines in sorted(long.items()))
        warnings.warn(f"over {LONG_FILE_LINES} lines: {listed}", UserWarning, stacklevel=1)


def test_the_top_level_has_these_rooms_and_no_other() -> None:
    made = {"build", "data", "node_modules"}
    rooms = {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir()
        and path.name not in made
        and not path.name.startswith(".")
        and path.suffix != ".egg-info"
    }
    assert rooms == {
        *(
            "audit",
            "consent",
            "docs",
            "examples",
            "migrations",
            "policies",
            "redaction",
            "secure_agent",
            "tests",
        )
    }
