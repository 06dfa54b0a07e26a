"""How long which part of a recording is kept, by the policy of the call."""

from policies.effective import Effective
from policies.schema import Duty
from secure_agent.recording.format import AUDIO, RetentionClass


def rest_of_call(effective: Effective) -> RetentionClass:
    """The class of what no duty covers: a minimum that only a duty brought in does not reach it."""
    audio = effective.retention.audio
    of_duties = {duty.retain_min_days for duty in effective.recording.duties}
    least = None if audio.min_days in of_duties else audio.min_days
    if least is not None and audio.max_days is not None and audio.max_days < least:
        least = None  # the maximum wins for what no duty covers
    return RetentionClass(AUDIO.name, least, audio.max_days)


def covered_by(duty: Duty, effective: Effective) -> RetentionClass:
    """The class of what DUTY covers: its minimum wins, and a shorter maximum of the place moves up to it."""
    audio = effective.retention.audio
    known = [days for days in (duty.retain_min_days, audio.min_days) if days is not None]
    least = max(known, default=None)
    most = audio.max_days
    if most is not None and least is not None:
        most = max(most, least)
    return RetentionClass(duty.id, least, most)
