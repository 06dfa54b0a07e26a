"""Read one YAML file strictly: plain data only, no key twice, and errors that are one sentence."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from policies.errors import PolicyUnusableError

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times as fast


class _Loader(_Base):  # type: ignore[misc]  # the base is chosen at run time
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        twice = {str(key) for key in keys if keys.count(key) > 1}
        if twice:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {min(twice)!r} stands here twice", node.start_mark
            )
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def read_yaml(path: Path) -> Any:
    """The data in the file at PATH."""
    return parse_yaml(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise PolicyUnusableError(f"{path}: cannot be read: {problem.strerror}") from None


def parse_yaml(data: bytes, path: Path) -> Any:
    """DATA as YAML; PATH is for the message."""
    try:
        return yaml.load(data, Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        where = f" line {mark.line + 1}" if mark else ""
        raise PolicyUnusableError(f"{path.name}{where}: {problem.problem}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise PolicyUnusableError(f"{path.name}: is not a YAML text in UTF-8") from None


def sentence_of(problem: ValidationError) -> str:
    """What is wrong, by key; never the value that is wrong."""
    errors = problem.errors(include_url=False, include_input=False, include_context=False)
    parts = []
    for error in errors[:3]:
        key = ".".join(str(part) for part in error["loc"]) or "the file"
        parts.append(f"{key}: {error['msg'].removeprefix('Value error, ')}")
    more = len(errors) - len(parts)
    return "; ".join(parts) + (f"; and {more} more" if more > 0 else "")
