"""The repository as text and syntax trees, for the tests about its shape."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGES: Final = ("policies", "redaction", "consent", "audit", "secure_agent")
_SKIPPED: Final = frozenset({"__pycache__", ".venv"})


def python_files(*folders: str) -> list[str]:
    """Return the Python files under FOLDERS (our packages and migrations by default), relative and sorted."""
    return sorted(
        path.relative_to(ROOT).as_posix()
        for folder in (folders or (*PACKAGES, "migrations"))
        for path in (ROOT / folder).rglob("*.py")
        if not _SKIPPED & set(path.parts)
    )


@cache
def text_of(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


@cache
def tree_of(file: str) -> ast.Module:
    return ast.parse(text_of(file), filename=file)


def imports_of(file: str) -> Iterator[str]:
    """Yield every module or name that FILE imports, dotted: `from a.b import c` gives `a.b` and `a.b.c`."""
    for node in ast.walk(tree_of(file)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield module
                yield from (f"{module}.{alias.name}" for alias in names)
            case _:
                pass


def imports_under(file: str, module: str) -> bool:
    """Say whether FILE imports MODULE or anything in it, also by its name in a string."""
    prefix = f"{module}."
    return any(name == module or name.startswith(prefix) for name in (*imports_of(file), *strings_of(file)))


def strings_of(file: str) -> Iterator[str]:
    """Yield the string constants of FILE, docstrings excepted: `import_module("x")` is an import as well."""
    tree = tree_of(file)
    docstrings = {id(_docstring_node(node)) for node in ast.walk(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def _docstring_node(node: ast.AST) -> ast.expr | None:
    body = getattr(node, "body", None)
    if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
        return body[0].value
    return None


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for a name or attribute; an empty string for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            left = dotted(value)
            return f"{left}.{attr}" if left else attr
        case _:
            return ""


def calls_of(file: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call in FILE with the dotted name of what is called."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call):
            yield dotted(node.func), node
