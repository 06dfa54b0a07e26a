"""Cosignatures of checkpoints, added when they come."""

from alembic import op

from audit.guard import COSIGNATURE_GUARDS

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(
        """CREATE TABLE cosignature (
            log_id INTEGER NOT NULL, size INTEGER NOT NULL, witness VARCHAR NOT NULL, line VARCHAR NOT NULL,
            PRIMARY KEY (log_id, size, witness),
            FOREIGN KEY (log_id, size) REFERENCES checkpoint (log_id, size)) WITHOUT ROWID"""
    )
    for statement in COSIGNATURE_GUARDS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("an audit log does not go back")
