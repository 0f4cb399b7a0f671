"""Django's PostgreSQL engine, which also tells the server for whom it works."""
