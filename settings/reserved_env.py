"""Environment variables that the program itself sets: `env` and `secrets` may not name them.

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
        "DATABASE_URL",
        "DATABASE_USER",
        "DATA_DIR",
        "ENABLE_DB_MIGRATIONS",
        "HOME",
        "PGSSLMODE",
        "PGVECTOR_DB_URL",
        "PGVECTOR_POOL_MAX_OVERFLOW",
        "PGVECTOR_POOL_SIZE",
        "REDIS_URL",
        "STATIC_DIR",
        "TMPDIR",
        "UVICORN_WORKERS",
        "VECTOR_DB",
        "WEBUI_IMAGE",
        "WEBSOCKET_MANAGER",
        "WEBSOCKET_REDIS_URL",
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
        "OAUTH_CLIENT_ID",
        "OAUTH_CLIENT_SECRET",
        "OPENID_PROVIDER_URL",
        "OPENID_REDIRECT_URI",
        "WEBUI_ADMIN_EMAIL",
        "WEBUI_ADMIN_PASSWORD",
        "WEBUI_AUTH",
        "WEBUI_AUTH_COOKIE_SECURE",
        "WEBUI_AUTH_TRUSTED_EMAIL_HEADER",
        "WEBUI_SECRET_KEY",
        "WEBUI_SESSION_COOKIE_SECURE",
        "WEBUI_URL",
    }
)

_GATEWAY = frozenset(
    {
        "ALLOWED_ORIGINS",
        "API_KEY",
        "API_KEY_PARAM_NAME",
        "API_KEY_SECRET_ARN",
        "API_ROUTE_PREFIX",
        "AWS_REGION",
        "DEFAULT_EMBEDDING_MODEL",
        "DEFAULT_MODEL",
        "PORT",
        "UVICORN_WORKERS",
        "WEB_CONCURRENCY",
    }
)

_BOTH = frozenset({"UVICORN_TIMEOUT_KEEP_ALIVE"})

RESERVED_ENV: Mapping[str, frozenset[str]] = {
    "webui": _WEBUI_STATE | _WEBUI_SECURITY | _BOTH,
    "gateway": _GATEWAY | _BOTH,
}
"""By app; the further services have none."""
