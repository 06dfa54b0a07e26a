"""The SIP port of the laptop line: sorts what arrives, and lets each call begin once."""

import asyncio
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self

from aiosipua.message import SipRequest, SipResponse

from secure_agent.telephony.sip.access import Access, Doorkeeper
from secure_agent.telephony.sip.dialog import SipCall
from secure_agent.telephony.sip.messages import Here
from secure_agent.telephony.sip.offer import OfferRefused, read_offer
from secure_agent.telephony.sip.rtp import RtpPort
from secure_agent.telephony.sip.session_timer import USUAL_MIN_S, IntervalTooSmall, read_session_timer
from secure_agent.telephony.sip.transactions import ClientTransactions, ServerTransaction, ServerTransactions
from secure_agent.telephony.sip.wire import (
    ALLOW,
    UNDERSTOOD_EXTENSIONS,
    Address,
    MalformedMessageError,
    Timers,
    parse,
    response_to,
    tag_of,
    token,
)

_log = logging.getLogger(__name__)

_ANYWHERE: Final = ("0.0.0.0", "::")  # noqa: S104 - recognised, not chosen


@dataclass(frozen=True, slots=True)
class EndpointOptions:
    """How the port listens. RING is asked with each call that may begin; it must not block."""

    ring: Callable[[SipCall], None]
    host: str = "127.0.0.1"
    port: int = 5060  # 0: any
    access: Access = field(default_factory=Access)
    most_calls: int = 8
    timers: Timers = field(default_factory=Timers)
    min_session_s: int = USUAL_MIN_S


