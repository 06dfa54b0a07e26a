"""Month keys wrapped by AWS KMS: the key never leaves it, and each use stands in CloudTrail."""

from collections.abc import Callable
from typing import Any, final

from audit.crypto.keys import MonthKey
from audit.errors import KeyFileError, KeyServiceError, SealBrokenError
from audit.providers import Description, KeyProvider, Wrapped, from_service

_TIMEOUT_S = 3
#: What a key service says where the blob, and not the service, is wrong.
_BROKEN = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})


@final
class KmsKeys:
    """One symmetric key of KMS, by id, ARN or alias. The credentials are those of the AWS environment."""

    def __init__(
        self, key: str, *, region: str | None = None, endpoint: str | None = None, **session: str
    ) -> None:
        try:
            import boto3  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra
            from botocore.config import Config  # type: ignore[import-untyped]  # noqa: PLC0415
            from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]  # noqa: PLC0415
        except ImportError:
            raise KeyFileError(
                'keys in AWS KMS need the extra `aws`: pip install "secure-agent[aws]"'
            ) from None
        limits = Config(
            connect_timeout=_TIMEOUT_S, read_timeout=_TIMEOUT_S, retries={"total_max_attempts": 2}
        )
        try:
            self._kms = boto3.session.Session(region_name=region, **session).client(
                "kms", endpoint_url=endpoint, config=limits
            )
        except BotoCoreError as error:
            raise KeyFileError(f"AWS KMS cannot be used ({type(error).__name__}); set its region") from None
        self._gone, self._refused = BotoCoreError, ClientError
        self._key = key
        self._id = f"aws:{key}"

    def wrap(self, key: MonthKey) -> Wrapped:
        answer = self._ask(
            lambda: self._kms.encrypt(
                KeyId=self._key, Plaintext=key.private, EncryptionContext=_context(key.ek)
            )
        )
        return Wrapped(self._id, bytes(answer["CiphertextBlob"]))

    def unwrap(self, kek_id: str, ek: str, blob: bytes) -> MonthKey:
        def ask() -> bytes:
            answer = self._ask(
                lambda: self._kms.decrypt(
                    KeyId=self._key, CiphertextBlob=blob, EncryptionContext=_context(ek)
                )
            )
            return bytes(answer["Plaintext"])

        return from_service(ek, ask)

    def knows(self, kek_id: str) -> bool:
        return kek_id == self._id

    def destroy(self, kek_id: str) -> None:
        raise KeyServiceError("a key in AWS KMS is destroyed in KMS, by whoever owns it there")

    def describe(self) -> Description:
        return Description("aws", self._id, remote=True)

    def successor(self) -> KeyProvider:
        """KMS rotates the material of a key itself; what is wrapped anew is under its newest."""
        return self

    def adopt(self) -> None:
        """KMS keeps old material for what it wrapped."""

    def _ask(self, what: Callable[[], Any]) -> Any:
        try:
            return what()
        except self._refused as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in _BROKEN:
                raise SealBrokenError("KMS does not open this month key: it or the key was changed") from None
            raise KeyServiceError(f"AWS KMS refuses ({code}); check the key and the permissions") from None
        except self._gone:
            raise KeyServiceError(
                "AWS KMS does not answer; calls go on, reading waits until it does"
            ) from None


def _context(ek: str) -> dict[str, str]:
    """Binds the blob to the month key: KMS refuses it under another."""
    return {"val1-ek": ek}
