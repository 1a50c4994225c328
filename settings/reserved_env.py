"""Environment variables that `env` and `secrets` may not name, and why.

What decides security, state or routing has a setting of its own or must not differ. Everything else that the program
sets (log levels, timeouts, caches, model sources) is a default that `env` may override.
"""

from collections.abc import Collection, Mapping

from gateway_engines import Engine

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
        "UVICORN_TIMEOUT_KEEP_ALIVE",
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

_LIMITS = frozenset({"LIMITS", "LIMITS_REDIS_URL"})
"""What the gateway's program reads for `limits`."""

SIGN_IN = frozenset({"OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OPENID_PROVIDER_URL", "OPENID_REDIRECT_URI"})
"""What the program sets for `webui.oidc`; without it they are the user's, as for a sign-in that has no key here."""

SSO_KEYS: Mapping[str, str] = {
    **dict.fromkeys(("OPENID_PROVIDER_URL", "OPENID_REDIRECT_URI"), "providerUrl"),
    **dict.fromkeys(("OAUTH_CLIENT_ID", "GOOGLE_CLIENT_ID", "MICROSOFT_CLIENT_ID", "GITHUB_CLIENT_ID"), "clientId"),
    **dict.fromkeys(("GOOGLE_CLIENT_SECRET", "MICROSOFT_CLIENT_SECRET", "GITHUB_CLIENT_SECRET"), "clientSecretArn"),
    **dict.fromkeys(("GOOGLE_OAUTH_SCOPE", "MICROSOFT_OAUTH_SCOPE", "GITHUB_CLIENT_SCOPE", "OAUTH_SCOPES"), "scopes"),
    **dict.fromkeys(("GOOGLE_REDIRECT_URI", "MICROSOFT_REDIRECT_URI", "GITHUB_CLIENT_REDIRECT_URI"), "preset"),
    **dict.fromkeys(("ENABLE_LOGIN_FORM", "OAUTH_AUTO_REDIRECT"), "only"),
    **dict.fromkeys(("ENABLE_SCIM", "SCIM_AUTH_PROVIDER", "SCIM_ENABLED", "SCIM_TOKEN"), "scim"),
    **dict.fromkeys(("OAUTH_GROUPS_CLAIM", "OAUTH_GROUP_CLAIM", "ENABLE_OAUTH_GROUP_MANAGEMENT"), "claims.groups"),
    "ENABLE_OAUTH_BACKCHANNEL_LOGOUT": "backChannelLogout",
    "ENABLE_OAUTH_GROUP_CREATION": "createGroups",
    "ENABLE_OAUTH_ROLE_MANAGEMENT": "adminRoles",
    "ENABLE_OAUTH_SIGNUP": "signup",
    "JWT_EXPIRES_IN": "sessionHours",
    "MICROSOFT_CLIENT_TENANT_ID": "tenant",
    "OAUTH_ADMIN_ROLES": "adminRoles",
    "OAUTH_ALLOWED_DOMAINS": "allowedDomains",
    "OAUTH_ALLOWED_ROLES": "allowedRoles",
    "OAUTH_BLOCKED_GROUPS": "blockedGroups",
    "OAUTH_CLIENT_SECRET": "clientSecretArn",
    "OAUTH_CODE_CHALLENGE_METHOD": "pkce",
    "OAUTH_EMAIL_CLAIM": "claims.email",
    "OAUTH_MERGE_ACCOUNTS_BY_EMAIL": "mergeByEmail",
    "OAUTH_PROVIDER_NAME": "name",
    "OAUTH_ROLES_CLAIM": "claims.roles",
    "OAUTH_SUB_CLAIM": "claims.subject",
    "OAUTH_USERNAME_CLAIM": "claims.name",
    "OPENID_END_SESSION_ENDPOINT": "endSessionUrl",
    "WEBUI_AUTH_SIGNOUT_REDIRECT_URL": "signedOutUrl",
}
"""Open WebUI's variables that a key of `webui.sso` sets, and the key; beside `webui.oidc` they are the user's."""

