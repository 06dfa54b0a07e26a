"""The tables of the audit log in PostgreSQL, and the views through which both databases answer the same questions.

An entry and its leaf are for ever; sealed bodies lie apart, by month, so that what may go can go. `id` is the order of
arrival: the sequencer walks along it, and a leaf points to it. It means nothing in the format.
"""

from typing import Final

#: Who owns the tables and functions; nobody logs in as it.
OWNER: Final = "audit_owner"
#: What a login may be granted, and what it may do then.
ROLES: Final = {
    "audit_writer": "writes entries through append_batch, and nothing else",
    "audit_sequencer": "gives entries their place in the tree, and publishes checkpoints",
    "audit_reader": "reads",
    "audit_retention": "writes control entries, and deletes what a tombstone names",
}

TABLES: Final = (
    """CREATE TABLE audit.writer (
        role name NOT NULL, tenant text NOT NULL,
        PRIMARY KEY (role, tenant))""",
    """CREATE TABLE audit.region (
        id smallint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        log text NOT NULL UNIQUE)""",
    """CREATE TABLE audit.log (
        id integer NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        origin text NOT NULL UNIQUE,
        size bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
        frontier bytea NOT NULL DEFAULT '',
        low_id bigint NOT NULL DEFAULT 0)""",
    """CREATE TABLE audit.entry (
        id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        call uuid NOT NULL, seg integer NOT NULL, seq integer NOT NULL, month date NOT NULL,
        region smallint NOT NULL REFERENCES audit.region (id),
        tenant text NOT NULL, t text NOT NULL, ts text NOT NULL,
        ch bytea NOT NULL CHECK (length(ch) = 32), lh bytea NOT NULL CHECK (length(lh) = 32), p bytea NOT NULL,
        PRIMARY KEY (call, seg, seq), UNIQUE (id))""",
    "CREATE INDEX entry_epoch ON audit.entry (call, seg) WHERE t = 'log.epoch'",
    """CREATE TABLE audit.body (
        month date NOT NULL, id bigint NOT NULL, c bytea NOT NULL,
        PRIMARY KEY (month, id)) PARTITION BY LIST (month)""",
    "ALTER TABLE audit.body ALTER COLUMN c SET STORAGE EXTERNAL",
    """CREATE TABLE audit.leaf (
        log_id integer NOT NULL REFERENCES audit.log (id), idx bigint NOT NULL, id bigint NOT NULL,
        PRIMARY KEY (log_id, idx), UNIQUE (log_id, id))""",
    """CREATE TABLE audit.checkpoint (
        log_id integer NOT NULL REFERENCES audit.log (id), size bigint NOT NULL, prev_size bigint NOT NULL,
        covered_id bigint NOT NULL, note text NOT NULL, at text NOT NULL,
        PRIMARY KEY (log_id, size), UNIQUE (log_id, prev_size))""",
    """CREATE TABLE audit.cosignature (
        log_id integer NOT NULL, size bigint NOT NULL, witness text NOT NULL, line text NOT NULL,
        PRIMARY KEY (log_id, size, witness),
        FOREIGN KEY (log_id, size) REFERENCES audit.checkpoint (log_id, size))""",
    """CREATE TABLE audit.ek (
        ek text NOT NULL PRIMARY KEY,
        tenant text NOT NULL, jur text NOT NULL, ret text NOT NULL, month text NOT NULL,
        public bytea NOT NULL CHECK (length(public) = 32))""",
    """CREATE TABLE audit.dek (
        call uuid NOT NULL, seg integer NOT NULL, ek text NOT NULL,
        wrapped bytea NOT NULL CHECK (length(wrapped) = 80),
        PRIMARY KEY (call, seg, ek))""",
    "CREATE INDEX dek_ek ON audit.dek (ek)",
    """CREATE TABLE audit.target (
        call uuid NOT NULL, seg integer NOT NULL, seq integer NOT NULL, n integer NOT NULL,
        kind text NOT NULL, target_call uuid, target_seg integer, target_ek text,
        log_id integer, first_idx bigint, last_idx bigint,
        PRIMARY KEY (call, seg, seq, n))""",
    "CREATE INDEX target_call ON audit.target (target_call)",
    "CREATE INDEX target_ek ON audit.target (target_ek)",
    """CREATE TABLE audit.call_index (
        call uuid NOT NULL PRIMARY KEY,
        line text, outcome text, caller bytea)""",
    """CREATE TABLE audit.open_segment (
        call uuid NOT NULL, seg integer NOT NULL, region smallint NOT NULL, owner text NOT NULL,
        seen timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (call, seg))""",
    """CREATE TABLE audit.class (
        tenant text NOT NULL, jur text NOT NULL, ret text NOT NULL,
        PRIMARY KEY (tenant, jur, ret))""",
    """CREATE TABLE audit.hold (
        call uuid NOT NULL PRIMARY KEY,
        since text NOT NULL, basis text NOT NULL)""",
    """CREATE TABLE audit.ddl (
        id bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        role text NOT NULL DEFAULT session_user, tag text NOT NULL, object text NOT NULL)""",
)

#: The schema that a store looks into first; the views run with the rights of who asks.
VIEWS: Final = (
    """CREATE VIEW audit_read.entry WITH (security_invoker = true) AS
        SELECT e.call, e.seg, e.seq, e.tenant, e.t, e.ts, e.p, e.ch, e.lh, b.c, e.id
        FROM audit.entry AS e LEFT JOIN audit.body AS b ON b.month = e.month AND b.id = e.id""",
    """CREATE VIEW audit_read.leaf WITH (security_invoker = true) AS
        SELECT l.log_id, l.idx, e.call, e.seg, e.seq, e.lh, l.id
        FROM audit.leaf AS l JOIN audit.entry AS e ON e.id = l.id""",
    """CREATE VIEW audit_read.writer WITH (security_invoker = true) AS
        SELECT call, seg, owner FROM audit.open_segment""",
)
