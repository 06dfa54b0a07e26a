"""A company's line: its place, its sectors and what it wants stricter than the law; it loosens nothing."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from policies.errors import PolicyUnusableError
from policies.reading import read_yaml, sentence_of
from policies.schema import Count, Id, Language, PolicyFields, Source, Strict, Text

DataRegion = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")]


class Controller(Strict):
    """Who answers for the line towards authorities: for the register of processing, never for a call."""

    address: Text | None = None
    contact: Text | None = None
    representative: Text | None = None  # in the Union, for a company outside it
    dpo: Text | None = None
    dpia: Text | None = None  # which assessment, and its day


class Line(PolicyFields):
    """One file of `lines/`, or the same in code. Its policy fields merge like those of any other policy."""

    id: Id = "line"
    kind: Literal["line"] = "line"
    business: Id  # the place of the business
    called: Text | None = None  # the number that was called
    #: Where its records lie, `us` or `eu`: one audit log for each. By default the country of the business.
    data_region: DataRegion | None = None
    company: Text = "Example Energy"
    sectors: tuple[Id, ...] = Field(default=("general",), min_length=1)
    #: Sectors whose rules hold from the moment an activity begins (`policies/activities.yaml`), not before.
    on_activity: dict[Id, tuple[Id, ...]] = Field(default_factory=dict)
    contract: Id | None = None  # a file of `contracts/`: what a client asks for
    human_queue: Text | None = None  # where a person answers
    human_number: Text | None = None  # what a caller is told to dial for a person
    controller: Controller | None = None
    public_values: tuple[Text, ...] = ()  # the company's own numbers, sites and addresses
    #: Supplements with `legal_status: proposed` that this line obeys already.
    accept_proposed: tuple[Id, ...] = ()
    #: Measured length of the recorded AI sentence, by language.
    ai_sentence_ms: dict[Language, Count] = Field(default_factory=dict)
    version: Text | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    review_by: date | None = None
    sources: tuple[Source, ...] = ()

    @field_validator("languages", mode="before")
    @classmethod
    def _a_list_of_languages_means_required(cls, value: Any) -> Any:
        return {"required": value} if isinstance(value, list | tuple) else value

    @model_validator(mode="after")
    def _a_line_makes_no_law(self) -> "Line":
        if self.recording is not None and self.recording.duties is not None:
            raise ValueError(
                "recording.duties: a line cannot claim a legal duty; name the sector that has it"
            )
        return self

    def active(self, on: date) -> bool:
        """Whether the line may be used on that day."""
        starts, ends = self.valid_from, self.valid_to
        return (starts is None or starts <= on) and (ends is None or on <= ends)


def load_line(path: Path | str) -> Line:
    """The line file at PATH; one that cannot be read is unusable, whatever the reason."""
    path = Path(path)
    try:
        return Line.model_validate(read_yaml(path))
    except ValidationError as problem:
        raise PolicyUnusableError(f"line file {path}: {sentence_of(problem)}") from None
