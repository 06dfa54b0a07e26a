"""`secure-agent policy`: what it prints and with which code it leaves."""

import hashlib  # noqa: TID251 - an independent computation of the hash
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from policies.loader import PACKAGED
from secure_agent.cli.policy import app

DAY = ["--on", "2026-11-24"]


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def as_json(*words: str) -> dict[str, Any]:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("\n") == 1
    parsed: dict[str, Any] = json.loads(done.stdout)
    return parsed


def test_resolve_prints_one_object_with_places_winners_hash_and_plan() -> None:
    got = as_json("resolve", "--business", "US-TX", "--caller", "+14155550142", "--answer", "no", *DAY)
    assert got["places"] == [
        {"code": "US", "why": "parent"},
        {"code": "US-CA", "why": "number"},
        {"code": "US-TX", "why": "business"},
        {"code": "US-UNKNOWN", "why": "number_unknown"},
    ]
    assert got["sources"] == ["US-CA", "US", "US-TX", "US-UNKNOWN", "general"]
    assert got["winners"]["recording.permission"] == [
        "US-CA/recording.permission",
        "US-UNKNOWN/recording.permission",
    ]
    assert got["winners"]["recording.tone_every_s"] == ["default"]
    assert got["lost"]["recording.permission"] == [
        {"rule": "US-TX/recording.permission", "value": "none"},
        {"rule": "US/recording.permission", "value": "none"},
    ]
    assert got["plan"] == {
        "record": False,
        "action": "continue_unrecorded",
        "reason": "notice",
        "outcome": {"record": False, "action": "continue_unrecorded", "first_in_file": None, "alert": None},
    }
    alone = {key: got[key] for key in ("places", "sources", "effective", "winners", "lost", "conflicts")}
    text = json.dumps(alone, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert got["hash"] == hashlib.sha256(text.encode()).hexdigest()


def test_a_plan_is_made_only_when_an_answer_or_an_activity_is_named() -> None:
    assert "plan" not in as_json("resolve", "--business", "DE", *DAY)
    order = (
        "resolve",
        "--business",
        "DE",
        "--caller",
        "+4930123456",
        "--sector",
        "finance.mifid_order.DE",
        *DAY,
    )
    assert as_json(*order, "--activity", "mifid_order")["plan"]["reason"] == "legal duty"
    cut = as_json(*order, "--activity", "mifid_order", "--notice-cut")["plan"]
    assert (cut["record"], cut["action"]) == (False, "decline_activity")


def test_withheld_and_no_number_are_the_same() -> None:
    assert as_json("resolve", "--business", "DE", "--caller", "withheld", *DAY) == as_json(
        "resolve", "--business", "DE", *DAY
    )


def test_stated_places_and_sectors_may_be_given_more_than_once() -> None:
    got = as_json(
        "resolve", "--business", "DE", "--stated", "US-WA", "--stated", "ES",
        "--sector", "general", "--sector", "payment.pci", *DAY,
    )  # fmt: skip
    assert got["sources"] == ["DE", "EU", "ES", "UNKNOWN", "US-WA", "US", "general", "payment.pci"]


def test_a_line_file_brings_place_and_sectors() -> None:
    path = str(PACKAGED / "lines" / "example_silent.yaml")
    got = as_json("resolve", "--line", path, "--caller", "+442071234567", "--answer", "yes", *DAY)
    assert got["sources"] == ["UK", "crisis", "general", "example_silent"]
    assert got["effective"]["recording"]["permission"] == "forbidden"
    assert got["plan"]["record"] is False


def test_resolve_for_people_names_value_rule_and_source() -> None:
    done = run("resolve", "--business", "US-NY", "--caller", "+14155550142", *DAY)
    assert done.exit_code == 0
    (line,) = [one for one in done.stdout.splitlines() if one.startswith("recording.permission ")]
    assert "notice" in line
    assert "US-CA/recording.permission" in line
    assert "Cal. Penal Code 631" in line


def test_explain_is_for_a_lawyer() -> None:
    done = run("explain", "--business", "DE", "--caller", "withheld", "--answer", "silence", *DAY)
    assert done.exit_code == 0
    assert "silence is no yes" in done.stdout
    assert "StGB s.201" in done.stdout
    assert "not legal advice" in done.stdout
    assert "do not record" in done.stdout
    said = as_json("explain", "--business", "DE", *DAY)
    first = said["explained"][0]
    assert set(first) == {"chapter", "field", "value", "sentence", "citations", "gave_way"}
    assert set(first["citations"][0]) == {"rule", "cite", "url", "confidence", "legal_status"}


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        pytest.param(["resolve", "--business", "US-TZ"], 2, "US-TX", id="no such place"),
        pytest.param(["resolve", "--business", "DE", "--stated", "Spain"], 2, "'ES'", id="a name for an id"),
        pytest.param(
            ["resolve", "--business", "DE", "--sector", "generel"], 2, "general", id="no such sector"
        ),
        pytest.param(
            ["resolve", "--business", "DE", "--activity", "order_intak"],
            2,
            "order_intake",
            id="no such activity",
        ),
        pytest.param(["resolve", "--business", "DE", "--answer", "maybe"], 2, "maybe", id="no such answer"),
        pytest.param(
            ["resolve", "--business", "DE", "--on", "24.11.2026"], 2, "24.11.2026", id="no such day"
        ),
        pytest.param(["resolve"], 2, "place of the business", id="no place at all"),
        pytest.param(
            ["resolve", "--business", "DE", "--on", "2020-01-01"], 3, "out of date", id="out of date"
        ),
        pytest.param(
            ["resolve", "--business", "DE", "--policies", "/nowhere"], 3, "no folder", id="no folder"
        ),
        pytest.param(["show", "US-TZ"], 2, "US-TX", id="nothing to show"),
        pytest.param(["schema", "--of", "polocy"], 2, "policy", id="no such schema"),
        pytest.param(["diff", "/nowhere", "/nowhere"], 2, "nothing at", id="nothing to compare"),
    ],
)
def test_a_wrong_question_gets_one_sentence_and_its_code(words: list[str], code: int, sentence: str) -> None:
    done = run(*words)
    assert done.exit_code == code
    assert done.stdout == ""
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_policy_leaves_with_three_and_is_listed(tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    for name in ("jurisdictions", "sectors"):
        shutil.copytree(PACKAGED / name, folder / name)
    (folder / "jurisdictions" / "DE.yaml").write_text('id: "DE"\nkind: place\nfoo: 1\n', encoding="utf-8")
    done = run("resolve", "--business", "DE", "--policies", str(folder), *DAY)
    assert (done.exit_code, "foo" in done.stderr) == (3, True)
    assert (
        run(
            "resolve", "--business", "FR", "--caller", "+33123456789", "--policies", str(folder), *DAY
        ).exit_code
        == 0
    )
    listed = run("list", "--policies", str(folder), *DAY)
    assert listed.exit_code == 3
    assert "foo" in listed.stderr
    assert run("show", "DE", "--policies", str(folder)).exit_code == 3


def test_list_and_show_know_every_policy() -> None:
    rows = as_json("list", *DAY)["policies"]
    assert len({row["id"] for row in rows}) == 99 + 14
    assert any(row["supplement"] == "ab1609" and row["active"] is False for row in rows)
    shown = run("show", "US-UT")
    assert shown.exit_code == 0
    assert "Utah Code 77-23a-4" in shown.stdout
    assert "2027-06-30" in shown.stdout
    assert [one["file"] for one in as_json("show", "US-UT")["files"]] == [
        "US-UT.ai_disclosure.yaml",
        "US-UT.yaml",
    ]


def test_lint_leaves_with_zero_on_warnings_and_one_on_errors(tmp_path: Path) -> None:
    good = run("lint", "--on", "2026-11-24")
    assert good.exit_code == 0
    assert "WARNING" in good.stdout
    assert good.stdout.splitlines()[-1].endswith(
        "0 errors, " + good.stdout.splitlines()[-1].split("errors, ")[1]
    )
    assert as_json("lint", "--on", "2026-11-24", "--production")["errors"] == 0
    late = run("lint", "--on", "2027-06-01", "--production", "--json")
    assert late.exit_code == 1
    assert json.loads(late.stdout)["errors"] > 100
    line = tmp_path / "line.yaml"
    line.write_text('business: "SE"\nlanguages: [sv]\n', encoding="utf-8")
    wrong = run("lint", "--on", "2026-11-24", "--line", str(line))
    assert wrong.exit_code == 1
    assert "ERROR  line.yaml" in wrong.stdout


def test_schemas_are_strict_and_name_what_must_be_there() -> None:
    for of in ("policy", "line", "scripts", "crisis"):
        schema = json.loads(run("schema", "--of", of).stdout)
        assert schema["$schema"].startswith("https://json-schema.org/")
        assert schema["additionalProperties"] is False
    policy = json.loads(run("schema").stdout)
    assert {"id", "kind", "valid_from", "review_by", "sources"} <= set(policy["required"])
    assert {"recording", "retention", "residency", "minors"} <= set(policy["properties"])


def test_diff_of_two_files_and_two_folders(tmp_path: Path) -> None:
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    one.write_text(run("resolve", "--business", "US-TX", "--json", *DAY).stdout, encoding="utf-8")
    other.write_text(run("resolve", "--business", "FR", "--json", *DAY).stdout, encoding="utf-8")
    assert run("diff", str(one), str(one)).exit_code == 0
    assert run("diff", str(one), str(other)).exit_code == 1
    folder = tmp_path / "policies"
    for name in ("jurisdictions", "sectors", "scripts"):
        shutil.copytree(PACKAGED / name, folder / name)
    assert run("diff", str(folder), str(folder)).exit_code == 0
    german = folder / "jurisdictions" / "DE.yaml"
    german.write_text(
        german.read_text(encoding="utf-8").replace("express_optin", "notice", 1), encoding="utf-8"
    )
    changed = run("diff", str(PACKAGED), str(folder))
    assert changed.exit_code == 1
    assert "looser   jurisdictions/DE.yaml  recording.permission: express_optin -> notice" in changed.stdout
    assert run("diff", str(one), str(folder)).exit_code == 2
    one.write_text("{", encoding="utf-8")
    assert run("diff", str(one), str(other)).exit_code == 3
