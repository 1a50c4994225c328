"""What the data tier is told."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.support.connections import Connection
from components.support.location import Location
from components.support.secret_values import SecretKeeping, SecretReference


@dataclass(frozen=True, kw_only=True)
class GivenStore:
    """A database or a cache that exists already: a URL with user and password, and the way there."""

    url: SecretReference
    connection: Connection | None = None
    """None where the way there is open already."""


@dataclass(frozen=True, kw_only=True)
class DataTierArgs:
    """Sizes of the database and the cache, and where they stand; what is given has no size."""

    location: Location
    name_prefix: str
    vpc_id: pulumi.Input[str]
    subnet_ids: pulumi.Input[Sequence[str]]
    """Private subnets in at least two Availability Zones (RDS CreateDBSubnetGroup)."""
    engine_version: str
    """Full version of Aurora PostgreSQL for a new cluster, such as `16.9`; one that runs keeps its own."""
    keeping: SecretKeeping
    min_capacity: float
    """Aurora capacity units, in steps of 0.5; 0 pauses instances that nobody is connected to."""
    max_capacity: float
    instances: int
    """Writer included."""
    backup_days: int
    """1 to 35."""
    seconds_until_auto_pause: int | None = None
    """How long nobody is connected before that, 300 to 86,400; None is AWS's default, 300."""
    snapshot_identifier: str | None = None
    """The snapshot that a new cluster starts from; another one replaces the cluster, none leaves it as it is."""
    final_snapshot: bool = True
    """Whether Aurora takes a snapshot, `<cluster>-final`, before a cluster is deleted."""
    cache_node_type: str
    cache_nodes: int
    """Primary included; more than one fails over by itself."""
    protect: bool = False
    given_database: GivenStore | None = None
    """A database that takes the place of Aurora, of which nothing is then made."""
    given_cache: GivenStore | None = None
    """A cache that takes the place of ElastiCache, of which nothing is then made."""
