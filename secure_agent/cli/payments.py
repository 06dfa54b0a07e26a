"""`secure-agent payments`: charges whose outcome nobody learned, and what the processor says of them."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from audit import AuditError, open_log, read_call
from secure_agent.cli.audit_place import Database
from secure_agent.cli.render import Exit, fail, json_object, out
from secure_agent.payments.errors import PaymentError
from secure_agent.payments.pending import PendingCharge, PendingCharges
from secure_agent.payments.processors import processor
from secure_agent.payments.reconcile import RECONCILED, Settled, reconcile
from secure_agent.settings import SettingsError, read_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_DataDir = Annotated[
    Path, typer.Option("--data-dir", help="The folder that holds everything.", metavar="DIR")
]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.callback()
def main() -> None:
    """List and settle charges whose answer was lost."""


@app.command("list")
def list_pending(data_dir: _DataDir = Path("data"), *, as_json: _Json = False) -> None:
    """List the charges that were sent and whose outcome is not on record.

    Example: secure-agent payments list --data-dir data
    """
    if not data_dir.is_dir():
        fail(f"there is no data folder {data_dir}; name it with --data-dir", Exit.UNCHECKED)
    try:
        pending = list(PendingCharges(_folder(data_dir)))
    except PaymentError as error:
        fail(str(error), Exit.UNCHECKED)
    if as_json:
        json_object({"items": [_as_dict(one) for one in pending]})
        return
    for one in pending:
        out.print(_line(one), markup=False)
    if not pending:
        out.print("No charge is open: the outcome of every one is on record.", markup=False)


@app.command("reconcile")
def settle(
    data_dir: _DataDir = Path("data"),
    processor_url: Annotated[
        str | None,
        typer.Option(
            "--processor-url", help="Address of the processor stub, for a rehearsal.", metavar="URL"
        ),
    ] = None,
    database: Database = None,
    *,
    as_json: _Json = False,
) -> None:
    """Ask the processor what became of each charge whose answer was lost, and put it on record. Never charges.

    A charge of the last two minutes is left to its call. Exits 1 if a charge was made although its caller heard
    that the payment had failed, 3 if something could not be settled yet: run it again.

    Example: SECURE_AGENT_PAYMENT_PROCESSOR=stripe secure-agent payments reconcile
    """
    try:
        settings = read_settings(data_dir=data_dir)
        gateway = processor(settings, processor_url)
        pending = PendingCharges(_folder(data_dir))

        async def all_of_them() -> list[Settled]:
            now = datetime.now(UTC)
            found = reconcile(
                pending, gateway, now=now, record=lambda one: _put_on_record(data_dir, database, one)
            )
            return [one async for one in found]

        settled = asyncio.run(all_of_them())
    except SettingsError as error:
        fail(str(error), Exit.MISUSE)
    except (PaymentError, AuditError) as error:
        fail(str(error), Exit.UNCHECKED)
    if as_json:
        json_object(
            {
                "items": [
                    {**_as_dict(one.pending), "result": one.result, "charge": one.charge} for one in settled
                ]
            }
        )
    else:
        for one in settled:
            out.print(f"{_line(one.pending)}: {_WORDS[one.result]}", markup=False)
        if not settled:
            out.print("No charge is open: the outcome of every one is on record.", markup=False)
    results = {one.result for one in settled}
    if "charged" in results:
        raise typer.Exit(Exit.WRONG)
    if results & {"open", "in_flight"}:
        raise typer.Exit(Exit.UNCHECKED)


_WORDS = {
    "charged": "was charged; its caller heard that the payment had failed: tell them, or refund it",
    "not_charged": "was not charged",
    "open": "the processor does not say; run this again later",
    "in_flight": "younger than two minutes; its call may still settle it",
}


def _put_on_record(data_dir: Path, database: str | None, settled: Settled) -> None:
    """Append the outcome to the call that it belongs to, in a segment of its own."""
    call = settled.pending.call
    opening = read_call(data_dir, call, database=database)[0].header
    log = open_log(data_dir, now=lambda: datetime.now(UTC), origin=opening["log"], database=database)
    try:
        segment = log.open_segment(jurisdiction=opening["jur"], retention=opening["ret"], call=call)
        segment.append(RECONCILED, settled.as_body(), level="db")
        segment.close({"reason": "reconciled"})
    finally:
        log.close()


def _folder(data_dir: Path) -> Path:
    return data_dir / "payments" / "pending"


def _line(one: PendingCharge) -> str:
    when = one.since.strftime("%Y-%m-%d %H:%M:%S")
    return f"{when}  call {one.call}  {one.amount_minor} minor units {one.currency}"


def _as_dict(one: PendingCharge) -> dict[str, str | int]:
    return {
        "call": one.call,
        "reference": one.reference,
        "token": one.token,
        "amount_minor": one.amount_minor,
        "currency": one.currency,
        "since": one.since.isoformat(),
    }
