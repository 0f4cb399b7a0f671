"""Writing many rows of one model by one statement, with keys known beforehand.

`bulk_create` costs four to eight times the database's own bulk load. On PostgreSQL this is one INSERT over
arrays (unlike COPY it obeys row-level security), on SQLite one `executemany`. No `save()` and no signal runs.
`__among` is the look-up that goes with it: one parameter however many values are asked for.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any

from django.db import connection, models


@models.CharField.register_lookup
class Among(models.Lookup):
    """`filter(no__among=numbers)`: as `__in`, which costs a parameter and an expression for each value."""

    lookup_name = "among"
    prepare_rhs = False

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s::text[])", [*params, array_text(list(self.rhs))]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        lhs, params = self.process_lhs(compiler, connection)
        # names of columns come from the model; the values are one parameter
        return f"{lhs} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(list(self.rhs))]  # noqa: S608


def array_text(values: Sequence[Any]) -> str:
    """An array as PostgreSQL reads it: what the driver does for each value is done for all at once."""
    kinds = set(map(type, values))
    if kinds <= {int}:
        return "{" + ",".join(map(str, values)) + "}"
    if kinds == {str}:
        joined = '","'.join(values)
        if "\\" not in joined and joined.count('"') == 2 * len(values) - 2:
            return f'{{"{joined}"}}'
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def next_keys(model: type[models.Model], count: int) -> range | list[int]:
    """`count` primary keys that nobody else will get; call it in the transaction that uses them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        # the transaction is IMMEDIATE: nobody else inserts until it ends
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    start = (found[0] if found else 0) + 1
    return range(start, start + count)


def insert_columns(model: type[models.Model], columns: Mapping[str, Sequence[Any]], **same: Any) -> int:
    """Insert rows given by columns of equal length; `same` are values that all rows share.

    Fields that are not named take their default. Encrypted fields must come sealed. Returns how many rows.
    """
    count = len(next(iter(columns.values())))
    if not count:
        return 0
    fields = {field.attname: field for field in model._meta.concrete_fields}
    varying = {name: fields[name] for name in columns}
    constant = {
        name: same[name] if name in same else field.get_default()
        for name, field in fields.items()
        if name not in columns and not (field.primary_key and name not in same)
    }
    prepared = {name: _prepared(varying[name], values) for name, values in columns.items()}
    shared = {name: _prepared(fields[name], [value])[0] for name, value in constant.items()}
    names = [str(fields[name].column) for name in (*prepared, *shared)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _unnest(cursor, model, names, varying, prepared, list(shared.values()))
        else:
            marks = ", ".join(["?"] * len(names))
            rows = zip(*prepared.values(), *(repeat(value, count) for value in shared.values()), strict=False)
            cursor.connection.executemany(
                f"INSERT INTO {model._meta.db_table} ({', '.join(_quoted(names))}) VALUES ({marks})",  # noqa: S608
                rows,
            )
    return count


def _quoted(names: Sequence[str]) -> list[str]:
    return [connection.ops.quote_name(name) for name in names]


def _unnest(
    cursor: Any,
    model: type[models.Model],
    names: Sequence[str],
    varying: Mapping[str, models.Field],
    prepared: Mapping[str, list[Any]],
    shared: list[Any],
) -> None:
    arrays = ", ".join(f"%s::{_array_type(field)}[]" for field in varying.values())
    aliases = ", ".join(f"c{number}" for number in range(len(varying)))
    constants = "".join(", %s" for _value in shared)
    # table, columns and types come from the model; every value is a parameter
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({', '.join(_quoted(names))}) "  # noqa: S608
        f"SELECT {aliases}{constants} FROM unnest({arrays}) AS given({aliases})",
        [*shared, *(array_text(values) for values in prepared.values())],
    )


def _array_type(field: models.Field) -> str:
    return field.rel_db_type(connection) or "text"


def _prepared(field: models.Field, values: Sequence[Any]) -> list[Any]:
    """Values as the database takes them; for plain text and numbers nothing needs doing."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(target, (models.CharField, models.TextField, models.IntegerField, models.BooleanField)):
        return list(values)
    if isinstance(target, models.UUIDField):
        texts = [None if value is None else str(value) for value in values]
        if connection.features.has_native_uuid_field:
            return texts
        return [text and text.replace("-", "") for text in texts]
    if isinstance(target, models.JSONField):
        return [None if value is None else json.dumps(value, cls=target.encoder) for value in values]
    if type(target) is models.DateField:
        return [None if value is None else value.isoformat() for value in values]
    known: dict[Any, Any] = {}
    prepared = []
    for value in values:
        if value not in known:
            known[value] = target.get_db_prep_save(value, connection)
        prepared.append(known[value])
    return prepared
