"""Find calls: by time, place, line, outcome, type of entry, or the caller's number, which stands nowhere itself."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.crypto import same_bytes
from audit.crypto.index import search_token
from audit.encoding import parse_canonical
from audit.header import CLOSE
from audit.keyfiles import KeyFolder
from audit.reading import reader
from audit.store import Store, StoredCall


@dataclass(frozen=True, slots=True)
class CallView:
    """One call as it stands in a list."""

    call: str
    opened: str
    closed: str | None
    jurisdiction: str
    state: str
    segments: int
    entries: int
    held: bool
    line: str | None
    outcome: str | None

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a call must be to be listed; what is None does not matter. Times are of the form of the log."""

    start: str | None = None
    end: str | None = None
    jurisdiction: str | None = None
    line: str | None = None
    outcome: str | None = None
    #: A type of entry that the call must have.
    kind: str | None = None
    #: E.164. It is turned into the token of the call's tenant and year, and goes no further.
    caller: str | None = None


ALL = Search()


def list_calls(data_dir: Path, search: Search = ALL, *, database: str | None = None) -> list[CallView]:
    """The calls that SEARCH fits, in the order in which they began; runs of jobs are not calls."""
    with reader(data_dir, database) as (store, _):
        fits = _fitting(store, KeyFolder(data_dir / "keys", in_use=True), search)
        return [_view(one) for one in store.calls() if fits(one)]


def _fitting(store: Store, keys: KeyFolder, search: Search) -> Callable[[StoredCall], bool]:
    typed = None if search.kind is None else store.calls_with(search.kind)
    tokens: dict[tuple[str, int], bytes | None] = {}

    def token_of(header: dict[str, Any]) -> bytes | None:
        place = (header["tenant"], int(header["ts"][:4]))
        if place not in tokens:
            key = keys.index_key_if_any(*place)
            tokens[place] = None if key is None else search_token(key, search.caller or "")
        return tokens[place]

    def fits(one: StoredCall) -> bool:
        header = parse_canonical(one.first_p)
        if search.caller is not None:
            token = token_of(header)
            if token is None or one.caller is None or not same_bytes(token, bytes(one.caller)):
                return False
        return (
            (search.start is None or one.last_ts >= search.start)
            and (search.end is None or one.first_ts <= search.end)
            and search.jurisdiction in (None, header["jur"])
            and search.line in (None, one.line)
            and search.outcome in (None, one.outcome)
            and (typed is None or one.call in typed)
        )

    return fits


def _view(one: StoredCall) -> CallView:
    state = "closed" if one.last_t == CLOSE else "abandoned" if one.abandoned else "open"
    return CallView(
        call=one.call,
        opened=one.first_ts,
        closed=one.last_ts if state == "closed" else None,
        jurisdiction=str(parse_canonical(one.first_p)["jur"]),
        state=state,
        segments=one.segments,
        entries=one.entries,
        held=one.held,
        line=one.line,
        outcome=one.outcome,
    )
