"""Who agreed to what, when, and how we know. Pure: no IO, no clock; imports `policies` only."""

from consent.ages import A_CHILD
from consent.answers import Answer, understand_answer
from consent.complaints import complains
from consent.danger import Danger
from consent.dialog import Action, ConsentDialog, Decided, Listen, Say, decision_in
from consent.errors import ConsentError, EvidenceUnreadableError, UnknownPermissionError
from consent.evidence import Channel, ConsentEvidence, Heard, Played
from consent.intents import Intent, understand_intent, understand_intents
from consent.persona import FalseClaim, claims_a_licence, claims_to_be_human, false_claims
from consent.question import recording_named_at
from consent.reading import evidence_of
from consent.scopes import Scope
from consent.statements import NOTHING, Statements, understand_statements
from consent.status import ConsentStatus, fold

__all__ = [
    "A_CHILD",
    "NOTHING",
    "Action",
    "Answer",
    "Channel",
    "ConsentDialog",
    "ConsentError",
    "ConsentEvidence",
    "ConsentStatus",
    "Danger",
    "Decided",
    "EvidenceUnreadableError",
    "FalseClaim",
    "Heard",
    "Intent",
    "Listen",
    "Played",
    "Say",
    "Scope",
    "Statements",
    "UnknownPermissionError",
    "claims_a_licence",
    "claims_to_be_human",
    "complains",
    "decision_in",
    "evidence_of",
    "false_claims",
    "fold",
    "recording_named_at",
    "understand_answer",
    "understand_intent",
    "understand_intents",
    "understand_statements",
]
