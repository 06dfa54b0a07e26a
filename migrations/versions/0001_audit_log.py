"""The audit log: append-only tables and their guards."""

from alembic import op

from audit.guard import FIRST_GUARDS

revision = "0001"
down_revision = None

_TABLES = (
    """CREATE TABLE log (
        id INTEGER NOT NULL PRIMARY KEY,
        origin VARCHAR NOT NULL UNIQUE,
        size INTEGER NOT NULL CHECK (size >= 0),
        frontier BLOB NOT NULL)""",
    """CREATE TABLE entry (
        call VARCHAR NOT NULL, seg INTEGER NOT NULL, seq INTEGER NOT NULL,
        tenant VARCHAR NOT NULL, t VARCHAR NOT NULL, ts VARCHAR NOT NULL,
        p BLOB NOT NULL, ch BLOB NOT NULL CHECK (length(ch) = 32), lh BLOB NOT NULL CHECK (length(lh) = 32),
        PRIMARY KEY (call, seg, seq)) WITHOUT ROWID""",
    """CREATE TABLE body (
        call VARCHAR NOT NULL, seg INTEGER NOT NULL, seq INTEGER NOT NULL,
        c BLOB NOT NULL,
        PRIMARY KEY (call, seg, seq)) WITHOUT ROWID""",
    """CREATE TABLE leaf (
        log_id INTEGER NOT NULL REFERENCES log (id), idx INTEGER NOT NULL,
        call VARCHAR NOT NULL, seg INTEGER NOT NULL, seq INTEGER NOT NULL,
        lh BLOB NOT NULL CHECK (length(lh) = 32),
        PRIMARY KEY (log_id, idx), UNIQUE (log_id, call, seg, seq)) WITHOUT ROWID""",
    """CREATE TABLE checkpoint (
        log_id INTEGER NOT NULL REFERENCES log (id), size INTEGER NOT NULL,
        prev_size INTEGER NOT NULL, note VARCHAR NOT NULL, at VARCHAR NOT NULL,
        PRIMARY KEY (log_id, size), UNIQUE (log_id, prev_size)) WITHOUT ROWID""",
    """CREATE TABLE ek (
        ek VARCHAR NOT NULL PRIMARY KEY,
        tenant VARCHAR NOT NULL, jur VARCHAR NOT NULL, ret VARCHAR NOT NULL, month VARCHAR NOT NULL,
        public BLOB NOT NULL CHECK (length(public) = 32)) WITHOUT ROWID""",
    """CREATE TABLE ekw (
        ek VARCHAR NOT NULL PRIMARY KEY,
        kek VARCHAR NOT NULL, wrapped BLOB NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE dek (
        call VARCHAR NOT NULL, seg INTEGER NOT NULL, ek VARCHAR NOT NULL,
        wrapped BLOB NOT NULL CHECK (length(wrapped) = 80),
        PRIMARY KEY (call, seg, ek)) WITHOUT ROWID""",
    """CREATE TABLE target (
        call VARCHAR NOT NULL, seg INTEGER NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL,
        kind VARCHAR NOT NULL, target_call VARCHAR, target_seg INTEGER, target_ek VARCHAR,
        log_id INTEGER, first_idx INTEGER, last_idx INTEGER,
        PRIMARY KEY (call, seg, seq, n)) WITHOUT ROWID""",
    "CREATE INDEX target_call ON target (target_call)",
    "CREATE INDEX target_ek ON target (target_ek)",
    """CREATE TABLE call_index (
        call VARCHAR NOT NULL PRIMARY KEY,
        line VARCHAR, outcome VARCHAR, caller BLOB)""",
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for statement in (*_TABLES, *FIRST_GUARDS):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("an audit log does not go back")
