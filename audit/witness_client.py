"""The log's side of a witness: send a checkpoint with its proof, take back a checked cosignature."""

from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from audit.checkpoint import (
    MAX_NOTE_BYTES,
    Checkpoint,
    cosigned_at,
    format_consistency,
    parse_checkpoint,
    parse_decimal,
)
from audit.crypto.signing import Verifier
from audit.errors import AuditUnavailable, VerificationError
from audit.merkle import Tree

_PATH = "/add-checkpoint"


def ask_witness(
    url: str, key: Verifier, note: bytes, leaves: Callable[[], Sequence[bytes]], *, timeout_s: float
) -> str:
    """Have a checkpoint cosigned; return the signature line, checked. AuditUnavailable where there is none.

    LEAVES gives the leaf hashes of the log, for the proof from what the witness saw last.
    """
    checkpoint = parse_checkpoint(note)
    status, body = _post(url, format_consistency(0, [], note), timeout_s)
    if status == 409:
        old = _size(body)
        if old > checkpoint.size:
            raise AuditUnavailable(
                "the witness has seen a larger log than this one: was the database restored?"
            )
        proof = Tree(leaves()[: checkpoint.size]).consistency(old, checkpoint.size)
        status, body = _post(url, format_consistency(old, proof, note), timeout_s)
    if status in (409, 422):
        raise VerificationError("the witness refuses the checkpoint: it does not go on from what it has seen")
    if status != 200:
        raise AuditUnavailable(f"the witness answered with status {status}")
    return _checked(checkpoint, key, body)


def _checked(checkpoint: Checkpoint, key: Verifier, body: bytes) -> str:
    """The line of the witness that we asked, among what it sent."""
    try:
        signed = parse_checkpoint(checkpoint.text.encode("utf-8") + b"\n" + body)
        if cosigned_at(signed, key) is None:
            raise AuditUnavailable("the witness did not sign with the key of the policy")
        lines = body.decode("utf-8").splitlines(keepends=True)
        return next(line for line in lines if line.startswith(f"— {key.name} "))
    except VerificationError as error:
        raise AuditUnavailable(f"the witness sent a malformed cosignature: {error}") from error


def _size(body: bytes) -> int:
    try:
        return parse_decimal(body.decode("ascii").strip())
    except (VerificationError, UnicodeDecodeError):
        raise AuditUnavailable("the witness sent no size") from None


def _post(url: str, body: bytes, timeout_s: float) -> tuple[int, bytes]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.hostname is None:
        raise AuditUnavailable("the address of a witness is http://HOST:PORT or https://HOST")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=timeout_s)
    try:
        connection.request("POST", parts.path.rstrip("/") + _PATH, body)
        answer = connection.getresponse()
        return answer.status, answer.read(MAX_NOTE_BYTES)
    except (OSError, HTTPException) as error:
        raise AuditUnavailable(f"the witness at {url} cannot be reached") from error
    finally:
        connection.close()
