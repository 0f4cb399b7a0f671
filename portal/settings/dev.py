"""`make run`: the embedded site on this machine, with keys and data under DATA_DIR."""

from portal.settings.base import *  # noqa: F403
