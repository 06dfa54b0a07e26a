"""Run migrations on the connection that `audit` hands over, or on the address of alembic.ini."""

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlmodel import SQLModel

import audit.tables  # noqa: F401 - registers the tables


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=False,
        transactional_ddl=True,
        version_table_schema="audit" if connection.dialect.name == "postgresql" else None,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as opened:
        _run(opened)
    engine.dispose()
