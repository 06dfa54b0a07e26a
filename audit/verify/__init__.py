"""Verify an evidence bundle offline; no database, no network, nothing of the process that wrote it."""

from audit.verify.question import Question, parse_duration
from audit.verify.result import VerifyResult
from audit.verify.run import verify_bundle

__all__ = ["Question", "VerifyResult", "parse_duration", "verify_bundle"]
