"""Makes a role that cannot pass by row-level security on TEST_DATABASE_URL's server, and prints the URL to work under it.

The role may create databases, as a test run must, and is neither superuser nor BYPASSRLS.
"""

import os
import secrets
import sys
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ROLE = "shouwang_locked"


def main() -> None:
    """Make the role, or give it a new password."""
    url = urlsplit(os.environ["TEST_DATABASE_URL"])
    password = secrets.token_hex(16)
    with psycopg.connect(url.geturl(), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
        verb = sql.SQL("ALTER" if known else "CREATE")
        rights = sql.SQL("LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE PASSWORD")
        connection.execute(
            sql.SQL("{} ROLE {} WITH {} {}").format(verb, sql.Identifier(ROLE), rights, sql.Literal(password))
        )
    where = url.netloc.rpartition("@")[2]
    sys.stdout.write(f"{url.scheme}://{ROLE}:{password}@{where}/{ROLE}\n")


if __name__ == "__main__":
    main()
