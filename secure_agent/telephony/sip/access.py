"""Who may call the laptop line: by address, by name and password, and how often."""

import ipaddress
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Final

from aiosipua.header_codec import parse_auth
from aiosipua.message import SipRequest
from pydantic import SecretStr

from audit.crypto import hmac_sha256, random_bytes, same_bytes
from audit.crypto.digest import digest_response

REALM: Final = "secure-agent"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NONCE_LIVES_S: Final = 120
_NONCES_KEPT: Final = 256
_SOURCES_KEPT: Final = 1_024
_WRONG_PASSWORDS_A_MINUTE: Final = 5
_MINUTE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Access:
    """How the door is set. Without user and password anybody at an allowed address may call."""

    networks: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
    user: str | None = None
    password: SecretStr | None = None
    calls_a_minute: int = 30  # of one address

    @property
    def asks_for_password(self) -> bool:
        return self.user is not None and self.password is not None


class _Rate:
    """How often something happened at each address within the last minute."""

    def __init__(self) -> None:
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def count(self, source: str, now_s: float) -> int:
        times = self._times.get(source, deque())
        while times and now_s - times[0] >= _MINUTE_S:
            times.popleft()
        return len(times)

    def note(self, source: str, now_s: float) -> None:
        self._times.setdefault(source, deque(maxlen=1_000)).append(now_s)
        self._times.move_to_end(source)
        while len(self._times) > _SOURCES_KEPT:
            self._times.popitem(last=False)


class Doorkeeper:
    """Judges each request by its source. NOW_S is any clock that only goes forward."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._key = random_bytes(32)
        self._calls, self._wrong = _Rate(), _Rate()
        self._used: OrderedDict[str, int] = OrderedDict()  # nonce: the highest count that was used with it

    def knows(self, source: str, now_s: float) -> bool:
        """Whether SOURCE is spoken to at all. A stranger, or somebody who guesses passwords, gets no answer."""
        try:
            address = ipaddress.ip_address(source)
        except ValueError:
            return False
        if self._wrong.count(source, now_s) >= _WRONG_PASSWORDS_A_MINUTE:
            return False
        return any(address in network for network in self._access.networks)

    def may_call_now(self, source: str, now_s: float) -> bool:
        """Count one more call of SOURCE; False when it calls too often."""
        if self._calls.count(source, now_s) >= self._access.calls_a_minute:
            return False
        self._calls.note(source, now_s)
        return True

    def is_signed_in(self, request: SipRequest, source: str, now_s: float) -> bool:
        """Whether REQUEST carries the right password, or none is asked for."""
        if not self._access.asks_for_password:
            return True
        header = request.get_header("Authorization")
        if header is None:
            return False
        given = parse_auth(header, credentials=True).params
        nonce, count = given.get("nonce", ""), given.get("nc", "")
        if not self._is_ours(nonce, source, now_s):
            return False  # stale or invented: asked again, and no wrong password
        right = self._right_answer(request, given)
        if right is None or not same_bytes(right.encode(), given.get("response", "").lower().encode()):
            self._wrong.note(source, now_s)
            return False
        return self._first_use(nonce, int(count, 16))

    def challenge(self, source: str, now_s: float) -> str:
        """The header of a 401."""
        nonce = self._nonce(int(now_s), source)
        return f'Digest realm="{REALM}", nonce="{nonce}", algorithm=MD5, qop="auth"'

    def _right_answer(self, request: SipRequest, given: dict[str, str]) -> str | None:
        access = self._access
        well_formed = (
            given.get("algorithm", "MD5").upper() == "MD5"
            and given.get("realm") == REALM
            and given.get("username") == access.user
            and given.get("qop", "").lower() == "auth"
            and len(given.get("nc", "")) == 8
            and all(c in "0123456789abcdefABCDEF" for c in given["nc"])
            and given.get("uri") == request.uri
        )
        if not well_formed or access.user is None or access.password is None:
            return None
        return digest_response(
            user=access.user,
            realm=REALM,
            password=access.password.get_secret_value(),
            method=request.method,
            uri=given["uri"],
            nonce=given["nonce"],
            nc=given["nc"],
            cnonce=given.get("cnonce", ""),
        )

    def _nonce(self, made_s: int, source: str) -> str:
        seal = hmac_sha256(self._key, f"{made_s}|{source}".encode())[:16].hex()
        return f"{made_s:x}-{seal}"

    def _is_ours(self, nonce: str, source: str, now_s: float) -> bool:
        try:
            made_s = int(nonce.partition("-")[0], 16)
        except ValueError:
            return False
        fresh = 0 <= now_s - made_s <= _NONCE_LIVES_S
        return fresh and same_bytes(self._nonce(made_s, source).encode(), nonce.encode())

    def _first_use(self, nonce: str, count: int) -> bool:
        """A request that was overheard cannot be sent once more as a new call."""
        if count <= self._used.get(nonce, 0):
            return False
        self._used[nonce] = count
        while len(self._used) > _NONCES_KEPT:
            self._used.popitem(last=False)
        return True
