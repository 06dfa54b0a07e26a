"""Check all that ships and the lines that use it. A person in the legal department reads the result."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from policies.errors import PolicyUnusableError
from policies.findings import ERROR, Finding
from policies.line import Line, load_line
from policies.lint_lines import lint_line
from policies.lint_packs import lint_packs
from policies.lint_scripts import lint_languages, lint_scripts
from policies.packs import PolicySet


def lint(
    policies: PolicySet, *, on: date, production: bool = False, lines: Mapping[str, Line | str] | None = None
) -> tuple[Finding, ...]:
    """All findings for that day, errors first. `lines`: line files by name, or why one could not be read."""
    found = [Finding(ERROR, name, "file", why) for name, why in policies.broken.items()]
    found += lint_packs(policies, on=on, production=production)
    found += lint_scripts(policies)
    found += lint_languages(policies)
    for name, line in (lines or {}).items():
        if isinstance(line, str):
            found.append(Finding(ERROR, name, "file", line))
        else:
            found += lint_line(name, line, policies, on=on, production=production)
    return tuple(sorted(dict.fromkeys(found)))


def read_lines(paths: Sequence[Path]) -> dict[str, Line | str]:
    """The line files at PATHS, or for each that cannot be used why not."""
    read: dict[str, Line | str] = {}
    for path in paths:
        try:
            read[path.name] = load_line(path)
        except PolicyUnusableError as problem:
            read[path.name] = str(problem)
    return read


def shipped_lines(policies: PolicySet) -> list[Path]:
    """The line files that stand beside these policies."""
    return sorted((policies.folder / "lines").glob("*.yaml"))
