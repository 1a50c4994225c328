"""Rules between settings. A new rule is a public function in the module of its subject: it yields what is wrong."""

from collections.abc import Callable, Iterator
from inspect import isfunction
from types import ModuleType

from problems import Problem
from settings.rules import (
    apps,
    authenticate,
    backup,
    cognito,
    companions,
    data,
    egress,
    env,
    gateway,
    gateway_engine,
    gateway_tokens,
    given_data,
    limits,
    lists,
    load_balancer,
    models,
    money,
    network,
    open_webui,
    outward,
    people,
    private_services,
    protection,
    providers,
    reach,
    rights,
    scaling,
    services,
    sidecars,
    sign_in,
    storage,
    warnings,
    warnings_models,
    warnings_network,
    warnings_open_webui,
)
from settings.rules import stack as whole_stack
from settings.stack import StackSettings

Rule = Callable[[StackSettings], Iterator[Problem]]


def _rules_of(*modules: ModuleType) -> tuple[Rule, ...]:
    return tuple(
        value
        for module in modules
        for name, value in vars(module).items()
        if isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    )


RULES = _rules_of(
    whole_stack,
    lists,
    network,
    load_balancer,
    authenticate,
    apps,
    env,
    egress,
    open_webui,
    scaling,
    gateway,
    gateway_engine,
    gateway_tokens,
    models,
    providers,
    reach,
    services,
    private_services,
    companions,
    data,
    given_data,
    backup,
    limits,
    money,
    outward,
    protection,
    rights,
    sidecars,
    sign_in,
    cognito,
    people,
    storage,
)
WARNINGS = _rules_of(warnings, warnings_models, warnings_network, warnings_open_webui)
"""What is allowed and deserves a second look."""
