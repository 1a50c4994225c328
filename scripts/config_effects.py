"""What a later change of each key does to a stack: planned with a sample change of every key, there and back."""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from offline import stack_files
from offline.difference import compare
from offline.difference.resource_changes import Action, Difference
from offline.engine import record_stack
from offline.engine.recording import Recording

ROOT: Final = Path(__file__).resolve().parent.parent
_SAMPLES: Final = Path(__file__).with_name("config_changes.yaml")
_PREFIX: Final = "webui-bedrock:"
COMMON: Final = "<app>"
"""Begins a key that all services have."""
PLACES: Final = {"webui": "webui", "gateway": "gateway", "docs": "services.docs"}
"""The services of the samples, and where their keys are; docs stands for every further one."""

IN_PLACE: Final = "in place"
NOTHING: Final = "nothing changes"
REFUSED: Final = "cannot be changed"
_NAMES: Final = {
    "acm.Certificate": "the certificate",
    "awsx.ec2.Vpc": "the VPC",
    "cloudwatch.LogGroup": "logs",
    "cognito.UserPool": "the people in Cognito",
    "ecr.Repository": "images",
    "ecs.Cluster": "the cluster",
    "efs.FileSystem": "all files",
    "elasticache.ReplicationGroup": "the cache",
    "lb.LoadBalancer": "the load balancer",
    "random.RandomPassword": "a generated secret",
    "rds.Cluster": "the database",
    "rds.ClusterInstance": "the database's instances",
    "s3.Bucket": "what is in a bucket",
    "secretsmanager.Secret": "a generated secret",
}
"""What is told of when it is lost or replaced; what else is replaced belongs to it."""

Config = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Sample changes of keys that can change at once."""

    changes: Mapping[str, Any]
    base: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)

    def effects(self, *keys: str) -> tuple[set[str], set[str]]:
        """What a change of the keys does, and what the way back does."""
        before, after = self.plans(*keys)
        return _effects(compare(before, after)), _effects(compare(after, before))

    def plans(self, *keys: str) -> tuple[Recording, Recording]:
        """The stack before and after a change of the keys."""
        deployed = _laid_over(_dev(), self.base)
        changed = deepcopy(deployed)
        for key, value in {**self.beside, **{key: self.changes[key] for key in keys}}.items():
            for place in PLACES.values() if key.startswith(COMMON) else (PLACES["docs"],):
                _put(changed, _of_the_samples(key, place), value)
        return _plan(json.dumps(deployed)), _plan(json.dumps(changed))


def groups() -> list[Group]:
    """All sample changes."""
    return [Group(**row) for row in yaml.safe_load(_SAMPLES.read_text())]


def _effects(difference: Difference) -> set[str]:
    if difference.refusals:
        return {REFUSED}
    effects = set(_told(difference))
    for verb, whole in (("rolls", "rolls its tasks"), ("replaces", "replaces the service")):
        every = {f"{verb} {app}" for app in PLACES}
        if effects >= every:
            effects = effects - every | {whole}
        elif f"{verb} docs" in effects:
            effects = effects - {f"{verb} docs"} | {whole}
    return effects or {IN_PLACE if difference.resources else NOTHING}


def _told(difference: Difference) -> Iterator[str]:
    for change in difference.resources:
        app = change.name.removesuffix("-service")
        if change.hides:
            yield "puts files out of sight"
        if change.loses and change.type in _NAMES:
            yield f"loses {_NAMES[change.type]}"
        elif change.action is Action.REPLACED and (change.type in _NAMES or change.type == "ecs.Service"):
            yield f"replaces {_NAMES.get(change.type, app)}"
        elif change.type == "ecs.Service" and any(value.property_ != "tags" for value in change.properties):
            yield f"rolls {app}"  # `forceNewDeployment`: each change but that of tags is a deployment


def _dev() -> Config:
    values = stack_files.read(ROOT / "Pulumi.dev.yaml")["config"]
    return {key.removeprefix(_PREFIX): value for key, value in values.items() if key.startswith(_PREFIX)}


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> Config:
    merged = deepcopy(dict(below))
    for key, value in above.items():
        both = isinstance(merged.get(key), dict) and isinstance(value, dict)
        merged[key] = _laid_over(merged[key], value) if both else value
    return merged


def _of_the_samples(key: str, place: str) -> str:
    key = key.replace(COMMON, place).replace("services.*", place).replace("providers.*", "providers.other")
    key = key.replace("sidecars.*", "sidecars.helper").replace("limits.groups.*", "limits.groups.Research")
    return key.replace("companions.*.servers.*", "companions.mcpo.servers.time")


def _put(config: Config, path: str, value: object) -> None:
    *maps, last = path.split(".")
    for key in maps:
        config[key] = config.get(key) or {}
        config = config[key]
    config[last] = value


@cache
def _plan(config: str) -> Recording:
    return record_stack(ROOT, "dev", overrides=_without_nulls(json.loads(config)))


def _without_nulls(config: Config) -> Config:
    maps = {key: _without_nulls(value) if isinstance(value, dict) else value for key, value in config.items()}
    return {key: value for key, value in maps.items() if value is not None}
