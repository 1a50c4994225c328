"""Rules for the companions of Open WebUI."""

from collections.abc import Iterator

from aws_rules import arns, secret_names
from problems import Fix, Path, Problem, Remove, Set, Steps, key_of
from settings.companions import (
    MCPO,
    PIPELINES,
    TOOL_SERVERS,
    McpServerSettings,
    presets,
    server_name_problem,
)
from settings.rules.parts import advise, remove, set_to
from settings.stack import WEBUI, StackSettings

_SERVERS: Path = ("companions", MCPO, "servers")


def names_of_companions(settings: StackSettings) -> Iterator[Problem]:
    """There is a preset for each, and no service of the same name."""
    for name in settings.companions:
        path: Path = ("companions", name)
        if name not in presets():
            rule = f"must be one of {', '.join(sorted(presets()))}: anything else is an entry of services"
            yield remove(path, rule)
        elif name in settings.services:
            rule = f"is the name of services.{name} too: two services cannot have one private name"
            yield Problem(path=path, rule=rule, fix=Remove(("services", name)), also=(("services", name),))


def companions_are_reached(settings: StackSettings) -> Iterator[Problem]:
    """Open WebUI calls each by its private name."""
    for name in settings.companion_variables:
        path: Path = ("companions", name)
        service = settings.further_services[name]
        if name in settings.services:
            continue
        if not service.internal:
            yield remove((*path, "internal"), "must be true: Open WebUI calls a companion by its private name")
        elif service.clients and WEBUI not in service.clients:
            rule = "must hold webui, which calls its companions"
            yield Problem(path=(*path, "clients"), rule=rule, fix=Set((*path, "clients", len(service.clients)), WEBUI))


def variables_of_companions(settings: StackSettings) -> Iterator[Problem]:
    """What a companion sets in Open WebUI is set by nobody else."""
    owner: dict[str, str] = {}
    for name, variables in settings.companion_variables.items():
        path: Path = ("companions", name)
        for other in sorted({owner[variable] for variable in variables if variable in owner}):
            (first, *_) = (variable for variable in variables if owner.get(variable) == other)
            rule = f"cannot stand beside companions.{other}: both are for {first}, and Open WebUI takes one"
            yield remove(path, rule, ("companions", other))
        owner |= {variable: owner.get(variable, name) for variable in variables}
    for section, given in (("env", settings.webui.env), ("secrets", settings.webui.secrets)):
        for variable in given.keys() & owner.keys():
            name = owner[variable]
            rule = f"is set for companions.{name}, to {settings.companion_variables[name][variable]}"
            if variable == TOOL_SERVERS:
                rule = f"is set for companions.{MCPO}: other servers go to {key_of(_SERVERS)}, by url"
            yield remove((WEBUI, section, variable), rule, ("companions", name))


def mcp_servers(settings: StackSettings) -> Iterator[Problem]:
    """Mcpo serves what it is told of, and no other companion serves any."""
    for name, companion in settings.companions.items():
        if name == MCPO and not companion.servers:
            time: Path = (*_SERVERS, "time")
            fix = Steps((Set((*time, "command"), "uvx"), Set((*time, "args", 0), "mcp-server-time")))
            yield Problem(path=_SERVERS, rule="must name an MCP server: mcpo has none of its own", fix=fix)
        elif name != MCPO and companion.servers:
            yield remove(("companions", name, "servers"), f"is for companions.{MCPO}: {name} runs no MCP servers")


def each_mcp_server(settings: StackSettings) -> Iterator[Problem]:
    """A name that a URL takes, and a command or a URL."""
    mcpo = settings.companions.get(MCPO)
    if mcpo is None:
        return
    for name, server in mcpo.servers.items():
        if rule := server_name_problem(name):
            yield advise((*_SERVERS, name), rule, "rename the server in Pulumi.<stack>.yaml")
        yield from _server_problems((*_SERVERS, name), server)


def pipelines_are_no_provider(settings: StackSettings) -> Iterator[Problem]:
    """The companion is a source of models, called like itself."""
    if PIPELINES in settings.companions and PIPELINES in settings.providers:
        rule = f"is the name of companions.{PIPELINES} too, which Open WebUI asks for models already"
        yield remove(("providers", PIPELINES), rule, ("companions", PIPELINES))


def companions_without_internet(settings: StackSettings) -> Iterator[Problem]:
    """Some ask the internet while they work, which a closed network does not reach."""
    for name in settings.companion_variables if settings.network.closed else ():
        if needs := presets()[name].get("internet"):
            rule = f"cannot work while network.natGateways is none: it reaches out to {needs}"
            fix: tuple[Fix, ...] = (Set(("network", "natGateways"), "single"), Remove(("companions", name)))
            yield Problem(path=("companions", name), rule=rule, fix=fix, also=(("network", "natGateways"),))


def _server_problems(path: Path, server: McpServerSettings) -> Iterator[Problem]:
    command, url = (*path, "command"), (*path, "url")
    if server.command and server.url:
        yield remove(url, "cannot stand beside command: a server is run by mcpo, or runs elsewhere", command)
    elif not server.command and not server.url:
        yield set_to(command, "uvx", "is required, or url: mcpo would have nothing to speak with", url)
    elif server.url:
        for key in ("args", "env"):
            if getattr(server, key):
                yield remove((*path, key), "has no effect with url: mcpo runs no command for it", url)
    for name, value in server.env.items():
        if what := secret_names.in_plain_text(name, value):
            secrets: Path = ("companions", MCPO, "secrets")
            rule = f"{what}; secrets come from Secrets Manager, by ARN, in {key_of(secrets)}: each command gets them"
            fix = Steps((Remove((*path, "env", name)), Set((*secrets, name), arns.EXAMPLE_ARN)))
            yield Problem(path=(*path, "env", name), rule=rule, fix=fix)
