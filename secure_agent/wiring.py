"""The composition root: what every call of a process shares, made once and handed in."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from audit.sequencer import Sequencer, SequencerThread
from policies import Line, PolicySet, load_policies
from redaction import Engine
from secure_agent.engine import engine_for
from secure_agent.payments.gateway import PaymentGateway
from secure_agent.payments.pending import PendingCharges
from secure_agent.payments.processors import processor, random_key
from secure_agent.prompts.library import Prompt, load_prompt
from secure_agent.recording.format import PURPOSE, recordings_folder
from secure_agent.recording.recorder import Recorder
from secure_agent.regions import RegionalLogs, open_logs
from secure_agent.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a call needs that is not its own."""

    settings: Settings
    data_dir: Path
    policies: PolicySet
    engine: Engine
    logs: RegionalLogs
    database: str | None  # the address of a PostgreSQL, or none for the embedded file
    payments: PaymentGateway
    pending: PendingCharges
    prompt: Prompt
    now: Callable[[], datetime]
    new_key: Callable[[], str]  # an idempotency key
    new_recorder: Callable[[str], Recorder]  # for the call with this id


@contextmanager
def open_services(
    settings: Settings,
    *,
    data_dir: Path,
    now: Callable[[], datetime],
    processor_url: str | None,
    new_key: Callable[[], str] = random_key,
    lines: Sequence[Line] = (),
) -> Iterator[Services]:
    """Open what calls share on this machine: policies, redaction, the embedded audit log, the processor.

    The audit log is the file in the folder, or the PostgreSQL of the settings; there one machine that may do everything
    also runs the sequencer. The logs of LINES are opened before any call.

    Raises PolicyError, AuditError or SettingsError with one sentence each; nothing is left open then.
    """
    policies = load_policies()
    database = None if settings.database is None else settings.database.get_secret_value()

    with ExitStack() as opened:
        logs = opened.enter_context(open_logs(settings, policies, data_dir=data_dir, now=now, lines=lines))
        if database is not None and logs.any_open().reads:
            opened.enter_context(closing(SequencerThread(Sequencer(data_dir, database, now=now))))
        yield Services(
            settings=settings,
            data_dir=data_dir,
            policies=policies,
            engine=engine_for(settings),
            logs=logs,
            database=database,
            payments=processor(settings, processor_url),
            pending=PendingCharges(data_dir / "payments" / "pending"),
            prompt=load_prompt("example_energy", "1.0.0"),
            now=now,
            new_key=new_key,
            new_recorder=lambda call: Recorder(
                recordings_folder(data_dir),
                call=call,
                new_key=lambda kept: logs.any_open().new_sealed_key(call, PURPOSE, retention=kept.name),
                today=lambda: now().date(),
            ),
        )
