"""The form of one policy file: what it may say, and with which sources. Unknown keys are errors."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from policies.entities import DROPPED, EntityType

Permission = Literal["none", "notice", "notice_optout", "express_optin", "forbidden"]
RecordingScope = Literal["full_call", "sampled", "contract_part"]
OnWithdrawal = Literal["stop_keep", "stop_delete"]
LiveStt = Literal["allowed", "disclose", "consent"]
TranscriptStore = Literal["allowed", "follow_recording", "forbidden"]
VendorTraining = Literal["allowed", "consent", "forbidden"]
VoiceBiometrics = Literal["allowed", "written_release", "forbidden"]
EmotionFromVoice = Literal["allowed", "disclose", "written_release", "forbidden"]
AiTrigger = Literal["none", "on_request", "if_misleading", "always_start"]
SpokenCard = Literal["allowed", "forbidden"]
SolelyAutomated = Literal["allowed", "with_safeguards", "forbidden"]
MinorsAction = Literal["continue", "no_record", "no_record_no_sale_human"]
PaymentMethod = Literal["link", "ivr_transfer", "dtmf_suppressed", "dtmf"]
OnRefusal = Literal["decline_activity", "end_call", "transfer_unrecorded"]
Confidence = Literal["V", "S", "M", "P"]
LegalStatus = Literal["in_force", "adopted_future", "proposed", "project_rule"]

Flag = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=0)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", to_lower=True)]
Purpose = Annotated[str, StringConstraints(pattern=r"^(voice|tool:(\*|[A-Za-z0-9_.-]{1,64}))$")]


class Strict(BaseModel):
    """A frozen part of a file in which a key that nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Strict):
    """Where a value comes from. `fields` names dotted fields or a group of them (`retention.audio`)."""

    fields: tuple[Text, ...]
    cite: Text
    url: Text | None = None
    read_on: date | None = None
    confidence: Confidence
    reviewed_by_lawyer: Flag | Text | None = False  # or the lawyer, and the day
    legal_status: LegalStatus | None = None  # where these fields differ from the file's
    note: Text | None = None


class Duty(Strict):
    """A legal duty to record certain activities; it displaces consent rules of its own legal order only."""

    id: Id
    covers_activities: tuple[Id, ...]
    basis: Text
    displaces: tuple[Id, ...] = ()
    notice_script: Id = "rec_duty"
    on_refusal: OnRefusal = "decline_activity"
    alternatives: tuple[Id, ...] = ()
    retain_min_days: Count | None = None


class Recording(Strict):
    permission: Permission | None = None
    scope: RecordingScope | None = None
    announce_in_recording: Flag | None = None
    pause_on_hold: Flag | None = None
    tone_every_s: Count | None = None
    duties: tuple[Duty, ...] | None = None
    on_withdrawal: OnWithdrawal | None = None


class Processing(Strict):
    live_stt: LiveStt | None = None
    transcript_store: TranscriptStore | None = None
    vendor_training: VendorTraining | None = None
    voice_biometrics: VoiceBiometrics | None = None
    emotion_from_voice: EmotionFromVoice | None = None


class AiDisclosure(Strict):
    trigger: AiTrigger | None = None
    at_end: Flag | None = None
    human_contact: Flag | None = None
    repeat_every_s: Count | None = None
    max_start_ms: Count | None = None


class Languages(Strict):
    required: tuple[Language, ...] | None = None
    fallback: Language | None = None


class Period(Strict):
    min_days: Count | None = None
    max_days: Count | None = None
    basis: Text | None = None


class Retention(Strict):
    audio: Period | None = None
    transcript: Period | None = None
    consent: Period | None = None
    audit: Period | None = None
    decision: Period | None = None
    payment_token: Period | None = None
    sad: Period | None = None
    crisis: Period | None = None


class Tools(Strict):
    allow: tuple[Id, ...] | None = None
    deny: tuple[Id, ...] | None = None
    need_auth: tuple[Id, ...] | None = None
    need_human: tuple[Id, ...] | None = None


