"""`secure-agent consent show`: a call is made, and what its caller agreed to is read back from the log alone."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from audit import open_log, read_call
from audit.jobs import Approval, erase_call
from consent import Channel, ConsentEvidence, EvidenceUnreadableError, Heard, Played, Scope, evidence_of
from policies import RedactedText, load_policies
from secure_agent.cli import app
from secure_agent.settings import Settings
from secure_agent.simulation.runner import run_scenario
from secure_agent.simulation.scenario import load_scenario

ASKED = {"wait_for": "May we record this call"}
HELP = {"wait_for": "How can I help you?"}
AGREES = [ASKED, {"press": "1"}, HELP]
WITHDRAWS = [*AGREES, {"say": "please stop recording"}, {"wait_for": "no longer being recorded"}]


def call_with(folder: Path, steps: list[dict[str, Any]], **about: Any) -> str:
    """Make one call on the simulated line, in virtual time; its id."""
    scenario = {
        "name": "a_call",
        "line": {"business": "US-TX", "called": "+12145550100"},
        "caller": {"number": None, "language": "en"},
        "steps": steps,
        **about,
    }
    path = folder / "scenario.yaml"
    path.write_text(yaml.safe_dump(scenario), encoding="utf-8")
    done = run_scenario(load_scenario(path), path=path, settings=Settings(), data_dir=folder / "data")
    call: str = done.document["call_id"]
    return call


def show(folder: Path, call: str, *words: str) -> Result:
    command = ["consent", "show", "--call", call, "--data-dir", str(folder / "data"), *words]
    return CliRunner().invoke(app, command)


def shown(folder: Path, call: str) -> dict[str, Any]:
    done = show(folder, call, "--json")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("\n") == 1
    parsed: dict[str, Any] = json.loads(done.stdout)
    return parsed


def test_a_yes_is_shown_with_the_words_that_were_played_and_all_that_proves_it(tmp_path: Path) -> None:
    call = call_with(tmp_path, AGREES)
    got = shown(tmp_path, call)
    [one] = got["evidence"]
    script = load_policies().scripts.render("en", "rec_optin")
    body = one["body"]
    assert (one["type"], one["signed"]) == ("consent.decided", True)
    assert (body["words"], body["sha256"]) == (script.text, script.sha256)
    assert (body["answer"], body["channel"], body["purpose"]) == ("yes", "keypad", "quality and training")
    assert body["t_start_ms"] < body["t_end_ms"] <= body["t_ms"]
    assert (body["complete"], body["withdrawn"], body["confidence_permille"]) == (True, False, None)
    [resolved] = [entry for entry in read_call(tmp_path / "data", call) if entry.t == "policy.resolved"]
    assert body["policy"] == resolved.header["policy"]
    assert got["status"] == {"recording": "granted"}
    assert [event["type"] for event in got["recorder"]] == ["recording.started", "recording.stopped"]


def test_a_person_reads_words_times_channel_policy_and_status(tmp_path: Path) -> None:
    call = call_with(tmp_path, WITHDRAWS)
    text = show(tmp_path, call).stdout
    assert call in text
    assert "words       May we record this call for quality and training?" in text
    assert "channel     keypad" in text
    assert "confidence  (not stated)" in text
    assert "withdrawal  yes: consent is taken back" in text
    assert shown(tmp_path, call)["evidence"][0]["body"]["policy"] in text
    assert (
        text.index("consent.decided") < text.index("consent.withdrawn") < text.index("recording: withdrawn")
    )
    assert "(withdrawn)" in text.splitlines()[-1], "and when the recorder stopped"


def test_a_withdrawal_wins_and_the_recorder_stops_within_two_seconds(tmp_path: Path) -> None:
    got = shown(tmp_path, call_with(tmp_path, WITHDRAWS))
    assert got["status"] == {"recording": "withdrawn"}
    decided, withdrawn = (one["body"] for one in got["evidence"])
    assert (decided["withdrawn"], withdrawn["withdrawn"]) == (False, True)
    stopped = got["recorder"][-1]["body"]
    assert stopped["reason"] == "withdrawn"
    assert 0 <= stopped["at_ms"] - withdrawn["t_ms"] <= 2000


@pytest.mark.parametrize(
    ("steps", "answer"),
    [
        ([ASKED, {"press": "2"}, HELP], "no"),
        ([ASKED, {"silence_s": 6}, HELP], "silence"),
        ([ASKED, {"say": "the weather is lovely today"}, HELP], "unclear"),
    ],
    ids=["no", "silence", "unclear"],
)
def test_whatever_is_no_yes_is_shown_as_refused(
    tmp_path: Path, steps: list[dict[str, Any]], answer: str
) -> None:
    got = shown(tmp_path, call_with(tmp_path, steps))
    assert got["evidence"][0]["body"]["answer"] == answer
    assert got["status"] == {"recording": "refused"}
    assert got["recorder"] == []


def test_a_call_that_is_not_in_the_log_gets_one_sentence_and_3(tmp_path: Path) -> None:
    call_with(tmp_path, AGREES)
    for wrong in ("3676d2b5-4725-4014-80b8-33dd77dc2753", "no call at all"):
        done = show(tmp_path, wrong)
        assert (done.exit_code, done.stdout) == (3, "")
        assert done.stderr.strip().count("\n") == 0
        assert "Traceback" not in done.stderr


def test_a_folder_without_a_log_gets_one_sentence_and_3_and_stays_as_it_is(tmp_path: Path) -> None:
    done = show(tmp_path, "3676d2b5-4725-4014-80b8-33dd77dc2753")
    assert done.exit_code == 3
    assert list(tmp_path.iterdir()) == []


def test_what_was_erased_is_not_guessed(tmp_path: Path) -> None:
    call = call_with(tmp_path, AGREES)
    with closing(open_log(tmp_path / "data", now=lambda: datetime(2026, 11, 24, tzinfo=UTC))) as log:
        erase_call(log, call, Approval("GDPR 17(1)(a)", "staff-1", "staff-2"))
    done = show(tmp_path, call, "--json")
    assert done.exit_code == 3
    got = json.loads(done.stdout)
    assert got["status"] is None
    assert [one["body"] for one in got["evidence"]] == [None]
    assert "erased" in done.stderr
    assert "(content erased)" in show(tmp_path, call).stdout


texts = st.text(max_size=20)
times = st.integers(min_value=0, max_value=10**7)
evidences = st.builds(
    ConsentEvidence,
    scope=st.sampled_from(Scope),
    permission=texts,
    answer=st.sampled_from(Heard),
    channel=st.sampled_from(Channel),
    t_ms=times,
    language=texts,
    policy_hash=texts,
    purpose=texts,
    announce_in_recording=st.booleans(),
    played=st.none()
    | st.builds(
        Played,
        script=texts,
        words=st.none() | texts.map(RedactedText),
        sha256=texts,
        t_start_ms=times,
        t_end_ms=times,
        complete=st.booleans(),
    ),
    confidence_permille=st.none() | st.integers(min_value=0, max_value=1000),
    withdrawn=st.booleans(),
    hung_up=st.booleans(),
)


@given(evidences)
def test_evidence_is_read_back_as_it_was_written(evidence: ConsentEvidence) -> None:
    assert evidence_of(evidence.as_body()) == evidence


@given(evidences, st.data())
def test_a_body_that_lacks_or_changes_the_kind_of_anything_is_not_taken_for_evidence(
    evidence: ConsentEvidence, data: st.DataObject
) -> None:
    body: dict[str, Any] = evidence.as_body()
    key = data.draw(st.sampled_from(sorted(body)))
    broken = [
        {name: value for name, value in body.items() if name != key},
        {**body, "another": 1},
        {**body, "v": 2},
        {**body, "answer": "perhaps"},
        {**body, "t_ms": 1.5},
        {**body, "withdrawn": 1},
        {**body, "purpose": 5},
        {**body, "purpose": None},
    ]
    for one in broken:
        with pytest.raises(EvidenceUnreadableError):
            evidence_of(one)
