"""The index of passages, kept by the database itself: FTS5 with triggers on SQLite, GIN on PostgreSQL.

Both read the column `tokens`. SQLite finds tokens that follow each other, which is exact; PostgreSQL what holds
all of some tokens, and the few rows that are left are asked for the word itself. So both answer the same.
"""

from typing import Any

PASSAGES = "content_searchpassage"
FTS = "content_searchpassage_fts"

_UP = {
    "sqlite": [
        # "ascii" takes everything beyond ASCII for letters, in every version of SQLite.
        f"CREATE VIRTUAL TABLE {FTS} USING fts5(tokens, content='{PASSAGES}', content_rowid='id', "
        "tokenize='ascii', columnsize=0)",
        f"CREATE TRIGGER {PASSAGES}_in AFTER INSERT ON {PASSAGES} BEGIN "  # noqa: S608  (constants alone, every value in its place)
        f"INSERT INTO {FTS}(rowid, tokens) VALUES (new.id, new.tokens); END",
        f"CREATE TRIGGER {PASSAGES}_out AFTER DELETE ON {PASSAGES} BEGIN "  # noqa: S608  (constants alone, every value in its place)
        f"INSERT INTO {FTS}({FTS}, rowid, tokens) VALUES ('delete', old.id, old.tokens); END",
        f"CREATE TRIGGER {PASSAGES}_change AFTER UPDATE OF tokens ON {PASSAGES} BEGIN "  # noqa: S608  (constants alone, every value in its place)
        f"INSERT INTO {FTS}({FTS}, rowid, tokens) VALUES ('delete', old.id, old.tokens); "
        f"INSERT INTO {FTS}(rowid, tokens) VALUES (new.id, new.tokens); END",
        f"INSERT INTO {FTS}({FTS}) VALUES ('rebuild')",  # noqa: S608  (constants alone, every value in its place)
    ],
    "postgresql": [
        f"CREATE INDEX content_passage_tokens ON {PASSAGES} "
        "USING gin (array_to_tsvector(string_to_array(tokens, ' '))) WITH (fastupdate = off)",
    ],
}
_DOWN = {
    "sqlite": [
        *(f"DROP TRIGGER {PASSAGES}_{what}" for what in ("in", "out", "change")),
        f"DROP TABLE {FTS}",
    ],
    "postgresql": ["DROP INDEX content_passage_tokens"],
}


def put_up(connection: Any) -> None:
    """Make the index, and fill it from what is there."""
    _run(connection, _UP[connection.vendor])


def take_down(connection: Any) -> None:
    """Drop the index, to reverse the migration."""
    _run(connection, _DOWN[connection.vendor])


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
