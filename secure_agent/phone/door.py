"""Where the laptop line listens, and who may call it: this machine alone, unless somebody set all that it takes."""

import ipaddress
from dataclasses import dataclass
from typing import Final

from secure_agent.phone.errors import PhoneError
from secure_agent.settings import PREFIX, Settings
from secure_agent.telephony.sip.access import Access, Network

#: On this machine nobody attacks; a phone that redials by mistake is stopped all the same.
_LOCAL_CALLS_A_MINUTE: Final = 120


@dataclass(frozen=True, slots=True)
class Door:
    """An address to listen at, and the rules for whoever comes."""

    host: str
    port: int
    access: Access


def read_door(listen: str, settings: Settings) -> Door:
    """Read LISTEN, `ADDRESS:PORT`. Raises PhoneError for anything open to others without password, list and rate."""
    host, port = _host_and_port(listen)
    if (settings.phone_user is None) != (settings.phone_password is None):
        raise PhoneError(f"set {PREFIX}PHONE_USER and {PREFIX}PHONE_PASSWORD both, or neither")
    networks = _networks(settings.phone_allow)
    if not ipaddress.ip_address(host).is_loopback:
        _require_all(settings, networks)
    access = Access(
        networks=networks or Access().networks,
        user=settings.phone_user,
        password=settings.phone_password,
        calls_a_minute=settings.phone_calls_a_minute or _LOCAL_CALLS_A_MINUTE,
    )
    return Door(host, port, access)


def _require_all(settings: Settings, networks: tuple[Network, ...]) -> None:
    needed = {
        "PHONE_USER": settings.phone_user,
        "PHONE_PASSWORD": settings.phone_password,
        "PHONE_ALLOW": networks,
        "PHONE_CALLS_A_MINUTE": settings.phone_calls_a_minute,
    }
    missing = [PREFIX + name for name, value in needed.items() if not value]
    if missing:
        raise PhoneError(
            "this line has no encryption and listens on 127.0.0.1 only; for any other address set "
            + ", ".join(missing)
        )


def _host_and_port(listen: str) -> tuple[str, int]:
    host, colon, port = listen.rpartition(":")
    host = {"localhost": "127.0.0.1"}.get(host, host.strip("[]"))
    try:
        ipaddress.ip_address(host)
        number = int(port)
    except ValueError:
        number = -1
    if not colon or not 0 <= number < 65_536:
        raise PhoneError("--listen wants an address and a port, such as 127.0.0.1:5060")
    return host, number


def _networks(allow: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in allow.split(",") if part.strip())
    except ValueError:
        raise PhoneError(
            f"{PREFIX}PHONE_ALLOW wants networks such as 192.168.1.0/24, with commas between them"
        ) from None
