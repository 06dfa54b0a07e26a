"""A call whose log lies on a real PostgreSQL: recorded, exported, verified; with the sequencer inside or beside it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from secure_agent.cli import app
from secure_agent.settings import Settings
from secure_agent.simulation.result import CallResult
from secure_agent.simulation.runner import run_scenario
from secure_agent.simulation.scenario import load_scenario
from tests.postgres import Database
from tests.source_tree import ROOT

SCENARIO = ROOT / "examples" / "calls" / "pays_the_bill_by_keypad.yaml"


def _call(postgres: Database, data_dir: Path) -> CallResult:
    settings = Settings(data_dir=data_dir, database=SecretStr(postgres.url))
    scenario = load_scenario(SCENARIO)
    return run_scenario(scenario, path=SCENARIO, settings=settings, data_dir=data_dir)


def _holds(result: CallResult) -> None:
    assert [one for one in result.document["expect"] if not one["held"]] == []
    assert result.document["verified"]["code"] == 0, result.document["verified"]["verdict"]
    assert result.exit_code == 0


@contextmanager
def _sequencer(postgres: Database, data_dir: Path) -> Iterator[None]:
    words = ["audit", "sequencer", "--database", postgres.url, "--data-dir", str(data_dir)]
    with subprocess.Popen([sys.executable, "-m", "secure_agent", *words], stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout is not None
        assert b"sequencer runs" in process.stdout.readline()
        try:
            yield
        finally:
            process.terminate()
            assert process.wait(20) == 0


def test_a_payment_by_keypad_is_recorded_in_postgres(postgres: Database, data_dir: Path) -> None:
    _holds(_call(postgres, data_dir))
    assert not (data_dir / "audit.db").exists()
    assert list((data_dir / "spool").iterdir()) == []


def test_a_payment_by_keypad_with_the_sequencer_as_a_process(postgres: Database, data_dir: Path) -> None:
    with _sequencer(postgres, data_dir):
        _holds(_call(postgres, data_dir))
        ends_s = time.monotonic() + 10
        pending = "SELECT count(*) FROM audit.entry WHERE NOT EXISTS (SELECT FROM audit.leaf WHERE leaf.id = entry.id)"
        while postgres.execute(pending) != [(0,)]:
            assert time.monotonic() < ends_s
            time.sleep(0.05)


def test_a_database_that_is_not_set_up_says_how(postgres: Database, data_dir: Path) -> None:
    """In a process of its own: the command shuts logs and environment of its process for good."""
    words = ["call", "--scenario", str(SCENARIO), "--data-dir", str(data_dir)]
    command = [sys.executable, "-m", "secure_agent", *words, "--database", postgres.server.admin]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)  # noqa: S603
    assert done.returncode == 3
    assert "secure-agent audit database init" in done.stderr.replace("\n", " ")


def test_the_check_says_what_is_weakened(postgres: Database) -> None:
    words = ["audit", "database", "check", "--database", postgres.as_login("sa_test_writer")]
    good = CliRunner().invoke(app, words)
    assert (good.exit_code, "the guards stand" in good.output) == (0, True)
    postgres.execute("ALTER TABLE audit.leaf DISABLE TRIGGER no_change")
    bad = CliRunner().invoke(app, [*words, "--json"])
    assert bad.exit_code == 1
    assert "the triggers of leaf" in bad.output


def test_setting_up_again_changes_nothing_and_adds_logins(postgres: Database) -> None:
    words = ["audit", "database", "init", "--database", postgres.admin, "--login", "sa_test_clerk=reader"]
    first, second = CliRunner().invoke(app, words), CliRunner().invoke(app, words)
    try:
        assert (first.exit_code, second.exit_code) == (0, 0)
        assert "made without a password" in first.output
        assert "made without a password" not in second.output
        assert CliRunner().invoke(app, [*words[:-1], "clerk=king"]).exit_code == 2
        wrong = CliRunner().invoke(app, [*words[:-1], "worker=writer"])
        assert wrong.exit_code == 2
        assert "tenant" in wrong.output
    finally:
        postgres.execute("DROP ROLE sa_test_clerk")


@pytest.mark.parametrize("address", ["mysql://nobody@host/x", "postgresql://nobody@127.0.0.1:1/x"])
def test_a_wrong_address_is_one_sentence_without_its_password(address: str) -> None:
    secret = address.replace("nobody@", "nobody:hunter2@")
    done = CliRunner().invoke(app, ["audit", "database", "check", "--database", secret])
    assert done.exit_code in (2, 3)
    assert "hunter2" not in done.output
    assert "Traceback" not in done.output
