"""What more than one Open WebUI task needs: Aurora PostgreSQL (pgvector) and Valkey.

`DataTier` is for `__main__`, its args in `args` and what it gives for `apps/`; of the components it imports
support only.
"""

import pulumi

from components.data_tier.args import DataTierArgs
from components.data_tier.aurora import Database, make_database
from components.data_tier.valkey import Cache, make_cache


class DataTier(pulumi.ComponentResource):
    """A database and a cache that answer only to those who name `database.connection` and `cache.connection`."""

    database_endpoint: pulumi.Output[str]
    cache_endpoint: pulumi.Output[str]

    def __init__(self, name: str, args: DataTierArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:data:DataTier", name, None, opts)
        self.database: Database = make_database(f"{name}-database", args, parent=self)
        self.cache: Cache = make_cache(f"{name}-cache", args, parent=self)
        self.database_endpoint = self.database.host
        self.cache_endpoint = self.cache.host
        self.register_outputs({"database_endpoint": self.database_endpoint, "cache_endpoint": self.cache_endpoint})
