"""`secure-agent audit`: list, show, export and verify what was recorded."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from audit import Question, verify_bundle
from audit.consistency import compare, prove_consistency
from audit.errors import VerificationError
from audit.verify import parse_duration
from secure_agent.cli.audit_anchor import anchors
from secure_agent.cli.audit_database import server
from secure_agent.cli.audit_errors import sentences
from secure_agent.cli.audit_export import exporting
from secure_agent.cli.audit_jobs import jobs
from secure_agent.cli.audit_place import DEFAULT_DATA, AsJson, Database, DataDir
from secure_agent.cli.audit_read import reading
from secure_agent.cli.audit_subject import subjects
from secure_agent.cli.audit_witness import witness
from secure_agent.cli.render import Exit, err, fail, json_object, out

VERIFY_COULD_NOT_RUN = 20

app = typer.Typer(no_args_is_help=True)
app.add_typer(reading)
app.add_typer(exporting)
app.add_typer(subjects)
app.add_typer(anchors)
app.add_typer(jobs)
app.add_typer(witness)
app.add_typer(server)


class _Misuse20(TyperCommand):
    """A cron must never take misuse for a verdict: every usage error of `verify` is 20."""

    def make_context(self, *args: Any, **kwargs: Any) -> typer.Context:
        try:
            return super().make_context(*args, **kwargs)  # type: ignore[return-value]
        except Exception as error:
            if getattr(error, "exit_code", None) == Exit.MISUSE:
                error.exit_code = VERIFY_COULD_NOT_RUN  # type: ignore[attr-defined]
            raise


def wall_clock() -> datetime:
    return datetime.now(UTC)


@app.command(cls=_Misuse20)
def verify(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The folder of the bundle.")],
    trust: Annotated[Path | None, typer.Option("--trust", help="Folder with policy and workers.")] = None,
    log: Annotated[str | None, typer.Option("--log", help="The log asked about: origin with epoch.")] = None,
    call: Annotated[list[str] | None, typer.Option("--call", help="A call asked about.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="Begin of the period asked about.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="End of the period asked about.")] = None,
    held: Annotated[list[Path] | None, typer.Option("--held", help="A checkpoint kept outside.")] = None,
    consistency: Annotated[
        list[Path] | None, typer.Option("--consistency", help="A proof of `prove`.")
    ] = None,
    keys: Annotated[Path | None, typer.Option("--keys", help="Data keys, as in deks.jsonl.")] = None,
    max_age: Annotated[str | None, typer.Option("--max-age", help="Such as 24h.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", help="Processes for a large bundle.", min=1, max=64)] = 1,
    max_open: Annotated[str, typer.Option("--max-open", help="How long a call may be open.")] = "24h",
    *,
    as_json: AsJson = False,
) -> None:
    """Verify a bundle offline: 0 verified, 3 unanchored, 10 to 13 wrong, 20 could not run."""
    try:
        max_age_s = None if max_age is None else parse_duration(max_age)
        max_open_s = parse_duration(max_open)
    except VerificationError as error:
        fail(str(error), VERIFY_COULD_NOT_RUN)
    with err.status("verifying"):  # shown on a terminal only
        result = verify_bundle(
            bundle,
            Question(log, tuple(call or ()), start, end),
            trust=trust,
            held=held or (),
            consistency=consistency or (),
            keys=keys,
            max_age_s=max_age_s,
            max_open_s=max_open_s,
            now=wall_clock,
            jobs=jobs,
        )
    if as_json:
        json_object(result.as_dict())
    else:
        for line in result.lines():
            out.print(line, markup=False)
    raise typer.Exit(result.exit)


@app.command()
def prove(
    old: Annotated[Path, typer.Option("--old", help="The checkpoint that somebody kept.")],
    new: Annotated[Path, typer.Option("--new", help="A later checkpoint, such as that of a bundle.")],
    target: Annotated[Path, typer.Option("--out", help="Where the consistency file goes.")],
    data_dir: DataDir = DEFAULT_DATA,
    database: Database = None,
) -> None:
    """Write the proof that one checkpoint goes on from another."""
    with sentences():
        try:
            proof = prove_consistency(data_dir, old.read_bytes(), new.read_bytes(), database=database)
            target.write_bytes(proof)
        except OSError as error:
            fail(f"{error.filename}: {error.strerror}", Exit.UNCHECKED)
    out.print(f"{target}; give it to `audit verify` with --consistency", markup=False)


@app.command("compare")
def compare_command(
    one: Annotated[Path, typer.Argument(metavar="A", help="A checkpoint or a bundle.")],
    other: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    consistency: Annotated[Path | None, typer.Option("--consistency", help="A file of `prove`.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say whether two states of a log fit: 0 consistent, 11 fork, 3 cannot be told."""
    with sentences():
        found = compare(one, other, consistency)
    if as_json:
        json_object({"verdict": found.verdict, "text": found.text})
    else:
        out.print(f"{found.verdict}: {found.text}", markup=False)
    raise typer.Exit({"consistent": 0, "fork": 11, "unknown": 3}[found.verdict])
