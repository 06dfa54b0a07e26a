"""What a party can agree to: each scope is asked, proven and withdrawn on its own."""

from enum import StrEnum


class Scope(StrEnum):
    """One thing that consent is given to; consent to one scope never covers another."""

    CONTACT = "contact"
    RECORDING = "recording"
    AI_DISCLOSURE = "ai_disclosure"
    PAYMENT = "payment"
    MARKETING = "marketing"
