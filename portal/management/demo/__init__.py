"""The demo county: deterministic, obviously fictitious, the same on every machine.

Phones start with 1900000, ID numbers with the division 439900 that never existed.
"""
