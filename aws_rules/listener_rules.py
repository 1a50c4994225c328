"""Plans the listener rules of the shared Application Load Balancer, or says who would lose which requests.

ALB evaluates rules from the lowest priority number up and the first match wins. Here the order follows from
specificity alone; a plan in which that leaves the winner open is refused.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from aws_rules import path_patterns
from aws_rules.open_webui_paths import GATEWAY_PATHS, is_open_webui
from aws_rules.routing_problems import (
    MAX_CONDITION_VALUES,
    MAX_WILDCARDS,
    RoutingError,
    RoutingProblem,
    condition_problems,
)

__all__ = [
    "CATCH_ALL_PRIORITY",
    "MAX_RULES",
    "ListenerRule",
    "RoutingError",
    "RoutingProblem",
    "ServiceRoute",
    "api_key_rule",
    "gateway_plain_http_rules",
    "next_slot",
    "plan",
    "tokens_rule",
]

MAX_RULES = 100
"""Of a load balancer, default rules not counted (ELB user guide, quotas); whoever plans counts."""

# Priorities go from 1 to 50000 (elbv2 CreateRule). Each level of specificity owns a band of 1000, in which a
# service's slot depends on nothing but its name: it stays when other services come and go.
_BAND = 1000
_MOST_SEGMENTS = 7
CATCH_ALL_PRIORITY = 49000
_TOKENS_PRIORITY = 1
_API_KEYS_PRIORITY = 48900
"""Behind all paths and hosts, before the rule that takes everything else."""
_EVERY_PATH = ("/*",)

# Open WebUI answers under the load balancer's own name too, whatever domain it has.
_ALB_HOSTS = ("*.elb.amazonaws.com", "*.elb.amazonaws.com.cn")


@dataclass(frozen=True, kw_only=True)
class ServiceRoute:
    """The requests that a service, which has one route, wants: any of `paths` on any of `hosts`; one of both is given.

    `catch_all` marks the one service that gets what no other rule takes, on its hosts if it has some; it has no paths.
    """

    service: str
    paths: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    catch_all: bool = False
    slot: str = ""
    """What its place in the band follows from: the service's name, unless other systems have rules there too."""


@dataclass(frozen=True, kw_only=True)
class ListenerRule:
    """One rule of a listener; an empty tuple means that the rule has no condition of that type."""

    service: str
    priority: int
    paths: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    source_cidrs: tuple[str, ...] = ()
    authorization: tuple[str, ...] = ()
    """Patterns of the header `Authorization`."""


def plan(routes: Sequence[ServiceRoute], *, webui_hosts: Sequence[str] = ()) -> tuple[ListenerRule, ...]:
    """One rule per route, by priority. A service's priority does not depend on the other services.

    `webui_hosts` are Open WebUI's domains: routes on them may not take its paths. Raises RoutingError with every
    problem found.
    """
    problems = [
        problem for route in routes for problem in condition_problems(route.service, _rule(route).paths, route.hosts)
    ]
    comparable = sorted(filter(_comparable, routes), key=_priority)
    for route in comparable:
        problems += _webui_problems(route, webui_hosts)
    for earlier, later in combinations(comparable, 2):
        problems += _pair_problems(earlier, later)
    if problems:
        raise RoutingError(problems)
    return tuple(sorted(map(_rule, routes), key=lambda rule: rule.priority))


def gateway_plain_http_rules(cidrs: Iterable[str], service: str = "gateway") -> tuple[ListenerRule, ...]:
    """Rules for port 80 that forward the gateway's paths for these CIDRs only, with priorities from 1 up.

    The three paths leave two values of a rule for CIDRs, so more CIDRs take more rules.
    """
    per_rule = MAX_CONDITION_VALUES - len(GATEWAY_PATHS)
    ordered = sorted(set(cidrs))
    groups = [tuple(ordered[start : start + per_rule]) for start in range(0, len(ordered), per_rule)]
    return tuple(
        ListenerRule(service=service, priority=priority, paths=GATEWAY_PATHS, source_cidrs=group)
        for priority, group in enumerate(groups, start=1)
    )


def tokens_rule(service: str) -> ListenerRule:
    """The rule for people's own tokens, before the one for the gateway's key: a token is no key, but a JWT."""
    return ListenerRule(service=service, priority=_TOKENS_PRIORITY, paths=GATEWAY_PATHS, authorization=("Bearer eyJ*",))


def api_key_rule(service: str) -> ListenerRule:
    """The rule for programs that show an API key of Open WebUI, on a listener that signs people in."""
    return ListenerRule(
        service=service, priority=_API_KEYS_PRIORITY, paths=("/api/*", "/openai/*"), authorization=("Bearer sk-*",)
    )


