"""Environment variables that `env` and `secrets` may not name, and why.

What decides security, state or routing has a setting of its own or must not differ. Everything else that the program
sets (log levels, timeouts, caches, model sources) is a default that `env` may override.
"""

from collections.abc import Mapping

_WEBUI_STATE = frozenset(
    {
        "DATABASE_ENABLE_SQLITE_WAL",
        "DATABASE_HOST",
        "DATABASE_NAME",
        "DATABASE_PASSWORD",
        "DATABASE_POOL_MAX_OVERFLOW",
        "DATABASE_POOL_SIZE",
        "DATABASE_PORT",
        "DATABASE_TYPE",
        "DATABASE_USER",
        "DATA_DIR",
        "ENABLE_DB_MIGRATIONS",
        "HOME",
        "PGSSLMODE",
        "PGVECTOR_POOL_MAX_OVERFLOW",
        "PGVECTOR_POOL_SIZE",
        "REDIS_URL",
        "STATIC_DIR",
        "TMPDIR",
        "UVICORN_WORKERS",
        "VECTOR_DB",
        "WEBUI_IMAGE",
        "WEBSOCKET_MANAGER",
    }
)

_WEBUI_SECURITY = frozenset(
    {
        "CORS_ALLOW_ORIGIN",
        "ENABLE_PERSISTENT_CONFIG",
        "ENABLE_PIP_INSTALL_FRONTMATTER_REQUIREMENTS",
        "ENABLE_SIGNUP",
        "FORWARDED_ALLOW_IPS",
        "HSTS",
        "WEBUI_ADMIN_EMAIL",
        "WEBUI_ADMIN_PASSWORD",
        "WEBUI_AUTH_COOKIE_SECURE",
        "WEBUI_SECRET_KEY",
        "WEBUI_SESSION_COOKIE_SECURE",
        "WEBUI_URL",
    }
)

_GATEWAY = frozenset(
    {
        "ALLOWED_ORIGINS",
        "API_KEY",
        "AWS_REGION",
        "DEFAULT_EMBEDDING_MODEL",
        "DEFAULT_MODEL",
        "PORT",
        "UVICORN_WORKERS",
    }
)

_BOTH = frozenset({"UVICORN_TIMEOUT_KEEP_ALIVE"})

SIGN_IN = frozenset({"OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OPENID_PROVIDER_URL", "OPENID_REDIRECT_URI"})
"""What the program sets for `webui.oidc`; without it they are the user's, as for a sign-in with Microsoft or Google."""

_OTHER_DATABASE = "would win over the database that the stack makes"
_OTHER_KEY = "would win over the key that the stack gives the gateway"

_FORBIDDEN: Mapping[str, Mapping[str, str]] = {
    "webui": {
        "DATABASE_URL": _OTHER_DATABASE,
        "PGVECTOR_DB_URL": _OTHER_DATABASE,
        "WEBSOCKET_REDIS_URL": "would win over the cache that the stack makes",
        "WEBUI_AUTH": "must stay as it is: without sign-in everybody is the administrator",
        "WEBUI_AUTH_TRUSTED_EMAIL_HEADER": "must not be set: the load balancer passes on this header from anybody",
    },
    "gateway": {
        "API_KEY_PARAM_NAME": _OTHER_KEY,
        "API_KEY_SECRET_ARN": _OTHER_KEY,
        "API_ROUTE_PREFIX": "must stay as it is: Open WebUI and the load balancer ask for /api/v1",
        "WEB_CONCURRENCY": "has a setting of its own, gateway.workers",
    },
}
"""What the program does not set, and what would undo what it does: by app and name, the rule."""


def _reserved(app: str, is_set: frozenset[str]) -> dict[str, str]:
    rule = f"is set by this program: {app} would not get the value given here"
    return {**dict.fromkeys(is_set, rule), **_FORBIDDEN[app]}


RESERVED_ENV: Mapping[str, Mapping[str, str]] = {
    "webui": _reserved("webui", _WEBUI_STATE | _WEBUI_SECURITY | _BOTH),
    "gateway": _reserved("gateway", _GATEWAY | _BOTH),
}
"""By app and name, the rule; the further services have none."""
