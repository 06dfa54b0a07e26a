"""The tables of the audit log, for the schema and for reading; `store` appends, `guard` guards."""

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

_NO_ROWID = {"sqlite_with_rowid": False}


class LogRow(SQLModel, table=True):
    """One tree: its origin with epoch, and the few hashes from which it grows. Grows, never shrinks."""

    __tablename__ = "log"
    id: int = Field(primary_key=True)
    origin: str = Field(unique=True)
    size: int
    frontier: bytes


class EntryRow(SQLModel, table=True):
    """The public header of an entry and its sealed body, verbatim; the other columns repeat it for finding.

    The header is for ever; the body goes under a prune.
    """

    __tablename__ = "entry"
    __table_args__ = (_NO_ROWID,)
    call: str = Field(primary_key=True)
    seg: int = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    tenant: str
    t: str
    ts: str
    p: bytes
    ch: bytes
    lh: bytes
    c: bytes | None = None


class LeafRow(SQLModel, table=True):
    """The place of an entry in a tree."""

    __tablename__ = "leaf"
    __table_args__ = (UniqueConstraint("log_id", "call", "seg", "seq"), _NO_ROWID)
    log_id: int = Field(primary_key=True, foreign_key="log.id")
    idx: int = Field(primary_key=True)
    call: str
    seg: int
    seq: int
    lh: bytes


class CheckpointRow(SQLModel, table=True):
    """A signed statement of a tree. Two of one beginning cannot both be written."""

    __tablename__ = "checkpoint"
    __table_args__ = (UniqueConstraint("log_id", "prev_size"), _NO_ROWID)
    log_id: int = Field(primary_key=True, foreign_key="log.id")
    size: int = Field(primary_key=True)
    prev_size: int
    note: str
    at: str


class MonthKeyRow(SQLModel, table=True):
    """The public half of a month key. The private half lies in the key folder, and goes at destruction."""

    __tablename__ = "ek"
    __table_args__ = (_NO_ROWID,)
    ek: str = Field(primary_key=True)
    tenant: str
    jur: str
    ret: str
    month: str
    public: bytes


class DekRow(SQLModel, table=True):
    """The data key of a segment, sealed to a month key. Deleted only under a tombstone."""

    __tablename__ = "dek"
    __table_args__ = (_NO_ROWID,)
    call: str = Field(primary_key=True)
    seg: int = Field(primary_key=True)
    ek: str = Field(primary_key=True)
    wrapped: bytes


class TargetRow(SQLModel, table=True):
    """What a control entry names: a segment, month key or leaves. A tombstone allows their deletion."""

    __tablename__ = "target"
    __table_args__ = (_NO_ROWID,)
    call: str = Field(primary_key=True)
    seg: int = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    n: int = Field(primary_key=True)
    kind: str
    target_call: str | None = None
    target_seg: int | None = None
    target_ek: str | None = None
    log_id: int | None = None
    first_idx: int | None = None
    last_idx: int | None = None


class CallIndexRow(SQLModel, table=True):
    """What calls are found by. Mutable, outside the tree, deleted on erasure."""

    __tablename__ = "call_index"
    call: str = Field(primary_key=True)
    line: str | None = None
    outcome: str | None = None
    caller: bytes | None = None


class WriterRow(SQLModel, table=True):
    """Who writes an open segment. Mutable: gone when the segment is closed or abandoned."""

    __tablename__ = "writer"
    __table_args__ = (_NO_ROWID,)
    call: str = Field(primary_key=True)
    seg: int = Field(primary_key=True)
    owner: str


class HoldRow(SQLModel, table=True):
    """A call that nothing may erase. Mutable: gone when the hold is released."""

    __tablename__ = "hold"
    __table_args__ = (_NO_ROWID,)
    call: str = Field(primary_key=True)
    since: str
    basis: str


class CosignatureRow(SQLModel, table=True):
    """The signature line of a witness under a checkpoint."""

    __tablename__ = "cosignature"
    __table_args__ = (
        ForeignKeyConstraint(["log_id", "size"], ["checkpoint.log_id", "checkpoint.size"]),
        _NO_ROWID,
    )
    log_id: int = Field(primary_key=True)
    size: int = Field(primary_key=True)
    witness: str = Field(primary_key=True)
    line: str
