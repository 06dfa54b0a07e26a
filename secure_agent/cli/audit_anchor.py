"""`secure-agent audit anchor`: keep checkpoints where the owner of the database cannot change them."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from audit import open_log
from audit.anchors import AnchorSink, keep_everywhere, parse_sink
from audit.opening import DEFAULT_LOG
from audit.reading import require_log
from secure_agent.cli.audit_errors import sentences
from secure_agent.cli.audit_place import DEFAULT_DATA, AsJson, Database, DataDir
from secure_agent.cli.render import Exit, fail, json_object, out
from secure_agent.local_witness import local_witness

anchors = typer.Typer()
_group = typer.Typer(
    no_args_is_help=True, help="Keep checkpoints outside, and take them back to verify with."
)
anchors.add_typer(_group, name="anchor")

KeepDays = Annotated[int, typer.Option("--keep-days", help="How long an object lock holds.", min=1)]
Endpoint = Annotated[str | None, typer.Option("--endpoint", help="The address of an S3-compatible store.")]
_TEN_YEARS = 3_653


@_group.command()
def put(
    to: Annotated[
        list[str], typer.Option("--to", help="file:PATH, git:FOLDER or s3:BUCKET/PREFIX; may be repeated.")
    ],
    log_name: Annotated[str, typer.Option("--log", help="The log, an origin without epoch.")] = DEFAULT_LOG,
    keep_days: KeepDays = _TEN_YEARS,
    endpoint: Endpoint = None,
    data_dir: DataDir = DEFAULT_DATA,
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Publish a checkpoint and keep it, with its cosignatures, in each of the places; for a timer.

    Exits 3 where one of them could not keep it.

    Example: secure-agent audit anchor put --to git:/srv/anchors --to file:/mnt/worm/checkpoints
    """
    with sentences():
        sinks = [_sink(one, keep_days, endpoint) for one in to]
        require_log(data_dir, database)
        with closing(
            open_log(data_dir, now=lambda: datetime.now(UTC), origin=log_name, database=database)
        ) as log:
            published = log.publish()
            if database is None:
                with local_witness(data_dir) as urls:
                    published = log.cosign(published, urls=urls).checkpoint
            else:
                published = log.cosign(published).checkpoint
        said = keep_everywhere(published, sinks)
    if as_json:
        json_object({"log": published.origin, "size": published.size, "anchors": dict(said)})
    else:
        out.print(f"{published.origin}, {published.size} leaves", markup=False)
        for name, result in said.items():
            out.print(f"{name}: {result}", markup=False)
    if any(result.startswith("failed") for result in said.values()):
        raise typer.Exit(Exit.UNCHECKED)


@_group.command()
def get(
    source: Annotated[str, typer.Option("--from", help="file:PATH, git:FOLDER or s3:BUCKET/PREFIX.")],
    target: Annotated[Path, typer.Option("--out", help="A new file for the checkpoint.")],
    log_name: Annotated[
        str, typer.Option("--log", help="The log, an origin with its epoch.")
    ] = f"{DEFAULT_LOG}/1",
    endpoint: Endpoint = None,
) -> None:
    """Take the last checkpoint of a log back, for `audit verify --held`.

    Example: secure-agent audit anchor get --from git:/srv/anchors --out kept
    """
    with sentences():
        found = _sink(source, _TEN_YEARS, endpoint).last(log_name)
    if found is None:
        fail("no checkpoint of this log is kept there", Exit.UNCHECKED)
    try:
        with target.open("xb") as file:
            file.write(found.note)
    except OSError as error:
        fail(f"{target} cannot be written: {error.strerror}", Exit.UNCHECKED)
    out.print(f"{target}: {found.origin}, {found.size} leaves", markup=False)


def _sink(text: str, keep_days: int, endpoint: str | None) -> AnchorSink:
    return parse_sink(
        text, keep_for=timedelta(days=keep_days), now=lambda: datetime.now(UTC), endpoint=endpoint
    )
