"""A scenario file: what a simulated caller says and keys, what goes wrong, and what must then hold.

Errors name the line and the key and never quote a value: a scenario may hold a card number.
"""

from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError

from secure_agent.errors import SecureAgentError

#: When a scenario's clock starts unless it says otherwise: in the past, so that no entry is later than its checkpoint.
DEFAULT_START = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)
DEFAULT_SCENARIO = Path("examples/calls/pays_the_bill_by_keypad.yaml")


#: The types of docs/events.md.
EVENT_TYPES = frozenset(
    [
        "activity.begun",
        "activity.declined",
        "ai_disclosure.played",
        "call.ended",
        "call.error",
        "caller.away",
        "caller.verified",
        "card.spoken",
        "consent.decided",
        "consent.withdrawn",
        "danger.heard",
        "handover.done",
        "handover.failed",
        "handover.offered",
        "handover.requested",
        "label.revealed",
        "line.held",
        "line.resumed",
        "minor.suspected",
        "model.called",
        "payment.abandoned",
        "payment.by_gate",
        "payment.charged",
        "payment.declined",
        "payment.failed",
        "payment.reconciled",
        "payment.started",
        "payment.tokenized",
        "persona.corrected",
        "policy.changed",
        "policy.resolved",
        "provider.switched",
        "provider.switched",
        "recording.erased",
        "recording.paused",
        "recording.recovered",
        "recording.resumed",
        "recording.started",
        "recording.stopped",
        "residency.conflict",
        "script.played",
        "segment.close",
        "segment.open",
        "tool.called",
        "turn.agent",
        "turn.caller",
        "turn.withheld",
    ]
)


class ScenarioError(SecureAgentError):
    """The scenario cannot be used; the text says which line and key, and how to mend it."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LineOf(_Model):
    """The line the call comes in on: a line file, or its few facts inline."""

    file: str | None = Field(None, description="path of a line file, relative to the scenario")
    business: str | None = Field(None, description="policy id of the place of business, such as US-TX")
    called: str | None = Field(None, pattern=r"^\+[1-9][0-9]{6,14}$")
    sectors: Annotated[tuple[str, ...], Field(min_length=1)] = ("general",)


class CallerOf(_Model):
    number: str | None = Field(None, pattern=r"^\+[0-9]{4,15}$", description="null: withheld")
    language: str = "en"


class ToolCall(_Model):
    tool: str
    args: dict[str, Any] = {}


class Answer(_Model):
    """What the model answers to one request."""

    say: str = ""
    call: ToolCall | None = None


#: Something to be said or heard: not empty, and not only white space.
Words = Annotated[str, Field(pattern=r"\S")]


class WaitFor(_Model):
    wait_for: Words


class Say(_Model):
    say: Words | Annotated[tuple[Words, ...], Field(min_length=1)]
    interim: str | None = None
    at_once: bool = False

    @property
    def finals(self) -> tuple[str, ...]:
        return (self.say,) if isinstance(self.say, str) else self.say


class Press(_Model):
    press: Annotated[str, Field(pattern=r"^[0-9*#]+$", description="keys, quoted")]
    at_once: bool = False


class Interrupt(_Model):
    interrupt: Words


class Silence(_Model):
    silence_s: Annotated[float, Field(ge=0, le=3600)]
    at_once: bool = False


class Pause(_Model):
    pause_s: Annotated[float, Field(ge=0, le=3600)]


class HangUp(_Model):
    hang_up: Literal[True]
    at_once: bool = False


_STEPS: dict[str, type[_Model]] = {
    "wait_for": WaitFor,
    "say": Say,
    "press": Press,
    "interrupt": Interrupt,
    "silence_s": Silence,
    "pause_s": Pause,
    "hang_up": HangUp,
}


def _kind_of_step(value: Any) -> str:
    keys = value if isinstance(value, dict) else ()
    return next((kind for kind in _STEPS if kind in keys), "unknown")


Step = Annotated[
    Annotated[WaitFor, Tag("wait_for")]
    | Annotated[Say, Tag("say")]
    | Annotated[Press, Tag("press")]
    | Annotated[Interrupt, Tag("interrupt")]
    | Annotated[Silence, Tag("silence_s")]
    | Annotated[Pause, Tag("pause_s")]
    | Annotated[HangUp, Tag("hang_up")],
    Discriminator(_kind_of_step),
]


class ProcessorFault(_Model):
    processor: Literal["down", "slow", "malformed", "charge_lost"]


class AuditFault(_Model):
    audit: Literal["fails"]
    after: str = Field(description="event type after whose first event every append fails")


class RedactionFault(_Model):
    redaction: Literal["fails"]
    at_turn: Annotated[int, Field(ge=1, description="the caller's turn, from 1")]


_FAULTS = ("processor", "audit", "redaction")


def _kind_of_fault(value: Any) -> str:
    keys = value if isinstance(value, dict) else ()
    return next((kind for kind in _FAULTS if kind in keys), "unknown")


Fault = Annotated[
    Annotated[ProcessorFault, Tag("processor")]
    | Annotated[AuditFault, Tag("audit")]
    | Annotated[RedactionFault, Tag("redaction")],
    Discriminator(_kind_of_fault),
]


class Expect(_Model):
    events: tuple[str, ...] = Field((), description="event types, in this order; others may stand between")
    not_events: tuple[str, ...] = Field((), description="event types that may not be written at all")
    outcome: Literal["failed_closed", "handed_over", "caller_hung_up", "completed"] | None = None
    recording: Literal["started", "stopped", "never"] | None = None
    never: tuple[Annotated[str, Field(min_length=1)], ...] = Field((), description="must be in no sink")


class Scenario(_Model):
    """One call, from answer to hang-up."""

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    line: LineOf
    caller: CallerOf = CallerOf()
    model: tuple[Answer, ...] | None = Field(None, description="omitted: the demonstration assistant")
    steps: tuple[Step, ...] = ()
    faults: tuple[Fault, ...] = ()
    start: datetime = DEFAULT_START
    expect: Expect = Expect()


def line_of(path: Path, *keys: int | str) -> int:
    """The line of the scenario file, from 1, where KEYS lead to."""
    return _line_of(yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader), keys)


def load_scenario(path: Path) -> Scenario:
    """Read and check a scenario file; anything unusual raises ScenarioError with line and key."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ScenarioError(f"no scenario file {path}; see examples/calls for some") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"cannot read {path}: {type(error).__name__}") from None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        value = yaml.safe_load(text)
        _refuse_keys_twice(node, path)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark is not None else "the file"
        raise ScenarioError(f"{path}: {where} is not valid YAML; check quotes and indentation") from None
    if not isinstance(value, dict):
        raise ScenarioError(f"{path}: a scenario is a mapping that begins with `name:`")
    try:
        scenario = Scenario.model_validate(value)
    except ValidationError as error:
        raise ScenarioError(f"{path}: {_explain(error, node)}") from None
    _refuse_useless_faults(scenario, node, path)
    if scenario.start.tzinfo is None:
        raise ScenarioError(
            f"{path}: line {_line_of(node, ('start',))}: `start` needs a time zone, such as Z"
        )
    if (scenario.line.file is None) == (scenario.line.business is None):
        raise ScenarioError(
            f"{path}: line {_line_of(node, ('line',))}: `line` needs either `file` or `business`"
        )
    return scenario


