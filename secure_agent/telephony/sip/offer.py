"""What a caller's phone offers to hear and send, and the answer: G.711, RFC 4733, in the clear or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from aiosipua.sdp import MediaDescription, parse_sdp

from secure_agent.telephony.sip.sound import CodecName

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]

_PLAIN: Final = ("RTP/AVP", "RTP/AVPF")
_ANSWERS: Final[dict[str, Direction]] = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}
_NOWHERE: Final = ("0.0.0.0", "::")  # noqa: S104 - the old way of putting on hold


class OfferRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The offer cannot be taken: 488. The sentence says what the phone should be set to."""


@dataclass(frozen=True, slots=True)
class Media:
    """What was agreed. Where the sound goes is the port alone: its address is the one that the INVITE came from."""

    port: int
    codec: CodecName
    payload_type: int
    event_payload_type: int | None  # none: the phone sends no keys
    direction: Direction  # of the answer
    held: bool
    lines: tuple[tuple[str, str, str], ...]  # every m= line of the offer: kind, protocol, first format
    line: int  # which of them is taken


def read_offer(body: str) -> Media:
    """Choose from an offer. Raises OfferRefused for one without plain G.711 sound, or none at all."""
    if not body.strip():
        raise OfferRefused("an INVITE without an offer is not answered")
    try:
        offer = parse_sdp(body)
    except ValueError:
        raise OfferRefused("the offer cannot be read") from None
    lines = tuple((m.media, m.proto, (m.formats or ["0"])[0]) for m in offer.media)
    for n, media in enumerate(offer.media):
        if media.media != "audio" or media.proto not in _PLAIN or not 0 < media.port < 65_536:
            continue
        for codec in media.codecs:
            if codec.encoding_name.upper() in ("PCMU", "PCMA") and codec.clock_rate == 8_000:
                name: CodecName = "PCMU" if codec.encoding_name.upper() == "PCMU" else "PCMA"
                connection = media.connection or offer.connection
                nowhere = connection is not None and connection.address in _NOWHERE
                offered = _direction(media, offer.attributes)
                held = nowhere or offered in ("sendonly", "inactive")
                return Media(
                    port=media.port,
                    codec=name,
                    payload_type=codec.payload_type,
                    event_payload_type=_event_type(media),
                    direction="recvonly" if nowhere and offered == "sendrecv" else _ANSWERS[offered],
                    held=held,
                    lines=lines,
                    line=n,
                )
    if any(kind == "audio" and protocol not in _PLAIN for kind, protocol, _ in lines):
        raise OfferRefused("this line has no encryption: switch SRTP off, or use the production line")
    raise OfferRefused("this line speaks PCMU and PCMA only")


def answer_to(media: Media, *, address: str, port: int, session: int, version: int) -> str:
    """The answer: one m= line for each of the offer, all but the chosen one refused."""
    lines = [
        "v=0",
        f"o=- {session} {version} IN {_family(address)} {address}",
        "s=-",
        f"c=IN {_family(address)} {address}",
        "t=0 0",
    ]
    for n, (kind, protocol, first) in enumerate(media.lines):
        if n != media.line:
            lines.append(f"m={kind} 0 {protocol} {first}")
            continue
        formats = [str(media.payload_type)]
        if media.event_payload_type is not None:
            formats.append(str(media.event_payload_type))
        lines += [
            f"m=audio {port} {protocol} {' '.join(formats)}",
            f"a=rtpmap:{media.payload_type} {media.codec}/8000",
        ]
        if media.event_payload_type is not None:
            lines += [
                f"a=rtpmap:{media.event_payload_type} telephone-event/8000",
                f"a=fmtp:{media.event_payload_type} 0-15",
            ]
        lines += ["a=ptime:20", f"a={media.direction}"]
    return "\r\n".join(lines) + "\r\n"


def _direction(media: MediaDescription, of_the_session: dict[str, list[str]]) -> Direction:
    directions: tuple[Direction, ...] = ("sendrecv", "sendonly", "recvonly", "inactive")
    has: Callable[[Direction], bool]
    for attributes in (media.attributes, of_the_session):
        has = attributes.__contains__
        found = next(filter(has, directions), None)
        if found is not None:
            return found
    return "sendrecv"


def _event_type(media: MediaDescription) -> int | None:
    return next(
        (
            codec.payload_type
            for codec in media.codecs
            if codec.encoding_name.lower() == "telephone-event" and codec.clock_rate == 8_000
        ),
        None,
    )


def _family(address: str) -> str:
    return "IP6" if ":" in address else "IP4"
