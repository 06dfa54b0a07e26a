"""One call as SIP sees it: rung, answered, held, transferred and ended, each once however often it is asked."""

import asyncio
from collections.abc import Callable

from aiosipua.message import SipResponse

from secure_agent.telephony.sip.messages import DialogMessages, Here
from secure_agent.telephony.sip.offer import Media, OfferRefused, read_offer
from secure_agent.telephony.sip.referral import Referral, is_report
from secure_agent.telephony.sip.rtp import RtpPort
from secure_agent.telephony.sip.session_timer import (
    USUAL_MIN_S,
    IntervalTooSmall,
    SessionTimer,
    read_session_timer,
)
from secure_agent.telephony.sip.transactions import ClientTransactions, ServerTransaction
from secure_agent.telephony.sip.wire import Address, sequence_of


class SipCall:
    """One caller. Whoever owns it opens it, rings, and answers or refuses; `ended` is set whoever ended it."""

    def __init__(
        self,
        invite: ServerTransaction,
        media: Media,
        *,
        here: Here,
        rtp: RtpPort,
        requests: ClientTransactions,
        session_timer: SessionTimer | None,
        on_over: Callable[["SipCall"], None],
        min_session_s: int = USUAL_MIN_S,
    ) -> None:
        request = invite.request
        self.rtp = rtp
        self.media = media
        self.held = False
        self.ended = asyncio.Event()
        self.ended_by_caller = False
        self.on_hold: Callable[[bool], None] = lambda _: None
        self._invite = invite
        self._invites = {sequence_of(request): invite}  # by CSeq: who waits for an ACK
        self._messages = DialogMessages(invite, here)
        self._peer: Address = invite.source
        self._requests = requests
        self._timer_agreed = session_timer
        self._min_session_s = min_session_s
        self._on_over = on_over
        self._their_sequence = sequence_of(request)
        self._session_version = 0
        self._answered = self._acknowledged = self._bye_is_due = False
        self._settled = asyncio.Event()  # acknowledged, or over
        self._expiry: asyncio.TimerHandle | None = None
        self._referral: Referral | None = None
        self._referred = False
        self.rtp.agreed(media)

    def __repr__(self) -> str:
        return "<SipCall>"

    @property
    def call_id(self) -> str:
        return self._messages.call_id

    @property
    def tag(self) -> str:
        """Ours."""
        return self._messages.tag

    @property
    def peer(self) -> str:
        """The address that the call came from."""
        return self._peer[0]

    @property
    def caller(self) -> str:
        """What the caller's phone calls itself, perhaps a number: a hint, and never proof of anything."""
        return self._messages.caller

    # Ringing and answering

    def ring(self) -> None:
        if not self.ended.is_set():
            self._invite.answer(self._messages.response(self._invite, 180))

    def refuse(self, status: int) -> None:
        """Say no before the call was answered."""
        if not self._answered:
            self._invite.answer(self._messages.response(self._invite, status))
            self._end()

    async def answer(self) -> bool:
        """Answer; True once the caller's phone has confirmed it, False if the call ended before.

        Raises OSError when there is no port for the sound; the call is refused then.
        """
        try:
            await self.rtp.open()
        except OSError:
            self.refuse(503)
            raise
        if self.ended.is_set():
            self.rtp.close()
            return False
        self._answered = True
        self._invite.answer(self._with_media(self._invite), on_silence=self._never_acknowledged)
        self._arm_session_timer()
        await self._settled.wait()
        if not self.ended.is_set():
            self.rtp.listening()
        return not self.ended.is_set()

    def cancelled(self) -> None:
        """The caller gave up while it was ringing."""
        if not self._answered and not self.ended.is_set():
            self.ended_by_caller = True
            self.refuse(487)

    def acknowledged(self, sequence: int) -> None:
        invite = self._invites.pop(sequence, None)
        if invite is None:
            return
        invite.acknowledged()
        if invite is self._invite:
            self._acknowledged = True
            self._settled.set()
            if self._bye_is_due:
                self._send_bye()

    def _never_acknowledged(self) -> None:
        self._acknowledged = True  # a BYE may be sent now
        self.hang_up()

    # What the caller's phone asks for within the call

    def handle(self, transaction: ServerTransaction) -> None:
        request = transaction.request
        if sequence_of(request) <= self._their_sequence:
            transaction.answer(self._messages.response(transaction, 500))
            return
        self._their_sequence = sequence_of(request)
        match request.method:
            case "BYE":
                transaction.answer(self._messages.response(transaction, 200))
                self.ended_by_caller = not self.ended.is_set()
                self._end()
                self._on_over(self)
            case "INVITE":
                self._renegotiate(transaction)
            case "UPDATE" if request.body:
                transaction.answer(self._messages.response(transaction, 488))
            case "UPDATE":
                self._refreshed(transaction)
            case "NOTIFY" if self._referred and is_report(request):
                transaction.answer(self._messages.response(transaction, 200))
                if self._referral is not None:
                    self._referral.notified(request)
            case "NOTIFY":
                transaction.answer(self._messages.response(transaction, 481))
            case "OPTIONS":
                transaction.answer(self._messages.response(transaction, 200))
            case _:
                transaction.answer(self._messages.response(transaction, 405))

    def _renegotiate(self, transaction: ServerTransaction) -> None:
        request = transaction.request
        if not self._acknowledged:
            transaction.answer(self._messages.response(transaction, 491))
            return
        try:
            timer = read_session_timer(request, min_s=self._min_session_s)
            media = read_offer(request.text)
        except OfferRefused:
            transaction.answer(self._messages.response(transaction, 488))  # and the call goes on as before
            return
        except IntervalTooSmall:
            transaction.answer(self._messages.too_small(transaction, min_s=self._min_session_s))
            return
        self._timer_agreed = timer or self._timer_agreed
        self._messages.target_refreshed(request)
        if media != self.media:
            self._session_version += 1
        self.media = media
        self.rtp.agreed(media)
        self._invites[sequence_of(request)] = transaction
        transaction.answer(self._with_media(transaction), on_silence=self.hang_up)
        self._arm_session_timer()
        if media.held != self.held:
            self.held = media.held
            self.on_hold(self.held)

    def _refreshed(self, transaction: ServerTransaction) -> None:
        try:
            timer = read_session_timer(transaction.request, min_s=self._min_session_s)
        except IntervalTooSmall:
            transaction.answer(self._messages.too_small(transaction, min_s=self._min_session_s))
            return
        self._timer_agreed = timer or self._timer_agreed
        transaction.answer(self._messages.refreshed(transaction, self._timer_agreed))
        self._arm_session_timer()

    # Transfer

    async def refer(self, target: str) -> bool:
        """Ask the caller's phone to call TARGET; True only when it reports that somebody answered there."""
        if self.ended.is_set() or self._referral is not None:
            return False
        referral = self._referral = Referral()
        request = self._messages.request("REFER")
        request.set_header("Refer-To", f"<{target}>")
        request.set_header("Referred-By", self._messages.here.contact)
        self._referred = True
        try:
            return await referral.outcome(self._requests.request(request, self._peer))
        finally:
            self._referral = None

    # The end

    def hang_up(self) -> None:
        """End the call from our side; the BYE is repeated until it is answered. A second time does nothing."""
        if self.ended.is_set():
            return
        if not self._answered:
            self.refuse(603)
            return
        self._end()
        if self._acknowledged:
            self._send_bye()
        else:
            self._bye_is_due = True  # not before the answer is confirmed

    def _send_bye(self) -> None:
        self._bye_is_due = False
        answered = self._requests.request(self._messages.request("BYE"), self._peer)
        answered.add_done_callback(lambda _: self._on_over(self))

    def _end(self) -> None:
        self.ended.set()
        self._settled.set()
        self.rtp.close()
        if self._expiry is not None:
            self._expiry.cancel()
        if self._referral is not None:
            self._referral.call_ended()
        if not self._answered:
            self._on_over(self)

    # Session timer

    def _arm_session_timer(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
        timer = self._timer_agreed
        if timer is None or self.ended.is_set():
            return
        loop = asyncio.get_running_loop()
        if timer.refresher == "uac":
            self._expiry = loop.call_later(timer.ends_after_s, self.hang_up)
        else:
            self._expiry = loop.call_later(timer.interval_s / 2, self._refresh)

    def _refresh(self) -> None:
        timer = self._timer_agreed
        if timer is None or self.ended.is_set():
            return
        request = self._messages.request("UPDATE")
        request.set_header("Supported", "timer")
        request.set_header("Session-Expires", f"{timer.interval_s};refresher=uac")

        def answered(done: "asyncio.Future[SipResponse | None]") -> None:
            response = done.result()
            if response is None or response.status_code in (408, 481):
                self.hang_up()
            else:
                self._arm_session_timer()

        self._requests.request(request, self._peer).add_done_callback(answered)

    def _with_media(self, transaction: ServerTransaction) -> SipResponse:
        return self._messages.with_media(
            transaction,
            self.media,
            port=self.rtp.port,
            version=self._session_version,
            timer=self._timer_agreed,
        )
