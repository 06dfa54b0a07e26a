"""The law as data: which rules hold for a call, who said so, and what is spoken. Imports nothing of ours.

Not legal advice: every rule carries its source and a mark of how well it is known; no lawyer has read them.
"""

from policies.effective import Effective
from policies.entities import DROPPED, EntityType
from policies.errors import MissingScriptError, PolicyError, PolicyUnusableError, UnknownIdError
from policies.line import Line, load_line
from policies.loader import load_policies
from policies.packs import PolicySet
from policies.places import Place
from policies.recording import Outcome, RecordingPlan, plan_recording
from policies.resolve import resolve
from policies.resolved import Resolved
from policies.text import RawText, RedactedText
from policies.wording import RenderedScript, Scripts

__all__ = [
    "DROPPED",
    "Effective",
    "EntityType",
    "Line",
    "MissingScriptError",
    "Outcome",
    "Place",
    "PolicyError",
    "PolicySet",
    "PolicyUnusableError",
    "RawText",
    "RecordingPlan",
    "RedactedText",
    "RenderedScript",
    "Resolved",
    "Scripts",
    "UnknownIdError",
    "load_line",
    "load_policies",
    "plan_recording",
    "resolve",
]
