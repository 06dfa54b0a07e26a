"""`secure-agent policy report`: documents that a regulator asks for, written from the policies of a line."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policies import load_line, load_policies
from policies.errors import PolicyError, PolicyUnusableError, UnknownIdError
from policies.report import DOCUMENTS, FORMATS, Document, make
from secure_agent.cli.render import Exit, fail, json_object, out


class Which(StrEnum):
    REGISTER = "register"
    CONTROLS = "controls"
    SCRIPTS = "scripts"
    SUBPROCESSORS = "subprocessors"
    ALL = "all"


class Form(StrEnum):
    HTML = "html"
    MD = "md"


def report_command(
    line: Annotated[
        Path, typer.Option(help="The company's line file.", exists=True, dir_okay=False, metavar="FILE")
    ],
    document: Annotated[Which, typer.Option(help="Which document; scripts are one for each language.")],
    form: Annotated[Form, typer.Option("--format", help="html for paper, md for the terminal.")] = Form.MD,
    target: Annotated[
        Path | None,
        typer.Option("--out", help="A folder for the files; it is made if need be.", metavar="DIR"),
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day whose rules are reported (default: today)."),
    ] = None,
    policies: Annotated[
        Path | None, typer.Option(help="Folder of policies (default: those that ship).", metavar="DIR")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the paths as one JSON object.")] = False,
) -> None:
    """Write the register of processing, the control map, the booklets of scripts, the list of subprocessors.

    Not legal advice. Without --out the text is printed. Exits 2 for an unknown id, 3 when a policy cannot be used.
    """
    try:
        names = tuple(DOCUMENTS) if document is Which.ALL else (document.value,)
        day = (on or datetime.now(tz=UTC)).date()
        made = make(load_policies(policies), load_line(line), names, on=day)
    except UnknownIdError as problem:
        fail(str(problem), Exit.MISUSE)
    except PolicyUnusableError as problem:
        fail(str(problem), Exit.UNCHECKED)
    except PolicyError as problem:
        fail(str(problem), Exit.MISUSE)
    if target is None:
        _print(made, form, json=json)
    else:
        _write(made, form, target, json=json)


def _print(made: Sequence[Document], form: Form, *, json: bool) -> None:
    if json:
        fail("--json names the files that were written: say where with --out", Exit.MISUSE)
    if form is Form.HTML and len(made) > 1:
        fail("several HTML documents do not fit into one output: name a folder with --out", Exit.MISUSE)
    typer.echo("\n".join(FORMATS[form.value](one) for one in made), nl=False)


def _write(made: Sequence[Document], form: Form, target: Path, *, json: bool) -> None:
    paths = [target / f"{one.name}.{form.value}" for one in made]
    try:
        target.mkdir(parents=True, exist_ok=True)
        for path, one in zip(paths, made, strict=True):
            path.write_text(FORMATS[form.value](one), encoding="utf-8")
    except OSError as problem:
        fail(f"{target} cannot be written: {problem.strerror}", Exit.UNCHECKED)
    if json:
        json_object({"paths": [str(path) for path in paths]})
        return
    for path in paths:
        out.print(str(path), markup=False)
