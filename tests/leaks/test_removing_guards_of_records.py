"""Take away one guard of logs, spans, audit log or files, and the sweep finds a canary; or the next alone holds."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from livekit import rtc
from livekit.agents import RunContext, telemetry
from livekit.rtc._proto import participant_pb2 as proto

import audit.chain
from audit.crypto import envelope
from audit.errors import SealBrokenError
from redaction.log_filter import LogFilter
from secure_agent.assembly import OpenCall
from secure_agent.call import Call
from secure_agent.observability.logs import RecordGuard
from secure_agent.observability.traces import WithholdingProcessor
from secure_agent.providers import guarded_llm
from secure_agent.tools.gateway import Tool
from tests.leaks.canaries import canary
from tests.leaks.swept_call import AnyArguments, Sweep, SweptCall

SSN = canary("tool exception", "ssn")
NAME = canary("tool exception", "name")
CARD = canary("tool exception", "card")
PHONE = canary("caller number", "phone")
ASKS = {"say": "what do you have of me"}
LOOKS_UP: tuple[Mapping[str, Any], ...] = (
    {"say": "Let me look.", "call": {"tool": "talk"}},
    {"say": "All is well."},
)

# Logs


def talking_tool(_: Call) -> list[Tool]:
    """A tool whose library logs what it works on: in the message, in fields, in an exception's text."""
    log = logging.getLogger("crm.client")

    async def run(_: AnyArguments, __: RunContext[None]) -> Mapping[str, Any]:
        log.debug("looked up %s", SSN.value)
        log.info("found", extra={"lk.pii.customer": NAME.value, "participant": f"sip_+1{PHONE.value}"})
        log.error("failed", exc_info=ValueError(f"no account of {NAME.value}, {SSN.value}"))
        return {"status": "done"}

    return [Tool("talk", "Look up the account.", AnyArguments, run)]


def looks_up(sweep: Sweep) -> SweptCall:
    return sweep(ASKS, model=LOOKS_UP, more_tools=talking_tool)


def test_what_a_foreign_library_logs_is_in_no_record(sweep: Sweep) -> None:
    call = looks_up(sweep)
    assert "crm.client" in " ".join(call.sinks.texts["log"])
    assert call.hits(SSN, NAME, PHONE) == []


@pytest.mark.parametrize(
    "one", [SSN, NAME, PHONE], ids=["message", "exception and field", "caller's identity"]
)
def test_without_the_guard_of_records_the_log_holds_it(
    one: Any, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RecordGuard, "filter", lambda *_: True)
    assert looks_up(sweep).sinks_hit(one) == {"log"}


def test_without_the_log_filter_a_number_in_a_message_is_in_the_log(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LogFilter, "filter", lambda *_: True)
    call = looks_up(sweep)
    assert call.sinks_hit(SSN) == {"log"}
    assert call.hits(NAME, PHONE) == []


# Spans


def with_a_sip_caller(opened: OpenCall) -> None:
    """As LiveKit's room does when the caller's leg comes in: identity, number and headers go on the span."""
    info = proto.ParticipantInfo(
        sid="PA_1",
        name="",
        identity=f"sip_+1{PHONE.value}",
        state=proto.ParticipantState.PARTICIPANT_STATE_ACTIVE,
        metadata="",
        kind=proto.ParticipantKind.PARTICIPANT_KIND_SIP,
        attributes={
            "sip.phoneNumber": f"+1{PHONE.value}",
            "sip.h.x-caller": f"+1{PHONE.value}",
            "sip.callID": f"SCL_{NAME.value}",
        },
    )
    caller = rtc.RemoteParticipant(proto.OwnedParticipant(info=info))
    opened.session.session._on_room_io_participant_linked(caller)


def unwithheld(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WithholdingProcessor, "on_end", lambda *_: None)


def test_number_and_headers_of_a_sip_call_are_in_no_span(sweep: Sweep) -> None:
    assert sweep(ASKS, prepare=with_a_sip_caller).hits(PHONE, NAME) == []


