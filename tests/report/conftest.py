"""A log with one call that says something in every chapter, and with text that tries to be more than text."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from audit import open_log
from policies import Line, load_policies, resolve
from tests.report.archive import HOSTILE, Archive


@pytest.fixture
def now() -> Callable[[], datetime]:
    at = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)

    def tick() -> datetime:
        nonlocal at
        at += timedelta(seconds=1)
        return at

    return tick


@pytest.fixture
def archive(tmp_path: Path, now: Callable[[], datetime]) -> Archive:
    data_dir = tmp_path / "data"
    resolved = resolve(
        load_policies(),
        business="US-TX",
        caller=None,
        sectors=(),
        line=Line(business="US-TX"),
        on=date(2026, 11, 20),
    )
    with closing(open_log(data_dir, now=now)) as log:
        segment = log.open_segment(
            jurisdiction="US-TX",
            retention="call",
            body={"company": "Example Energy", "language": "en", "prompt": "example_energy/1.0.0"},
            policy=resolved.hash,
        )
        segment.append(
            "policy.resolved",
            {"policy_json": resolved.canonical_json, "part": 1, "parts": 1},
            policy=resolved.hash,
        )
        times = {"t_start_ms": 20, "t_end_ms": 3_680}
        segment.append(
            "ai_disclosure.played",
            {
                "text": "You are speaking with an AI.",
                "lang": "en",
                "sha256": "a" * 64,
                "complete": True,
                **times,
            },
        )
        segment.append(
            "consent.decided",
            {
                "scope": "recording",
                "answer": "yes",
                "channel": "keypad",
                "permission": "express_optin",
                "purpose": "quality",
                "words": "May we record?",
                "language": "en",
                "sha256": "b" * 64,
                "complete": True,
                "t_ms": 9_000,
            },
        )
        segment.append("turn.caller", {"text": HOSTILE, "t_start_ms": 10_000, "t_end_ms": 12_000})
        segment.append("turn.caller", {"text": "Grüß Gott 漢字 😀", "t_start_ms": 13_000, "t_end_ms": 14_000})
        segment.append("turn.caller", {"text_withheld": "policy", "t_start_ms": 14_100, "t_end_ms": 14_900})
        segment.append(
            "turn.withheld", {"reason": "redaction_failed", "t_start_ms": 15_000, "t_end_ms": 16_000}
        )
        segment.append("tool.called", {"tool": "get_balance", "status": "done", "arguments": "{}"})
        segment.append("payment.charged", {"amount_minor": 8450, "currency": "USD", "last4": "4242"})
        segment.append("call.ended", {"outcome": "caller_hung_up"})
        segment.close({"reason": "caller_hung_up"})
    return Archive(data_dir, segment.call, now)