class SipEndpoint(asyncio.DatagramProtocol):
    """One UDP port. `open()` it, and `close()` it when every call has ended."""

    def __init__(self, options: EndpointOptions) -> None:
        self._options = options
        self._door = Doorkeeper(options.access)
        self._transport: asyncio.DatagramTransport | None = None
        self._answers = ServerTransactions(self._send, options.timers)
        self._requests = ClientTransactions(self._send, options.timers)
        self._calls: dict[str, SipCall] = {}  # by Call-ID, until the last word of each
        self._loop = asyncio.get_running_loop()
        self.takes_calls = True
        self.ignored = 0  # datagrams that were no SIP, or came from strangers

    async def open(self) -> Self:
        """Listen. Raises OSError when the address cannot be had."""
        await self._loop.create_datagram_endpoint(
            lambda: self, local_addr=(self._options.host, self._options.port)
        )
        return self

    @property
    def address(self) -> Address:
        if self._transport is None:
            raise RuntimeError("the endpoint is not open")
        host, port = self._transport.get_extra_info("sockname")[:2]
        return str(host), int(port)

    async def close(self) -> None:
        """Say goodbye where a call is left, wait a moment for the answers, and go."""
        for call in tuple(self._calls.values()):
            call.hang_up()
        await self._requests.settle(4 * self._options.timers.t1_s)
        self._answers.close()
        if self._transport is not None:
            self._transport.close()

    # From the network

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a datagram endpoint gives no other

    def datagram_received(self, data: bytes, addr: Address) -> None:
        source: Address = (addr[0], addr[1])
        if not data.strip() or not self._door.knows(source[0], self._loop.time()):
            self.ignored += 1  # a keep-alive, or a stranger: no answer says that anybody is here
            return
        try:
            message = parse(data)
            if isinstance(message, SipResponse):
                self._requests.answered(message)
            else:
                self._request(message, source)
        except MalformedMessageError:
            self.ignored += 1
        except Exception as error:  # noqa: BLE001 - the border to the network: one bad message must not end other calls
            self.ignored += 1
            _log.warning("message not handled", extra={"error": type(error).__name__})

    def error_received(self, exc: Exception) -> None:
        """Somebody has closed a port that we sent to; timers deal with who does not answer."""

    def _send(self, data: bytes, target: Address) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(data, target)

    def _request(self, request: SipRequest, source: Address) -> None:
        if request.method == "ACK":
            self._acknowledge(request, source)
            return
        copy = self._answers.find(request, source)
        if copy is not None:
            copy.copy_arrived()
            return
        transaction = self._answers.begin(request, source)
        if request.method == "CANCEL":
            self._cancel(transaction)
        elif tag_of(request.get_header("To")) is not None:
            call = self._call_of(request, source)
            if call is None:
                self._refuse(transaction, 481)
            else:
                call.handle(transaction)
        elif request.method == "INVITE":
            self._invite(transaction)
        elif request.method == "REGISTER":
            self._register(transaction)
        else:
            response = self._answer_to(transaction, 200 if request.method == "OPTIONS" else 405)
            response.set_header("Allow", ALLOW)
            transaction.answer(response)

    def _acknowledge(self, request: SipRequest, source: Address) -> None:
        refused = self._answers.find(request, source, method="INVITE")
        if refused is not None and refused.status >= 300:
            refused.acknowledged()
            return
        call = self._call_of(request, source)
        if call is not None:
            call.acknowledged(request.cseq.seq if request.cseq is not None else 0)

    def _cancel(self, transaction: ServerTransaction) -> None:
        invite = self._answers.find(transaction.request, transaction.source, method="INVITE")
        if invite is None:
            self._refuse(transaction, 481)
            return
        transaction.answer(self._answer_to(transaction, 200))
        call = self._calls.get(transaction.request.call_id or "")
        if call is not None:
            call.cancelled()

    def _call_of(self, request: SipRequest, source: Address) -> SipCall | None:
        """The call that REQUEST belongs to; only the address that began it may go on with it."""
        call = self._calls.get(request.call_id or "")
        if call is None or call.peer != source[0] or tag_of(request.get_header("To")) != call.tag:
            return None
        return call

    # New calls

    def _invite(self, transaction: ServerTransaction) -> None:
        request, source, now_s = transaction.request, transaction.source, self._loop.time()
        call_id = request.call_id or ""
        unknown = {o.strip().lower() for o in request.get_header_values("Require")} - UNDERSTOOD_EXTENSIONS
        if call_id in self._calls:
            self._refuse(transaction, 482)  # the same call by a second way
        elif unknown:
            response = self._answer_to(transaction, 420)
            response.set_header("Unsupported", ", ".join(sorted(unknown)))
            transaction.answer(response)
        elif not self._door.is_signed_in(request, source[0], now_s):
            self._challenge(transaction)
        elif not self.takes_calls or not self._door.may_call_now(source[0], now_s):
            self._refuse(transaction, 503)
        elif len(self._calls) >= self._options.most_calls:
            self._refuse(transaction, 486)
        elif request.body and (request.content_type or "").partition(";")[0].strip() != "application/sdp":
            self._refuse(transaction, 415)
        else:
            self._begin(transaction)

    def _begin(self, transaction: ServerTransaction) -> None:
        request = transaction.request
        try:
            timer = read_session_timer(request, min_s=self._options.min_session_s)
            media = read_offer(request.text)
        except OfferRefused as refused:
            response = self._answer_to(transaction, 488)
            response.set_header("Warning", f'399 secure-agent "{refused}"')
            transaction.answer(response)
            return
        except IntervalTooSmall:
            response = self._answer_to(transaction, 422)
            response.set_header("Min-SE", str(self._options.min_session_s))
            transaction.answer(response)
            return
        transaction.answer(self._answer_to(transaction, 100))
        here = Here(self._address_towards(transaction.source), self.address[1])
        call = SipCall(
            transaction,
            media,
            here=here,
            rtp=RtpPort(here.address, peer=transaction.source[0]),
            requests=self._requests,
            session_timer=timer,
            min_session_s=self._options.min_session_s,
            on_over=self._over,
        )
        self._calls[call.call_id] = call
        self._options.ring(call)

    def _over(self, call: SipCall) -> None:
        self._calls.pop(call.call_id, None)

    def _register(self, transaction: ServerTransaction) -> None:
        """Let a phone show that it is registered. Nothing is kept: this line calls nobody."""
        request, source = transaction.request, transaction.source
        if not self._door.is_signed_in(request, source[0], self._loop.time()):
            self._challenge(transaction)
            return
        response = self._answer_to(transaction, 200)
        for contact in request.get_header_values("Contact"):
            response.add_header("Contact", contact)
        response.set_header("Expires", request.get_header("Expires") or "3600")
        transaction.answer(response)

    def _challenge(self, transaction: ServerTransaction) -> None:
        response = self._answer_to(transaction, 401)
        challenge = self._door.challenge(transaction.source[0], self._loop.time())
        response.set_header("WWW-Authenticate", challenge)
        transaction.answer(response)

    def _refuse(self, transaction: ServerTransaction, status: int) -> None:
        transaction.answer(self._answer_to(transaction, status))

    @staticmethod
    def _answer_to(transaction: ServerTransaction, status: int) -> SipResponse:
        tag = None if status == 100 else token()
        return response_to(transaction.request, status, source=transaction.source, to_tag=tag)

    def _address_towards(self, peer: Address) -> str:
        """Our own address as PEER sees it: a port that listens everywhere has many."""
        host = self.address[0]
        if host not in _ANYWHERE:
            return host
        family = socket.AF_INET6 if ":" in peer[0] else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(peer)  # sends nothing
            return str(probe.getsockname()[0])
