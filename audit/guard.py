"""Append-only guards of the tables, and the check at start-up that they still stand as they were made."""

import sqlite3
from typing import Final

from audit.errors import GuardWeakenedError

_DENY: Final = "SELECT RAISE(ABORT, 'the audit log is append-only')"
#: Tables that never change, with the column sets that must stay unique: a BEFORE INSERT guard on them
#: also stops INSERT OR REPLACE, which deletes without firing a delete trigger.
_KEYS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "entry": (("call", "seg", "seq"),),
    "body": (("call", "seg", "seq"),),
    "leaf": (("log_id", "idx"), ("log_id", "call", "seg", "seq")),
    "checkpoint": (("log_id", "size"), ("log_id", "prev_size")),
    "ek": (("ek",),),
    "target": (("call", "seg", "seq", "n"),),
    "log": (("id",), ("origin",)),
    "dek": (("call", "seg", "ek"),),
    "ekw": (("ek",),),
    "cosignature": (("log_id", "size", "witness"),),
}
#: What may be deleted once a tombstone stands in the log.
_TOMBSTONE_OF: Final = {
    "dek": "target WHERE (kind = 'erasure' AND target_call = OLD.call AND target_seg = OLD.seg)"
    " OR (kind = 'key.destroyed' AND target_ek = OLD.ek)",
    "ekw": "target WHERE kind = 'key.destroyed' AND target_ek = OLD.ek",
    "body": "leaf JOIN target USING (log_id) WHERE target.kind = 'prune' AND leaf.call = OLD.call"
    " AND leaf.seg = OLD.seg AND leaf.seq = OLD.seq AND leaf.idx BETWEEN first_idx AND last_idx",
}
#: What of an entry stays when its body goes.
_ENTRY: Final = ("call", "seg", "seq", "tenant", "t", "ts", "p", "ch", "lh")


def _no_insert(table: str) -> str:
    taken = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE {' AND '.join(f'{name} = NEW.{name}' for name in key)})"  # noqa: S608
        for key in _KEYS[table]
    )
    return f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} BEGIN {_DENY}; END"


def _no_update(table: str) -> str:
    when = ""
    if table == "log":
        when = " WHEN NEW.id <> OLD.id OR NEW.origin <> OLD.origin OR NEW.size <= OLD.size"
    if table == "ekw":
        when = " WHEN NEW.ek <> OLD.ek"
    return f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}{when} BEGIN {_DENY}; END"


def _no_delete(table: str) -> str:
    when = ""
    if table in _TOMBSTONE_OF:
        when = f" WHEN NOT EXISTS (SELECT 1 FROM {_TOMBSTONE_OF[table]})"  # noqa: S608
    return f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}{when} BEGIN {_DENY}; END"


def _guards(*tables: str) -> tuple[str, ...]:
    return tuple(make(table) for table in tables for make in (_no_insert, _no_update, _no_delete))


#: The guards of each migration, in the text in which SQLite keeps them.
FIRST_GUARDS: Final = _guards("entry", "body", "leaf", "checkpoint", "ek", "target", "log", "dek", "ekw")
COSIGNATURE_GUARDS: Final = _guards("cosignature")
#: Since the fifth migration the body stands in its entry: an update may take it away under a prune, and do no more.
BODY_GUARD: Final = " ".join(
    (
        "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry WHEN NEW.c IS NOT NULL",
        *(f"OR NEW.{name} IS NOT OLD.{name}" for name in _ENTRY),
        f"OR NOT EXISTS (SELECT 1 FROM {_TOMBSTONE_OF['body']}) BEGIN {_DENY}; END",  # noqa: S608
    )
)
_GONE: Final = frozenset((*_guards("ekw", "body"), _no_update("entry")))
_ALL_GUARDS: Final = frozenset((*FIRST_GUARDS, *COSIGNATURE_GUARDS, BODY_GUARD)) - _GONE


def check_guards(connection: sqlite3.Connection) -> None:
    """Raise GuardWeakenedError unless every guard stands exactly as it was made, and no other."""
    found = {text for (text,) in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")}
    if found != _ALL_GUARDS:
        raise GuardWeakenedError(
            "the audit database is not append-only any more: "
            f"{len(_ALL_GUARDS - found)} guards are missing or changed, "
            f"{len(found - _ALL_GUARDS)} are foreign; restore the database, or keep it as evidence"
        )
