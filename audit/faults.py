"""A fault of the machine as one sentence: the file it is about, and how to mend it."""

import errno
import sqlite3
from pathlib import Path

from audit.errors import AuditUnavailable

RESTORE = "restore it from its backup"
_REMEDIES = {
    errno.ENOSPC: "free some space on {place}",
    errno.EDQUOT: "free some space on {place}",
    errno.EROFS: "it is read-only: make it writable, or work on a copy",
    errno.EACCES: "check its owner and mode, or work on a copy",
    errno.EPERM: "check its owner and mode, or work on a copy",
}


def file_fault(what: str, error: OSError, place: Path) -> str:
    """WHAT failed, in the system's own words, and what to do about it at PLACE."""
    remedy = _REMEDIES.get(error.errno or 0, "mend it, then try again").format(place=place)
    return f"{what} ({error.strerror or type(error).__name__}); {remedy}"


def database_fault(error: sqlite3.Error, database: Path) -> AuditUnavailable:
    """One sentence for a fault of DATABASE; SQLite's own words name no value."""
    text = str(error)
    name, folder = f"the audit database {database}", database.parent
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            said = f"{name} is being written by another process; try again"
        case sqlite3.SQLITE_FULL:
            said = f"the disk of {name} is full; free some space on {folder} and restart"
        case sqlite3.SQLITE_IOERR:
            said = f"{name} cannot be written ({text}); free some space on {folder}, or mend its disk, and restart"
        case sqlite3.SQLITE_READONLY:
            said = f"{name} cannot be written; check its owner and mode, or work on a copy of {folder}"
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            said = (
                f"{name} cannot be opened ({text}); check its owner and mode, and free some space on {folder}"
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            said = f"{name} is damaged ({text}); keep it as evidence and {RESTORE}"
        case _ if "append-only" in text:
            said = f"{name} already holds another entry at this place"
        case _:
            said = f"the audit store does not take entries ({text})"
    return AuditUnavailable(said)
