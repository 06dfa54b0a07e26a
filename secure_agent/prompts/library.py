"""Prompts by name and version, each with the hash that the audit log names; a released version never changes."""

import hashlib  # noqa: TID251 - content hash only
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Prompt:
    """The text of one released prompt and the SHA-256 of its bytes."""

    name: str
    version: str
    text: str
    sha256: str


def load_prompt(name: str, version: str) -> Prompt:
    """Read a packaged prompt; a name or version that is not there raises FileNotFoundError."""
    content = files(f"secure_agent.prompts.{name}").joinpath(f"{version}.md").read_bytes()
    return Prompt(name, version, content.decode("utf-8"), hashlib.sha256(content).hexdigest())
