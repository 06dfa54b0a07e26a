"""The one seam for all tools: allow-list, schema, time limit, on record, and only redacted text to the model."""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from livekit.agents import RunContext, StopResponse, function_tool, llm
from pydantic import BaseModel, ValidationError

from policies import Effective
from policies.entities import EntityType
from policies.schema import PaymentMethod
from policies.text import RawText
from redaction import Labels, Redactor, canonical
from secure_agent.errors import CallStopped
from secure_agent.journal import Journal
from secure_agent.providers.scrubbing import scrub_json

_log = logging.getLogger(__name__)

ToolRun = Callable[[Any, RunContext[None]], Awaitable[Mapping[str, Any]]]

_LABEL = re.compile(r"<[A-Z_]+_\d+>")

#: Fields of a tool's result whose value is personal whatever it looks like: from then on it is a known value.
KNOWN_FIELDS: Mapping[str, EntityType] = {
    "name": EntityType.PERSON,
    "first_name": EntityType.PERSON,
    "last_name": EntityType.PERSON,
    "full_name": EntityType.PERSON,
    "customer_name": EntityType.PERSON,
    "date_of_birth": EntityType.DATE_OF_BIRTH,
    "birth_date": EntityType.DATE_OF_BIRTH,
    "phone": EntityType.PHONE,
    "phone_number": EntityType.PHONE,
    "email": EntityType.EMAIL,
    "address": EntityType.STREET_ADDRESS,
    "street": EntityType.STREET_ADDRESS,
    "postcode": EntityType.POSTCODE,
    "city": EntityType.CITY,
    "ssn": EntityType.SSN,
    "iban": EntityType.IBAN,
    "bank_account": EntityType.BANK_ACCOUNT,
    "account_number": EntityType.ACCOUNT_NUMBER,
}


@dataclass(frozen=True, slots=True)
class Tool:
    """One thing the model may ask for. ARGUMENTS is a pydantic model; RUN gets it and the run context."""

    name: str
    description: str
    arguments: type[BaseModel]
    run: ToolRun
    timeout_s: float | None = 10.0  # None: the tool keeps its own time (card entry, hand-over)
    needs: frozenset[EntityType] = frozenset()  # kinds whose values it gets, if the policy lets it
    ends_the_turn: bool = False  # the model is not asked to say anything about the result
    activity: str | None = None  # what it does is covered by duties of this activity
    takes_card_by: PaymentMethod | None = None
    sells: bool = False  # a child may not be sold anything
    verifies_caller: bool = False  # its result says whether the caller has proved who they are


class CallRules(Protocol):
    """What the call, as it stands, lets tools do."""

    @property
    def effective(self) -> Effective: ...

    @property
    def is_minor(self) -> bool: ...

    def may_do(self, activity: str | None) -> bool: ...

    def done(self, activity: str) -> None: ...

    def ask_person(self, reason: str) -> None: ...


