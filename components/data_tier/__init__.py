"""What more than one Open WebUI task needs: Aurora PostgreSQL (pgvector) and Valkey.

`DataTier` is for `__main__`, its args in `args` and what it gives for `apps/`; of the components it imports
support only.
"""

import pulumi

from components.data_tier.args import DataTierArgs, GivenStore
from components.data_tier.aurora import Database, make_database
from components.data_tier.valkey import Cache, make_cache
from components.support.secret_values import SecretReference


class DataTier(pulumi.ComponentResource):
    """A database and a cache that answer only to those who name `database.connection` and `cache.connection`.

    A given one is passed on as it is; its endpoint is empty, since only its URL has it.
    """

    database_endpoint: pulumi.Output[str]
    cache_endpoint: pulumi.Output[str]

    def __init__(self, name: str, args: DataTierArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:data:DataTier", name, None, opts)
        self.database: Database | GivenStore = args.given_database or make_database(
            f"{name}-database", args, parent=self
        )
        self.cache: Cache | GivenStore = args.given_cache or make_cache(f"{name}-cache", args, parent=self)
        self.database_endpoint = _host(self.database)
        self.cache_endpoint = _host(self.cache)
        self.register_outputs({"database_endpoint": self.database_endpoint, "cache_endpoint": self.cache_endpoint})

    def secrets(self) -> list[SecretReference]:
        """The secrets that it has made."""
        database = [] if isinstance(self.database, GivenStore) else [self.database.password]
        cache = [] if isinstance(self.cache, GivenStore) else [self.cache.url]
        return [*database, *cache]


def _host(store: Database | Cache | GivenStore) -> pulumi.Output[str]:
    return pulumi.Output.from_input("") if isinstance(store, GivenStore) else store.host
