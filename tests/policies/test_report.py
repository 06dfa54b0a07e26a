"""Documents for regulators: complete, true to the policies, escaped, and naming nothing that does not exist."""

import json
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from typer.testing import CliRunner, Result

from policies import Line, PolicySet, load_line, load_policies
from policies.loader import PACKAGED
from policies.report import DOCUMENTS, FORMATS, Document, make
from policies.report.controls import Control, control_map
from policies.report.register import register_file
from policies.resolve import resolve
from policies.schema import Subprocessor
from secure_agent.cli.policy import app
from tests.source_tree import ROOT, tree_of

LINES = PACKAGED / "lines"
EVERY = tuple(DOCUMENTS)
CONTROLS = [one for framework in control_map().frameworks for one in framework.controls]
DAY = ["--on", "2026-11-24"]


def bank() -> Line:
    return load_line(LINES / "example_bank.yaml")


def clinic() -> Line:
    return load_line(LINES / "example_clinic.yaml")


def one_of(policies: PolicySet, line: Line, name: str, on: date, form: str = "md") -> str:
    return "\n".join(FORMATS[form](each) for each in make(policies, line, (name,), on=on))


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["report", *words])


class Page(HTMLParser):
    """What a browser would make of a page: tags with attributes, text, and whether all tags are closed."""

    VOID = frozenset({"meta", "col", "wbr", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


# --- the control map names what exists ------------------------------------------------------------------------


def documented_events() -> set[str]:
    page = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([a-z_.]+)` \|", page, re.MULTILINE))


@pytest.mark.parametrize("control", CONTROLS, ids=lambda one: one.id)
def test_a_row_of_the_control_map_names_only_files_events_and_tests_that_exist(control: Control) -> None:
    assert [name for name in control.files if not (ROOT / name).is_file()] == []
    assert set(control.events) <= documented_events()
    for name in control.tests:
        file, _, function = name.partition("::")
        assert file.startswith("tests/"), name
        assert (ROOT / file).is_file(), name
        functions = {getattr(node, "name", "") for node in tree_of(file).body}
        assert not function or function in functions, name


def test_the_control_map_covers_the_laws_and_standards_that_auditors_bring() -> None:
    names = " ".join(framework.name for framework in control_map().frameworks)
    for name in ("2024/1689", "GDPR", "PCI DSS v4.0.1", "164.312", "SOC 2", "42001", "NIST AI"):
        assert name in names
    cites = {one.id: one.source.cite for one in CONTROLS}
    assert "Art. 50(1), (5)" in cites["aia.50-1"]
    assert "164.312(b)" in cites["hipaa.312b"]
    assert len(CONTROLS) >= 50


def test_a_row_that_rests_on_memory_says_so_wherever_it_stands(shipped: PolicySet, on: date) -> None:
    markdown = one_of(shipped, bank(), "controls", on)
    page = one_of(shipped, bank(), "controls", on, "html")
    memory = sum(one.source.confidence == "M" for one in CONTROLS)
    assert f"{memory} rows rest on memory" in markdown
    assert page.count('<tr class="memory">') == memory
    for one in CONTROLS:
        assert f"{one.source.cite} [{one.source.confidence}]" in markdown


def test_every_event_of_a_call_that_protects_a_caller_answers_some_control() -> None:
    named = {event for one in CONTROLS for event in one.events}
    assert named >= {
        "ai_disclosure.played", "consent.decided", "consent.withdrawn", "recording.started", "recording.stopped",
        "turn.withheld", "card.spoken", "payment.charged", "handover.requested", "tool.called", "policy.resolved",
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"covers": "program"},
        {"covers": "program", "files": ["a.py"]},
        {"covers": "part", "files": ["a.py"], "tests": ["tests/a.py"]},
        {"covers": "company"},
        {"covers": "certified"},
    ],
    ids=["no file", "no test", "nothing left", "nobody does it", "a claim"],
)
def test_a_row_of_the_control_map_must_be_answered_or_left_to_somebody(wrong: dict[str, object]) -> None:
    row = {"id": "x", "asks": "something", "source": {"cite": "a law", "confidence": "M"}, **wrong}
    with pytest.raises(ValidationError):
        Control.model_validate(row)


# --- the register ---------------------------------------------------------------------------------------------


def test_the_register_has_every_part_that_article_30_names(shipped: PolicySet, on: date) -> None:
    text = one_of(shipped, bank(), "register", on)
    for heading in (
        "Controller", "Processing activities", "Time limits for erasure", "Recipients and transfers",
        "Security measures",
    ):  # fmt: skip
        assert f"\n## {heading}\n" in text
    for part in ("Legal basis (proposed)", "People", "Data", "Recipients", "Kept"):
        assert f"  - {part}: " in text
    assert "Joint controller, if any: ____" in text, "what nobody told the program is left to a pen"


def test_the_register_gives_the_time_limits_of_the_resolved_policy(shipped: PolicySet, on: date) -> None:
    text = one_of(shipped, bank(), "register", on)
    audio = resolve(shipped, line=bank(), on=on).effective.retention.audio
    assert f"at most {audio.max_days} days; records under a legal duty at least {audio.min_days} days" in text
    assert "security codes of cards | never kept" in text
    assert "WpHG s.83" in text


def test_a_bank_and_a_clinic_do_different_things_with_data(shipped: PolicySet, on: date) -> None:
    of_bank, of_clinic = (one_of(shipped, line, "register", on) for line in (bank(), clinic()))
    assert "Recording that the law demands" in of_bank
    assert "Taking card payments" in of_bank
    assert "Recording that the law demands" not in of_clinic
    assert "Health data that callers mention" in of_clinic
    assert "Health data that callers mention" not in of_bank


def test_a_line_that_never_records_has_no_recording_in_its_register(shipped: PolicySet, on: date) -> None:
    text = one_of(shipped, load_line(LINES / "example_silent.yaml"), "register", on)
    assert "**Recording calls**" not in text
    assert "The call is never recorded." in text


def test_what_the_line_knows_of_its_controller_is_not_left_blank(shipped: PolicySet, on: date) -> None:
    known = {
        "address": "1 Example Square",
        "contact": "privacy@example.invalid",
        "dpo": "A. Person",
        "dpia": "7",
    }
    line = Line.model_validate({**bank().model_dump(exclude_none=True), "controller": known})
    text = one_of(shipped, line, "register", on)
    assert "- Address: 1 Example Square" in text
    assert "- Data protection officer: A. Person" in text
    assert "- Representative in the Union, if any: ____" in text


def test_the_controller_changes_nothing_in_the_policy_of_a_call(shipped: PolicySet, on: date) -> None:
    named = Line.model_validate({**bank().model_dump(exclude_none=True), "controller": {"dpo": "A. Person"}})
    assert resolve(shipped, line=named, on=on).hash == resolve(shipped, line=bank(), on=on).hash


def test_each_safeguard_and_activity_of_the_register_is_there() -> None:
    known = {one.id for one in CONTROLS}
    assert {one.control for one in register_file().safeguards} <= known
    assert len({one.id for one in register_file().activities}) == len(register_file().activities) >= 9


# --- scripts and subprocessors --------------------------------------------------------------------------------


def test_there_is_a_booklet_for_each_language_with_every_text_hash_and_review(
    shipped: PolicySet, on: date
) -> None:
    made = make(shipped, bank(), ("scripts",), on=on)
    assert [one.name for one in made] == ["scripts.de", "scripts.en"]
    for one, language in zip(made, ("de", "en"), strict=True):
        page = Page(FORMATS["html"](one)).text
        for key, digest in shipped.script_hashes[language].items():
            assert key in page
            assert digest in page
        assert shipped.scripts.render(language, "ai", company="Example Bank").text in page
        assert "draft, not reviewed" in page
        assert "are drafts that nobody answers for" in page
    assert '<span lang="de">' in FORMATS["html"](made[0])


def test_an_altered_text_is_shown_as_not_spoken(tmp_path: Path, on: date) -> None:
    folder = tmp_path / "policies"
    for name in ("jurisdictions", "sectors", "scripts"):
        (folder / name).mkdir(parents=True)
        for path in (PACKAGED / name).glob("*.yaml"):
            text = path.read_text(encoding="utf-8")
            if path.name == "en.yaml":
                text = text.replace("I'm an AI, not a person.", "I'm a person.")
            (folder / name / path.name).write_text(text, encoding="utf-8")
    text = one_of(load_policies(folder), clinic(), "scripts", on)
    assert "Altered and never spoken, until a person writes down the new hash: ai_if_asked." in text
    assert text.count("ALTERED: not spoken") == 1


def test_a_language_without_texts_says_that_calls_go_to_a_person(shipped: PolicySet, on: date) -> None:
    line = Line(business="DE", languages={"required": ["tlh"], "fallback": "tlh"})
    made = {one.name: FORMATS["md"](one) for one in make(shipped, line, ("scripts",), on=on)}
    assert "There is no text in this language: calls in it go to a person." in made["scripts.tlh"]


def test_the_list_of_subprocessors_has_their_terms_and_what_the_policy_asks(
    shipped: PolicySet, on: date
) -> None:
    text = one_of(shipped, bank(), "subprocessors", on)
    assert "- **Example Speech** speech to text" in text
    assert "  - Region: EEA" in text
    assert "Regions in which data may be handled | EEA" in text
    assert "PCI DSS v4.0.1 12.8, 12.9 [M]" in text


def test_the_list_of_subprocessors_says_what_is_missing(shipped: PolicySet, on: date) -> None:
    supplier = Subprocessor(name="Far Away", role="language model", region="XX", dpa=False)
    line = bank().model_copy(update={"subprocessors": (supplier,)})
    text = one_of(shipped, line, "subprocessors", on)
    for missing in (
        "handles data in XX, which no rule allows", "has no data-processing agreement",
        "has shown no PCI DSS attestation", "may learn from calls, which is forbidden",
        "No supplier is named for: telephone line, speech to text, voice, hosting, payment processor",
    ):  # fmt: skip
        assert missing in text
    assert "no business associate agreement" in one_of(
        shipped, clinic().model_copy(update={"subprocessors": (supplier,)}), "subprocessors", on
    )


# --- every document, on paper and in the terminal -------------------------------------------------------------


def every_document(shipped: PolicySet, on: date) -> Iterator[Document]:
    for path in sorted(LINES.glob("*.yaml")):
        yield from make(shipped, load_line(path), EVERY, on=on)


def test_every_document_says_that_it_is_no_legal_advice_and_what_the_marks_mean(
    shipped: PolicySet, on: date
) -> None:
    for one in every_document(shipped, on):
        for form, write in FORMATS.items():
            said = write(one)
            assert "This is not legal advice." in said, (one.name, form)
            assert shipped.sha256 in said, "one can tell from which data it was made"
            if not one.name.startswith("scripts."):
                assert "from memory, to be checked" in said


def test_a_page_is_one_file_without_script_or_network(shipped: PolicySet, on: date) -> None:
    for one in every_document(shipped, on):
        page = Page(FORMATS["html"](one))
        assert page.open == []
        tags = {tag for tag, _ in page.tags}
        assert not tags & {"script", "link", "img", "iframe", "object", "form", "base", "svg"}
        for tag, attributes in page.tags:
            assert not attributes.keys() & {"src", "srcset", "background", "ping"}
            assert not any(name.startswith("on") for name in attributes)
            assert tag == "a" or "href" not in attributes, "a link waits for a reader; nothing is fetched"
        assert "url(" not in FORMATS["html"](one)
        assert "@import" not in FORMATS["html"](one)
        assert ("html", {"lang": "en"}) in page.tags
        assert "default-src 'none'" in FORMATS["html"](one)


def test_the_same_line_on_the_same_day_gives_the_same_bytes(shipped: PolicySet, on: date) -> None:
    for form, write in FORMATS.items():
        first = [write(one) for one in make(shipped, bank(), EVERY, on=on)]
        again = [write(one) for one in make(load_policies(), bank(), EVERY, on=on)]
        assert first == again, form


@settings(max_examples=25, deadline=None)
@given(name=st.text(alphabet="<>&\"'`*_|[]()\\#!a {}\n", min_size=1, max_size=30))
def test_no_name_of_a_company_or_supplier_becomes_markup(shipped: PolicySet, name: str) -> None:
    supplier = Subprocessor(name=name, role=name, region="EEA", dpa=True)
    line = bank().model_copy(update={"company": name, "subprocessors": (supplier,)})
    plain = bank().model_copy(
        update={"company": "x", "subprocessors": (supplier.model_copy(update={"name": "x", "role": "x"}),)}
    )
    for hostile, harmless in zip(
        *(make(shipped, each, EVERY, on=date(2026, 11, 24)) for each in (line, plain)), strict=True
    ):
        page, model = (Page(FORMATS["html"](one)) for one in (hostile, harmless))
        assert page.tags == model.tags
        assert page.open == []
        assert not re.search(r"(?<!\\)\]\(|(?<!\\)<(?!https?://)", FORMATS["md"](hostile))


def test_a_source_that_is_no_web_address_is_no_link(shipped: PolicySet, on: date, tmp_path: Path) -> None:
    folder = tmp_path / "policies" / "jurisdictions"
    folder.mkdir(parents=True)
    for code in ("XX", "UNKNOWN"):
        place = {
            "id": code, "kind": "place", "version": "1", "valid_from": date(2026, 1, 1), "review_by": date(2027, 1, 1),
            "recording": {"permission": "express_optin"},
            "sources": [{"fields": ["recording"], "cite": "a <b>law</b>", "confidence": "M",
                         "url": "javascript:alert(1)"}],
        }  # fmt: skip
        (folder / f"{code}.yaml").write_text(yaml.safe_dump(place), encoding="utf-8")
    sectors = tmp_path / "policies" / "sectors"
    sectors.mkdir()
    (sectors / "general.yaml").write_bytes((PACKAGED / "sectors" / "general.yaml").read_bytes())
    page = one_of(load_policies(tmp_path / "policies"), Line(business="XX"), "register", on, "html")
    assert not [tag for tag, attributes in Page(page).tags if "javascript" in (attributes.get("href") or "")]
    assert "a &lt;b&gt;law&lt;/b&gt;" in page


# --- the command ----------------------------------------------------------------------------------------------


def test_all_documents_are_written_into_a_folder_and_named(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder"
    line = str(LINES / "example_bank.yaml")
    done = run("--line", line, "--document", "all", "--format", "html", "--out", str(target), "--json", *DAY)
    assert done.exit_code == 0, done.output
    names = ["register", "controls", "scripts.de", "scripts.en", "subprocessors"]
    assert json.loads(done.stdout) == {"paths": [str(target / f"{name}.html") for name in names]}
    assert sorted(path.name for path in target.iterdir()) == sorted(f"{name}.html" for name in names)


def test_markdown_is_printed_for_reading_in_a_terminal() -> None:
    done = run("--line", str(LINES / "example_clinic.yaml"), "--document", "all", "--format", "md", *DAY)
    assert done.exit_code == 0
    for title in ("Register of processing", "Control map", "What Example Clinic says", "Subprocessors of"):
        assert re.search(rf"^# {title}", done.stdout, re.MULTILINE)


def test_one_page_is_printed_and_several_ask_for_a_folder() -> None:
    line = ["--line", str(LINES / "example_bank.yaml"), *DAY]
    one = run(*line, "--document", "controls", "--format", "html")
    assert (one.exit_code, one.stdout[:15]) == (0, "<!DOCTYPE html>")
    several = run(*line, "--document", "scripts", "--format", "html")
    assert (several.exit_code, several.stdout) == (2, "")
    assert "--out" in several.stderr


@pytest.mark.parametrize(
    ("text", "code"),
    [("business: nowhere\n", 2), ("business: [\n", 3), ("business: US-TX\nunknown_key: 1\n", 3)],
    ids=["a place that nobody knows", "no YAML", "an unknown key"],
)
def test_a_line_that_cannot_be_reported_gets_one_sentence_and_its_code(
    tmp_path: Path, text: str, code: int
) -> None:
    path = tmp_path / "line.yaml"
    path.write_text(text, encoding="utf-8")
    done = run("--line", str(path), "--document", "all", *DAY)
    assert (done.exit_code, done.stdout) == (code, "")
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_leaves_with_3(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    line = str(LINES / "example_bank.yaml")
    done = run("--line", line, "--document", "register", "--out", str(tmp_path / "file"), *DAY)
    assert done.exit_code == 3
