"""Documents under test: every file, name, command, option, link and test that they mention exists."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import typer
from typer.core import TyperGroup, TyperOption
from typer.main import get_command

from secure_agent.cli import app
from tests.names import exists
from tests.source_tree import ROOT, python_files, strings_of, tree_of

DOCUMENTS: Final = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
)
HELD_TO_NAMES: Final = ("docs/life-of-an-utterance.md", "docs/threat-model.md")
REQUIRED: Final = (
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "docs/events.md",
    "docs/glossary.md",
    *HELD_TO_NAMES,
)
ADRS: Final = [name for name in DOCUMENTS if name.startswith("docs/adr/")]
#: Made by a run and not in the tree.
MADE: Final = re.compile(
    r"^(?:\./)?(?:data|evidence|trust|build|keys|published|DIR|FILE|OUT)\b|^\.venv|^/|\b(?:NNNN|CODE)\b|[*<>{]"
)

_PATH = re.compile(r"^\.?[\w-]+(?:[./][\w.-]+)*(?:/|\.(?:py|md|yaml|toml|lock|ini|txt))(?:::(\w+))?$")
_NAME = re.compile(r"^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?:\(\))?$")


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def quoted(document: str) -> list[str]:
    """Return what stands between single backticks, fenced blocks left out."""
    prose = re.sub(r"^```.*?^```", "", text_of(document), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose)


def code_lines(document: str) -> list[str]:
    """Return inline code, and the lines of indented and fenced blocks."""
    text = text_of(document)
    fenced = [line for block in re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
              for line in block.splitlines()]  # fmt: skip
    indented = [line for line in text.splitlines() if line.startswith("    ")]
    return [line.strip().removeprefix("$ ") for line in (*fenced, *indented, *quoted(document))]


@pytest.mark.parametrize("document", REQUIRED)
def test_the_documents_a_reader_is_sent_to_exist(document: str) -> None:
    assert document in DOCUMENTS


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", text_of(document))
    local = [
        target.partition("#")[0] for target in targets if "://" not in target and not target.startswith("#")
    ]
    folder = (ROOT / document).parent
    assert [target for target in local if target and not (folder / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_is_named_exists(document: str) -> None:
    missing = []
    for name in quoted(document):
        path = _PATH.match(name)
        if path is None or MADE.search(name):
            continue
        file = name.partition("::")[0]
        found = (ROOT / file).exists() or (ROOT / document).parent.joinpath(file).exists()
        if not found and "/" not in file.rstrip("/"):  # a bare file name: anywhere in the tree
            found = any(match for folder in ("docs", "tests", "examples", "policies", "redaction", "consent", "audit",
                        "secure_agent", "migrations") for match in (ROOT / folder).rglob(file.rstrip("/")))  # fmt: skip
        if not found or (path.group(1) and path.group(1) not in functions_of(file)):
            missing.append(name)
    assert missing == []


def functions_of(file: str) -> set[str]:
    return {getattr(node, "name", "") for node in tree_of(file).body}


@pytest.mark.parametrize("document", HELD_TO_NAMES)
def test_every_name_in_backticks_exists(document: str) -> None:
    unknown = [
        name
        for name in quoted(document)
        if not _PATH.match(name) and not name.startswith(("make ", "secure-agent ")) and not exists(name)
    ]
    assert unknown == []


def commands(document: str) -> Iterator[list[str]]:
    for line in code_lines(document):
        for piece in re.split(r"\s+[|&]+\s+|\s{3,}", line):
            words = piece.strip()
            if words.startswith(("secure-agent ", "make ")):
                try:
                    yield shlex.split(words.rstrip("\\").replace("[", " ").replace("]", " "), comments=True)
                except ValueError:
                    yield words.split()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_exists(document: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    named = {
        word
        for tool, *words in commands(document)
        if tool == "make"
        for word in words[:1]
        if "=" not in word and re.fullmatch(r"[a-z-]+", word)
    }
    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_and_option_exists(document: str) -> None:
    unknown = [
        words for words in commands(document) if words[0] == "secure-agent" and not understood(words[1:])
    ]
    assert unknown == []


def understood(words: list[str]) -> bool:
    command: Any = get_command(app)
    context = typer.Context(command, info_name="secure-agent")
    rest = list(words)
    while isinstance(command, TyperGroup) and rest and not rest[0].startswith("-"):
        found = command.get_command(context, rest.pop(0))
        if found is None:
            return False
        command = found
        context = typer.Context(command, parent=context)
    options = {"--help"} | {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    given = {word.partition("=")[0] for word in rest if word.startswith("--")}
    return given <= options


def all_commands() -> list[tuple[str, Any]]:
    def walk(name: str, command: Any, parent: typer.Context | None) -> Iterator[tuple[str, Any]]:
        context = typer.Context(command, info_name=name, parent=parent)
        if isinstance(command, TyperGroup):
            for child in command.list_commands(context):
                found = command.get_command(context, child)
                assert found is not None, child
                yield from walk(f"{name} {child}", found, context)
        else:
            yield name, command

    return list(walk("secure-agent", get_command(app), None))


def test_every_command_and_option_says_what_it_does() -> None:
    for name, command in all_commands():
        assert (command.help or "").strip(), name
        for parameter in command.params:
            if isinstance(parameter, TyperOption):
                assert (parameter.help or "").strip(), f"{name} {parameter.opts[0]}"


@pytest.mark.parametrize("document", ADRS)
def test_a_decision_has_its_number_its_parts_and_its_bad_consequences(document: str) -> None:
    text = text_of(document)
    number = Path(document).name.split("-", 1)[0]
    assert text.startswith(f"# {number} ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert "Bad:" in text.partition("## Consequences")[2]
    assert len(text.splitlines()) <= 60, "one page"


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(Path(document).name.split("-", 1)[0]) for document in ADRS]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 10


def test_the_changelog_has_a_heading_for_compliance() -> None:
    newest = re.split(r"^## ", text_of("CHANGELOG.md"), flags=re.MULTILINE)[1]
    assert "### Compliance" in newest


def threats() -> list[list[str]]:
    lines = [line for line in text_of("docs/threat-model.md").splitlines() if re.match(r"^\| T\d", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_threat_has_a_control_a_file_and_a_test() -> None:
    rows = threats()
    assert len(rows) >= 20
    assert [row[0] for row in rows] == [f"T{n}" for n in range(1, len(rows) + 1)]
    for number, threat, control, files, tests in rows:
        assert threat, number
        assert control, number
        named = re.findall(r"`([^`]+)`", files)
        assert named, number
        assert all((ROOT / name).exists() for name in named), number
        cases = re.findall(r"`([^`]+)`", tests)
        assert cases, number
        assert all(case.startswith("tests/") for case in cases), number


def test_every_event_of_a_call_is_documented_and_every_documented_one_is_written() -> None:
    kinds = (
        "activity|ai_disclosure|call|caller|card|consent|danger|handover|label|line|minor|model|payment|persona"
        "|policy|provider|recording|residency|script|segment|tool|turn"
    )
    written = {
        text
        for file in python_files("secure_agent")
        if not file.startswith(
            (
                "secure_agent/cli/",
                "secure_agent/simulation/",
                "secure_agent/observability/",
                "secure_agent/training/",
            )
        )
        for text in strings_of(file)
        if re.fullmatch(rf"(?:{kinds})\.[a-z_]+", text)
    }
    written |= {f"recording.{kind}" for kind in ("started", "paused", "resumed", "stopped")}
    documented = set(re.findall(r"^\| `([a-z_.]+)` \|", text_of("docs/events.md"), re.MULTILINE))
    assert documented == written
