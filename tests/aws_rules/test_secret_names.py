"""Names and values that hold secrets are told from those that only speak of them."""

import pytest

from aws_rules import secret_names


@pytest.mark.parametrize(
    "name",
    [
        "OPENAI_API_KEY",
        "OPENAI_API_KEYS",
        "WEBUI_SECRET_KEY",
        "OAUTH_CLIENT_SECRET",
        "LDAP_APP_PASSWORD",
        "PGPASSWD",
        "GITHUB_TOKEN",
        "API_TOKENS",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "ECS_ENGINE_AUTH_DATA",
        "DB_PASS",
        "DATABASE_URL",
        "REDIS_URL",
        "WEBSOCKET_REDIS_URL",
        "PGVECTOR_DB_URL",
        "MONGODB_URI",
        "DB_CONNECTION_STRING",
        "SENTRY_DSN",
        "TLS_KEY_PEM",
        "SECRET_KEY_BASE",
        "PASSWORD_HASH",
        "TOKEN_2",
        "KEY",
        "adminPassword",
        "api-key",
        "clientSecret",
        "db_credentials",
        "JWT_PASSPHRASE",
        "S3_ACCESS_KEY_ID",
    ],
)
def test_a_name_holds_a_secret(name: str) -> None:
    assert secret_names.is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "KEEP_ALIVE",
        "TOKEN_LIMIT",
        "MAX_TOKENS",
        "NUM_PROMPT_TOKENS",
        "REDIS_KEY_PREFIX",
        "S3_KEY_PREFIX",
        "MONKEY",
        "JWT_PUBLIC_KEY",
        "SORT_KEY",
        "SECRET_ARN",
        "TOKEN_URL",
        "OPENAI_API_BASE_URLS",
        "WEBUI_URL",
        "COMPASS",
        "",
        "TIKTOKEN_ENCODING_NAME",
        "OAUTH_CLIENT_ID",
        "PASSWORD_MIN_LENGTH",
        "LOG_LEVEL",
        "_",
        "42",
        "KEYCLOAK_HOST",
    ],
)
def test_a_name_speaks_of_something_else(name: str) -> None:
    assert not secret_names.is_secret_name(name)


@pytest.mark.parametrize(
    "value",
    [
        "AKIAABCDEFGHIJKLMNOP",
        "sk-proj-0123456789abcdef",
        "ghp_0123456789abcdefghij",
        "glpat-0123456789abcdefghij",
        "xoxb-0123456789-abc",
        "-----BEGIN RSA PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.x",
        "postgresql://webui:hunter2@db.example.com/webui",
        "rediss://:hunter2@cache.example.com:6379/0",
    ],
)
def test_a_value_is_surely_a_secret(value: str) -> None:
    assert secret_names.is_secret_value(value)
    assert secret_names.may_be_secret(value)


@pytest.mark.parametrize(
    "value",
    [
        "ghcr.io/open-webui/open-webui:v0.12.4",
        f"ghcr.io/open-webui/open-webui@sha256:{'0a' * 32}",
        "https://id.example.com/.well-known/openid-configuration",
        "anthropic.claude-sonnet-4-20250514-v1:0",
        "mail@example.com",
        "task-0123456789abcdef",
        "cron(0 8 ? * MON-FRI *)",
        "",
    ],
)
def test_a_value_is_no_secret(value: str) -> None:
    assert not secret_names.is_secret_value(value)
    assert not secret_names.may_be_secret(value)


def test_a_long_run_of_mixed_characters_is_not_printed_but_not_refused_either() -> None:
    value = "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZg"
    assert secret_names.may_be_secret(value)
    assert not secret_names.is_secret_value(value)
