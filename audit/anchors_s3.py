"""Checkpoints in an S3-compatible store under object lock: nobody deletes them before their time, its owner neither."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, final

from audit.checkpoint import Checkpoint, parse_checkpoint
from audit.errors import AuditUnavailable, KeyFileError
from audit.keyfiles import slug

_TIMEOUT_S = 5
_SIZE_DIGITS = 16


@final
class ObjectLockAnchor:
    """A bucket with object lock. Each checkpoint is one object in compliance mode; its name ends in the size."""

    def __init__(
        self,
        bucket: str,
        prefix: str,
        *,
        keep_for: timedelta,
        now: Callable[[], datetime],
        endpoint: str | None = None,
        **session: str,
    ) -> None:
        try:
            import boto3  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra
            from botocore.config import Config  # type: ignore[import-untyped]  # noqa: PLC0415
            from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]  # noqa: PLC0415
        except ImportError:
            raise KeyFileError(
                'anchors in S3 need the extra `aws`: pip install "secure-agent[aws]"'
            ) from None
        limits = Config(
            connect_timeout=_TIMEOUT_S,
            read_timeout=_TIMEOUT_S,
            retries={"total_max_attempts": 2},
            s3={"addressing_style": "path"},
        )
        try:
            self._s3 = boto3.session.Session(**session).client("s3", endpoint_url=endpoint, config=limits)
        except BotoCoreError as error:
            raise KeyFileError(f"S3 cannot be used ({type(error).__name__}); set region and keys") from None
        self._gone, self._refused = BotoCoreError, ClientError
        self._bucket, self._prefix = bucket, prefix.strip("/")
        self._keep_for, self._now = keep_for, now

    @property
    def name(self) -> str:
        return f"s3:{self._bucket}/{self._prefix}".rstrip("/")

    def keep(self, checkpoint: Checkpoint) -> bool:
        key = f"{self._folder(checkpoint.origin)}{checkpoint.size:0{_SIZE_DIGITS}d}"
        try:
            self._ask(
                lambda: self._s3.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=checkpoint.note,
                    ContentType="text/plain; charset=utf-8",
                    ChecksumAlgorithm="SHA256",
                    IfNoneMatch="*",
                    ObjectLockMode="COMPLIANCE",
                    ObjectLockRetainUntilDate=self._now() + self._keep_for,
                )
            )
        except _ThereAlreadyError:
            return False
        return True

    def last(self, origin: str) -> Checkpoint | None:
        folder, newest = self._folder(origin), ""
        more: dict[str, str] = {}
        while True:
            found = self._ask(partial(self._s3.list_objects_v2, Bucket=self._bucket, Prefix=folder, **more))
            newest = max([newest, *(str(one["Key"]) for one in found.get("Contents", ()))])
            if not found.get("IsTruncated"):
                break
            more = {"ContinuationToken": found["NextContinuationToken"]}
        if not newest:
            return None
        answer = self._ask(lambda: self._s3.get_object(Bucket=self._bucket, Key=newest))
        return parse_checkpoint(answer["Body"].read())

    def _folder(self, origin: str) -> str:
        return f"{self._prefix}/{slug(origin)}/".lstrip("/")

    def _ask(self, what: Callable[[], Any]) -> Any:
        try:
            return what()
        except self._refused as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in ("PreconditionFailed", "412"):
                raise _ThereAlreadyError from None
            raise AuditUnavailable(
                f"the store of {self.name} refuses ({code}); has it object lock?"
            ) from None
        except self._gone as error:
            raise AuditUnavailable(
                f"the store of {self.name} does not answer ({type(error).__name__})"
            ) from None


class _ThereAlreadyError(Exception):
    """A checkpoint of this size is kept; it is not written over."""
