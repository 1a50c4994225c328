"""What a firewall is told: apart from what makes it, which loads a large module."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FirewallRules:
    """What a firewall does beside and differently from AWS's managed groups."""

    rate_limit: int | None = None
    """Requests of one address in the window, 10 to 2,000,000,000, after which it is blocked."""
    rate_window: int = 300
    """Seconds: 60, 120, 300 or 600."""
    behind_proxy: bool = False
    """Whether an address is what a proxy writes into X-Forwarded-For, and not who connects."""
    exceptions: Sequence[str] = ()
    """Managed rules that count and do not block."""
    count_sign_in: bool = False
    """Whether the rules about query arguments only count on the paths of sign-in."""
