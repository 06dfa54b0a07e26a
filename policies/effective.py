"""The effective policy of one call: every field of the schema with its value, defaults filled in. Frozen."""

from datetime import date

from policies import schema
from policies.entities import EntityType
from policies.schema import Duty, Resources, Strict, Subprocessor, Trigger


class Recording(Strict):
    permission: schema.Permission
    scope: schema.RecordingScope
    announce_in_recording: bool
    pause_on_hold: bool
    tone_every_s: int | None
    duties: tuple[Duty, ...]
    on_withdrawal: schema.OnWithdrawal


class Processing(Strict):
    live_stt: schema.LiveStt
    transcript_store: schema.TranscriptStore
    vendor_training: schema.VendorTraining
    voice_biometrics: schema.VoiceBiometrics
    emotion_from_voice: schema.EmotionFromVoice


class AiDisclosure(Strict):
    trigger: schema.AiTrigger
    at_end: bool
    human_contact: bool
    repeat_every_s: int | None
    max_start_ms: int


class Languages(Strict):
    required: tuple[str, ...]
    fallback: str


class Period(Strict):
    min_days: int | None
    max_days: int | None
    basis: tuple[str, ...]


class Retention(Strict):
    audio: Period
    transcript: Period
    consent: Period
    audit: Period
    decision: Period
    payment_token: Period
    sad: Period
    crisis: Period


class Tools(Strict):
    """`allow` None: no limit."""

    allow: tuple[str, ...] | None
    deny: tuple[str, ...]
    need_auth: tuple[str, ...]
    need_human: tuple[str, ...]

    def permits(self, tool: str) -> bool:
        """Whether TOOL may be called at all."""
        return tool not in self.deny and (self.allow is None or tool in self.allow)


class Payments(Strict):
    """`methods` None: no limit."""

    spoken_card: schema.SpokenCard
    methods: tuple[schema.PaymentMethod, ...] | None

    def permits(self, method: schema.PaymentMethod) -> bool:
        """Whether a card may be taken by METHOD."""
        return self.methods is None or method in self.methods


class Deid(Strict):
    entities: tuple[EntityType, ...]
    reveal: dict[EntityType, tuple[str, ...]]

    def may_reveal(self, entity: EntityType, purpose: str) -> bool:
        """Whether a value of ENTITY may leave its label for PURPOSE (`voice` or `tool:ID`)."""
        allowed = self.reveal.get(entity, ())
        return purpose in allowed or (purpose.startswith("tool:") and "tool:*" in allowed)

    def revealed(self, purpose: str) -> frozenset[EntityType]:
        """The kinds whose values may be given for PURPOSE."""
        return frozenset(one for one in self.reveal if self.may_reveal(one, purpose))


class Escalation(Strict):
    triggers: tuple[Trigger, ...]
    human_on_request: bool
    max_wait_s: int | None
    resources: Resources


class Residency(Strict):
    """None: no limit. An empty list: nothing may be stored and a person takes over."""

    store_regions: tuple[str, ...] | None
    process_regions: tuple[str, ...] | None
    transfer_tools: tuple[str, ...] | None


class Decisions(Strict):
    solely_automated: schema.SolelyAutomated
    explain_days: int | None
    human_review: bool


class Rights(Strict):
    access_days: int | None
    ack_days: int | None
    channels: tuple[str, ...]


class Breach(Strict):
    authority_h: int | None
    customer: bool


class Minors(Strict):
    age: int | None
    action: schema.MinorsAction


class Cited(Strict):
    """A source of one of the merged policies."""

    policy: str
    fields: tuple[str, ...]
    cite: str
    url: str | None
    read_on: date | None
    confidence: schema.Confidence
    legal_status: schema.LegalStatus


class Effective(Strict):
    recording: Recording
    processing: Processing
    ai_disclosure: AiDisclosure
    languages: Languages
    retention: Retention
    tools: Tools
    payments: Payments
    deid: Deid
    escalation: Escalation
    residency: Residency
    subprocessors: tuple[Subprocessor, ...]
    decisions: Decisions
    rights: Rights
    breach: Breach
    minors: Minors
    scripts: dict[str, dict[str, str]]  # language -> key -> SHA-256 of the text
    sources: tuple[Cited, ...]
