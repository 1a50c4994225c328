"""What an app is told to call is found in its variables, and the table knows Open WebUI's."""

import re

import pytest

from scripts.open_webui_release import known
from settings.addresses import open_webui_addresses, open_webui_table, other_addresses
from tests.settings.samples import keys, valid

OPEN_WEBUI = known().variables
LOOKS_LIKE_AN_ADDRESS = re.compile(r".*(_URLS?|_URI|_HOSTS?|_ENDPOINT)")
CALLED_BY_NO_TASK = {
    # Where browsers go, and words that look like an address.
    "AIOHTTP_POOL_CONNECTIONS_PER_HOST", "API_KEYS_ALLOWED_ENDPOINTS", "FEISHU_REDIRECT_URI",
    "GITHUB_CLIENT_REDIRECT_URI", "GOOGLE_REDIRECT_URI", "IMAGES_GEMINI_ENDPOINT_METHOD", "MICROSOFT_REDIRECT_URI",
    "ONEDRIVE_SHAREPOINT_URL", "OPENID_END_SESSION_ENDPOINT", "OPENID_REDIRECT_URI", "REPORTING_ENDPOINTS",
    "S3_USE_ACCELERATE_ENDPOINT", "WEBUI_AUTH_SIGNOUT_REDIRECT_URL", "WEBUI_URL",
    # Microsoft's own, on 443.
    "MICROSOFT_CLIENT_PICTURE_URL", "MICROSOFT_WEB_IQ_API_BASE_URL",
    # Of the database and the cache, which have settings of their own.
    "DATABASE_HOST", "DATABASE_URL", "PGVECTOR_DB_URL", "REDIS_URL", "WEBSOCKET_REDIS_URL",
}  # fmt: skip


def test_the_table_holds_every_address_that_a_task_of_open_webui_calls() -> None:
    look_like = {name for name in OPEN_WEBUI if LOOKS_LIKE_AN_ADDRESS.fullmatch(name)}
    assert look_like - open_webui_table().keys() - CALLED_BY_NO_TASK == set()
    assert CALLED_BY_NO_TASK.isdisjoint(open_webui_table())


def test_the_table_names_variables_of_open_webui_only() -> None:
    ports = {row["portFrom"] for row in open_webui_table().values() if "portFrom" in row}
    assert {*open_webui_table(), *ports} <= set(OPEN_WEBUI)


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ({"LDAP_SERVER_HOST": "ldap.example.com"}, {("ldap.example.com", 389)}),
        ({"LDAP_SERVER_HOST": "10.0.0.5", "LDAP_SERVER_PORT": "636"}, {("10.0.0.5", 636)}),
        ({"OLLAMA_BASE_URLS": "http://a:11434; https://b.example.com"}, {("a", 11434), ("b.example.com", 443)}),
        ({"PLAYWRIGHT_WS_URL": "ws://playwright:3000"}, {("playwright", 3000)}),
        ({"QDRANT_URI": "https://q.example.com"}, {("q.example.com", 6333)}),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector.example.com"}, {("collector.example.com", 4317)}),
        ({"REDIS_SENTINEL_HOSTS": "a.example.com,b.example.com"}, {("a.example.com", 26379), ("b.example.com", 26379)}),
        ({"MARIADB_VECTOR_DB_URL": "mariadb+x://u:p@db.example.com/v"}, {("db.example.com", 3306)}),
        ({"MILVUS_URI": "/webui/vector_db/milvus.db"}, set()),
        ({"TIKA_SERVER_URL": ""}, set()),
        ({"TIKA_SERVER_URL": "http://[tika"}, set()),
        ({"TIKA_SERVER_URL": "http://tika:99999"}, set()),
        ({"TOOL_SERVER_CONNECTIONS": '[{"url": "http://m:8000/a"}, {"url": 1}, 2]'}, {("m", 8000)}),
        ({"TOOL_SERVER_CONNECTIONS": "[{"}, set()),
        ({"DEFAULT_LOCALE": "http://a:1"}, set()),
    ],
)
def test_an_address_has_the_port_that_the_client_connects_to(env: dict[str, str], found: set[tuple[str, int]]) -> None:
    assert {(one.host, one.port) for one in open_webui_addresses(next(iter(env)), env)} == found


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ({"API": "http://10.0.0.1:8080/a"}, {("10.0.0.1", 8080)}),
        ({"SMTP_HOST": "mail.example.com", "SMTP_PORT": "587"}, {("mail.example.com", 587)}),
        ({"SMTP_HOST": "mail.example.com"}, set()),
        ({"NOTE": "see http"}, set()),
        ({"DSN": "postgresql://db.example.com"}, set()),
    ],
)
def test_what_looks_like_an_address_elsewhere_is_one(env: dict[str, str], found: set[tuple[str, int]]) -> None:
    assert {(one.host, one.port) for one in other_addresses(next(iter(env)), env)} == found


def refused(url: str, no_proxy: str) -> bool:
    proxy = {"url": "http://proxy.corp.example.com:3128", "noProxy": [no_proxy]}
    return keys(valid(proxy=proxy, webui={"env": {"SEARXNG_QUERY_URL": url}})) != []


def test_what_asks_by_http_goes_through_the_proxy_unless_it_is_told_to_go_directly() -> None:
    assert not refused("http://search.example.org:8080/search", ".example.com")
    assert refused("http://search.example.org:8080/search", ".example.org")
    assert refused("http://search.example.org:8080/search", "search.example.org")
    assert keys(valid(proxy={"url": "http://10.0.0.1:3128"}, webui={"env": {"LDAP_SERVER_HOST": "ldap.example.org"}}))
