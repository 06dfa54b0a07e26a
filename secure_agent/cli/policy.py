"""`secure-agent policy`: which rules hold for a call, why, and whether what ships is in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from policies import PolicySet, Resolved, load_line, load_policies, plan_recording, resolve
from policies.diff import Change, diff_resolved, diff_sets
from policies.errors import PolicyError, PolicyUnusableError, UnknownIdError, unknown_id
from policies.explain import CONFIDENCE, explain, explain_conflicts
from policies.findings import ERROR
from policies.lint import lint, read_lines, shipped_lines
from policies.reading import read_bytes
from policies.recording import RecordingPlan
from policies.schemas import SCHEMAS, json_schema
from secure_agent.cli import policy_text, render
from secure_agent.cli.policy_report import report_command
from secure_agent.cli.render import Exit

app = typer.Typer(no_args_is_help=True, help="Resolve, explain and check the law as data.")
app.command("report")(report_command)


class AnswerGiven(StrEnum):
    YES = "yes"
    NO = "no"
    SILENCE = "silence"
    UNCLEAR = "unclear"


Business = Annotated[str | None, typer.Option(help="Place of the business: US-TX, DE, UK, ...")]
Caller = Annotated[str | None, typer.Option(help="The caller's number as +14155550142, or 'withheld'.")]
Stated = Annotated[list[str] | None, typer.Option(help="A place that the caller has stated.")]
Sector = Annotated[list[str] | None, typer.Option(help="A sector of the line (default: general).")]
LineFile = Annotated[Path | None, typer.Option(help="The company's line file.", exists=True, dir_okay=False)]
On = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the call (default: today).")
]
Policies = Annotated[Path | None, typer.Option(help="Folder of policies (default: those that ship).")]
Answer = Annotated[AnswerGiven | None, typer.Option(help="What the caller answered about recording.")]
Activity = Annotated[str | None, typer.Option(help="The activity that the caller has begun.")]
NoticeCut = Annotated[bool, typer.Option("--notice-cut", help="The notice was not played to its end.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@contextmanager
def _exit_codes() -> Iterator[None]:
    """A question that is wrong leaves with 2, a policy that cannot be used with 3."""
    try:
        yield
    except UnknownIdError as problem:
        render.fail(str(problem), Exit.MISUSE)
    except PolicyUnusableError as problem:
        render.fail(str(problem), Exit.UNCHECKED)
    except PolicyError as problem:
        render.fail(str(problem), Exit.MISUSE)


def _day(on: datetime | None) -> date:
    return (on or datetime.now(tz=UTC)).date()


def _resolved(
    business: str | None,
    caller: str | None,
    stated: list[str] | None,
    sector: list[str] | None,
    line: Path | None,
    on: datetime | None,
    policies: Path | None,
) -> tuple[PolicySet, Resolved]:
    loaded = load_policies(policies)
    return loaded, resolve(
        loaded,
        business=business,
        caller=None if caller in {None, "withheld"} else caller,
        stated=tuple(stated or ()),
        sectors=tuple(sector) if sector else None,
        line=load_line(line) if line else None,
        on=_day(on),
    )


def _plan(
    loaded: PolicySet,
    resolved: Resolved,
    answer: AnswerGiven | None,
    activity: str | None,
    *,
    notice_cut: bool,
) -> RecordingPlan | None:
    if answer is None and activity is None:
        return None
    given = answer or AnswerGiven.SILENCE
    return plan_recording(resolved, loaded, answer=given.value, activity=activity, notice_cut=notice_cut)


@app.command("resolve")
def resolve_command(
    business: Business = None,
    caller: Caller = None,
    stated: Stated = None,
    sector: Sector = None,
    line: LineFile = None,
    on: On = None,
    policies: Policies = None,
    answer: Answer = None,
    activity: Activity = None,
    notice_cut: NoticeCut = False,
    json: Json = False,
) -> None:
    """Compose the policy of one call: every place that may claim it, the sectors and the line.

    Exits 2 for an id that nobody has, 3 when a policy cannot be used.
    """
    with _exit_codes():
        loaded, resolved = _resolved(business, caller, stated, sector, line, on, policies)
        plan = _plan(loaded, resolved, answer, activity, notice_cut=notice_cut)
        if json:
            render.json_object(resolved.as_dict() | ({"plan": plan.as_dict()} if plan else {}))
        else:
            _print(policy_text.resolved(resolved, explain(resolved), plan))


@app.command("explain")
def explain_command(
    business: Business = None,
    caller: Caller = None,
    stated: Stated = None,
    sector: Sector = None,
    line: LineFile = None,
    on: On = None,
    policies: Policies = None,
    answer: Answer = None,
    activity: Activity = None,
    notice_cut: NoticeCut = False,
    json: Json = False,
) -> None:
    """Say the same for a lawyer: each rule in a sentence, with its source and how well it is known."""
    with _exit_codes():
        loaded, resolved = _resolved(business, caller, stated, sector, line, on, policies)
        plan = _plan(loaded, resolved, answer, activity, notice_cut=notice_cut)
        said = explain(resolved)
        if json:
            render.json_object(
                {
                    "hash": resolved.hash,
                    "places": resolved.as_dict()["places"],
                    "sources": list(resolved.sources),
                    "explained": [one.as_dict() for one in said],
                    "conflicts": list(explain_conflicts(resolved)),
                    "confidence": dict(CONFIDENCE),
                    "not_legal_advice": True,
                }
                | ({"plan": plan.as_dict()} if plan else {})
            )
        else:
            _print(policy_text.explained(resolved, said, plan))


@app.command("list")
def list_command(policies: Policies = None, on: On = None, json: Json = False) -> None:
    """List all policies with what they say about recording."""
    with _exit_codes():
        loaded = load_policies(policies)
        rows = policy_text.rows(loaded, _day(on))
        if json:
            render.json_object({"policies": rows, "sha256": loaded.sha256, "broken": dict(loaded.broken)})
        else:
            _print(policy_text.table(rows))
            for name, why in loaded.broken.items():
                render.err.print(f"{name}: {why}", markup=False)
    if loaded.broken:
        raise typer.Exit(Exit.UNCHECKED)


@app.command("show")
def show_command(
    policy: Annotated[str, typer.Argument(help="Id of a place, sector or contract.")],
    policies: Policies = None,
    json: Json = False,
) -> None:
    """Show what one policy says, with its sources."""
    with _exit_codes():
        loaded = load_policies(policies)
        if policy in loaded.broken:
            raise PolicyUnusableError(f"{policy!r} cannot be used: {loaded.broken[policy]}")
        packs = [pack for pack in loaded.every_pack() if pack.policy.id == policy]
        if not packs:
            raise unknown_id("policy", policy, (pack.policy.id for pack in loaded.every_pack()))
        if json:
            render.json_object({"id": policy, "files": [policy_text.file_of(pack) for pack in packs]})
        else:
            for pack in packs:
                _print(policy_text.shown(pack))


@app.command("lint")
def lint_command(
    on: On = None,
    production: Annotated[
        bool, typer.Option("--production", help="A rule past its review date is an error.")
    ] = False,
    line: Annotated[list[Path] | None, typer.Option(help="A line file to check as well.")] = None,
    policies: Policies = None,
    json: Json = False,
) -> None:
    """Check sources, days, scripts and lines. Exits 0 when there is no error, 1 otherwise."""
    with _exit_codes():
        loaded = load_policies(policies)
        lines = read_lines([*shipped_lines(loaded), *(line or ())])
        found = lint(loaded, on=_day(on), production=production, lines=lines)
    errors = sum(one.level == ERROR for one in found)
    if json:
        render.json_object(
            {"findings": [one.as_dict() for one in found], "errors": errors, "warnings": len(found) - errors}
        )
    else:
        _print(policy_text.findings(found, len(loaded.every_pack()), _day(on)))
    if errors:
        raise typer.Exit(Exit.WRONG)


@app.command("schema")
def schema_command(
    of: Annotated[str, typer.Option("--of", help=f"One of: {', '.join(SCHEMAS)}.")] = "policy",
) -> None:
    """Print the JSON Schema of a policy file, for editors."""
    with _exit_codes():
        render.json_object(json_schema(of))


@app.command("diff")
def diff_command(
    before: Annotated[Path, typer.Argument(help="A folder of policies, or a file of `resolve --json`.")],
    after: Annotated[Path, typer.Argument(help="The other of the same kind.")],
    json: Json = False,
) -> None:
    """Show what changed and whether it became looser. Exits 0 when nothing changed, 1 otherwise."""
    for path in (before, after):
        if not path.exists():
            render.fail(f"there is nothing at {path}", Exit.MISUSE)
    if before.is_dir() != after.is_dir():
        render.fail("compare two folders or two files, not one of each", Exit.MISUSE)
    with _exit_codes():
        changes: tuple[Change, ...]
        if before.is_dir():
            changes = diff_sets(load_policies(before), load_policies(after))
        else:
            changes = diff_resolved(_read_resolved(before), _read_resolved(after))
    if json:
        render.json_object({"changes": [one.as_dict() for one in changes], "same": not changes})
    else:
        _print(policy_text.changes(changes))
    if changes:
        raise typer.Exit(Exit.WRONG)


def _read_resolved(path: Path) -> dict[str, Any]:
    try:
        tree = orjson.loads(read_bytes(path))
    except orjson.JSONDecodeError:
        raise PolicyUnusableError(f"{path} is not JSON") from None
    whole = {"places", "sources", "effective", "winners", "lost", "conflicts"}
    if not isinstance(tree, dict) or not whole <= tree.keys():
        raise PolicyUnusableError(f"{path} is not an object of `policy resolve --json`")
    return tree


def _print(lines: Iterator[str] | list[str]) -> None:
    for one in lines:
        render.out.print(one, markup=False)
