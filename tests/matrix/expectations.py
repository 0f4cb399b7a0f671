"""Who may call what: written by hand from `docs/access.md` and the issues' roles, not read from the code.

A route without a line fails the matrix. One file for each part of the house.
"""

from tests.matrix.lines_of_care import CARE
from tests.matrix.lines_of_partners import PARTNERS
from tests.matrix.lines_of_portal import PORTAL
from tests.matrix.lines_of_register import REGISTER
from tests.matrix.standing import Line

LINES: dict[str, Line] = {**PORTAL, **PARTNERS, **REGISTER, **CARE}
