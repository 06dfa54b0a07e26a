"""One plain sentence for each field and value of a policy, for people who read law and not YAML."""

from collections.abc import Callable, Mapping

from policies.fields import Value

_Say = Mapping[Value, str] | Callable[[Value], str]


def of_field(name: str, value: Value) -> str:
    """What VALUE of the field NAME means."""
    if name.startswith("retention."):
        return _retention(name, value)
    say = _SENTENCES[name]
    if isinstance(say, Mapping):
        return say[value]
    return say(value)


def _retention(name: str, value: Value) -> str:
    _, record, key = name.split(".")
    what = RECORDS[record]
    if key == "basis":
        return f"The basis for keeping {what}: {_list(value)}."
    if value is None:
        return f"There is no {'shortest' if key == 'min_days' else 'longest'} term for {what}."
    if key == "min_days":
        return f"{what.capitalize()} are kept for at least {_days(value)}."
    return (
        f"{what.capitalize()} are never kept."
        if value == 0
        else f"{what.capitalize()} go after {_days(value)}."
    )


RECORDS: Mapping[str, str] = {
    "audio": "recordings",
    "transcript": "transcripts",
    "consent": "proofs of consent",
    "audit": "entries of the audit log",
    "decision": "records of decisions",
    "payment_token": "payment tokens",
    "sad": "security codes of cards",
    "crisis": "notes of crisis calls",
}


def _days(count: int) -> str:
    return "one day" if count == 1 else f"{count} days"


def _list(value: Value) -> str:
    return ", ".join(str(one) for one in value) if value else "nothing"


def _duties(value: Value) -> str:
    if not value:
        return "No legal duty to record is known."
    return " ".join(
        f"Calls about {_list(one['covers_activities'])} must be recorded ({one['basis']});"
        f" without recording: {one['on_refusal'].replace('_', ' ')}."
        for one in value
    )


def _triggers(value: Value) -> str:
    return f"A person comes in at: {', '.join(one['id'].replace('_', ' ') for one in value) or 'nothing'}."


def _resources(value: Value) -> str:
    emergency, crisis = value["emergency"], value["crisis"]
    if emergency is None:
        return "No emergency number is known for sure: the caller is asked for the country."
    return f"In an emergency {emergency}; in a crisis {crisis or 'no common number'}."


def _reveal(value: Value) -> str:
    if not value:
        return "No labelled value is given back to a tool or spoken."
    return (
        "Labelled values may be used: "
        + "; ".join(f"{kind} for {_list(uses)}" for kind, uses in value.items())
        + "."
    )


def _limit(what: str, none: str) -> Callable[[Value], str]:
    return lambda value: (
        none if value is None else what.format(value=_list(value) if isinstance(value, list) else value)
    )