PEOPLE_KEYS: Mapping[str, str] = {
    **dict.fromkeys(("ENABLE_API_KEYS", "USER_PERMISSIONS_FEATURES_API_KEYS"), "permissions.apiKeys"),
    "DEFAULT_USER_ROLE": "defaultRole",
    "USER_PERMISSIONS_CHAT_FILE_UPLOAD": "permissions.uploads",
    "USER_PERMISSIONS_FEATURES_CODE_INTERPRETER": "permissions.codeInterpreter",
    "USER_PERMISSIONS_FEATURES_WEB_SEARCH": "permissions.webSearch",
}
"""Open WebUI's variables that a key of `webui` sets; they override its default, and may not stand beside it."""

LDAP_KEYS: Mapping[str, str] = {
    "ENABLE_LDAP": "host",
    "ENABLE_LDAP_GROUP_CREATION": "createGroups",
    "ENABLE_LDAP_GROUP_MANAGEMENT": "groupsAttribute",
    "LDAP_APP_DN": "bindDn",
    "LDAP_APP_PASSWORD": "bindSecretArn",
    "LDAP_ATTRIBUTE_FOR_GROUPS": "groupsAttribute",
    "LDAP_ATTRIBUTE_FOR_MAIL": "mailAttribute",
    "LDAP_ATTRIBUTE_FOR_USERNAME": "usernameAttribute",
    "LDAP_CA_CERT_FILE": "tls",
    "LDAP_SEARCH_BASE": "searchBase",
    "LDAP_SEARCH_FILTER": "searchFilter",
    "LDAP_SEARCH_FILTERS": "searchFilter",
    "LDAP_SERVER_HOST": "host",
    "LDAP_SERVER_PORT": "port",
    "LDAP_USE_TLS": "tls",
    "LDAP_VALIDATE_CERT": "tls",
}
"""The same for `webui.ldap`."""

_OTHER_DATABASE = "would win over the database that the stack makes; database.urlSecretArn takes another in its place"
_OTHER_CACHE = "would win over the cache that the stack makes; cache.urlSecretArn takes another in its place"

_FROM_ANYBODY = (
    "must not be set: the load balancer passes on this header from anybody; loadBalancer.authenticate signs "
)
_FROM_ANYBODY += "people in"

_FORBIDDEN: Mapping[str, str] = {
    "DATABASE_ENABLE_IAM_TOKEN_AUTH": "has a setting of its own, database.authentication",
    "DATABASE_URL": _OTHER_DATABASE,
    "PGVECTOR_DB_URL": _OTHER_DATABASE,
    "WEBSOCKET_REDIS_URL": _OTHER_CACHE,
    "WEBUI_AUTH": "must stay as it is: without sign-in everybody is the administrator",
    **dict.fromkeys(
        (f"WEBUI_AUTH_TRUSTED_{name}_HEADER" for name in ("EMAIL", "GROUPS", "NAME", "ROLE")),
        _FROM_ANYBODY,
    ),
    **dict.fromkeys(("ALB_CLIENT", "ALB_KEYS_URL", "ALB_SIGNER"), "is what loadBalancer.authenticate sets"),
}
"""What the program does not set, and what would undo what it does: by name, the rule."""


def _reserved(app: str, is_set: Collection[str], forbidden: Mapping[str, str]) -> dict[str, str]:
    rule = f"is set by this program: {app} would not get the value given here"
    return {**dict.fromkeys(sorted(is_set), rule), **forbidden}


def reserved_by(engine: Engine) -> Mapping[str, str]:
    """The gateway's variables with this engine, by name the rule."""
    return _reserved("gateway", engine.own | _LIMITS, engine.forbidden)


RESERVED_ENV: Mapping[str, str] = _reserved("webui", _WEBUI_STATE | _WEBUI_SECURITY, _FORBIDDEN)
"""Open WebUI's variables, by name the rule; the further services have none."""

COMPANION_ENV: Mapping[str, Mapping[str, str]] = {
    "mcpo": {"MCP_SERVERS": "is what companions.mcpo.servers sets"},
    "pipelines": {"PIPELINES_API_KEY": "is set by this program, which generates the key"},
}
"""The same for the companions."""
