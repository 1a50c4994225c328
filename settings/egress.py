"""What tasks may open connections to, outside of the stack's own parts."""

from typing import Annotated

from pydantic import Field

from aws_rules.cidrs import EVERYWHERE, prefix_list_problem, range_problem
from settings.types import Check, Port, Section

HTTPS_PORT = 443
"""Each task pulls its image, reads its secrets and writes its logs by it, from its own network interface."""


class EgressSettings(Section):
    """A TCP port, and the addresses that may be connected to there: ranges, or a prefix list."""

    port: Port = Field(description="TCP port that the tasks may connect to.")
    cidrs: tuple[Annotated[str, Check(range_problem, "10.0.0.0/8")], ...] = Field(
        default=(), description="IPv4 and IPv6 ranges that answer there; either these or `prefixList`."
    )
    prefix_list: Annotated[str, Check(prefix_list_problem, "pl-0123456789abcdef0")] | None = Field(
        default=None, description="Managed prefix list of the addresses that answer there."
    )

    @property
    def destinations(self) -> tuple[str, ...]:
        """The ranges and the prefix list."""
        return (*self.cidrs, *([self.prefix_list] if self.prefix_list else []))


ANYWHERE_BY_HTTPS = EgressSettings(port=HTTPS_PORT, cidrs=(EVERYWHERE,))