_SENTENCES: Mapping[str, _Say] = {
    "recording.permission": {
        "none": "The law asks for nobody's consent; nothing is recorded without a notice played to its end.",
        "notice": "The caller is told at the start that the call is recorded; going on with it is consent.",
        "notice_optout": "The caller must be told, and may refuse at any time without losing the service.",
        "express_optin": "Nothing is recorded unless the caller says yes or presses 1; silence is no yes.",
        "forbidden": "The call is never recorded.",
    },
    "recording.scope": {
        "full_call": "The whole call may be recorded.",
        "sampled": "Only a sample of calls may be recorded.",
        "contract_part": "Only the part about a contract may be recorded.",
    },
    "recording.announce_in_recording": {
        True: "The announcement itself is the first thing in the recording.",
        False: "The announcement need not be in the recording.",
    },
    "recording.pause_on_hold": {
        True: "The recording pauses while the caller is on hold.",
        False: "The recording may go on while the caller is on hold.",
    },
    "recording.tone_every_s": _limit("A tone sounds every {value} seconds.", "No tone is asked for."),
    "recording.duties": _duties,
    "recording.on_withdrawal": {
        "stop_keep": "When the caller withdraws, recording stops; what was recorded is kept.",
        "stop_delete": "When the caller withdraws, recording stops and what was recorded is deleted.",
    },
    "processing.live_stt": {
        "allowed": "Speech may be turned into text by a supplier.",
        "disclose": "The caller is told that a supplier's software turns speech into text.",
        "consent": "Speech is turned into text only after the caller agreed.",
    },
    "processing.transcript_store": {
        "allowed": "The text of the call may be kept.",
        "follow_recording": "The text of the call is kept only where its sound may be kept.",
        "forbidden": "The text of the call is not kept.",
    },
    "processing.vendor_training": {
        "allowed": "Suppliers may learn from calls.",
        "consent": "Suppliers may learn from a call only with the caller's consent.",
        "forbidden": "No supplier may learn from calls.",
    },
    "processing.voice_biometrics": {
        "allowed": "Voice prints are allowed.",
        "written_release": "A voice print needs a written release first.",
        "forbidden": "No voice prints are made.",
    },
    "processing.emotion_from_voice": {
        "allowed": "Mood may be inferred from the voice.",
        "disclose": "The caller must be told if mood is inferred from the voice.",
        "written_release": "Inferring mood from the voice needs a written release first.",
        "forbidden": "Mood is never inferred from the voice.",
    },
    "ai_disclosure.trigger": {
        "none": "No law asks to say that this is an AI.",
        "on_request": "Asked whether this is a person, the agent says that it is an AI.",
        "if_misleading": "The agent says that it is an AI wherever a caller could think otherwise.",
        "always_start": "The first words of every call say that this is an AI.",
    },
    "ai_disclosure.at_end": {
        True: "It is said again at the end of the call.",
        False: "It need not be said again at the end.",
    },
    "ai_disclosure.human_contact": {
        True: "The disclosure says how to reach a person.",
        False: "The disclosure need not say how to reach a person.",
    },
    "ai_disclosure.repeat_every_s": _limit(
        "It is repeated every {value} seconds.", "It need not be repeated."
    ),
    "ai_disclosure.max_start_ms": lambda value: f"It is over {value} ms after the answer at the latest.",
    "languages.required": lambda value: f"Languages that must be served: {_list(value)}.",
    "languages.fallback": lambda value: f"The call begins in {value!r} unless another language is known.",
    "tools.allow": _limit("Only these tools may be used: {value}.", "No list limits the tools."),
    "tools.deny": lambda value: f"These tools may not be used: {_list(value)}.",
    "tools.need_auth": lambda value: (
        f"These tools need a caller who has proved who they are: {_list(value)}."
    ),
    "tools.need_human": lambda value: f"These tools need a person's yes: {_list(value)}.",
    "payments.spoken_card": {
        "allowed": "A card number may be spoken.",
        "forbidden": "A card number is never taken by voice; one that is spoken is dropped.",
    },
    "payments.methods": _limit("A card may be taken by: {value}.", "No list limits how a card is taken."),
    "deid.entities": lambda value: f"Found and removed: {_list(value)}.",
    "deid.reveal": _reveal,
    "escalation.triggers": _triggers,
    "escalation.human_on_request": {
        True: "A caller who asks for a person gets one.",
        False: "No rule gives the caller a person on request.",
    },
    "escalation.max_wait_s": _limit("A person answers within {value} seconds.", "No rule limits the wait."),
    "escalation.resources": _resources,
    "residency.store_regions": _limit("Data may be kept in: {value}.", "No rule says where data are kept."),
    "residency.process_regions": _limit(
        "Data may be handled in: {value}.", "No rule says where data are handled."
    ),
    "residency.transfer_tools": _limit("Transfers rest on: {value}.", "No rule names a tool for transfers."),
    "subprocessors": lambda value: f"Suppliers: {_list([one['name'] for one in value])}.",
    "decisions.solely_automated": {
        "allowed": "No rule limits decisions by machine alone.",
        "with_safeguards": "A decision by machine alone needs notice, a person and a way to contest it.",
        "forbidden": "Nothing of weight is decided by machine alone.",
    },
    "decisions.explain_days": _limit("It is explained within {value} days.", "No term to explain it."),
    "decisions.human_review": {
        True: "A person reviews a decision on request.",
        False: "No rule asks for review by a person.",
    },
    "rights.access_days": _limit("Copies are given within {value} days.", "No term for copies is known."),
    "rights.ack_days": _limit("Complaints are acknowledged within {value} days.", "No term to acknowledge."),
    "rights.channels": lambda value: f"Rights can be exercised by: {_list(value)}.",
    "breach.authority_h": _limit(
        "A breach is reported within {value} hours.", "No term to report a breach is known."
    ),
    "breach.customer": {
        True: "Those concerned by a breach are told.",
        False: "No rule asks to tell those concerned by a breach.",
    },
    "minors.age": _limit("Who is younger than {value} is treated as a child.", "No age limit is known."),
    "minors.action": {
        "continue": "A child's call goes on.",
        "no_record": "A child's call is not recorded.",
        "no_record_no_sale_human": "With a child: no recording, no sale, and a person takes over.",
    },
}
