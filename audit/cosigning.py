"""Have a published checkpoint cosigned: what the witnesses of the trust folder sign is kept beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from audit.checkpoint import Checkpoint, parse_checkpoint
from audit.errors import AuditError, VerificationError
from audit.store import Store
from audit.trust import Policy


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A checkpoint with the cosignatures that came, and why others did not."""

    checkpoint: Checkpoint
    problems: tuple[str, ...]
    #: Whether the quorum of the policy is there; true where the policy names none.
    reached: bool
    #: Whether a witness has seen another history; it will not change its mind.
    refused: bool


def cosign(
    store: Store,
    log_id: int,
    checkpoint: Checkpoint,
    policy: Policy,
    urls: Mapping[str, str],
    *,
    leaves: Callable[[], Sequence[bytes]],
    timeout_s: float,
) -> Cosigned:
    """Ask each witness that POLICY names and that has an address in it or in URLS."""
    from audit.witness_client import ask_witness  # noqa: PLC0415 - only who has witnesses needs HTTP

    known = store.cosignatures(log_id, checkpoint.size)
    problems: list[str] = []
    refused = False
    for name, url in {**policy.urls, **urls}.items():
        key = policy.witnesses.get(name)
        if key is None or key.name in known:
            continue
        try:
            line = ask_witness(url, key, checkpoint.note, leaves, timeout_s=timeout_s)
        except AuditError as error:
            problems.append(f"{name}: {error}")
            refused |= isinstance(error, VerificationError)
            continue
        store.add_cosignature(log_id, checkpoint.size, key.name, line)
        known[key.name] = line
    note = checkpoint.note + "".join(known[name] for name in sorted(known)).encode("utf-8")
    reached = policy.quorum is None or policy.reached(
        name for name, key in policy.witnesses.items() if key.name in known
    )
    return Cosigned(parse_checkpoint(note), tuple(problems), reached, refused)
