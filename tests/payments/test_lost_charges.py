"""A charge whose answer was lost is found again, put on record once, and never made twice."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from audit import read_call
from secure_agent.cli import app
from secure_agent.payments.errors import PendingChargeError
from secure_agent.payments.gateway import Charged, NotCharged, Tokenized, Unavailable
from secure_agent.payments.http_gateway import HttpGateway
from secure_agent.payments.pending import PendingCharge, PendingCharges
from secure_agent.payments.reconcile import Settled, reconcile
from secure_agent.payments.stub import start_stub
from secure_agent.settings import Settings
from secure_agent.simulation.runner import run_scenario
from secure_agent.simulation.scenario import load_scenario
from tests.payments.cards import card

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=1)


def charge(reference: str, *, since: datetime = LONG_AGO, card: Tokenized | None = None) -> PendingCharge:
    return PendingCharge(reference, "0" * 8, "tok_none" if card is None else card.token, 4200, "USD", since)


async def all_settled(pending: PendingCharges, url: str) -> tuple[list[Settled], list[Settled]]:
    on_record: list[Settled] = []
    gateway = HttpGateway(url, timeout_s=0.5)
    found = [one async for one in reconcile(pending, gateway, now=NOW, record=on_record.append)]
    return found, on_record


async def test_a_charge_that_was_made_is_found_and_forgotten_once_it_is_on_record(tmp_path: Path) -> None:
    pending = PendingCharges(tmp_path / "pending")
    with start_stub() as stub:
        gateway = HttpGateway(stub.base_url, timeout_s=5)
        token = await gateway.tokenize(card(), idempotency_key="lost-token")
        assert isinstance(token, Tokenized)
        pending.begin(charge("lost-charge", card=token))
        made = await gateway.charge(
            token.token, amount_minor=4200, currency="USD", idempotency_key="lost-charge"
        )
        assert isinstance(made, Charged)
        found, on_record = await all_settled(pending, stub.base_url)
    assert [(one.result, one.charge) for one in found] == [("charged", made.charge)]
    assert on_record == found
    assert list(pending) == []


async def test_a_charge_that_was_not_made_can_never_be_made_later(tmp_path: Path) -> None:
    pending = PendingCharges(tmp_path / "pending")
    with start_stub() as stub:
        gateway = HttpGateway(stub.base_url, timeout_s=5)
        token = await gateway.tokenize(card(), idempotency_key="late-token")
        assert isinstance(token, Tokenized)
        pending.begin(charge("late-charge", card=token))
        found, _ = await all_settled(pending, stub.base_url)
        assert [one.result for one in found] == ["not_charged"]
        late = await gateway.charge(
            token.token, amount_minor=4200, currency="USD", idempotency_key="late-charge"
        )
        assert isinstance(late, Unavailable)
        assert await gateway.find_charge("late-charge", since=NOW) == NotCharged()


@pytest.mark.parametrize("mode", ["down", "slow", "malformed"])
async def test_while_the_processor_does_not_say_the_charge_stays_remembered(
    tmp_path: Path, mode: Any
) -> None:
    pending = PendingCharges(tmp_path / "pending")
    pending.begin(charge("open-charge"))
    with start_stub(mode=mode) as stub:
        found, on_record = await all_settled(pending, stub.base_url)
    assert [one.result for one in found] == ["open"]
    assert on_record == []
    assert [one.reference for one in pending] == ["open-charge"]


async def test_a_charge_of_this_minute_belongs_to_its_call(tmp_path: Path) -> None:
    pending = PendingCharges(tmp_path / "pending")
    pending.begin(charge("young-charge", since=NOW - timedelta(seconds=30)))
    with start_stub() as stub:
        found, _ = await all_settled(pending, stub.base_url)
    assert [one.result for one in found] == ["in_flight"]
    assert len(list(pending)) == 1


async def test_an_outcome_that_cannot_be_put_on_record_is_not_forgotten(tmp_path: Path) -> None:
    pending = PendingCharges(tmp_path / "pending")
    pending.begin(charge("kept-charge"))

    def fail(_: Settled) -> None:
        raise PendingChargeError("the log is full")

    with start_stub() as stub, pytest.raises(PendingChargeError):
        gateway = HttpGateway(stub.base_url, timeout_s=5)
        _ = [one async for one in reconcile(pending, gateway, now=NOW, record=fail)]
    assert len(list(pending)) == 1


def test_what_is_remembered_is_for_its_owner_alone_and_comes_back_as_it_was(tmp_path: Path) -> None:
    pending = PendingCharges(tmp_path / "payments" / "pending")
    pending.begin(charge("whole-charge"))
    assert list(pending) == [charge("whole-charge")]
    folder = tmp_path / "payments" / "pending"
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_a_charge_that_cannot_be_remembered_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "pending").write_text("a file in the way", encoding="utf-8")
    with pytest.raises(PendingChargeError, match="nothing was charged"):
        PendingCharges(tmp_path / "pending").begin(charge("some-charge"))


def test_a_file_that_is_not_ours_is_named_and_its_content_is_not(tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text('{"number": "4242"}', encoding="utf-8")
    with pytest.raises(PendingChargeError, match=r"odd\.json") as caught:
        list(PendingCharges(tmp_path))
    assert "4242" not in str(caught.value)


# The whole way: a call, then the command

CARD = [{"press": "4242424242424242#"}, {"press": "1230#"}, {"press": "123#"}]


def call_that_pays(folder: Path, processor: str) -> dict[str, Any]:
    scenario = {
        "name": "a_payment",
        "line": {"business": "US-TX", "called": "+12145550100"},
        "caller": {"number": None, "language": "en"},
        "faults": [{"processor": processor}] if processor != "normal" else [],
        "steps": [
            {"wait_for": "May we record this call"},
            {"press": "1"},
            {"say": "I want to pay my bill"},
            *CARD,
        ],
    }
    path = folder / "scenario.yaml"
    path.write_text(yaml.safe_dump(scenario), encoding="utf-8")
    return run_scenario(
        load_scenario(path), path=path, settings=Settings(), data_dir=folder / "data"
    ).document


def payments(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["payments", *words, "--data-dir", str(folder / "data"), "--json"])


def test_a_payment_that_went_well_leaves_nothing_open(tmp_path: Path) -> None:
    assert call_that_pays(tmp_path, "normal")["payment"]["status"] == "charged"
    done = payments(tmp_path, "list")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"items": []}


def test_a_call_whose_charge_got_no_answer_is_settled_afterwards_in_its_own_record(tmp_path: Path) -> None:
    document = call_that_pays(tmp_path, "charge_lost")
    (still_open,) = json.loads(payments(tmp_path, "list").stdout)["items"]
    assert still_open["call"] == document["call_id"]
    with start_stub() as stub:
        done = payments(tmp_path, "reconcile", "--processor-url", stub.base_url)
    assert done.exit_code == 0, done.output
    assert [one["result"] for one in json.loads(done.stdout)["items"]] == ["not_charged"]
    entries = read_call(tmp_path / "data", document["call_id"])
    assert [entry.t for entry in entries].count("payment.reconciled") == 1
    assert json.loads(payments(tmp_path, "list").stdout) == {"items": []}
