"""The engine: before each statement the server knows for whom it is (`portal.base.row_security`).

The name is told once per connection and change, not per statement. A rollback takes a setting back,
so after one the name counts as not told; the same for every new connection, pooled or not.
"""

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from portal.base import row_security


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that remembers which name it has told."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told: str | None = None
        self.execute_wrappers.append(self._telling)

    def tell(self) -> None:
        """Tell the server for whom the next statement is, if it does not know."""
        wanted = row_security.name_for(self)
        if wanted is None or wanted == self._told or self.connection is None or self._broken():
            return
        with self.wrap_database_errors:
            self.connection.execute("SELECT set_config(%s, %s, false)", [row_security.SETTING, wanted])
        self._told = wanted

    def _broken(self) -> bool:
        """Whether only a rollback can follow; after it the name is told again."""
        return self.connection.info.transaction_status == TransactionStatus.INERROR

    def _telling(self, execute: Callable, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.tell()
        return execute(sql, params, many, context)

    def _cursor(self, name: str | None = None) -> Any:
        cursor = super()._cursor(name)  # type: ignore[misc]  # the stubs leave it out
        self.tell()
        return cursor

    def connect(self) -> None:
        self._told = None
        super().connect()

    def _rollback(self) -> None:
        self._told = None
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self._told = None
        super()._savepoint_rollback(sid)  # type: ignore[misc]
