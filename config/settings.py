"""The one settings module: every deployment differs by environment variables only (table in README.md).

Without any variable it serves plain http on this machine from SQLite. What the installation owns lies in DATA_DIR.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from api.enum_names import ENUM_NAMES
from config.directories import group_roles, openid_connect, origins
from config.environment import flag, kept_secret, networks, number, words
from config.logs import to_error_stream

BASE_DIR = Path(__file__).resolve().parent.parent
# Set by pytest itself for as long as it runs, and inherited by its worker processes.
UNDER_TEST = "PYTEST_VERSION" in os.environ

# --- what the installation owns ---------------------------------------------------------------------------------------

if UNDER_TEST and "DATA_DIR" not in os.environ:
    DATA_DIR = Path(tempfile.mkdtemp(prefix="klassensatz-test-"))
    atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
else:
    DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / "data").resolve()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

SECRET_KEY = os.environ.get("SECRET_KEY") or kept_secret(DATA_DIR / "secret_key")
SECRET_KEY_FALLBACKS = words("SECRET_KEY_FALLBACKS")
DEBUG = flag("DEBUG")
ALLOWED_HOSTS = words("ALLOWED_HOSTS", default="localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "web.apps.WebConfig",
    "api.apps.ApiConfig",
    "hooks.apps.HooksConfig",
    "imports.apps.ImportsConfig",
    "reports.apps.ReportsConfig",
    "costs.apps.CostsConfig",
    "rollout.apps.RolloutConfig",
    "inventory.apps.InventoryConfig",
    "funding.apps.FundingConfig",
    "schools.apps.SchoolsConfig",
    "audit.apps.AuditConfig",
    "accounts.apps.AccountsConfig",
    "common.apps.CommonConfig",
    "config.apps.ReadOnlyAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "template_partials",
]

MIDDLEWARE = [
    "config.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.errors.UnstorableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "web.sign_in.middleware.SecondFactorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- database ---------------------------------------------------------------------------------------------------------

# IMMEDIATE takes the write lock at BEGIN, so that a transaction waits (timeout) instead of failing half-way with
# "database is locked". WAL lets readers go on beside the one writer. NORMAL with WAL may lose the last commits in a
# power cut, never the consistency.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;PRAGMA cache_size=-32000;"
        "PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=67108864"
    ),
}

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{(DATA_DIR / 'db.sqlite3').as_posix()}",
        conn_max_age=0 if UNDER_TEST else number("CONN_MAX_AGE", default=60),
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(SQLITE_OPTIONS)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
# Argon2 first; older hashes are renewed at the next sign-in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if UNDER_TEST:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
PASSWORD_RESET_TIMEOUT = 3600
# Address for feedback on barriers, named in the accessibility statement.
ACCESSIBILITY_CONTACT = os.environ.get("ACCESSIBILITY_CONTACT", "")
# Where weaknesses are reported (mailto: or https: address); named in /.well-known/security.txt.
SECURITY_CONTACT = os.environ.get("SECURITY_CONTACT", "")
# Stands on the cover of reports, and on the public page.
AUTHORITY_NAME = os.environ.get("AUTHORITY_NAME", "")
# Whether everybody may read how far things have come, without signing in: /progress/.
PUBLIC_PROGRESS = flag("PUBLIC_PROGRESS")

# --- signing in (docs/sign-in.md) -------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "web.sign_in.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "web.forms.sign_in.LoginForm",
    "reauthenticate": "web.forms.sign_in.ReauthenticateForm",
    "change_password": "web.forms.sign_in.ChangePasswordForm",
    "set_password": "web.forms.sign_in.SetPasswordForm",
    "reset_password": "web.forms.sign_in.ResetPasswordForm",
    "reset_password_from_key": "web.forms.sign_in.ResetPasswordKeyForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]  # asked for by a check; sign-up itself is closed
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {
    # Schools sit behind one address: many people in a minute are usual there, a thousand attempts are not.
    "login": "120/m/ip",
    # The lock-out: after five failures nobody gets in under that name for five minutes, with whatever password.
    "login_failed": "60/m/ip,5/5m/key",
    # Entries of the audit trail about failures: one a minute for each name, twenty for all together.
    "failure_noted": "1/m/key",
    "failures_noted": "20/m/key",
}
MFA_ADAPTER = "web.sign_in.adapters.MfaAdapter"
MFA_FORMS = {
    "authenticate": "web.forms.sign_in.AuthenticateForm",
    "reauthenticate": "web.forms.sign_in.ReauthenticateCodeForm",
    "activate_totp": "web.forms.sign_in.ActivateTotpForm",
    "add_webauthn": "web.forms.sign_in.AddPasskeyForm",
    "edit_webauthn": "web.forms.sign_in.EditPasskeyForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from invitations and the directory, never from sign-up
MFA_TOTP_ISSUER = "Klassensatz"
# Browsers allow passkeys over plain http on localhost only, and so does the check of the origin.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not flag("HTTPS")
# Roles that need a second factor before they get any further.
MFA_REQUIRED_ROLES = words("MFA_REQUIRED_ROLES", default="" if UNDER_TEST else "administrator")
# Behind a proxy the address of the person is the last one that the proxy added.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if flag("BEHIND_PROXY") else 0

SOCIALACCOUNT_ADAPTER = "web.sign_in.adapters.DirectoryAdapter"
SOCIALACCOUNT_PROVIDERS = openid_connect()
OIDC_GROUPS_CLAIM = os.environ.get("OIDC_GROUPS_CLAIM") or "groups"
# Group of the directory → role, for OpenID Connect and LDAP alike.
DIRECTORY_GROUP_ROLES = group_roles(os.environ.get("OIDC_GROUP_ROLES", ""))

LDAP_URI = os.environ.get("LDAP_URI", "")
if LDAP_URI:
    AUTHENTICATION_BACKENDS.insert(0, "web.sign_in.ldap.DirectoryBackend")
    AUTH_LDAP_SERVER_URI = LDAP_URI
    AUTH_LDAP_START_TLS = flag("LDAP_START_TLS")
    AUTH_LDAP_BIND_DN = os.environ.get("LDAP_BIND_DN", "")
    AUTH_LDAP_BIND_PASSWORD = os.environ.get("LDAP_BIND_PASSWORD", "")
    AUTH_LDAP_USER_ATTR_MAP = {"first_name": "givenName", "last_name": "sn", "email": "mail"}
    LDAP_USER_BASE = os.environ["LDAP_USER_BASE"]
    LDAP_USER_FILTER = os.environ.get("LDAP_USER_FILTER") or "(uid=%(user)s)"
    LDAP_GROUP_BASE = os.environ["LDAP_GROUP_BASE"]

# --- mail -------------------------------------------------------------------------------------------------------------

# Without a server mails go to the log: a password reset on one's own machine works, too.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = number("EMAIL_PORT", default=587)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM") or "klassensatz@localhost"

# --- cache ------------------------------------------------------------------------------------------------------------

# Shared by all processes, as the lock-out needs it. The table comes from a migration of accounts.
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# --- language and time ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = os.environ.get("LANGUAGE_CODE") or "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
FORMAT_MODULE_PATH = ["config.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = os.environ.get("TIME_ZONE") or "Europe/Berlin"
USE_TZ = True

# --- files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or BASE_DIR / "build" / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
# Looks files up when they are asked for, instead of listing thousands at every start.
WHITENOISE_AUTOREFRESH = DEBUG or UNDER_TEST
MEDIA_ROOT = DATA_DIR / "files"
_PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _PLAIN_STATIC if DEBUG or UNDER_TEST else "config.storage.StaticStorage"},
}
# An upload above 1 MiB goes to a temporary file at once; how large a workbook may be is for the import to say.
UPLOAD_MAX_BYTES = number("UPLOAD_MAX_MB", default=50) * 1024 * 1024
# The same for documents and photos that are kept with a record.
FILE_MAX_BYTES = number("FILE_MAX_MB", default=20) * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# After so many days an uploaded workbook is deleted, with all that was kept of its cells; 0: never.
IMPORT_FILE_DAYS = number("IMPORT_FILE_DAYS", default=365)

# --- background tasks -------------------------------------------------------------------------------------------------

_TASKS_DATABASE = "django_tasks_db.DatabaseBackend"
_TASKS_AT_ONCE = "django_tasks.backends.immediate.ImmediateBackend"
TASKS = {"default": {"BACKEND": _TASKS_AT_ONCE if UNDER_TEST or flag("TASKS_AT_ONCE") else _TASKS_DATABASE}}

# --- what a browser may do --------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # KERN's icons are data addresses in its style sheet
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *origins(os.environ.get("OIDC_SERVER_URL", ""))],  # browsers look at redirects, too
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
# HTTPS says that people reach us by https, directly or through a proxy. Off by default: http://127.0.0.1 must log in.
HTTPS = flag("HTTPS")
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = number("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and flag("HSTS_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = HTTPS and flag("HSTS_PRELOAD", default=True)
if flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = number("SESSION_HOURS", default=12) * 3600
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- interface for machines -------------------------------------------------------------------------------------------

REST_FRAMEWORK: dict[str, Any] = {
    # The first one decides that whoever has not signed in gets 401 with a challenge.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "api.permissions.HasSecondFactor",
        "api.permissions.HasRight",
    ],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.JsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["api.filters.FilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "api.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["api.throttling.RequestThrottle"],
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "api.errors.answer_problem",
    # Addresses in X-Forwarded-For are claims of the client, except what our own proxy adds.
    "NUM_PROXIES": 1 if flag("BEHIND_PROXY") else 0,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,
}
# Per token or person, and per address for who has not signed in; 0: any number.
API_REQUESTS_PER_MINUTE = number("API_REQUESTS_PER_MINUTE", default=0 if UNDER_TEST else 1200)
API_STRANGERS_PER_MINUTE = number("API_STRANGERS_PER_MINUTE", default=0 if UNDER_TEST else 120)
# Networks of one's own that webhooks may reach, also by plain http: 10.1.0.0/16,fd00::/8. All others must be public.
WEBHOOK_PRIVATE_TARGETS = networks("WEBHOOK_PRIVATE_TARGETS")
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Klassensatz",
    "DESCRIPTION": "Equipment of schools: what is required, what is there, what is missing, as of any day.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.serializers.webhooks.describe_calls",
        "api.schema.complete",
    ],
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
}

# --- log --------------------------------------------------------------------------------------------------------------

# To the error stream only, without request bodies, cookies or headers.
LOG_LEVEL = (os.environ.get("LOG_LEVEL") or "INFO").upper()
LOGGING = to_error_stream("WARNING" if UNDER_TEST else LOG_LEVEL)
