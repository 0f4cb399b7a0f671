"""`make run`: the embedded site on this machine, with keys and data under DATA_DIR."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import env

# Over HTTPS the cookies travel over HTTPS only; over plain HTTP a browser would not send them back.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env("TLS", default="") == "1"
