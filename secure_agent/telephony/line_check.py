"""What is weak about a line, and what the carrier must be set to: sentences for the person who sets it up."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Literal

from policies import Line as LineProfile
from secure_agent.telephony.phone_line import PhoneLine

Level = Literal["error", "warning"]

_TRANSFERS = ("sip:", "sips:", "tel:")

#: What no file can set: the other side of the trunk.
CARRIER: tuple[str, ...] = (
    (
        "Keys: send them as RFC 4733 telephone-event. SIP INFO is refused (405), and tones in the sound are no keys: "
        "without telephone-event no card is taken on this line."
    ),
    "Signalling: use TLS (sips) to livekit-sip; its own settings hold the certificate.",
    "Sound: offer G.711 or G.722 with SRTP (SDES). A line with `srtp: required` answers plain RTP with 400.",
    "Transfers: allow REFER towards the carrier, or a caller who wants a person cannot be handed over.",
    "Hold: send sound or silence while a caller is on hold; after `media_timeout_s` without any, the call is ended.",
    "Caller's identity: send P-Asserted-Identity (RFC 3325) where you have it; From is what the caller wrote.",
)

#: What livekit-sip and livekit-server do by themselves, and nobody can switch off.
LEFT_OVER: tuple[str, ...] = (
    (
        "livekit-sip writes the caller's whole number into its own log at INFO, hidden or not: keep that log as "
        "you keep the calls, and not for long."
    ),
    (
        "Even hidden, the caller's identity in the room is an unsalted hash of the number, and the name ends with its "
        "last four digits: livekit-server logs the identity."
    ),
    "Nothing replaces an agent that dies in mid-call: the caller hears silence until the room ends.",
    "A transfer that is reported as done is no proof that somebody answered.",
)


@dataclass(frozen=True, slots=True)
class Weakness:
    """One thing to look at; an error must be mended before the line is applied."""

    level: Level
    sentence: str


def weaknesses(line: PhoneLine, profile: LineProfile, *, has_password: bool) -> Iterator[Weakness]:
    """Everything that this file leaves weak, the worst first."""
    if line.auth_username is not None and not has_password:
        yield Weakness(
            "error",
            "auth_username: there is no password; set SECURE_AGENT_TRUNK_PASSWORD",
        )
    if profile.called is not None and profile.called not in line.numbers:
        yield Weakness("error", "numbers: the number of the company's line file is not among them")
    if not line.allowed_addresses:
        yield Weakness("warning", "allowed_addresses: empty; whoever has the password may call from anywhere")
    for network in line.allowed_addresses:
        if ip_network(network, strict=False).num_addresses > 65_536:
            yield Weakness(
                "warning", "allowed_addresses: a network of more than 65,536 addresses is no carrier"
            )
    if line.srtp != "required":
        yield Weakness("warning", f"srtp: `{line.srtp}` lets sound cross the network in the clear")
    if line.auth_username is None:
        yield Weakness("warning", "auth_username: without digest authentication the address alone is trusted")
    if profile.human_queue is None or not profile.human_queue.startswith(_TRANSFERS):
        yield Weakness(
            "warning",
            "human_queue of the company's line file: no sip:, sips: or tel: address; callers who want a person hear "
            "that nobody is free",
        )
    if line.media_timeout_s < 30:
        yield Weakness("warning", "media_timeout_s: under 30 a caller on hold is hung up")
