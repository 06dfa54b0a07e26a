"""Who may do what in PostgreSQL, as data: set up from it, and checked against it at every start."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_DENY: Final = "deny"
#: Tables that only grow, with the function that guards what may be changed in them.
GUARDED: Final = {
    "region": _DENY,
    "log": "guard_log",
    "entry": _DENY,
    "body": "guard_body",
    "leaf": _DENY,
    "checkpoint": _DENY,
    "cosignature": _DENY,
    "ek": _DENY,
    "dek": "guard_dek",
    "target": _DENY,
    "ddl": _DENY,
}
#: Tables that may change, outside the tree; row security still says who.
MUTABLE: Final = ("writer", "call_index", "open_segment", "hold", "class")

#: Types that only the logins of jobs write, see `audit.header.is_control`.
_CONTROL: Final = r"^(segment\.abandoned|log\.epoch|erasure|prune|export|migration|key\..*)$"
_MINE: Final = (
    "EXISTS (SELECT FROM audit.writer AS w WHERE w.role = session_user AND w.tenant = entry.tenant)"
    f" AND (t !~ '{_CONTROL}' OR audit.is_job())"
)


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule of row security: what ROLE may do with the rows of TABLE."""

    table: str
    role: str
    command: str
    where: str = "true"

    @property
    def name(self) -> str:
        return f"{self.role.removeprefix('audit_')}_{self.command.lower()}"

    def statement(self) -> str:
        using = f" USING ({self.where})" if self.command != "INSERT" else ""
        check = f" WITH CHECK ({self.where})" if self.command in ("INSERT", "UPDATE") else ""
        return (
            f"CREATE POLICY {self.name} ON audit.{self.table} FOR {self.command} TO {self.role}{using}{check}"
        )


_READ_BY: Final = {
    "audit_reader": (*GUARDED, "call_index", "open_segment", "hold"),
    "audit_retention": (*GUARDED, "call_index", "open_segment", "hold"),
    "audit_sequencer": (*GUARDED, "call_index", "open_segment", "hold", "class"),
}
_CHANGED_BY: Final = (
    ("audit_sequencer", "INSERT", ("region", "log", "leaf", "checkpoint", "cosignature")),
    ("audit_sequencer", "UPDATE", ("log",)),
    ("audit_sequencer", "DELETE", ("open_segment",)),
    ("audit_retention", "INSERT", ("region", "log", "ek", "dek", "hold", "cosignature")),
    ("audit_retention", "DELETE", ("dek", "body", "call_index", "hold", "open_segment")),
)


def grants() -> Iterator[tuple[str, str, str]]:
    """Role, privilege and table of every grant on a table; nothing else is granted, to nobody."""
    for role, tables in _READ_BY.items():
        for table in tables:
            yield role, "SELECT", table
    for role, command, tables in _CHANGED_BY:
        for table in tables:
            yield role, command, table


def policies() -> Iterator[Policy]:
    """Every rule of row security. The owner has rules as well: it is bound by them like everybody."""
    for table in (*GUARDED, *MUTABLE):
        yield Policy(table, "audit_owner", "SELECT")
    for table in ("region", "body", "dek", "target", "ddl", "call_index", "open_segment", "class"):
        yield Policy(table, "audit_owner", "INSERT")
    yield Policy("entry", "audit_owner", "INSERT", _MINE)
    for table in ("call_index", "open_segment"):
        yield Policy(table, "audit_owner", "UPDATE")
    yield Policy("open_segment", "audit_owner", "DELETE")
    for command in ("INSERT", "DELETE"):
        yield Policy("writer", "audit_owner", command)
    for role, command, table in grants():
        yield Policy(table, role, command)


#: Who may run which function; the rest run inside others.
EXECUTED_BY: Final = {
    "append_batch(text, bytea[], bytea[], jsonb)": (
        "audit_writer",
        "audit_sequencer",
        "audit_reader",
        "audit_retention",
    ),
    "make_partition(date)": ("audit_sequencer",),
    "standby_has(pg_lsn)": ("audit_sequencer",),
}
VIEWS: Final = ("entry", "leaf", "writer")


def triggers(table: str, *, partition: bool = False) -> dict[str, str]:
    """Name and function of the triggers of a table."""
    guard = GUARDED["body" if partition else table]
    return {"no_change": guard, "no_truncate": _DENY}


def guard_statements() -> Iterator[str]:
    """The statements that set up triggers, row security and grants; run as the owner."""
    for table in GUARDED:
        for name, function in triggers(table).items():
            when = "TRUNCATE" if name == "no_truncate" else "UPDATE OR DELETE"
            each = "STATEMENT" if name == "no_truncate" else "ROW"
            yield (
                f"CREATE TRIGGER {name} BEFORE {when} ON audit.{table}"
                f" FOR EACH {each} EXECUTE FUNCTION audit.{function}()"
            )
            yield f"ALTER TABLE audit.{table} ENABLE ALWAYS TRIGGER {name}"
    for table in (*GUARDED, *MUTABLE):
        yield f"ALTER TABLE audit.{table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE audit.{table} FORCE ROW LEVEL SECURITY"
    yield from (policy.statement() for policy in policies())
    yield "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC"
    for function, roles in EXECUTED_BY.items():
        yield f"GRANT EXECUTE ON FUNCTION audit.{function} TO {', '.join(roles)}"
    yield "GRANT EXECUTE ON FUNCTION audit.is_job() TO audit_owner"
    yield f"GRANT USAGE ON SCHEMA audit TO audit_writer, {', '.join(_READ_BY)}"
    yield f"GRANT USAGE ON SCHEMA audit_read TO {', '.join(_READ_BY)}"
    for role, privilege, table in grants():
        yield f"GRANT {privilege} ON audit.{table} TO {role}"
    for view in VIEWS:
        yield f"GRANT SELECT ON audit_read.{view} TO {', '.join(_READ_BY)}"
    yield f"GRANT SELECT ON audit.alembic_version TO audit_writer, {', '.join(_READ_BY)}"
