"""The audit log on PostgreSQL: tables, functions, guards, and the grants of the four roles. Nothing in SQLite."""

from alembic import op

from audit.postgres.functions import FUNCTIONS
from audit.postgres.guards import guard_statements
from audit.postgres.tables import TABLES, VIEWS

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for statement in (*TABLES, *VIEWS, *FUNCTIONS, *guard_statements()):
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
    op.get_bind().exec_driver_sql(
        "SELECT audit.make_partition((date_trunc('month', now() AT TIME ZONE 'UTC') + n * interval '1 month')::date)"
        " FROM generate_series(0, 1) AS n"
    )


def downgrade() -> None:
    raise NotImplementedError("an audit log does not go back")
