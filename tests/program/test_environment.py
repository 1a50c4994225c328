"""The applications get the settings that make them work here, by names that they read."""

import json

import pulumi_aws as aws
import pytest

from apps.hardening import HARDENING
from apps.surroundings import TRUST
from apps.webui_environment import NOBODY
from aws_rules import database
from gateway_engines import ENGINES, EngineName
from offline.engine.recording import Recording
from scripts.open_webui_release import known
from settings.reserved_env import RESERVED_ENV, SIGN_IN, reserved_by
from settings.sidecars import COLLECTOR
from tests.program.variants import PLANS, SECRET_ARN, named, variant
from tests.support.program import GATEWAY_IMAGE, apps, containers, environment, plan, secrets, service, task_definition

READ_BY_OPEN_WEBUI = known().variables
READ_BY_OTHERS = {
    "HOME": "Python and its libraries: the image's home belongs to root",
    "TMPDIR": "Python's tempfile",
    "PGSSLMODE": "libpq, under both of Open WebUI's database drivers",
    "UVICORN_TIMEOUT_KEEP_ALIVE": "uvicorn's command line",
    "AOT_CONFIG_CONTENT": "the AWS Distro for OpenTelemetry's collector",
    "WEBUI_IMAGE": "the programs of containers/: whose turn it is on the database",
    **dict.fromkeys(("ALB_CLIENT", "ALB_KEYS_URL", "ALB_SIGNER"), "containers/webui_front.py"),
}
READ_BY_THE_MIGRATION = {"DATABASE_ADMIN_PASSWORD", "DATABASE_ADMIN_USER", "AWS_DEFAULT_REGION"}
"""With `database.authentication: iam`; the region is boto3's."""
READ_BY_CLIENTS = {
    *(spelt for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY") for spelt in (name, name.lower())),
    *TRUST,
    "ROOT_CERTIFICATES",
}
"""By HTTP and TLS clients of any program, and by the container that writes the certificates."""
READ_BY_LIMITS = {"LIMITS", "LIMITS_REDIS_URL"}
"""By containers/gateway_user_limits.py, before either engine."""
READ_BY_ACCESS_GATEWAY = {
    # bedrock-access-gateway: src/api/setting.py, auth.py and app.py
    "ALLOWED_ORIGINS",
    "API_KEY",
    "API_ROUTE_PREFIX",
    "AWS_REGION",
    "DEBUG",
    "DEFAULT_EMBEDDING_MODEL",
    "DEFAULT_MODEL",
    "ENABLE_APPLICATION_INFERENCE_PROFILES",
    "ENABLE_CROSS_REGION_INFERENCE",
    "ENABLE_PROMPT_CACHING",
    "PORT",
    # containers/access_gateway.py, containers/gateway_tokens.py
    "ASSUME_ROLE_ARN",
    "TOKENS_USER_CLAIM",
    # uvicorn, containers/gateway_serve.py and Python
    "PYTHONDONTWRITEBYTECODE",
    "UVICORN_TIMEOUT_KEEP_ALIVE",
    "UVICORN_WORKERS",
}
READ_BY_LITELLM = {
    # LiteLLM 1.108.7, and boto3
    "AWS_REGION",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "DISABLE_ADMIN_UI",
    "LITELLM_LOCAL_MODEL_COST_MAP",
    "LITELLM_MASTER_KEY",
    # containers/litellm_gateway.py, containers/gateway_tokens.py
    "LITELLM_CONFIG",
    "TOKENS_USER_CLAIM",
    # uvicorn, containers/gateway_serve.py and Python
    "HOME",
    "PORT",
    "PYTHONDONTWRITEBYTECODE",
    "TMPDIR",
    "UVICORN_TIMEOUT_KEEP_ALIVE",
    "UVICORN_WORKERS",
}
HTTPS = [*named("HTTPS", "internet-facing"), "prod"]
GATEWAY = sorted(PLANS.keys() - named("no gateway"))
WITH_DATABASE = sorted(PLANS.keys() - named("no database"))


def webui(name: str) -> dict[str, str]:
    return environment(PLANS[name](), "webui")


def idle_timeout(recording: Recording) -> int:
    return int(recording.one(aws.lb.LoadBalancer).inputs["idleTimeout"])


@pytest.mark.parametrize("name", PLANS)
def test_open_webui_knows_every_name_that_it_is_given(name: str) -> None:
    recording = PLANS[name]()
    for container in containers(recording, "webui"):
        given = environment(recording, "webui", container).keys() | secrets(recording, "webui", container).keys()
        assert given <= READ_BY_OPEN_WEBUI | READ_BY_OTHERS.keys() | READ_BY_THE_MIGRATION | READ_BY_CLIENTS


def test_what_is_said_to_be_set_by_this_program_is() -> None:
    named = [{"id": "amazon.nova-pro-v1:0", "name": "Nova"}, "amazon.nova-micro-v1:0", "amazon.titan-embed-text-v2:0"]
    limits = {"limits": {"tokensADay": 9}}
    with_names = plan({"gateway": {"image": GATEWAY_IMAGE, "models": named}, **limits})
    by_litellm = [variant("LiteLLM").plan(), plan({"gateway": {"engine": "litellm", "models": named}, **limits})]
    default = [variant("secrets of the user").plan(), variant("no database").plan(), with_names]
    for app, rules, recordings in (
        ("webui", RESERVED_ENV, default),
        ("gateway", reserved_by(ENGINES[EngineName.ACCESS_GATEWAY]), default),
        ("gateway", reserved_by(ENGINES[EngineName.LITELLM]), by_litellm),
    ):
        said = {name for name, rule in rules.items() if "set by this program" in rule}
        said |= SIGN_IN if app == "webui" else set()
        found = {
            name
            for recording in recordings
            for container in containers(recording, app)
            for name in {**environment(recording, app, container), **secrets(recording, app, container)}
        }
        assert said <= found, app


def test_the_list_of_names_is_open_webuis() -> None:
    assert len(READ_BY_OPEN_WEBUI) > 800
    assert {"DATA_DIR", "ENABLE_PERSISTENT_CONFIG", "RAG_OPENAI_API_BASE_URL", "WEBUI_SECRET_KEY"} <= READ_BY_OPEN_WEBUI
    assert READ_BY_OPEN_WEBUI.isdisjoint(READ_BY_OTHERS)


@pytest.mark.parametrize("name", GATEWAY)
def test_the_gateway_knows_every_name_that_it_is_given(name: str) -> None:
    recording = PLANS[name]()
    known = READ_BY_LITELLM if "LiteLLM" in name else READ_BY_ACCESS_GATEWAY
    given = environment(recording, "gateway").keys() | secrets(recording, "gateway").keys()
    assert given <= known | READ_BY_CLIENTS | READ_BY_LIMITS


@pytest.mark.parametrize("name", PLANS)
def test_data_lies_on_the_file_system_and_what_is_rewritten_at_each_start_does_not(name: str) -> None:
    recording = PLANS[name]()
    for container in containers(recording, "webui").values():
        mounts = {point["sourceVolume"]: point["containerPath"] for point in container["mountPoints"]}
        given = {pair["name"]: pair["value"] for pair in container["environment"]}
        if "DATA_DIR" not in given:  # it prepares volumes
            continue
        volumes = {volume["name"]: volume for volume in task_definition(recording, "webui").inputs["volumes"]}
        shared = {mounts[volume] for volume in mounts if "efsVolumeConfiguration" in volumes[volume]}
        own = {mounts[volume] for volume in mounts if "efsVolumeConfiguration" not in volumes[volume]}
        assert shared == {given["DATA_DIR"]} == {"/webui"}
        for variable in ("STATIC_DIR", "TMPDIR", "HOME"):
            assert any(f"{given[variable]}/".startswith(f"{path}/") for path in own), variable


@pytest.mark.parametrize("name", PLANS)
def test_open_webui_is_hardened_whatever_the_stack(name: str) -> None:
    """docs/security.md promises it; `webui.env` of the stack has the last word."""
    config = json.loads(PLANS[name]().config.get("webui-bedrock:webui", "{}"))
    promised = {key: one.value for key, one in HARDENING.items() if name in HTTPS or not one.only_with_https}
    promised |= {key: value for key, value in config.get("env", {}).items() if key in HARDENING}
    for container in ("webui", "migrate") if name in WITH_DATABASE else ("webui",):
        given = environment(PLANS[name](), "webui", container)
        assert {key: value for key, value in given.items() if key in HARDENING} == promised


@pytest.mark.parametrize("name", PLANS)
def test_the_administrator_alone_gets_in_at_first_and_whoever_does_sees_the_models(name: str) -> None:
    given = webui(name)
    assert given["ENABLE_SIGNUP"] == "false"
    assert given["ENABLE_OLLAMA_API"] == "false"
    assert given["BYPASS_MODEL_ACCESS_CONTROL"] == "true"
    assert given["WEBUI_ADMIN_EMAIL"]
    assert {"WEBUI_ADMIN_PASSWORD", "WEBUI_SECRET_KEY"} <= secrets(PLANS[name](), "webui").keys()


@pytest.mark.parametrize("name", GATEWAY)
def test_a_stopping_gateway_hears_of_it_and_finishes_its_streams(name: str) -> None:
    """A shell in front, as in the images' own commands, keeps SIGTERM to itself."""
    container = containers(PLANS[name](), "gateway")["gateway"]
    words: list[str] = (container.get("entryPoint") or []) + container["command"]
    assert words[:2] == ["python", "-c"]
    assert words[2].endswith('serve("application")\n')


def test_users_are_shown_the_stacks_chat_models_and_nothing_that_is_denied() -> None:
    models = ["amazon.nova-pro-v1:0", "amazon.nova-lite-v1:0", "amazon.titan-embed-text-v2:0"]
    gateway = {"image": GATEWAY_IMAGE, "models": models}
    given = environment(plan({"gateway": gateway}), "webui")
    assert json.loads(given["OPENAI_API_CONFIGS"]) == {"0": {"enable": True, "model_ids": models[:2]}}
    key = {"secrets": {"OPENAI_API_KEY": SECRET_ARN}}
    elsewhere = {"env": {"OPENAI_API_BASE_URL": "https://models.example.com"}, **key}
    assert "OPENAI_API_CONFIGS" not in environment(plan({"gateway": gateway, "webui": elsewhere}), "webui")
    assert "OPENAI_API_CONFIGS" not in environment(plan(), "webui")


@pytest.mark.parametrize("name", PLANS)
def test_no_message_carries_tools_that_nobody_asked_for(name: str) -> None:
    metadata = json.loads(webui(name)["DEFAULT_MODEL_METADATA"])
    assert metadata == {"capabilities": {"builtin_tools": False, "usage": True}}


@pytest.mark.parametrize(("env", "asked"), [({}, "false"), ({"OPENAI_API_BASE_URL": "https://models.example"}, "true")])
def test_without_a_gateway_nobody_is_asked_for_models_who_was_not_named(env: dict[str, str], asked: str) -> None:
    recording = plan({"gateway": {"enabled": False}, "webui": {"env": env}})
    given = environment(recording, "webui")
    assert given["ENABLE_OPENAI_API"] == asked
    assert (given["OFFLINE_MODE"], given["OLLAMA_BASE_URL"]) == ("true", "http://127.0.0.1:11434")
    assert (given["RAG_EMBEDDING_ENGINE"], given["RAG_OPENAI_API_BASE_URL"]) == ("openai", NOBODY)
    assert given["BYPASS_EMBEDDING_AND_RETRIEVAL"] == "true"


def test_without_a_gateway_documents_are_searched_where_the_stack_names_somebody_for_it() -> None:
    env = {"RAG_EMBEDDING_ENGINE": "azure_openai"}
    given = environment(plan({"gateway": {"enabled": False}, "webui": {"env": env}}), "webui")
    assert given["RAG_EMBEDDING_ENGINE"] == "azure_openai"
    assert not {"BYPASS_EMBEDDING_AND_RETRIEVAL", "RAG_OPENAI_API_BASE_URL"} & given.keys()


@pytest.mark.parametrize(
    ("models", "named", "small"),
    [
        ("*", {}, "amazon.nova-micro-v1:0"),
        (["amazon.nova-micro-v1:0"], {}, "amazon.nova-micro-v1:0"),
        (["amazon.nova-lite-v1:0"], {}, None),
        (["amazon.nova-lite-v1:0"], {"taskModel": "amazon.nova-lite-v1:0"}, "amazon.nova-lite-v1:0"),
    ],
)
def test_a_small_model_that_the_stack_allows_writes_titles_and_tags(
    models: str | list[str], named: dict[str, str], small: str | None
) -> None:
    needed = ["amazon.nova-pro-v1:0", "amazon.titan-embed-text-v2:0"]
    gateway = {"image": GATEWAY_IMAGE, "models": models if models == "*" else [*needed, *models], **named}
    assert environment(plan({"gateway": gateway}), "webui").get("TASK_MODEL_EXTERNAL") == small


@pytest.mark.parametrize(("saved", "value"), [(False, "false"), (True, "true")])
def test_what_administrators_save_is_kept_only_where_the_stack_says_so(saved: bool, value: str) -> None:
    recording = plan({"webui": {"persistentConfig": saved}})
    assert environment(recording, "webui")["ENABLE_PERSISTENT_CONFIG"] == value


@pytest.mark.parametrize("name", GATEWAY)
def test_another_model_is_shown_within_a_minute(name: str) -> None:
    """The cache of base models is kept in Valkey without an end: it would never show one."""
    assert webui(name)["ENABLE_BASE_MODELS_CACHE"] == "false"
    assert int(webui(name)["MODELS_CACHE_TTL"]) <= 60


@pytest.mark.parametrize("name", WITH_DATABASE)
def test_nobody_who_is_there_is_shown_as_away(name: str) -> None:
    """Open WebUI 0.12.4 takes a user for absent after 180 seconds without an update."""
    assert int(webui(name)["DATABASE_USER_ACTIVE_STATUS_UPDATE_INTERVAL"]) < 180


@pytest.mark.parametrize("name", GATEWAY)
def test_chats_and_embeddings_go_through_the_gateway(name: str) -> None:
    recording = PLANS[name]()
    given, hidden = environment(recording, "webui"), secrets(recording, "webui")
    assert given["OPENAI_API_BASE_URL"] == given["RAG_OPENAI_API_BASE_URL"]
    assert given["OPENAI_API_BASE_URL"].endswith("/api/v1")
    assert hidden["OPENAI_API_KEY"] == hidden["RAG_OPENAI_API_KEY"] in secrets(recording, "gateway").values()
    assert given["RAG_EMBEDDING_ENGINE"] == "openai"
    variables = environment(recording, "gateway")
    assert given["RAG_EMBEDDING_MODEL"] in (variables.get("DEFAULT_EMBEDDING_MODEL") or variables["LITELLM_CONFIG"])
    # Without it the process looks for a model of its own, which nobody has given it.
    assert given["OFFLINE_MODE"] == "true"


def test_one_upload_does_not_keep_every_worker_of_the_gateway_from_answering() -> None:
    """Titan takes one text a request, and a worker answers one request at a time."""
    given, gateway = environment(plan(), "webui"), environment(plan(), "gateway")
    assert given["RAG_EMBEDDING_BATCH_SIZE"] == "1"
    assert int(given["RAG_EMBEDDING_CONCURRENT_REQUESTS"]) <= int(gateway["UVICORN_WORKERS"])


@pytest.mark.parametrize("name", PLANS)
def test_cookies_are_secure_exactly_with_https(name: str) -> None:
    recording, given = PLANS[name](), webui(name)
    https = any(listener.inputs["port"] == 443 for listener in recording.of_type(aws.lb.Listener))
    assert https is (name in HTTPS)
    wanted = "true" if https else "false"
    assert given["WEBUI_SESSION_COOKIE_SECURE"] == given["WEBUI_AUTH_COOKIE_SECURE"] == wanted
    assert ("HSTS" in given) is https


@pytest.mark.parametrize("name", PLANS)
def test_the_browsers_address_is_the_one_that_open_webui_accepts(name: str) -> None:
    recording, given = PLANS[name](), webui(name)
    url = recording.outputs["LoadBalancerURL"]
    assert given["WEBUI_URL"] == url
    # `make open` is a browser on this machine, and takes ECS Exec.
    by_exec = service(recording, "webui").inputs["enableExecuteCommand"]
    assert given["CORS_ALLOW_ORIGIN"].split(";") == [url, *(["http://localhost:8080"] if by_exec else [])]
    assert url.startswith(("http://", "https://"))
    assert not url.endswith("/")


def test_only_the_load_balancers_subnets_may_say_who_the_client_is() -> None:
    def proxies(word: str) -> str:
        return environment(variant(word).plan(), "webui")["FORWARDED_ALLOW_IPS"]

    assert proxies("as the seed has it") == "10.0.0.0/20,10.0.32.0/20"
    assert proxies("created VPC, internet-facing") == "10.0.16.0/21,10.0.48.0/21"
    assert proxies("2 subnets in 2 zones") == "10.0.0.0/24,10.0.1.0/24"


@pytest.mark.parametrize("name", PLANS)
def test_timeouts_agree_from_the_browser_to_bedrock(name: str) -> None:
    recording = PLANS[name]()
    client = int(environment(recording, "webui")["AIOHTTP_CLIENT_TIMEOUT"])
    assert idle_timeout(recording) >= client == 900
    for app in {"webui", "gateway"} & set(apps(recording)):
        assert int(environment(recording, app)["UVICORN_TIMEOUT_KEEP_ALIVE"]) > idle_timeout(recording)


def test_a_longer_idle_timeout_lengthens_keep_alive() -> None:
    recording = variant("other region").plan()
    for app in ("webui", "gateway"):
        assert int(environment(recording, app)["UVICORN_TIMEOUT_KEEP_ALIVE"]) > 4000


@pytest.mark.parametrize("name", WITH_DATABASE)
def test_with_a_database_only_the_init_container_migrates(name: str) -> None:
    recording = PLANS[name]()
    switches = {
        container: environment(recording, "webui", container).get("ENABLE_DB_MIGRATIONS")
        for container in containers(recording, "webui")
        if not container.startswith(("certificates", COLLECTOR))
    }
    assert switches == {"scratch": None, "migrate": "true", "webui": "false"}
    app, init = environment(recording, "webui"), environment(recording, "webui", "migrate")
    other = {key: value for key, value in app.items() if init.get(key) != value and "OTEL_" not in f"{key}_"}
    assert other == {"ENABLE_DB_MIGRATIONS": "false"}


@pytest.mark.parametrize("name", sorted(set(WITH_DATABASE) - {*named("proxy", "IAM")}))
def test_tasks_share_database_vectors_and_websockets(name: str) -> None:
    recording, given = PLANS[name](), webui(name)
    cluster = recording.one(aws.rds.Cluster)
    assert given["DATABASE_HOST"] == cluster.outputs["endpoint"]
    assert given["DATABASE_PORT"] == str(cluster.inputs["port"])
    assert (given["DATABASE_NAME"], given["DATABASE_USER"]) == (
        cluster.inputs["databaseName"],
        cluster.inputs["masterUsername"],
    )
    assert (given["DATABASE_TYPE"], given["PGSSLMODE"]) == ("postgresql", "require")
    assert (given["VECTOR_DB"], given["PGVECTOR_INITIALIZE_MAX_VECTOR_LENGTH"]) == ("pgvector", "1024")
    # Nobody else creates the extension; without an index a search reads every vector of everybody.
    assert (given["PGVECTOR_CREATE_EXTENSION"], given["PGVECTOR_INDEX_METHOD"]) == ("true", "hnsw")
    assert (given["WEBSOCKET_MANAGER"], given["ENABLE_WEBSOCKET_SUPPORT"]) == ("redis", "true")
    assert {"DATABASE_PASSWORD", "REDIS_URL"} <= secrets(recording, "webui").keys()
    assert not [key for key in given if "SQLITE" in key]


def test_the_vector_column_is_as_long_as_the_embedding_models_vectors() -> None:
    gateway = {"image": GATEWAY_IMAGE, "embeddingModel": "amazon.titan-embed-text-v1"}
    assert environment(plan({"gateway": gateway}), "webui")["PGVECTOR_INITIALIZE_MAX_VECTOR_LENGTH"] == "1536"


def test_without_a_database_sqlite_does_the_least_damage() -> None:
    recording = variant("no database").plan()
    given = environment(recording, "webui")
    assert given["ENABLE_DB_MIGRATIONS"] == "true"
    assert given["DATABASE_ENABLE_SQLITE_WAL"] == "false"
    assert given["DATABASE_POOL_SIZE"] == "1"
    assert int(given["DATABASE_SQLITE_PRAGMA_BUSY_TIMEOUT"]) >= 30_000
    assert given["DATABASE_SQLITE_PRAGMA_MMAP_SIZE"] == "0"
    assert not [key for key in given if key.startswith(("PGVECTOR", "PGSSL", "WEBSOCKET_M", "DATABASE_HOST"))]
    assert list(containers(recording, "webui")) == ["scratch", "webui"]


@pytest.mark.parametrize(("word", "smallest", "largest"), [("as the seed", 0.5, 4), ("other region", 0.5, 1)])
def test_the_pools_of_all_tasks_fit_the_database(word: str, smallest: float, largest: float) -> None:
    given = environment(variant(word).plan(), "webui")
    engines = 2 * (int(given["DATABASE_POOL_SIZE"]) + int(given["DATABASE_POOL_MAX_OVERFLOW"]))
    vectors = int(given["PGVECTOR_POOL_SIZE"]) + int(given["PGVECTOR_POOL_MAX_OVERFLOW"])
    limit = database.max_connections(smallest, largest)
    assert 5 * int(given["UVICORN_WORKERS"]) * (engines + vectors) <= limit


def test_the_gateway_knows_its_region_its_port_and_who_calls_it() -> None:
    recording = plan(stack="prod")
    given = environment(recording, "gateway")
    assert given["AWS_REGION"] == recording.config["aws:region"]
    assert given["DEBUG"] == "false"
    assert given["ALLOWED_ORIGINS"] == recording.outputs["LoadBalancerURL"]
    (port,) = containers(recording, "gateway")["gateway"]["portMappings"]
    assert given["PORT"] == str(port["containerPort"])


def test_sign_in_by_openid_connect_returns_to_the_public_address() -> None:
    recording = variant("secrets of the user").plan()
    given = environment(recording, "webui")
    assert given["OPENID_REDIRECT_URI"] == f"{recording.outputs['LoadBalancerURL']}/oauth/oidc/callback"
    assert given["ENABLE_OAUTH_SIGNUP"] == "true"


def test_documents_are_embedded_in_as_many_texts_at_once_as_the_model_takes() -> None:
    gateway = {"image": GATEWAY_IMAGE, "embeddingModel": "cohere.embed-multilingual-v3"}
    assert environment(plan({"gateway": gateway}), "webui")["RAG_EMBEDDING_BATCH_SIZE"] == "96"
