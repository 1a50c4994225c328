"""Reads the configuration of the program that Pulumi runs."""

import json
import os
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env, is_config_secret

from problems.telling import told
from settings.parsing import parse, warnings
from settings.stack import StackSettings
from settings.stack_file import deployed

REGION_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")
"""Where the AWS provider looks for a region that `aws:region` does not name, in this order."""

_TEXT_KEYS = frozenset({"namePrefix"})


def load() -> StackSettings:
    """The settings of the stack that is being deployed; what deserves a second look is logged as a warning.

    Raises SettingsError with every problem. Keys that nobody knows are problems too, so all keys are read:
    `pulumi.Config` answers only for keys that one can name.
    """
    config = {**get_config_env(), **CONFIG.get()}
    prefix = f"{pulumi.get_project()}:"
    own = {key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)}
    file, region = deployed(), region_of(config)
    settings = parse(
        {key: _decoded(key, value) for key, value in own.items()},
        secret_keys={key for key in own if is_config_secret(prefix + key)},
        file=file,
        region=region,
    )
    for warning in warnings(settings, region=region):
        pulumi.log.warn(told(warning, file))
    return settings


def region_of(config: Mapping[str, str]) -> str | None:
    """The region that the AWS provider takes from config or environment; None when only a profile may name one."""
    return next(filter(None, (config.get("aws:region"), *map(os.environ.get, REGION_VARIABLES))), None)


def _decoded(key: str, value: Any) -> Any:
    """The value of a key: maps and lists arrive as JSON, scalars as their text, truth values in any case."""
    if key in _TEXT_KEYS or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return {"true": True, "false": False}.get(value.lower(), value)
