"""Benchmarks: each makes its own data in a database of its own and leaves no trace."""
