"""Open WebUI 0.12.4's environment variables. They win over its database, unless `webui.persistentConfig` is on."""

from collections.abc import Collection

import pulumi

from apps import hardening, load_balancer_sign_in, people, sign_in, uploads, webui_data
from apps.common import keep_alive
from apps.given_listener import GivenLoadBalancer
from apps.model_sources import Variables, gateway_url, model_sources
from apps.model_sources import variables as model_variables
from apps.shared import SharedParts
from aws_rules import models as catalog
from components.ecs_app_service import EcsAppService
from settings import CLIENT_TIMEOUT_SECONDS, ModelAccess, Scheme, StackSettings

DATA_DIR = "/webui"
"""Where the file system is mounted, as in the template that this program replaces."""

SCRATCH_DIR = "/scratch"
"""Space of one task: Open WebUI rewrites its static files at every start, which tasks must not share."""

FORWARDED_ORIGIN = "http://localhost:8080"

NOBODY = "http://127.0.0.1:9"
"""Where nothing listens."""

_ADDRESSES = frozenset({"OPENAI_API_BASE_URL", "OPENAI_API_BASE_URLS"})


def variables(settings: StackSettings, shared: SharedParts, gateway: EcsAppService | None) -> Variables:
    """Everything but secrets and the migration switch."""
    return {
        **hardening.variables(https=shared.https),
        **_files_and_logs(),
        **_web(settings, shared),
        **_users(settings),
        **people.variables(settings),
        **sign_in.variables(settings, shared),
        **load_balancer_sign_in.variables(settings, shared),
        **uploads.variables(settings, shared),
        **_models(settings, shared, gateway),
        **webui_data.variables(settings, shared),
        **{name: value for each in settings.companion_variables.values() for name, value in each.items()},
    }


def migrations(*, enabled: bool) -> Variables:
    """Whether this container migrates the schema: with a database, only the init container does."""
    return {"ENABLE_DB_MIGRATIONS": _flag(enabled)}


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _files_and_logs() -> Variables:
    return {
        "DATA_DIR": DATA_DIR,
        "STATIC_DIR": f"{SCRATCH_DIR}/static",
        "TMPDIR": SCRATCH_DIR,
        "HOME": SCRATCH_DIR,
        # JSON from the first line on takes both.
        "LOG_FORMAT": "json",
        "GLOBAL_LOG_LEVEL": "INFO",
    }


def _web(settings: StackSettings, shared: SharedParts) -> Variables:
    balancer = shared.load_balancer
    if isinstance(balancer, GivenLoadBalancer):
        proxies = [*balancer.subnet_cidrs]
    elif settings.load_balancer.scheme is Scheme.INTERNAL:
        proxies = shared.network.private_cidrs
    else:
        proxies = shared.network.public_cidrs
    secure = _flag(shared.https)
    return {
        "WEBUI_URL": shared.url,
        # `make open` forwards a port of the laptop through ECS Exec; browsers then say that they come from there.
        "CORS_ALLOW_ORIGIN": pulumi.Output.concat(shared.url, ";", FORWARDED_ORIGIN)
        if settings.webui.exec_enabled
        else shared.url,
        # The load balancer's subnets: only its word on client address and scheme counts.
        "FORWARDED_ALLOW_IPS": ",".join(proxies),
        "UVICORN_TIMEOUT_KEEP_ALIVE": keep_alive(shared),
        "UVICORN_WORKERS": "1",
        "AIOHTTP_CLIENT_TIMEOUT": str(CLIENT_TIMEOUT_SECONDS),
        # A browser does not send a secure cookie over plain HTTP: nobody could log in.
        "WEBUI_SESSION_COOKIE_SECURE": secure,
        "WEBUI_AUTH_COOKIE_SECURE": secure,
    }


def _users(settings: StackSettings) -> Variables:
    app = settings.webui
    return {
        "ENABLE_SIGNUP": _flag(app.signup),
        "WEBUI_ADMIN_EMAIL": app.admin_email,
        "WEBUI_ADMIN_NAME": "Administrator",
        "ENABLE_PERSISTENT_CONFIG": _flag(app.persistent_config),
    }


def _models(settings: StackSettings, shared: SharedParts, gateway: EcsAppService | None) -> Variables:
    common: Variables = {
        "ENABLE_OLLAMA_API": "false",
        # The image's own value is resolved at each start, although nobody is there.
        "OLLAMA_BASE_URL": "http://127.0.0.1:11434",
        # Open WebUI hides a model from all but administrators until somebody grants it.
        "BYPASS_MODEL_ACCESS_CONTROL": _flag(settings.webui.access is ModelAccess.EVERYONE),
        # 28 descriptions of tools would go with every message: about 5,000 tokens, and not every model takes tools.
        # Who asks for the tokens of a stream is told them; Open WebUI keeps them with the message, for `make usage`.
        "DEFAULT_MODEL_METADATA": '{"capabilities":{"builtin_tools":false,"usage":true}}',
        # No model is loaded in the process, so nothing is fetched from a model hub.
        "OFFLINE_MODE": "true",
    }
    given = settings.webui.env.keys() | settings.webui.secrets.keys()
    sources = model_sources(settings, shared, gateway)
    listed = model_variables(sources)
    if _ADDRESSES & given:
        # With addresses of the user's own the first connection is not the gateway.
        listed.pop("OPENAI_API_CONFIGS", None)
    common |= {"ENABLE_OPENAI_API": _flag(bool(sources or _ADDRESSES & given)), **listed}
    if gateway is None:
        return {**common, **_without_embeddings(given)}
    return {
        **common,
        # Open WebUI does not take this one from the gateway's own address.
        "RAG_OPENAI_API_BASE_URL": gateway_url(settings, shared.load_balancer),
        # What a new chat begins with.
        "DEFAULT_MODELS": settings.gateway.default_model,
        "RAG_EMBEDDING_ENGINE": "openai",
        "RAG_EMBEDDING_MODEL": settings.gateway.embedding_model,
        # The Access Gateway refuses more texts than the model takes, and a worker of it answers one request at a time.
        "RAG_EMBEDDING_BATCH_SIZE": str(catalog.texts_per_request(settings.gateway.embedding_model)),
        "RAG_EMBEDDING_CONCURRENT_REQUESTS": "4",
        # Kept in Valkey for ever, it would never show another model again.
        "ENABLE_BASE_MODELS_CACHE": "false",
        "MODELS_CACHE_TTL": "60",
        **({"ENABLE_FORWARD_USER_INFO_HEADERS": "true"} if settings.gateway.user_metadata else {}),
        **({"TASK_MODEL_EXTERNAL": small} if (small := settings.gateway.small_model) else {}),
    }


def _without_embeddings(given: Collection[str]) -> Variables:
    """By default Open WebUI computes vectors by itself, with a model that it downloads."""
    if "RAG_EMBEDDING_ENGINE" in given:
        return {}
    # With an engine that is elsewhere it loads no model; documents then go into the question as a whole.
    return {
        "RAG_EMBEDDING_ENGINE": "openai",
        "RAG_OPENAI_API_BASE_URL": NOBODY,
        "BYPASS_EMBEDDING_AND_RETRIEVAL": "true",
    }