def _refuse_keys_twice(node: yaml.Node | None, path: Path) -> None:
    """YAML lets the last of two equal keys win, silently: here it is an error."""
    below: list[yaml.Node] = []
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        for key, value in node.value:
            if keys.count(key.value) > 1:
                last = [one for one, _ in node.value if one.value == key.value][-1]
                raise ScenarioError(
                    f"{path}: line {last.start_mark.line + 1}: `{key.value}` stands here twice"
                )
            below.append(value)
    elif isinstance(node, yaml.SequenceNode):
        below = list(node.value)
    for one in below:
        _refuse_keys_twice(one, path)


def _refuse_useless_faults(scenario: Scenario, node: yaml.Node | None, path: Path) -> None:
    """A fault that cannot happen would make a call look safer than it is."""
    processors = 0
    for n, fault in enumerate(scenario.faults):
        where = f"{path}: line {_line_of(node, ('faults', n))}: `faults[{n}]`"
        processors += isinstance(fault, ProcessorFault)
        if processors > 1:
            raise ScenarioError(f"{where} is a second fault of the processor; a call has one")
        if isinstance(fault, AuditFault) and fault.after not in EVENT_TYPES:
            near = get_close_matches(fault.after, EVENT_TYPES, n=1)
            hint = f"; did you mean {near[0]}?" if near else "; docs/events.md lists them"
            raise ScenarioError(f"{where}.after is no type of event{hint}")


_REMEDIES = {
    "extra_forbidden": "is not a known key",
    "missing": "is missing",
    "string_type": "must be text; put it in quotes",
    "string_pattern_mismatch": "has a form that is not allowed",
    "literal_error": "is none of the allowed values",
    "union_tag_invalid": f"is none of the known kinds: {', '.join((*_STEPS, *_FAULTS))}",
}


def _explain(error: ValidationError, node: yaml.Node | None) -> str:
    found = error.errors(include_input=False, include_url=False)
    first = next(
        (e for e in found if e["type"] == "extra_forbidden"), found[0]
    )  # a typing error explains the rest
    path = _without_tags(first["loc"])
    remedy = _REMEDIES.get(first["type"], f"is not valid ({first['type'].replace('_', ' ')})")
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
    return f"line {_line_of(node, path)}: `{key or 'the scenario'}` {remedy}"


def _without_tags(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Drop what pydantic adds to the path in the file: the member of a union, by name or by type."""
    path = list(loc)
    if len(path) > 2 and path[0] in ("steps", "faults") and path[2] in (*_STEPS, *_FAULTS):
        del path[2]
    return tuple(part for part in path if part != "str" and not str(part).startswith("tuple["))


def _line_of(node: yaml.Node | None, path: tuple[int | str, ...]) -> int:
    """The line, from 1, of the deepest part of PATH that is in the file."""
    line = 1 if node is None else node.start_mark.line + 1
    for part in path:
        children: dict[int | str, tuple[yaml.Node, yaml.Node]] = {}
        if isinstance(node, yaml.MappingNode):
            children = {key.value: (key, value) for key, value in node.value}
        elif isinstance(node, yaml.SequenceNode):
            children = {place: (value, value) for place, value in enumerate(node.value)}
        if part not in children:
            break
        mark, node = children[part]
        line = mark.start_mark.line + 1
    return line
