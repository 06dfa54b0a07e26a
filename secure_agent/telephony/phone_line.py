"""One telephone line as a file: which numbers, from which trunk, to which agent, under which company's rules."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from policies import Line as LineProfile
from policies import load_line
from policies.reading import read_yaml, sentence_of
from secure_agent.errors import LineFileError

#: The name under which a digit gate takes calls.
GATE: Final = "secure-agent-gate"

Number = Annotated[
    str, Field(pattern=r"^\+?[0-9]{2,15}$", description="E.164, or an extension of a test line")
]


class PhoneLine(BaseModel):
    """A line file of telephony. Secrets are never in it: the digest password is a setting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,40}$", description="Names trunk and rule")]
    line: Annotated[Path, Field(description="The company's line file, relative to this one")]
    numbers: Annotated[tuple[Number, ...], Field(min_length=1, description="Numbers that are called")]
    language: Annotated[str, Field(description="Language of the first sentence")] = "en"
    agent: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")] = "secure-agent"
    allowed_addresses: Annotated[
        tuple[str, ...], Field(description="Addresses and networks of the carrier; empty: from anywhere")
    ] = ()
    auth_username: Annotated[str | None, Field(description="Digest authentication of the trunk")] = None
    srtp: Literal["required", "allowed", "none"] = "required"
    ringing_timeout_s: Annotated[int, Field(ge=1, le=180)] = 30
    max_call_s: Annotated[int, Field(ge=1, le=86_400)] = 3_600
    media_timeout_s: Annotated[
        int, Field(ge=1, le=3_600, description="A caller on hold may send nothing; so long is no hang-up")
    ] = 120
    cards: Annotated[
        Literal["inline", "gate"],
        Field(description="Who takes cards: the agent's own process, or a digit gate in front of it"),
    ] = "inline"
    room_prefix: Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,20}$")] = "call"

    @field_validator("allowed_addresses")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            try:
                ip_network(one, strict=False)
            except ValueError:
                raise ValueError("an address or a network such as 192.0.2.0/24") from None
        return value

    @field_validator("language")
    @classmethod
    def _lower(cls, value: str) -> str:
        return value.lower()

    @model_validator(mode="after")
    def _open_trunks_are_closed_somehow(self) -> Self:
        if not self.allowed_addresses and self.auth_username is None:
            raise ValueError("allowed_addresses or auth_username: without either anybody may call the trunk")
        return self


def load_phone_line(path: Path) -> tuple[PhoneLine, LineProfile]:
    """The line file at PATH with the company's line file that it names.

    Raises LineFileError with one sentence, and PolicyError for the company's file.
    """
    if not path.is_file():
        raise LineFileError(f"line file {path}: there is no such file")
    try:
        line = PhoneLine.model_validate(read_yaml(path))
    except ValidationError as problem:
        raise LineFileError(f"line file {path}: {sentence_of(problem)}") from None
    return line, load_line(path.parent / line.line)
