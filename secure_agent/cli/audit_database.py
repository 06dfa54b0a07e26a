"""`secure-agent audit database|sequencer`: the audit log on PostgreSQL, set up, checked and led."""

import signal
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, cast

import typer

from secure_agent.cli.audit_errors import sentences
from secure_agent.cli.audit_place import DEFAULT_DATA, AsJson, DataDir
from secure_agent.cli.render import Exit, fail, json_object, out
from secure_agent.settings import SettingsError, read_settings

if TYPE_CHECKING:
    from audit.postgres.setup import Login, LoginRole

server = typer.Typer()
_TEN_YEARS = timedelta(days=3650)
database = typer.Typer(no_args_is_help=True, help="Set up and check the audit log on PostgreSQL.")
server.add_typer(database, name="database")

_Address = Annotated[
    str | None,
    typer.Option("--database", help="postgresql://USER@HOST/NAME; default: SECURE_AGENT_DATABASE."),
]


def _address(given: str | None) -> str:
    try:
        kept = read_settings(database=given).database
    except SettingsError as error:
        fail(str(error), Exit.MISUSE)
    if kept is None:
        fail("name the database: --database postgresql://USER@HOST/NAME", Exit.MISUSE)
    return kept.get_secret_value()


@database.command()
def init(
    address: _Address = None,
    login: Annotated[
        list[str] | None,
        typer.Option(
            "--login",
            help="NAME=ROLE, or NAME=ROLE:TENANT for writer and all; may be repeated.",
            metavar="LOGIN",
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Make roles, schema, guards and partitions, and say what was made. May be repeated.

    The address is that of an administrator and is not kept. ROLE is writer (a worker), sequencer, reader, retention
    (a job host), or all (one machine does everything). Changes of the schema are noted only if a superuser runs this.

    Example: secure-agent audit database init --database postgresql://postgres@db/audit --login worker1=writer:acme
    """
    from audit.postgres.setup import set_up  # noqa: PLC0415 - who does not use PostgreSQL need not load its driver

    with sentences():
        done = set_up(_address(address), [_login(one) for one in login or ()])
    if as_json:
        json_object({"made": list(done.made), "warnings": list(done.warnings)})
        return
    for line in done.made:
        out.print(line, markup=False)
    for line in done.warnings:
        out.print(f"warning: {line}", markup=False)


def _login(text: str) -> "Login":
    from audit.postgres.setup import Login  # noqa: PLC0415

    name, _, what = text.partition("=")
    role, _, tenant = what.partition(":")
    if role not in ("writer", "sequencer", "reader", "retention", "all"):
        fail("--login takes NAME=ROLE, such as worker1=writer:acme or clerk=reader", Exit.MISUSE)
    return Login(name, cast("LoginRole", role), tenant or None)


@database.command()
def check(address: _Address = None, *, as_json: AsJson = False) -> None:
    """Say whether the guards stand as they were made: 0 they do, 1 they do not, 3 could not be told.

    Any login of the log may check. The same check runs before every start; nothing is written to a weakened database.

    Example: secure-agent audit database check --database postgresql://worker1@db/audit
    """
    from psycopg import Error  # noqa: PLC0415

    from audit.postgres.check import notes, weaknesses  # noqa: PLC0415
    from audit.postgres.connection import connect, fault  # noqa: PLC0415

    url = _address(address)
    with sentences():
        connection = connect(url)
        try:
            found, said = weaknesses(connection), notes(connection)
        except Error as error:
            raise fault(error, url) from None
        finally:
            connection.close()
    if as_json:
        json_object({"weakened": found, "notes": said})
    else:
        for line in found:
            out.print(f"weakened: {line}", markup=False)
        for line in said:
            out.print(f"note: {line}", markup=False)
        if not found:
            out.print("the guards stand as they were made")
    raise typer.Exit(Exit.WRONG if found else Exit.GOOD)


@server.command()
def sequencer(
    address: _Address = None,
    data_dir: DataDir = DEFAULT_DATA,
    silence: Annotated[
        float, typer.Option("--silence", min=1.0, help="Seconds after which a silent segment is abandoned.")
    ] = 120.0,
    anchor: Annotated[
        list[str] | None,
        typer.Option("--anchor", help="file:PATH, git:FOLDER or s3:BUCKET/PREFIX, hourly; may be repeated."),
    ] = None,
) -> None:
    """Give entries their place, publish checkpoints, have them cosigned, and abandon what nobody writes any more.

    One process serves all logs of its database; a second one waits and takes over. The folder holds the keys of logs
    and jobs, and a copy of what was published: a restored backup is recognised by it, and refused.

    Example: secure-agent audit sequencer --database postgresql://sequencer1@db/audit --data-dir /var/lib/secure-agent
    """
    from audit.anchors import parse_sink  # noqa: PLC0415
    from audit.sequencer import Sequencer  # noqa: PLC0415

    def now() -> datetime:
        return datetime.now(UTC)

    with sentences():
        anchors = [parse_sink(one, keep_for=_TEN_YEARS, now=now) for one in anchor or ()]
        made = Sequencer(data_dir, _address(address), now=now, silence_s=silence, anchors=anchors)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: made.stop())
        out.print("sequencer runs; it ends with the signal TERM", markup=False)
        made.run()


@server.command("worker-key")
def worker_key(data_dir: DataDir = DEFAULT_DATA) -> None:
    """Print the line of this host's call key for `trust/workers` of the job host; the key is made if there is none.

    Calls of a worker verify only if the trust folder names its key.

    Example: secure-agent audit worker-key --data-dir /var/lib/secure-agent
    """
    from audit.keyfiles import KeyFolder  # noqa: PLC0415
    from audit.opening import keys_in_use  # noqa: PLC0415

    with sentences():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        signer = KeyFolder(data_dir / "keys", in_use=keys_in_use(data_dir)).call_signer()
    out.print(f"call {signer.verifier.vkey}", markup=False, soft_wrap=True)
