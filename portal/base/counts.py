"""Several counts in one statement, for bars and desks that would ask a query for each."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def counts_of(querysets: Sequence[QuerySet[Any]]) -> list[int]:
    """How many rows each of these has, in their order, read by one statement (none if all are empty)."""
    found = [0] * len(querysets)
    asked: list[tuple[int, str, tuple[Any, ...]]] = []
    for place, rows in enumerate(querysets):
        try:
            sql, params = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        asked.append((place, f"(SELECT COUNT(*) FROM ({sql}) AS c{place})", params))  # noqa: S608
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT " + ", ".join(sql for _place, sql, _params in asked),
                [value for _place, _sql, params in asked for value in params],
            )
            for (place, _sql, _params), count in zip(asked, cursor.fetchone(), strict=True):
                found[place] = count
    return found
