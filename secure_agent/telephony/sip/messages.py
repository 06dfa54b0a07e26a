"""The messages of one call, each with the tags, routes and numbers that make it belong to that call."""

from dataclasses import dataclass

from aiosipua.message import SipRequest, SipResponse

from secure_agent.telephony.sip.offer import Media, answer_to
from secure_agent.telephony.sip.session_timer import SessionTimer
from secure_agent.telephony.sip.transactions import ServerTransaction
from secure_agent.telephony.sip.wire import ALLOW, SERVER, new_branch, response_to, token


@dataclass(frozen=True, slots=True)
class Here:
    """Where this line is reached by one caller."""

    address: str
    port: int

    @property
    def contact(self) -> str:
        return f"<sip:agent@{self._host}:{self.port}>"

    @property
    def via(self) -> str:
        return f"SIP/2.0/UDP {self._host}:{self.port};branch={new_branch()};rport"

    @property
    def _host(self) -> str:
        return f"[{self.address}]" if ":" in self.address else self.address


class DialogMessages:
    """Writes what we say in one call; the other side is learnt from its INVITE."""

    def __init__(self, invite: ServerTransaction, here: Here) -> None:
        request = invite.request
        self.here = here
        self.tag = token()
        self.call_id = request.call_id or ""
        self.requests_sent = 0
        self._remote = request.get_header("From") or ""
        self._local = f"{request.get_header('To') or ''};tag={self.tag}"
        self._routes = request.get_header_values("Record-Route")
        self._target_uri = f"sip:{invite.source[0]}:{invite.source[1]}"
        self.target_refreshed(request)
        self._session = int(token(4), 16)

    @property
    def caller(self) -> str:
        """What the caller's phone calls itself."""
        return _uri_of(self._remote).partition(":")[2].partition("@")[0].partition(";")[0]

    def target_refreshed(self, request: SipRequest) -> None:
        """Learn where the phone wants our requests."""
        if contact := request.get_header("Contact"):
            self._target_uri = _uri_of(contact)

    def response(self, transaction: ServerTransaction, status: int) -> SipResponse:
        response = response_to(transaction.request, status, source=transaction.source, to_tag=self.tag)
        if status in (180, 200, 405):
            response.set_header("Allow", ALLOW)
        if status == 180:
            response.set_header("Contact", self.here.contact)
        return response

    def refreshed(self, transaction: ServerTransaction, timer: SessionTimer | None) -> SipResponse:
        """A 200 that says until when the session lives."""
        response = self.response(transaction, 200)
        response.set_header("Contact", self.here.contact)
        response.set_header("Supported", "timer")
        if timer is not None:
            response.set_header("Session-Expires", timer.header)
            if timer.refresher == "uac":
                response.set_header("Require", "timer")
        return response

    def with_media(
        self,
        transaction: ServerTransaction,
        media: Media,
        *,
        port: int,
        version: int,
        timer: SessionTimer | None,
    ) -> SipResponse:
        """A 200 to an INVITE: what was agreed on, and where our sound is."""
        response = self.refreshed(transaction, timer)
        for route in transaction.request.get_header_values("Record-Route"):
            response.add_header("Record-Route", route)
        response.content_type = "application/sdp"
        response.text = answer_to(
            media, address=self.here.address, port=port, session=self._session, version=version
        )
        return response

    def too_small(self, transaction: ServerTransaction, *, min_s: int) -> SipResponse:
        response = self.response(transaction, 422)
        response.set_header("Min-SE", str(min_s))
        return response

    def request(self, method: str) -> SipRequest:
        """The next request of ours."""
        self.requests_sent += 1
        request = SipRequest(method=method, uri=self._target_uri)
        request.set_header("Via", self.here.via)
        request.set_header("Max-Forwards", "70")
        for route in self._routes:
            request.add_header("Route", route)
        request.set_header("From", self._local)
        request.set_header("To", self._remote)
        request.set_header("Call-ID", self.call_id)
        request.set_header("CSeq", f"{self.requests_sent} {method}")
        request.set_header("Contact", self.here.contact)
        request.set_header("User-Agent", SERVER)
        return request


def _uri_of(header: str) -> str:
    return header.partition("<")[2].partition(">")[0] if "<" in header else header.partition(";")[0].strip()