class Gateway:
    """Calls tools for one call. Whatever goes wrong, the model gets a fixed sentence and the log a reason."""

    def __init__(
        self,
        tools: Sequence[Tool],
        *,
        rules: CallRules,
        journal: Journal,
        redactor: Redactor,
        labels: Labels,
    ) -> None:
        self._tools = {tool.name: tool for tool in tools if rules.effective.tools.permits(tool.name)}
        self._rules = rules
        self._verified = False
        self._journal = journal
        self._redactor = redactor
        self._labels = labels

    def function_tools(self) -> list[llm.Tool | llm.Toolset]:
        """The tools as LiveKit wants them; a tool that the policy does not allow is not there."""
        return [self._as_function(tool) for tool in self._tools.values()]

    def change_language(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def _as_function(self, tool: Tool) -> llm.Tool:
        async def run(raw_arguments: dict[str, object], context: RunContext[None]) -> str:
            return await self._call(tool, raw_arguments, context)

        schema = {
            "name": tool.name,
            "description": tool.description,
            "parameters": tool.arguments.model_json_schema(),
        }
        return function_tool(run, raw_schema=schema)

    async def _call(self, tool: Tool, raw: dict[str, object], context: RunContext[None]) -> str:
        if (refusal := self._forbidden(tool)) is not None:
            status, sentence = refusal
            return self._refuse(tool, status, sentence, raw)
        try:
            arguments = tool.arguments.model_validate(self._revealed(raw, tool))
        except ValidationError as error:
            fields = sorted({str(detail["loc"][0]) for detail in error.errors() if detail["loc"]})
            return self._refuse(tool, "invalid_arguments", f"Not valid: {', '.join(fields) or 'arguments'}.")
        try:
            async with asyncio.timeout(tool.timeout_s):
                result = await tool.run(arguments, context)
        except CallStopped:
            raise StopResponse from None
        except TimeoutError:
            return self._refuse(tool, "timeout", "The system is slow. Try later.", raw)
        except Exception as error:  # noqa: BLE001 - foreign code: its text must not reach the model or a log
            _log.error("tool failed", extra={"tool": tool.name, "error": type(error).__name__})
            return self._refuse(tool, "failed", "The system is not available.", raw)
        self._record(tool, "done", raw)
        self._note(tool, result)
        if tool.ends_the_turn:
            raise StopResponse
        return self._redacted_json(result)

    def _forbidden(self, tool: Tool) -> tuple[str, str] | None:
        """Why TOOL may not be called now, as a status and what the model is told; asked at every call.

        The policy may have become stricter since the tool was offered.
        """
        rules, policy = self._rules, self._rules.effective
        method = tool.takes_card_by
        if not policy.tools.permits(tool.name) or (
            method is not None and not policy.payments.permits(method)
        ):
            return "forbidden", "That is not possible on this line."
        if tool.sells and rules.is_minor:
            return "forbidden", "Nothing is sold to a child."
        if not rules.may_do(tool.activity):
            return (
                "not_announced",
                "The caller has not been told yet that this is recorded. Ask what they want.",
            )
        if tool.name in policy.tools.need_human:
            rules.ask_person("needs_person")
            return "needs_human", "A person takes this over now."
        if tool.name in policy.tools.need_auth and not self._verified:
            return "needs_auth", "First verify who the caller is with verify_caller."
        return None

    def _note(self, tool: Tool, result: Mapping[str, Any]) -> None:
        if tool.verifies_caller:
            self._verified = result.get("verified") is True
            self._append(
                "caller.verified", {"verified": self._verified, "facts": sorted(result.get("facts", ()))}
            )
        if tool.activity is not None:
            self._rules.done(tool.activity)

    def _refuse(self, tool: Tool, status: str, sentence: str, raw: Mapping[str, object] | None = None) -> str:
        self._record(tool, status, raw or {})
        return json.dumps({"error": sentence})

    def _record(self, tool: Tool, status: str, raw: Mapping[str, object]) -> None:
        self._append(
            "tool.called", {"tool": tool.name, "status": status, "arguments": self._redacted_json(raw)}
        )

    def _append(self, kind: str, body: Mapping[str, Any]) -> None:
        try:
            self._journal.append(kind, body)
        except CallStopped:
            raise StopResponse from None

    def _redacted_json(self, value: Mapping[str, Any]) -> str:
        """As JSON, redacted value by value, and then once more with the name of each field as its cue."""
        return scrub_json(json.dumps(self._redacted(value)), self._redactor)

    def _revealed(self, value: Any, tool: Tool) -> Any:
        """Labels of what TOOL needs become values for it alone, where the policy lets it; the record keeps them."""
        match value:
            case Mapping():
                return {key: self._revealed(item, tool) for key, item in value.items()}
            case list():
                return [self._revealed(item, tool) for item in value]
            case str():
                purpose = f"tool:{tool.name}"
                allowed = dict.fromkeys(self._rules.effective.deid.revealed(purpose) & tool.needs, (purpose,))
                return _LABEL.sub(
                    lambda label: self._labels.reveal(label[0], purpose, allowed) or label[0],
                    canonical(value),
                )
            case _:
                return value

    def _redacted(self, value: Any, key: str = "") -> Any:
        """Redact every string; a field that names a person's data makes its value known for the whole call."""
        match value:
            case Mapping():
                return {str(k): self._redacted(v, str(k)) for k, v in value.items()}
            case list() | tuple():
                return [self._redacted(v, key) for v in value]
            case str() if key in KNOWN_FIELDS and value and not _LABEL.fullmatch(value):
                self._labels.remember(value, KNOWN_FIELDS[key], self._redactor.language)
                found = self._redactor.redact(RawText(value)).text
                return found if _LABEL.fullmatch(found) else self._labels.label(KNOWN_FIELDS[key], value)
            case str():
                return self._redactor.redact(RawText(value)).text
            case bool() | None:
                return value
            case int() if len(str(abs(value))) < 9:
                return value
            case _:
                return self._redactor.redact(RawText(str(value))).text