def test_without_withholding_the_spans_hold_the_headers_of_a_sip_call(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    unwithheld(monkeypatch)
    assert sweep(ASKS, prepare=with_a_sip_caller).sinks_hit(PHONE, NAME) == {"span"}


SAYS: Mapping[str, Any] = {"say": f"I see the number {SSN.value} here, is that right?"}


def content_captured(patch: pytest.MonkeyPatch) -> None:
    """Everything open that LiveKit leaves open: content on spans, marked or not."""
    unwithheld(patch)
    set_provider = telemetry.set_tracer_provider
    patch.setattr(telemetry, "set_tracer_provider", lambda provider, **_: set_provider(provider))
    telemetry.gen_ai.set_capture_content(True)
    patch.setattr(telemetry.gen_ai, "set_capture_content", lambda _: None)


def test_without_any_withholding_spans_are_still_made_of_redacted_text(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    content_captured(monkeypatch)
    call = sweep(ASKS, model=[SAYS])
    assert "<SSN_1>" in " ".join(call.sinks.texts["span"])
    assert call.hits(SSN) == []


def test_without_untraced_plugins_and_withholding_the_spans_hold_what_the_model_said(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Traced:
        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None: ...

    content_captured(monkeypatch)
    monkeypatch.setattr(guarded_llm, "untraced", Traced)
    assert sweep(ASKS, model=[SAYS]).sinks_hit(SSN) == {"span"}


# The audit log


def writing_tool(call: Call) -> list[Tool]:
    """A part of ours that writes what it was never meant to have."""

    async def run(_: AnyArguments, __: RunContext[None]) -> Mapping[str, Any]:
        call.journal.append("call.error", {"where": f"card {CARD.value}"})
        return {"status": "done"}

    return [Tool("talk", "Look up the account.", AnyArguments, run)]


def test_without_its_card_guard_the_audit_log_holds_a_card_number(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sweep(ASKS, model=LOOKS_UP, more_tools=writing_tool).hits(CARD) == []
    monkeypatch.setattr(audit.chain, "holds_card_number", lambda *_: False)
    call = sweep(ASKS, model=LOOKS_UP, more_tools=writing_tool)
    assert call.sinks_hit(CARD) == {"audit body"}


# Files: what was said, redacted or not, is on the disk only under seal

WORDS = "the lighthouse keeper collects umbrellas"


def files_with(call: SweptCall, content: bytes) -> list[str]:
    return [name for name, held in call.sinks.files.items() if content in held]


def test_the_conversation_stands_in_no_file_in_the_clear(sweep: Sweep) -> None:
    call = sweep({"say": WORDS})
    assert WORDS in " ".join(call.sinks.texts["audit turns"])
    assert files_with(call, WORDS.encode()) == []


def test_without_sealing_conversation_and_sound_stand_in_files(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_the_clear(_: object, plaintext: bytes, aad: bytes, **__: object) -> bytes:
        return bytes(envelope.NONCE_BYTES) + plaintext + bytes(envelope.TAG_BYTES)

    sound = sweep({"say": WORDS}).opened_recording().samples
    loudest = int(abs(sound[:, 0].astype(int)).argmax())
    piece = sound[loudest : loudest + 64].tobytes()
    assert files_with(sweep({"say": WORDS}), piece) == []
    monkeypatch.setattr(envelope.Sealer, "seal", in_the_clear)
    monkeypatch.setattr(envelope.Opener, "open", _opening_both(envelope.Opener.open))
    call = sweep({"say": WORDS}, unfinished=True)
    assert any("audit.db" in name for name in files_with(call, WORDS.encode()))
    assert any(name.endswith(".sealed") for name in files_with(call, piece))


def _opening_both(opens: Any) -> Any:
    def either(self: envelope.Opener, sealed: bytes, aad: bytes) -> bytes:
        with suppress(SealBrokenError):
            return bytes(opens(self, sealed, aad))
        return sealed[envelope.NONCE_BYTES : -envelope.TAG_BYTES]

    return either
