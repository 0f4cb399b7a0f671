"""Real use: PostgreSQL and Redis by environment, HTTPS only, keys from the environment."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import env

SECURE = True
SECRET_KEY = env("SECRET_KEY")
DATA_KEYS, KEY_FILE = env.dict("DATA_KEYS"), None
INDEX_KEY = env("INDEX_KEY")
INDEX_KEYS_BEFORE = env.list("INDEX_KEYS_BEFORE", default=[])
SIGNING_KEYS = env.dict("SIGNING_KEYS")
DEPOSIT_KEYS = env.dict("DEPOSIT_KEYS")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
LAST_USER_COOKIE, KEPT_COOKIE, ACTIVATION_COOKIE = "__Host-last-user", "__Host-kept", "__Host-activation"
EMBEDDED_WORKER = False
DEMO_SITE = env.bool("DEMO_SITE", default=False)
SINK_KEEPS_CODES = DEMO_SITE
