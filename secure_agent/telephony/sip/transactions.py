"""Requests and answers over a network that loses and repeats: every request acted on once, every answer kept."""

import asyncio
from collections.abc import Callable
from typing import Final

from aiosipua.message import SipRequest, SipResponse

from secure_agent.telephony.sip.wire import Address, Timers, branch_of

Send = Callable[[bytes, Address], None]
Key = tuple[str, str, Address]

_MOST_KEPT: Final = 2_048  # answers; the oldest go first, so that a flood cannot fill the memory


class ServerTransaction:
    """One request of the other side and our last answer to it."""

    def __init__(
        self, request: SipRequest, source: Address, *, send: Send, timers: Timers, forget: Callable[[], None]
    ) -> None:
        self.request = request
        self.source = source
        self._send = send
        self._timers = timers
        self._forget = forget
        self._answer: bytes | None = None
        self.status = 0
        self._timer: asyncio.TimerHandle | None = None
        self._on_silence: Callable[[], None] | None = None
        asyncio.get_running_loop()  # it lives on timers

    def answer(self, response: SipResponse, *, on_silence: Callable[[], None] | None = None) -> None:
        """Send RESPONSE and keep it for copies of the request.

        A final answer to an INVITE is repeated until it is acknowledged; ON_SILENCE is called when it never is.
        """
        if self.status >= 200:
            return  # one final answer only
        self._answer, self.status = bytes(response), response.status_code
        self._send(self._answer, self.source)
        if self.status < 200:
            return
        loop = asyncio.get_running_loop()
        if self.request.method == "INVITE":
            self._on_silence = on_silence
            deadline_s = loop.time() + self._timers.give_up_s
            self._timer = loop.call_later(self._timers.t1_s, self._repeat, 2 * self._timers.t1_s, deadline_s)
        loop.call_later(self._timers.give_up_s + self._timers.t2_s, self._forget)

    def copy_arrived(self) -> None:
        """The same request once more: our last answer may have been lost."""
        if self._answer is not None:
            self._send(self._answer, self.source)

    def acknowledged(self) -> None:
        self._on_silence = None
        self.stop()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _repeat(self, next_s: float, deadline_s: float) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() >= deadline_s:
            self._timer = None
            silence, self._on_silence = self._on_silence, None
            if silence is not None:
                silence()
            return
        self.copy_arrived()
        pause_s = min(next_s, self._timers.t2_s)
        self._timer = loop.call_later(pause_s, self._repeat, 2 * pause_s, deadline_s)


class ServerTransactions:
    """What the other sides asked, by branch, method and source: a copy finds the answer of the first."""

    def __init__(self, send: Send, timers: Timers) -> None:
        self._send = send
        self._timers = timers
        self._open: dict[Key, ServerTransaction] = {}

    def find(
        self, request: SipRequest, source: Address, *, method: str | None = None
    ) -> ServerTransaction | None:
        """The transaction that REQUEST is a copy of; METHOD says so for ACK and CANCEL, which belong to another."""
        return self._open.get(self._key(request, source, method or request.method))

    def begin(self, request: SipRequest, source: Address) -> ServerTransaction:
        key = self._key(request, source, request.method)
        transaction = ServerTransaction(
            request, source, send=self._send, timers=self._timers, forget=lambda: self._drop(key)
        )
        self._open[key] = transaction
        while len(self._open) > _MOST_KEPT:
            self._drop(next(iter(self._open)))
        return transaction

    def close(self) -> None:
        for key in tuple(self._open):
            self._drop(key)

    def _drop(self, key: Key) -> None:
        transaction = self._open.pop(key, None)
        if transaction is not None:
            transaction.stop()

    @staticmethod
    def _key(request: SipRequest, source: Address, method: str) -> Key:
        return branch_of(request), method, source


class ClientTransactions:
    """Our own requests within a call, repeated until they are answered."""

    def __init__(self, send: Send, timers: Timers) -> None:
        self._send = send
        self._timers = timers
        self._open: dict[tuple[str, str], asyncio.Future[SipResponse | None]] = {}

    def request(self, request: SipRequest, target: Address) -> "asyncio.Future[SipResponse | None]":
        """Send REQUEST until a final answer comes, which is the result: None if none ever does.

        Nobody needs to wait for it: it is repeated by timers and belongs to no task.
        """
        loop = asyncio.get_running_loop()
        key = (branch_of(request), request.method)
        answered: asyncio.Future[SipResponse | None] = loop.create_future()
        self._open[key] = answered
        answered.add_done_callback(lambda _: self._open.pop(key, None))
        data = bytes(request)
        deadline_s = loop.time() + self._timers.give_up_s

        def send(next_s: float) -> None:
            if answered.done():
                return
            if loop.time() >= deadline_s:
                answered.set_result(None)
                return
            self._send(data, target)
            pause_s = min(next_s, self._timers.t2_s)
            loop.call_later(pause_s, send, 2 * pause_s)

        send(self._timers.t1_s)
        return answered

    def answered(self, response: SipResponse) -> None:
        """Take an answer; provisional ones and answers to nothing change nothing."""
        cseq = response.cseq
        waiting = self._open.get((branch_of(response), cseq.method if cseq is not None else ""))
        if waiting is not None and not waiting.done() and response.status_code >= 200:
            waiting.set_result(response)

    async def settle(self, timeout_s: float) -> None:
        """Wait until what was sent has been answered: a BYE should arrive before its sender goes."""
        if self._open:
            await asyncio.wait(self._open.values(), timeout=timeout_s)
        for waiting in tuple(self._open.values()):
            if not waiting.done():
                waiting.set_result(None)
