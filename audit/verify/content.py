"""Step 9: open what may be opened. A key must be the one that its segment is committed to."""

from collections.abc import Mapping, Sequence

from audit.chain import AAD_CONTEXT
from audit.crypto.envelope import Opener, key_commitment
from audit.encoding import parse_canonical, unpadded
from audit.errors import VerificationError
from audit.verify.accounts import Accounts
from audit.verify.files import Bundle
from audit.verify.findings import Findings
from audit.verify.lines import parse_again
from audit.verify.question import Dek
from audit.verify.walk import Walked


def open_content(
    bundle: Bundle,
    given: Sequence[Dek],
    walked: Walked,
    accounts: Accounts,
    scope: frozenset[str],
    *,
    findings: Findings,
    opened: Mapping[tuple[str, int], int] | None = None,
) -> int:
    """Judge every key, open every body that one fits; return how many were opened.

    OPENED is how many bodies of each segment were opened on the way, where that was done.
    """
    good: list[Dek] = []
    offered: set[tuple[str, int]] = set()
    for dek in (*bundle.deks, *given):
        place = (dek.call, dek.seg)
        offered.add(place)
        segment = walked.segment(*place)
        if segment is None or dek.call not in scope:
            findings.add(9, "key-refused", "a key is for a segment that is not in scope")
        elif segment.first is not None and accounts.is_erased(segment):
            findings.add(9, "key-of-erased", "a key of an erased segment still exists")
        elif segment.first is not None and key_commitment(dek.key, *place) != segment.first.kc:
            findings.add(9, "key-refused", "a key is not the one that its segment is committed to")
        elif segment.first is not None:
            good.append(dek)
    if bundle.manifest["keys"] == "in_scope":
        for segment in walked.segments():
            place = (segment.call, segment.seg)
            needed = segment.call in scope and segment.sealed > 0 and not accounts.is_erased(segment)
            if needed and place not in offered:
                findings.add(9, "key-missing", "a segment in scope has no key, and no tombstone says why")
    if not good:
        return 0
    if opened is not None:
        return sum(opened.get(place, 0) for place in {(one.call, one.seg) for one in good})
    return _open_all(bundle, {(one.call, one.seg): Opener(one.key) for one in good}, findings)


def _open_all(bundle: Bundle, openers: dict[tuple[str, int], Opener], findings: Findings) -> int:
    opened = 0
    with (bundle.folder / "entries.ndjson").open("rb") as file:
        for raw in file:
            place, p, c = parse_again(raw)
            opener = openers.get(place)
            if opener is None or c is None:
                continue
            try:
                parse_canonical(unpadded(opener.open(c, AAD_CONTEXT + p)))
            except VerificationError as error:
                findings.add(9, "body-invalid", str(error))
            else:
                opened += 1
    return opened