def _lower(hosts: Iterable[str]) -> tuple[str, ...]:
    return tuple(host.lower() for host in hosts)


def _has_wildcard(value: str) -> bool:
    return any(wildcard in value for wildcard in path_patterns.WILDCARDS)


def _path_level(path: str) -> int:
    """From 0, most specific: more whole literal segments first, then no wildcard before some."""
    whole = sum(1 for segment in path.split("/") if segment and not _has_wildcard(segment))
    return 2 * (_MOST_SEGMENTS - min(whole, _MOST_SEGMENTS)) + int(_has_wildcard(path))


def _level(route: ServiceRoute) -> int:
    """How unspecific the least specific host (exact, wildcard, none) and path are; 0 is the most specific.

    A pattern's level is never below that of a pattern it covers, so the general rule never comes first.
    """
    host_level = max((int(_has_wildcard(host)) for host in route.hosts), default=2)
    path_level = max(map(_path_level, route.paths or _EVERY_PATH))
    return host_level * 2 * (_MOST_SEGMENTS + 1) + path_level


def _priority(route: ServiceRoute) -> int:
    if route.catch_all and not route.hosts:
        return CATCH_ALL_PRIORITY
    slot = int.from_bytes(hashlib.sha256((route.slot or route.service).encode()).digest(), "big") % _BAND
    return 1 + _level(route) * _BAND + slot


def next_slot(priority: int) -> int:
    """The priority after this one in the same band, whose first follows its last."""
    band, slot = divmod(priority - 1, _BAND)
    return 1 + band * _BAND + (slot + 1) % _BAND


def _rule(route: ServiceRoute) -> ListenerRule:
    # A rule needs a condition, so the catch-all gets the one that every request meets.
    paths = _EVERY_PATH if route.catch_all and not route.hosts else route.paths
    return ListenerRule(service=route.service, priority=_priority(route), paths=paths, hosts=route.hosts)


def _comparable(route: ServiceRoute) -> bool:
    """Whether the route competes for requests, with patterns that are quickly compared."""
    patterns = "".join((*route.paths, *route.hosts))
    wildcards = sum(patterns.count(wildcard) for wildcard in path_patterns.WILDCARDS)
    return not route.catch_all and bool(patterns) and wildcards <= MAX_WILDCARDS


def _webui_problems(route: ServiceRoute, webui_hosts: Sequence[str]) -> Iterator[RoutingProblem]:
    if not _share_a_host(route.hosts, (*webui_hosts, *_ALB_HOSTS)):
        return
    for path in route.paths or _EVERY_PATH:
        if path not in GATEWAY_PATHS and is_open_webui(path):
            rule = "takes requests from Open WebUI"
            yield RoutingProblem(route.service, "paths", path, rule, "use another path or a host of its own")


def _share_a_host(first: Sequence[str], second: Sequence[str]) -> bool:
    pairs = [(a, b) for a in _lower(first) for b in _lower(second)]
    return not pairs or any(path_patterns.overlaps(a, b) for a, b in pairs)


def _covers_a_host(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether `second` has a host on which `first` answers wholly; no hosts means all of them."""
    return not first or any(path_patterns.covers(a, b) for a in _lower(first) for b in _lower(second))


def _pair_problems(first: ServiceRoute, second: ServiceRoute) -> Iterator[RoutingProblem]:
    """What is wrong between two routes of which `first` is evaluated earlier."""
    name = second.service
    if _priority(first) == _priority(second):
        rule = f"gets priority {_priority(first)}, as {first.service} does"
        yield RoutingProblem(name, "name", name, rule, "rename whichever of the two is not deployed yet")
    if not _share_a_host(first.hosts, second.hosts):
        return
    for earlier in first.paths or _EVERY_PATH:
        for later in second.paths or _EVERY_PATH:
            if rule := _path_fault(first, earlier, second, later):
                fix = "change or remove one of the two, or give the services different hosts"
                yield RoutingProblem(name, "paths", later, rule, fix)


def _path_fault(first: ServiceRoute, earlier: str, second: ServiceRoute, later: str) -> str:
    hosts = set(_lower(first.hosts)), set(_lower(second.hosts))
    if earlier == later and (hosts[0] & hosts[1] or not any(hosts)):
        return f"is a path of {first.service} too"
    if _level(first) == _level(second) and path_patterns.overlaps(earlier, later):
        return f"overlaps {earlier!r} of {first.service}, which is as specific: the winner would be arbitrary"
    if _covers_a_host(first.hosts, second.hosts) and path_patterns.covers(earlier, later):
        return f"is never reached: {earlier!r} of {first.service} comes first"
    return ""
