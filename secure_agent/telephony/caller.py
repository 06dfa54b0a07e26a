"""What the trunk says of a caller: a hint about a place and an index, never authority, and never printed.

livekit-sip copies the headers `From`, `To` and `P-Asserted-Identity` into attributes that `line apply` has named
(RFC 3261, 20.20 and 20.39; RFC 3325). Anybody who can place a call can write them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

import phonenumbers

#: Header -> attribute, outside the `sip.` names that livekit-sip and its successors use themselves.
HEADER_ATTRIBUTES: Final[Mapping[str, str]] = {
    "From": "trunk.from",
    "P-Asserted-Identity": "trunk.asserted",
    "To": "trunk.to",
}
#: What takes their place at once; an attribute cannot be deleted by everybody's reading of the protocol.
OVERWRITTEN: Final[Mapping[str, str]] = dict.fromkeys(HEADER_ATTRIBUTES.values(), "")

_USER: Final = re.compile(r"(?:sips?|tel):([^@;>\s]{1,64})", re.IGNORECASE)
_MAX_HEADER_CHARACTERS: Final = 512


@dataclass(frozen=True, slots=True, repr=False)
class CallHint:
    """Numbers in E.164; None where a header is missing, hidden or nonsense. It never prints."""

    caller: str | None
    called: str | None

    def __repr__(self) -> str:
        return "<CallHint>"


def hint_from(attributes: Mapping[str, str], *, country: str) -> CallHint:
    """Read the caller's attributes once. COUNTRY (ISO 3166) is where numbers without a prefix belong.

    The identity that a trunk asserts counts before the one that the caller writes.
    """
    named = {header: attributes.get(name, "") for header, name in HEADER_ATTRIBUTES.items()}
    caller = _number(named["P-Asserted-Identity"], country) or _number(named["From"], country)
    return CallHint(caller, _number(named["To"], country))


def _number(header: str, country: str) -> str | None:
    found = _USER.search(header[:_MAX_HEADER_CHARACTERS])
    if found is None:
        return None
    try:
        parsed = phonenumbers.parse(unquote(found[1]), country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
