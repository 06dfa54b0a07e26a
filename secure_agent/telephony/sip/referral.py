"""A cold transfer: the caller's phone is asked to call somebody else, and believed only when it reports an answer."""

import asyncio
from typing import Any, Final

from aiosipua.message import SipRequest, SipResponse

ANSWERED_WITHIN_S: Final = 30.0


class Referral:
    """One REFER under way."""

    def __init__(self) -> None:
        self._outcome: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def outcome(self, asked: "asyncio.Future[SipResponse | None]") -> bool:
        """Wait; ASKED is the answer to the REFER. True only for a report that somebody has answered."""
        waits: set[asyncio.Future[Any]] = {asked, self._outcome}
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        if not self._outcome.done():
            response = asked.result()
            if response is None or not 200 <= response.status_code < 300:
                return False
        try:
            async with asyncio.timeout(ANSWERED_WITHIN_S):
                return await self._outcome
        except TimeoutError:
            return False

    def notified(self, request: SipRequest) -> None:
        """Take a report; 100 and 180 say only that it rings."""
        words = request.text.split(maxsplit=2)
        status = int(words[1]) if len(words) > 1 and words[1].isascii() and words[1].isdigit() else 0
        over = (request.get_header("Subscription-State") or "").lower().startswith("terminated")
        if status >= 200 or over:
            self._decide(reached=200 <= status < 300)

    def call_ended(self) -> None:
        """Gone before anybody is known to have answered: no proof of a transfer."""
        self._decide(reached=False)

    def _decide(self, *, reached: bool) -> None:
        if not self._outcome.done():
            self._outcome.set_result(reached)


def is_report(request: SipRequest) -> bool:
    event = (request.get_header("Event") or request.get_header("o") or "").partition(";")[0]
    return event.strip().lower() == "refer"
