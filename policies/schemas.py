"""JSON Schema of the files that people write, for their editors."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from policies.errors import unknown_id
from policies.line import Line
from policies.packs import CrisisFile
from policies.schema import Policy
from policies.wording import ScriptFile

SCHEMAS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {"policy": Policy, "line": Line, "scripts": ScriptFile, "crisis": CrisisFile}
)


def json_schema(of: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one kind of file."""
    if of not in SCHEMAS:
        raise unknown_id("schema", of, SCHEMAS)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **SCHEMAS[of].model_json_schema()}
