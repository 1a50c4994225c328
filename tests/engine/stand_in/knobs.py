"""What AWS decides by itself, and a test sets: `{"cmd": "set", "key": "insights_late", "value": true}`."""

from dataclasses import dataclass, field


@dataclass
class Knobs:
    """The account's circumstances."""

    grace: bool = True
    """A health check grace period is refused by the service as it is, before its load balancers change."""
    insights_late: bool = False
    """Container Insights delivers after its log group is deleted, and so makes it anew."""
    zone_of_data: int = -1
    """The zone that gets the first database or cache node: an index among the subnet group's zones."""
    draining_calls: int = 2
    """How often a deleted service is described as DRAINING before it is INACTIVE."""
    throughput_day: bool = True
    """A file system's throughput mode changes at most once in 24 hours."""
    default_minor: str = "16.8"
    """What a major version of Aurora PostgreSQL means to AWS today."""
    minors: list[str] = field(default_factory=lambda: ["16.6", "16.8", "16.9"])
    """Aurora PostgreSQL's versions on offer, oldest first."""
    valkey_minor: str = "8.0"
    """What Valkey 8 means to AWS today."""
    restore_job: str = "COMPLETED"
    """How AWS Backup's jobs end."""
    exit_codes: dict[str, int] = field(default_factory=dict)
    """How containers of tasks that run once end, by name; 0 unless it is here."""
    failing_images: list[str] = field(default_factory=list)
    """Images whose deployments fail, by a part of their names."""
    failing_services: set[str] = field(default_factory=set)
    """ECS services whose deployments fail from now on."""


KNOBS = Knobs()
