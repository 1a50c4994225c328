"""Which Aurora PostgreSQL, how many connections it accepts, and how Open WebUI's pools share them."""

import re
from dataclasses import dataclass

MAJOR_VERSION = "16"
PARAMETER_GROUP_FAMILY = f"aurora-postgresql{MAJOR_VERSION}"

FEWEST_BACKUP_DAYS = 7
"""Days that Security Hub's control RDS.50 wants automatic backups kept."""

MOST_BACKUP_DAYS = 35
"""rds CreateDBCluster, BackupRetentionPeriod."""

# Aurora user guide, "Maximum connections for Aurora Serverless v2": max_connections follows from the memory
# of the MAXIMUM capacity, not of the current one (1 ACU: 189, 4: 823, 8: 1669, 16: 3360, from 32 on: 5000).
# A minimum of 0 or 0.5 ACU caps it at 2000. It is a static parameter: a new maximum counts after a reboot.
_AT_ONE_ACU = 189
_PER_FURTHER_ACU = 211  # the documented points lie on a line of 211.3 per ACU
_CEILING = 5000
_CEILING_AT_HALF_ACU = 2000

# superuser_reserved_connections and Aurora's own sessions, plus a person with psql and a dump.
RESERVED_CONNECTIONS = 15
# The init container holds the advisory lock and migrates through both engines of Open WebUI. It ends before
# the application starts, but the server may notice that after the application has opened its pools.
INIT_CONNECTIONS = 3
# A deployment starts as many new tasks beside the old ones.
_IN_A_DEPLOYMENT = 2

# Upstream's pools grow to 512 per engine; 10 + 10 serves a task of 1 vCPU, whose threads wait for models.
_POOL_SIZE = 10
_MAX_OVERFLOW = 10
_PGVECTOR_POOL_SIZE = 5
_SMALLEST_POOL = 2
_ENGINES = 2  # Open WebUI opens a synchronous and an asynchronous engine, each with its own pool


_SNAPSHOT = re.compile(
    r"(arn:aws[a-z-]*:rds:[a-z0-9-]+:[0-9]{12}:cluster-snapshot:)?(rds:|awsbackup:)?[A-Za-z](-?[A-Za-z0-9]){0,254}"
)


def snapshot_problem(snapshot: str) -> str | None:
    """The name or ARN of a snapshot of an Aurora cluster (rds CreateDBClusterSnapshot)."""
    if _SNAPSHOT.fullmatch(snapshot):
        return None
    return "must be the name or ARN of a cluster snapshot: 1 to 255 letters, digits and hyphens, a letter first"


@dataclass(frozen=True, kw_only=True)
class Pools:
    """Connection pools of one Open WebUI task, named as its environment variables are."""

    database_pool_size: int
    max_overflow: int
    pgvector_pool_size: int
    pgvector_max_overflow: int

    @property
    def connections(self) -> int:
        """The most connections that one task opens through these pools."""
        relational = _ENGINES * (self.database_pool_size + self.max_overflow)
        return relational + self.pgvector_pool_size + self.pgvector_max_overflow


def max_connections(min_capacity: float, max_capacity: float) -> int:
    """A safe lower bound of the default max_connections for a capacity range in ACU.

    Raises ValueError for a maximum below 1 ACU, which Aurora refuses as well.
    """
    if max_capacity < 1:
        raise ValueError(f"the maximum capacity must be at least 1 ACU, not {max_capacity:g}")
    by_memory = int(_AT_ONE_ACU + _PER_FURTHER_ACU * (max_capacity - 1))
    return min(by_memory, _CEILING if min_capacity >= 1 else _CEILING_AT_HALF_ACU)


def pools(max_tasks: int, max_connections: int | None) -> Pools:
    """The pools with which `max_tasks` tasks, and as many in a deployment, never ask for more than `max_connections`.

    Of a database whose number nobody knows each task takes what serves it. Raises ValueError when even the smallest
    useful pools do not fit.
    """
    if max_connections is None:
        max_connections = _CEILING * max_tasks
    per_task = (max_connections - RESERVED_CONNECTIONS) // (_IN_A_DEPLOYMENT * max_tasks) - INIT_CONNECTIONS
    pgvector = min(_PGVECTOR_POOL_SIZE, max(1, per_task // 4))
    per_engine = (per_task - pgvector) // _ENGINES
    if per_engine < _SMALLEST_POOL:
        raise ValueError(f"{max_connections} connections are too few for {max_tasks} tasks")
    size = min(_POOL_SIZE, per_engine)
    return Pools(
        database_pool_size=size,
        max_overflow=min(_MAX_OVERFLOW, per_engine - size),
        pgvector_pool_size=pgvector,
        pgvector_max_overflow=0,
    )
