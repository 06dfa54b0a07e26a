"""Keys from RFC 4733 packets: every press once, whatever the network repeats, loses or mixes up."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from secure_agent.telephony.line import Digit

#: Codes 0 to 11; A to D and the flash hook are no keys of ours.
_DIGITS: Final[tuple[Digit, ...]] = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#")
_REMEMBERED_PRESSES: Final = 64  # late packets come within a second; nobody presses more in that time
_SEQUENCES: Final = 1 << 16
EVENT_BYTES: Final = 4


@dataclass(slots=True)
class _Press:
    ended_at: int | None = None  # sequence number of its first end packet


class KeyReceiver:
    """Reads the event packets of one stream. Not even its `repr` knows a key that was pressed."""

    def __init__(self) -> None:
        self._presses: OrderedDict[tuple[int, int, int], _Press] = OrderedDict()

    def __repr__(self) -> str:
        return "<KeyReceiver>"

    def packet(
        self, payload: bytes, *, ssrc: int, sequence: int, timestamp: int, first: bool
    ) -> Digit | None:
        """Take one event packet; return the key if this is the first that is seen of its press.

        FIRST is the marker bit. A press is known by source, timestamp and event: a sender that starts a new source
        with an old timestamp presses a new key, and packets of the last key that come late press nothing.
        """
        if len(payload) < EVENT_BYTES or payload[0] >= len(_DIGITS):
            return None
        event, ends = payload[0], bool(payload[1] & 0x80)
        known = self._presses.get((ssrc, timestamp, event))
        if known is not None and not self._pressed_again(known, sequence, first=first):
            if ends and known.ended_at is None:
                known.ended_at = sequence
            return None
        self._presses[ssrc, timestamp, event] = _Press(sequence if ends else None)
        while len(self._presses) > _REMEMBERED_PRESSES:
            self._presses.popitem(last=False)
        return _DIGITS[event]

    @staticmethod
    def _pressed_again(press: _Press, sequence: int, *, first: bool) -> bool:
        """A broken sender may use one timestamp for the same key twice: a first packet after the end begins anew."""
        if not first or press.ended_at is None:
            return False
        return 0 < (sequence - press.ended_at) % _SEQUENCES < _SEQUENCES // 2
