"""Which payment processor a call uses: chosen by the settings alone."""

import asyncio
import uuid

from pydantic import SecretStr

from secure_agent.payments.breaker import Breaker
from secure_agent.payments.gateway import PaymentGateway
from secure_agent.payments.http_gateway import HttpGateway
from secure_agent.payments.steps import CaptureLimits
from secure_agent.payments.stripe import StripeGateway
from secure_agent.settings import Settings, SettingsError

#: Keys of ours hold no digits: nobody, and no guard, can take them for a card number.
_NO_DIGITS = str.maketrans("0123456789", "ghijklmnop")


def random_key() -> str:
    """An idempotency key that nobody can guess: tokens of the processor may depend on it."""
    return uuid.uuid4().hex.translate(_NO_DIGITS)


def capture_limits(settings: Settings) -> CaptureLimits:
    """How long and how often a caller may try, wherever the card is keyed."""
    return CaptureLimits(
        attempts=settings.capture_attempts,
        key_timeout_s=settings.capture_key_timeout_s,
        entry_timeout_s=settings.capture_entry_timeout_s,
    )


def processor(settings: Settings, stub_url: str | None) -> PaymentGateway:
    """The configured processor behind a breaker; with `stub` the one that was started at STUB_URL.

    Raises SettingsError where an address or a key is missing, PaymentMisuseError for a wrong address.
    """
    return Breaker(_configured(settings, stub_url), clock=lambda: asyncio.get_running_loop().time())


def _configured(settings: Settings, stub_url: str | None) -> PaymentGateway:
    timeout_s, ca_file = settings.payment_timeout_s, settings.payment_ca_file
    match settings.payment_processor:
        case "stub":
            if stub_url is None:
                raise SettingsError(
                    "SECURE_AGENT_PAYMENT_PROCESSOR: the stub takes no real cards; choose `http` or `stripe`"
                )
            return HttpGateway(stub_url, timeout_s=timeout_s)
        case "http":
            return HttpGateway(_address(settings), timeout_s=timeout_s, ca_file=ca_file)
        case "stripe":
            return StripeGateway(
                _address(settings),
                key=_key(settings),
                timeout_s=timeout_s,
                moto=settings.payment_moto,
                ca_file=ca_file,
            )


def _address(settings: Settings) -> str:
    if settings.payment_url is None:
        raise SettingsError("SECURE_AGENT_PAYMENT_URL: the address of the processor is missing")
    return settings.payment_url


def _key(settings: Settings) -> SecretStr:
    if settings.payment_key is None:
        raise SettingsError("SECURE_AGENT_PAYMENT_KEY: the secret key of the processor is missing")
    return settings.payment_key
