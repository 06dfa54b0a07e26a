"""What a call came to: the JSON of `secure-agent call --json`, and whether the scenario's expectations held."""

from dataclasses import dataclass
from typing import Any

from secure_agent.assembly import OpenCall
from secure_agent.simulation.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Held:
    """One expectation. WHAT names it by its place in the file; WHY never quotes a value."""

    what: str
    held: bool
    why: str

    def as_dict(self) -> dict[str, Any]:
        return {"what": self.what, "held": self.held, "why": self.why}


@dataclass(frozen=True, slots=True)
class Verified:
    """The exit code of `audit verify` and its sentence."""

    code: int
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult:
    """One call, finished or refused."""

    document: dict[str, Any]
    verify_command: str | None
    refusal: str | None = None

    @property
    def exit_code(self) -> int:
        """0 all held and `audit verify` gave 0 or 3; 1 otherwise; 3 when the call could not be run."""
        if self.refusal is not None:
            return 3
        verified = self.document["verified"]
        good = verified is not None and verified["code"] in (0, 3)
        return 0 if good and all(e["held"] for e in self.document["expect"]) else 1


def document_of(opened: OpenCall) -> dict[str, Any]:
    """The parts of the result that the call itself knows."""
    call = opened.call
    recording = call.recording.summary()
    return {
        "call_id": call.journal.call_id,
        "outcome": opened.outcome.value,
        "turns": [turn.as_dict() for turn in sorted(call.transcript.turns, key=lambda turn: turn.start_s)],
        "events": [{"type": event.type, "t_s": event.t_s} for event in call.journal.events],
        "model_requests": [
            {
                "messages": [{"role": m.role, "content": m.content} for m in request.messages],
                "tools": list(request.tools),
                "model": answer.model if answer is not None else None,
            }
            for request, answer in zip(opened.model.requests, opened.model.answers, strict=True)
        ],
        "spoken": list(opened.voice.spoken),
        "recording": recording,
        "payment": None
        if opened.payment is None
        else {
            "status": opened.payment.status,
            "token": opened.payment.token,
            "last4": opened.payment.last4,
            "attempts": opened.payment.attempts,
        },
        "policy": opened.policy.at_answer.as_dict(),
        "policy_in_force": opened.policy.resolved.as_dict(),
    }


def refused_document() -> dict[str, Any]:
    return {
        "call_id": None,
        "outcome": "refused",
        "turns": [],
        "events": [],
        "model_requests": [],
        "spoken": [],
        "recording": {"state": "never", "path": None, "parts": [], "gaps": []},
        "payment": None,
        "policy": None,
        "policy_in_force": None,
        "bundle": None,
        "trust": None,
        "verified": None,
        "witness": None,
        "expect": [],
    }


def judge_events(scenario: Scenario, events: list[str]) -> Held:
    """The expected types, in this order; others may stand between."""
    wanted = list(scenario.expect.events)
    at = 0
    for event in events:
        if at < len(wanted) and event == wanted[at]:
            at += 1
    if at == len(wanted):
        return Held("events", True, "all were written, in this order")
    return Held("events", False, f"expect.events[{at}] was not written after the ones before it")


def judge_not_events(scenario: Scenario, events: list[str]) -> Held:
    """None of the types that may not be written was."""
    for n, kind in enumerate(scenario.expect.not_events):
        if kind in events:
            return Held("not_events", False, f"expect.not_events[{n}] was written")
    return Held("not_events", True, "none was written")


def judge_outcome(scenario: Scenario, outcome: str) -> Held:
    held = scenario.expect.outcome == outcome
    return Held("outcome", held, "as expected" if held else f"the outcome is {outcome}")


def judge_recording(scenario: Scenario, state: str) -> Held:
    held = scenario.expect.recording == state
    return Held("recording", held, "as expected" if held else f"the recording state is {state}")