class Payments(Strict):
    spoken_card: SpokenCard | None = None
    methods: tuple[PaymentMethod, ...] | None = None


class Deid(Strict):
    entities: tuple[EntityType, ...] | None = None
    reveal: dict[EntityType, tuple[Purpose, ...]] | None = None

    @model_validator(mode="after")
    def _dropped_values_are_never_revealed(self) -> "Deid":
        wrong = sorted(DROPPED & set(self.reveal or ()))
        if wrong:
            raise ValueError(f"deid.reveal: {', '.join(wrong)} is never revealed")
        return self


class Trigger(Strict):
    """What makes a person take over: words, an intent or a key."""

    id: Id
    detect: Literal["words", "intent", "dtmf"]
    match: tuple[Text, ...] = ()
    action: Literal["transfer", "offer_transfer", "stop_task_and_transfer", "no_record_no_sale_human"]
    script: Id | None = None
    max_wait_s: Count | None = None
    no_recording_question: Flag = False


class Resources(Strict):
    """Numbers for a caller in danger. Null means: none is known for sure, say the general words and ask."""

    emergency: Text | None = None
    crisis: Text | None = None
    hours: Text | None = None
    checked_on: date | None = None


class Escalation(Strict):
    triggers: tuple[Trigger, ...] | None = None
    human_on_request: Flag | None = None
    max_wait_s: Count | None = None
    resources: Resources | None = None


class Residency(Strict):
    store_regions: tuple[Id, ...] | None = None
    process_regions: tuple[Id, ...] | None = None
    transfer_tools: tuple[Id, ...] | None = None


class Subprocessor(Strict):
    name: Text
    role: Text
    #: The provider of the settings that this supplier is: `assemblyai`, `azure`, `openai`.
    provider: Id | None = None
    region: Id
    dpa: Flag
    baa: Flag = False
    pci_aoc: Flag = False
    no_training: Flag = False


class Decisions(Strict):
    solely_automated: SolelyAutomated | None = None
    explain_days: Count | None = None
    human_review: Flag | None = None


class Rights(Strict):
    access_days: Count | None = None
    ack_days: Count | None = None
    channels: tuple[Id, ...] | None = None


class Breach(Strict):
    authority_h: Count | None = None
    customer: Flag | None = None


class Minors(Strict):
    age: Count | None = None
    action: MinorsAction | None = None


class PolicyFields(Strict):
    """Everything a policy may say; what it leaves out it has no opinion on."""

    recording: Recording | None = None
    processing: Processing | None = None
    ai_disclosure: AiDisclosure | None = None
    languages: Languages | None = None
    retention: Retention | None = None
    tools: Tools | None = None
    payments: Payments | None = None
    deid: Deid | None = None
    escalation: Escalation | None = None
    residency: Residency | None = None
    subprocessors: tuple[Subprocessor, ...] | None = None
    decisions: Decisions | None = None
    rights: Rights | None = None
    breach: Breach | None = None
    minors: Minors | None = None


class Policy(PolicyFields):
    """One file of `jurisdictions/` or `sectors/`."""

    model_config = ConfigDict(
        title="Policy",
        json_schema_extra={"required": ["id", "kind", "version", "valid_from", "review_by", "sources"]},
    )

    id: Id
    kind: Literal["place", "sector", "contract"]
    name: Text | None = None
    parent: Id | None = None
    supplement: Id | None = None  # this file adds to the policy of the same id: a later law, a bill
    version: Text | None = None
    valid_from: date | None = None
    valid_to: date | None = None  # the last day
    review_by: date | None = None
    legal_status: LegalStatus = "in_force"
    sources: tuple[Source, ...] = ()

    @model_validator(mode="after")
    def _only_a_line_names_subprocessors(self) -> "Policy":
        if self.subprocessors is not None:
            raise ValueError("subprocessors belong in a line file")
        return self
