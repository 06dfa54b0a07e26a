"""Month keys wrapped by the transit engine of HashiCorp Vault (or OpenBao): the key never leaves it."""

from collections.abc import Callable
from typing import Any, final

from audit.crypto.keys import MonthKey
from audit.encoding import b64, unb64
from audit.errors import KeyFileError, KeyServiceError, SealBrokenError, VerificationError
from audit.providers import Description, KeyProvider, Wrapped, from_service

_TIMEOUT_S = 3


@final
class VaultKeys:
    """One transit key. TOKEN needs `update` on encrypt and decrypt of it, and on rotate for a rotation."""

    def __init__(
        self, url: str, token: str, key: str, *, mount: str = "transit", verify: str | bool = True
    ) -> None:
        try:
            import hvac  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra
            from hvac import exceptions  # noqa: PLC0415
            from requests import RequestException  # noqa: PLC0415 - comes with hvac
        except ImportError:
            raise KeyFileError(
                'keys in Vault need the extra `vault`: pip install "secure-agent[vault]"'
            ) from None
        self._transit = hvac.Client(url=url, token=token, timeout=_TIMEOUT_S, verify=verify).secrets.transit
        self._gone = (RequestException, exceptions.VaultDown, exceptions.InternalServerError)
        self._refused = exceptions.VaultError
        self._broken = exceptions.InvalidRequest
        self._key, self._mount = key, mount
        self._id = f"vault:{mount}/{key}"

    def wrap(self, key: MonthKey) -> Wrapped:
        answer = self._ask(
            lambda: self._transit.encrypt_data(
                name=self._key,
                plaintext=b64(key.private),
                associated_data=b64(key.ek.encode("ascii")),
                mount_point=self._mount,
            )
        )
        return Wrapped(self._id, str(answer["data"]["ciphertext"]).encode("ascii"))

    def unwrap(self, kek_id: str, ek: str, blob: bytes) -> MonthKey:
        def ask() -> bytes:
            answer = self._ask(
                lambda: self._transit.decrypt_data(
                    name=self._key,
                    ciphertext=blob.decode("ascii"),
                    associated_data=b64(ek.encode("ascii")),
                    mount_point=self._mount,
                )
            )
            try:
                return unb64(str(answer["data"]["plaintext"]))
            except VerificationError:
                raise SealBrokenError("Vault gave something that is no key") from None

        return from_service(ek, ask)

    def knows(self, kek_id: str) -> bool:
        return kek_id == self._id

    def destroy(self, kek_id: str) -> None:
        raise KeyServiceError("a key in Vault is destroyed in Vault, by whoever owns it there")

    def describe(self) -> Description:
        return Description("vault", self._id, remote=True)

    def successor(self) -> KeyProvider:
        """A new version of the key, by which everything is wrapped from now on."""
        self._ask(lambda: self._transit.rotate_key(name=self._key, mount_point=self._mount))
        return self

    def adopt(self) -> None:
        """Old versions stay in Vault until its owner raises `min_decryption_version`."""

    def _ask(self, what: Callable[[], Any]) -> Any:
        try:
            return what()
        except self._broken:
            raise SealBrokenError(
                "Vault does not open this month key: it or the key in Vault was changed"
            ) from None
        except self._gone:
            raise KeyServiceError("Vault does not answer; calls go on, reading waits until it does") from None
        except self._refused as error:
            raise KeyServiceError(
                f"Vault refuses ({type(error).__name__}); check the token and its policy"
            ) from None
