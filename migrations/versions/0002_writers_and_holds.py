"""Who writes which open segment (to see that a writer is gone), and which calls are under legal hold."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(
        """CREATE TABLE writer (
            call VARCHAR NOT NULL, seg INTEGER NOT NULL, owner VARCHAR NOT NULL,
            PRIMARY KEY (call, seg)) WITHOUT ROWID"""
    )
    op.execute(
        """CREATE TABLE hold (
            call VARCHAR NOT NULL PRIMARY KEY,
            since VARCHAR NOT NULL, basis VARCHAR NOT NULL) WITHOUT ROWID"""
    )


def downgrade() -> None:
    raise NotImplementedError("an audit log does not go back")
