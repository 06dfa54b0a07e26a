"""SIP messages as they come and go: checked when they arrive, and answered to where they came from."""

import logging
from dataclasses import dataclass
from typing import Final

from aiosipua.message import SipMessage, SipRequest, SipResponse, missing_required_headers

from audit.crypto import random_bytes

ALLOW: Final = "INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY, UPDATE, REGISTER"
SERVER: Final = "secure-agent laptop line"
LARGEST_MESSAGE_BYTES: Final = 16_384
UNDERSTOOD_EXTENSIONS: Final = frozenset({"timer"})

Address = tuple[str, int]

_REASONS: Final = {
    100: "Trying", 180: "Ringing", 200: "OK", 202: "Accepted", 400: "Bad Request", 401: "Unauthorized",
    403: "Forbidden", 405: "Method Not Allowed", 415: "Unsupported Media Type", 420: "Bad Extension",
    422: "Session Interval Too Small", 481: "Call/Transaction Does Not Exist", 482: "Loop Detected",
    486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here", 491: "Request Pending",
    500: "Server Internal Error", 503: "Service Unavailable", 603: "Decline",
}  # fmt: skip

# The library writes about every odd message of a stranger; what we make of it is ours to log.
logging.getLogger("aiosipua").setLevel(logging.CRITICAL)
logging.getLogger("aiortp").setLevel(logging.CRITICAL)


class MalformedMessageError(Exception):
    """What arrived is not SIP, or lacks what no SIP message may lack. It holds nothing of the message."""


@dataclass(frozen=True, slots=True)
class Timers:
    """The retransmission times of RFC 3261, in seconds."""

    t1_s: float = 0.5
    t2_s: float = 4.0

    @property
    def give_up_s(self) -> float:
        return 64 * self.t1_s


def parse(data: bytes) -> SipRequest | SipResponse:
    """Raises MalformedMessageError for whatever cannot be a SIP message."""
    if len(data) > LARGEST_MESSAGE_BYTES:
        raise MalformedMessageError("too long")
    try:
        message = SipMessage.parse(data)
        cseq, vias = message.cseq, message.via
        message.from_addr, message.to_addr, message.contact  # noqa: B018 - parsed, so that nobody meets it later
    except (ValueError, IndexError, KeyError, TypeError):
        raise MalformedMessageError("not SIP") from None
    if cseq is None or not vias or vias[0].branch is None or not message.call_id:
        raise MalformedMessageError("a header is missing")
    if isinstance(message, SipRequest) and (
        missing_required_headers(message) or cseq.method != message.method
    ):
        raise MalformedMessageError("a header is missing or contradicts another")
    return message


def branch_of(message: SipRequest | SipResponse) -> str:
    return message.via[0].branch or ""


def sequence_of(message: SipRequest | SipResponse) -> int:
    return message.cseq.seq if message.cseq is not None else 0


def tag_of(header: str | None) -> str | None:
    """The tag of a From or To header."""
    for part in (header or "").rpartition(">")[2].split(";"):
        name, _, value = part.strip().partition("=")
        if name.lower() == "tag" and value:
            return value
    return None


def response_to(
    request: SipRequest, status: int, *, source: Address, to_tag: str | None = None, reason: str | None = None
) -> SipResponse:
    """An answer to REQUEST, without a body; TO_TAG is added where the request has none."""
    response = SipResponse(status_code=status, reason_phrase=reason or _REASONS.get(status, "Unknown"))
    vias = request.via
    if "rport" in vias[0].params or vias[0].host != source[0]:
        vias[0].params["received"] = source[0]
    if "rport" in vias[0].params:
        vias[0].params["rport"] = str(source[1])
    response.via = vias
    to = request.get_header("To") or ""
    if to_tag is not None and tag_of(to) is None:
        to = f"{to};tag={to_tag}"
    response.set_header("From", request.get_header("From") or "")
    response.set_header("To", to)
    response.set_header("Call-ID", request.call_id or "")
    response.set_header("CSeq", request.get_header("CSeq") or "")
    response.set_header("Server", SERVER)
    return response


def token(count: int = 8) -> str:
    """Letters and digits that nobody can guess: tags, branches."""
    return random_bytes(count).hex()


def new_branch() -> str:
    return f"z9hG4bK{token()}"
