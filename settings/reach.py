"""Whether the tasks of an app can connect to an address, and the lines of the stack's file that let them."""

import ipaddress
from collections.abc import Iterable, Iterator

from aws_rules.cidrs import EVERYWHERE
from problems import Advice, Fix, Path, Problem, Remove, Set, Steps, key_of
from settings.addresses import Address
from settings.apps import AppSettings
from settings.companions import presets
from settings.egress import EgressSettings
from settings.stack import GATEWAY, StackSettings

_OWN_TASK = frozenset({"localhost", "127.0.0.1", "::1"})
_DOCKERS = "host.docker.internal"


def out_of_reach(
    settings: StackSettings, path: Path, app: AppSettings, named: Iterable[tuple[Path, Address]]
) -> Iterator[Problem]:
    """What is wrong with each address that the app at `path` is told, by the place where it is told."""
    missing: list[tuple[Path, Address]] = []
    for variable, address in named:
        if address.host in _OWN_TASK:
            continue
        if _is_a_name_of_the_stack(address.host):
            yield from _private_name(settings, path, variable, address)
        elif not _by_proxy(settings, address) and not any(_leads_to(way, address) for way in app.ways_out):
            missing.append((variable, address))
    egress: Path = (*path, "egress")
    fix: Fix = _opened(egress, len(app.egress), dict.fromkeys(address for _, address in missing))
    for variable, address in missing:
        rule = f"names port {address.port} of {address.host}, which no entry of {key_of(egress)} opens"
        yield Problem(path=variable, rule=rule, fix=fix, also=(egress,))
        fix = Advice(f"what opens it stands at {key_of(missing[0][0])}")


def _opened(egress: Path, entries: int, addresses: Iterable[Address]) -> Steps:
    """The commands that add what leads to all of the addresses to a list of so many entries."""
    places = dict.fromkeys((address.port, _narrowest(address.host)) for address in addresses)
    steps: list[Fix] = []
    for index, (port, reached) in enumerate(places, entries):
        steps += [Set((*egress, index, "port"), port), Set((*egress, index, "cidrs", 0), reached)]
    return Steps(tuple(steps))


def _private_name(settings: StackSettings, path: Path, variable: Path, address: Address) -> Iterator[Problem]:
    """An address that only tasks of the stack could have; Service Connect knows it, or nobody does."""
    caller, host = str(path[-1]), address.host
    name = settings.private_names.get(host)
    if name is None:
        rule = f"names {host}, and no app of the stack has that private name"
        yield Problem(path=variable, rule=rule, fix=_name_giver(settings, variable, host), also=(("services", host),))
    elif caller not in name.clients:
        rule = f"names {host}, which lets in {', '.join(name.clients)} only"
        there = (*settings.path_of(host), "clients")
        fix: Fix = (
            Advice("name an app that lets it in") if host == GATEWAY else Set((*there, len(name.clients)), caller)
        )
        yield Problem(path=variable, rule=rule, fix=fix, also=(there,))
    elif address.port != name.port:
        rule = f"names port {address.port} of {host}, which answers on {name.port}"
        yield Problem(path=variable, rule=rule, fix=Advice(f"name port {name.port}"))


def _name_giver(settings: StackSettings, variable: Path, host: str) -> Fix:
    """What gives an app the name."""
    if host == _DOCKERS:
        return Advice("name what answers inside the VPC: a task on Fargate has no Docker host to call")
    if host in settings.further_services:
        return Set((*settings.path_of(host), "internal"), True)
    if host in presets():
        # Any key makes the map that sets the companion up.
        run = Set(("companions", host, "internal"), True)
        return Steps((Remove(variable), run)) if variable[-1] in presets()[host]["variables"] else run
    return Advice(f"run it as services.{host} with internal: true, or name it with its domain")


def _is_a_name_of_the_stack(host: str) -> bool:
    return host == _DOCKERS or ("." not in host and ":" not in host)


def _by_proxy(settings: StackSettings, address: Address) -> bool:
    """Whether the company's proxy passes a request on: the task then connects to the proxy only."""
    proxy = settings.proxy
    if proxy is None or not address.by_http:
        return False
    hosts = [direct.partition(":")[0].lstrip(".") for direct in proxy.no_proxy]
    return not any(f".{address.host}".endswith(f".{host}") for host in hosts)


def _leads_to(way: EgressSettings, address: Address) -> bool:
    """Whether a way out may lead there: where a name or a prefix list points to is not known here."""
    if way.port != address.port:
        return False
    try:
        ip = ipaddress.ip_address(address.host)
    except ValueError:
        return True
    return way.prefix_list is not None or any(ip in ipaddress.ip_network(cidr) for cidr in way.cidrs)


def _narrowest(host: str) -> str:
    """The range of one address; everywhere for a name, which may point anywhere."""
    try:
        return str(ipaddress.ip_network(host))
    except ValueError:
        return EVERYWHERE
