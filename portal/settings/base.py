"""Everything that is set. A missing or malformed environment value stops the start with its name."""

import os
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal.settings.carriers import carriers_from
from portal.settings.keys import deposit_keys, embedded_keys, signing_keys

env = environ.Env()
ROOT = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(env("DATA_DIR", default=str(ROOT / "var")))
SECURE = False
DEBUG = False
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
SECRET_KEY, DATA_KEYS, INDEX_KEY, INDEX_KEYS_BEFORE = embedded_keys(DATA_DIR)
SIGNING_KEYS = signing_keys(DATA_DIR)
DEPOSIT_KEYS = deposit_keys(DATA_DIR)
KEY_FILE: Path | None = DATA_DIR / "keys" / "keys.json"
# Guards that a test run has switched off, to show that they are needed; only the test settings read it.
FAULTS: frozenset[str] = frozenset()
if os.environ.get("SHOUWANG_FAULT") and os.environ.get("DJANGO_SETTINGS_MODULE") != "portal.settings.test":
    raise ImproperlyConfigured("SHOUWANG_FAULT is for tests only")
EMBEDDED_WORKER = env.bool("EMBEDDED_WORKER", default=True)
SITE_NAME = env("SITE_NAME", default="湘潭县社会救助服务")
COUNTY_NAME = env("COUNTY_NAME", default="湘潭县")
DEMO_SITE = env.bool("DEMO_SITE", default=True)
SPONSOR_NAME = env("SPONSOR_NAME", default="湘潭县民政局")
SITE_NAME_EN = env("SITE_NAME_EN", default="Xiangtan County Social Assistance")
COUNTY_NAME_EN = env("COUNTY_NAME_EN", default="Xiangtan County")
SPONSOR_NAME_EN = env("SPONSOR_NAME_EN", default="Xiangtan County Civil Affairs Bureau")

INSTALLED_APPS = [
    "portal",
    "partners",
    "content",
    "services",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "guardian",
    "csp",
    "wagtail.contrib.settings",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "portal.base.row_security.RowSecurityMiddleware",
    "portal.healthz.HealthzMiddleware",
    "portal.large.LargeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "portal.display.ReaderLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.headers.HeadersMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "portal.probing.ProbingMiddleware",
    "portal.permissions.gate.GateMiddleware",
    "portal.merged.MergedFilesMiddleware",
    "portal.busy.BusyMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "portal.context.frame",
            ],
        },
    }
]

DATABASE_URL = env("DATABASE_URL", default="")
if DATABASE_URL:
    DATABASES = {"default": env.db_url_config(DATABASE_URL)}
    if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        DATABASES["default"]["ENGINE"] = "portal.base.postgresql"
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
        "-c lock_timeout=3000 -c statement_timeout=15000"
    )
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "shouwang.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    }
DATABASES["default"]["ATOMIC_REQUESTS"] = False
# The second lock: policies in PostgreSQL on every table that hangs from a household (docs/second-lock.md).
ROW_LEVEL_SECURITY = env.bool("ROW_LEVEL_SECURITY", default=False)
if ROW_LEVEL_SECURITY and not DATABASE_URL:
    raise ImproperlyConfigured("ROW_LEVEL_SECURITY needs PostgreSQL: set DATABASE_URL")
if os.environ.get("TEST_DB"):
    _test_name = f"test_{os.environ['TEST_DB']}"
    DATABASES["default"]["TEST"] = {"NAME": _test_name if DATABASE_URL else f"/tmp/{_test_name}.sqlite3"}  # noqa: S108

REDIS_URL = env("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "portal_cache",
            # With Django's 300, a flood of made-up keys would push out what is counted here.
            "OPTIONS": {"MAX_ENTRIES": 50_000},
        }
    }

AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = [
    "portal.permissions.backend.HatBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "portal.accounts.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "portal.accounts.passwords.NotCommon"},
    {"NAME": "portal.accounts.passwords.NotOnlyDigits"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:landing"
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# Tries at a login are counted by `portal.accounts.attempts`; right passwords from one village count for nothing.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
}
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.LoginForm",
    "change_password": "portal.accounts.forms.ChangePasswordForm",
    "reauthenticate": "portal.accounts.forms.ReauthenticateForm",
}
MFA_ADAPTER = "portal.permissions.factor.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# There is nothing to guess in a passkey, and a village shares one address.
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "activate_totp": "portal.accounts.forms.ActivateTOTPForm",
    "authenticate": "portal.accounts.forms.AuthenticateForm",
    "reauthenticate": "portal.accounts.forms.ReauthenticateCodeForm",
    "add_webauthn": "portal.accounts.passkeys.AddPasskeyForm",
    "login_webauthn": "portal.accounts.passkeys.PasskeyLoginForm",
    "authenticate_webauthn": "portal.accounts.passkeys.PasskeyFactorForm",
    "reauthenticate_webauthn": "portal.accounts.passkeys.PasskeyAgainForm",
}
# Each costs money: beyond so many a day nothing more is sent, and the log says so.
SMS_CODES_A_DAY = env.int("SMS_CODES_A_DAY", default=2000)
# How many proxies of ours stand in front: what they say of the caller's address is believed, no more.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
LAST_USER_COOKIE, KEPT_COOKIE, ACTIVATION_COOKIE = "last-user", "kept", "activation"
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "portal" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# A visit with its photos is the largest thing anybody sends.
LARGEST_REQUEST = 64_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/cms/"],
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "report-uri": ["/csp-report/"],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": ["self"],
    "geolocation": ["self"],
    "microphone": [],
    "payment": [],
    "usb": [],
}

CARRIERS = carriers_from(env)
# The sink shows codes where everything is invented; in real use it keeps stars in their place.
SINK_KEEPS_CODES = DEMO_SITE

# Asking Baidu where an address lies sends personal data out of the house: off without a key.
BAIDU_MAP_KEY = env("BAIDU_MAP_KEY", default="")

WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = env("SITE_URL", default="http://127.0.0.1:8000")
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAILADMIN_COMMENTS_ENABLED = False  # their letters go past the outbox, which asks for the right again
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "content.search.backend", "SEARCH_CONFIG": "simple"}}
WAGTAIL_GRAVATAR_PROVIDER_URL = None

CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE

DEFAULT_EXCEPTION_REPORTER = "portal.base.logs.CarefulReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "portal.base.logs.NothingTyped"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"links": {"()": "portal.base.logs.HideOneTimeLinks"}},
    "formatters": {"careful": {"()": "portal.base.logs.CarefulFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "careful"}},
    "loggers": {name: {"filters": ["links"]} for name in ("django.request", "django.server")},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
# Our backend is guardian's own, with dates: the check looks for the class by name.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
