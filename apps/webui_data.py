"""Where Open WebUI keeps what several tasks share: PostgreSQL with pgvector and Valkey, or else one SQLite file."""

from collections.abc import Mapping

import pulumi

from apps.shared import SharedParts
from aws_rules import database, iam
from aws_rules import models as catalog
from components.data_tier.args import GivenStore
from components.data_tier.aurora import Database
from components.support.connections import Connection
from components.support.secret_values import SecretReference
from settings import Authentication, StackSettings

Variables = dict[str, pulumi.Input[str]]
Secrets = Mapping[str, SecretReference]


def variables(settings: StackSettings, shared: SharedParts) -> Variables:
    """What says where the data is, and how many connections a task opens to it."""
    tier = shared.data_tier
    if tier is None:
        return _sqlite()
    place = {} if isinstance(tier.database, GivenStore) else _place(settings, shared, tier.database)
    return {**place, **_pools(settings), **_vectors(settings), **_cache()}


def secrets(settings: StackSettings, shared: SharedParts) -> Secrets:
    """What Open WebUI logs in with; a token of IAM is no secret that is kept."""
    tier = shared.data_tier
    if tier is None:
        return {}
    login: Secrets = {}
    if isinstance(tier.database, GivenStore):
        login = {"DATABASE_URL": tier.database.url}
    elif not _by_token(settings):
        login = {"DATABASE_PASSWORD": tier.database.password}
    return {**login, "REDIS_URL": tier.cache.url}


def administrator(settings: StackSettings, shared: SharedParts) -> tuple[Variables, Secrets]:
    """What the migration container alone has: the login of who makes the user that logs in with a token."""
    made = _made(shared)
    if made is None or not _by_token(settings):
        return {}, {}
    return {"DATABASE_ADMIN_USER": made.user}, {"DATABASE_ADMIN_PASSWORD": made.password}


def statements(settings: StackSettings, shared: SharedParts) -> list[iam.Statement]:
    """The right to log in as that user, to this cluster alone."""
    made = _made(shared)
    if made is None or not _by_token(settings):
        return []
    user = pulumi.Output.concat(shared.facts.location.arn("rds-db", "dbuser:"), made.resource_id, "/", made.iam_user)
    return [iam.allow("LogInToDatabase", "rds-db:connect", user)]


def connections(shared: SharedParts) -> list[Connection]:
    """The ways to database and cache."""
    tier = shared.data_tier
    ways = [tier.database.connection, tier.cache.connection] if tier else []
    return [way for way in ways if way is not None]


def _made(shared: SharedParts) -> Database | None:
    database = shared.data_tier.database if shared.data_tier else None
    return database if isinstance(database, Database) else None


def _by_token(settings: StackSettings) -> bool:
    return settings.database.authentication is Authentication.IAM


def _place(settings: StackSettings, shared: SharedParts, made: Database) -> Variables:
    login = {"DATABASE_USER": made.user}
    if _by_token(settings):
        login = {
            "DATABASE_USER": made.iam_user,
            "DATABASE_ENABLE_IAM_TOKEN_AUTH": "true",
            # The token is signed for a region, which boto3 reads from here.
            "AWS_DEFAULT_REGION": shared.facts.location.region,
        }
    return {
        **login,
        "DATABASE_TYPE": "postgresql",
        "DATABASE_HOST": made.host,
        "DATABASE_PORT": str(made.connection.port),
        "DATABASE_NAME": made.name,
    }


def _pools(settings: StackSettings) -> Variables:
    capacity = settings.database
    most = None if capacity.given else database.max_connections(capacity.min_capacity, capacity.max_capacity)
    pools = database.pools(settings.webui.scaling.most_tasks, most)
    return {
        # libpq reads it: Open WebUI's variables have no place for it. A URL that says otherwise wins.
        "PGSSLMODE": "require",
        "DATABASE_POOL_SIZE": str(pools.database_pool_size),
        "DATABASE_POOL_MAX_OVERFLOW": str(pools.max_overflow),
        # Open WebUI takes a user for absent after 180 s without an update.
        "DATABASE_USER_ACTIVE_STATUS_UPDATE_INTERVAL": "120",
        "PGVECTOR_POOL_SIZE": str(pools.pgvector_pool_size),
        "PGVECTOR_POOL_MAX_OVERFLOW": str(pools.pgvector_max_overflow),
    }


def _vectors(settings: StackSettings) -> Variables:
    return {
        "VECTOR_DB": "pgvector",
        "PGVECTOR_CREATE_EXTENSION": "true",
        "PGVECTOR_INDEX_METHOD": "hnsw",
        # Fixed when the table is created; a longer vector would be cut without a word.
        "PGVECTOR_INITIALIZE_MAX_VECTOR_LENGTH": str(catalog.vector_length(settings.gateway.embedding_model)),
    }


def _cache() -> Variables:
    return {
        "ENABLE_WEBSOCKET_SUPPORT": "true",
        "WEBSOCKET_MANAGER": "redis",
        "REDIS_SOCKET_CONNECT_TIMEOUT": "5",
        "REDIS_SOCKET_KEEPALIVE": "true",
        "REDIS_HEALTH_CHECK_INTERVAL": "60",
    }


def _sqlite() -> Variables:
    """Damage limits for one SQLite file on NFS: one connection, patience, and nothing that maps memory."""
    return {
        "DATABASE_ENABLE_SQLITE_WAL": "false",
        "DATABASE_POOL_SIZE": "1",
        "DATABASE_SQLITE_PRAGMA_BUSY_TIMEOUT": "30000",
        "DATABASE_SQLITE_PRAGMA_MMAP_SIZE": "0",
    }
