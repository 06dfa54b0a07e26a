"""Session timers (RFC 4028): a call whose refreshes stay out has lost its caller."""

from dataclasses import dataclass
from typing import Final, Literal

from aiosipua.message import SipRequest

USUAL_MIN_S: Final = 90


class IntervalTooSmall(Exception):  # noqa: N818 - an answer, not a fault
    """422: the caller's phone wants to be asked more often than this line does."""


@dataclass(frozen=True, slots=True)
class SessionTimer:
    """What was agreed: who refreshes, and how long the call lives without."""

    interval_s: int
    refresher: Literal["uac", "uas"]  # the caller's phone, or we

    @property
    def header(self) -> str:
        return f"{self.interval_s};refresher={self.refresher}"

    @property
    def ends_after_s(self) -> float:
        """When a call without a refresh is ended: a little before its interval is over, as the RFC asks."""
        return self.interval_s - min(32.0, self.interval_s / 3)


def read_session_timer(request: SipRequest, *, min_s: int) -> SessionTimer | None:
    """What REQUEST asks for; None for no timer. Raises IntervalTooSmall below MIN_S seconds."""
    value = request.get_header("Session-Expires") or request.get_header("x")
    if not value:
        return None
    seconds, *parameters = [part.strip() for part in value.split(";")]
    if not seconds.isascii() or not seconds.isdigit() or len(seconds) > 7:
        return None
    interval_s = int(seconds)
    if interval_s < min_s:
        raise IntervalTooSmall
    they_can = "timer" in {option.strip().lower() for option in request.get_header_values("Supported")}
    we_may = "UPDATE" in {method.strip().upper() for method in request.get_header_values("Allow")}
    wanted = dict(part.lower().partition("=")[::2] for part in parameters).get("refresher")
    if they_can and wanted != "uas":
        return SessionTimer(interval_s, "uac")
    return SessionTimer(interval_s, "uas") if we_may else None
