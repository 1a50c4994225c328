"""The stack config that says what runs now, as far as this program agrees to run it."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import settings
from problems import Path, Problem
from problems.command import MissingError, missing
from scripts.cloudformation.system import LOAD_BALANCER, App, System

Config = dict[str, Any]
"""Top-level key without the project's namespace to value."""

DEFAULT_PREFIX = "webui-bedrock"
CPU_METRIC = "ECSServiceAverageCPUUtilization"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A config that `settings.parse` accepts."""

    config: Config
    refused: tuple[Problem, ...]
    """What runs now and this program does not allow; the config leaves it out."""


def propose(system: System) -> Proposal:
    """Describe what runs. Raises MissingError when the program refuses something that has no substitute."""
    return _accepted(_whole_config(system), system)


def _whole_config(system: System) -> Config:
    gateway = system.apps.get("gateway")
    webui = _app(system, system.apps["webui"])
    config: Config = {
        "namePrefix": name_prefix(system),
        "network": _network(system),
        "loadBalancer": _load_balancer(system),
        "webui": webui,
        "gateway": _gateway(system, gateway) if gateway else {"enabled": False},
    }
    if files := system.first("AWS::EFS::FileSystem"):
        config["fileSystem"] = {
            "encrypted": files.facts["Encrypted"],
            "throughput": files.facts.get("ThroughputMode", "bursting"),
        }
        if key := files.facts.get("KmsKeyId"):
            config["fileSystem"]["kmsKeyArn"] = key
        if path := _access_point_path(system):
            config["fileSystem"]["path"] = path
    return config


def name_prefix(system: System) -> str:
    """The cluster is `<prefix>-cluster`; one that is called otherwise cannot be kept, so the default does."""
    cluster = system.of_type("AWS::ECS::Cluster")[0].facts["clusterName"]
    return str(cluster.removesuffix("-cluster") if cluster.endswith("-cluster") else DEFAULT_PREFIX)


def _network(system: System) -> Config:
    """The given VPC; a subnet with a mount target comes first in its zone, since EFS takes one per zone."""
    balancer = system.of_type(LOAD_BALANCER)[0].facts
    mounted = [live.facts["SubnetId"] for live in system.of_type("AWS::EFS::MountTarget")]
    private: list[str] = [
        subnet
        for app in system.apps.values()
        for subnet in app.service.facts["networkConfiguration"]["awsvpcConfiguration"]["subnets"]
    ]
    network: Config = {
        "vpcId": balancer["VpcId"],
        "privateSubnetIds": list(dict.fromkeys([*(subnet for subnet in mounted if subnet in private), *private])),
    }
    if balancer["Scheme"] == "internet-facing":
        network["publicSubnetIds"] = [zone["SubnetId"] for zone in balancer["AvailabilityZones"]]
    return network


def _load_balancer(system: System) -> Config:
    balancer = system.of_type(LOAD_BALANCER)[0].facts
    config: Config = {"scheme": balancer["Scheme"]}
    if certificate := _certificate(system):
        config["certificateArn"] = certificate
    if cidrs := list(_allowed_cidrs(system)):
        config["allowedCidrs"] = cidrs
    return config


def _certificate(system: System) -> str | None:
    listeners = (live.facts for live in system.of_type("AWS::ElasticLoadBalancingV2::Listener"))
    certificates = [listener["Certificates"] for listener in listeners if listener.get("Certificates")]
    return str(certificates[0][0]["CertificateArn"]) if certificates else None


def _allowed_cidrs(system: System) -> Iterator[str]:
    balancer = system.of_type(LOAD_BALANCER)[0].facts
    cidrs: list[str] = []
    for group in system.of_type("AWS::EC2::SecurityGroup"):
        if group.facts["GroupId"] in balancer.get("SecurityGroups", []):
            cidrs += [item["CidrIp"] for rule in group.facts["IpPermissions"] for item in rule["IpRanges"]]
    yield from dict.fromkeys(cidrs)


def _app(system: System, app: App) -> Config:
    shared = app.shares_service
    config: Config = {"image": app.container["image"]}
    if not shared:
        # Two containers share the task's size; what each of them needs, nobody has written down.
        config |= {"cpu": int(app.task["cpu"]), "memory": int(app.task["memory"])}
    config["architecture"] = app.task.get("runtimePlatform", {}).get("cpuArchitecture", "X86_64").lower()
    if scaling := _scaling(system, app):
        config["scaling"] = scaling
    if app.service.facts.get("enableExecuteCommand"):
        config["exec"] = True
    return config


def _gateway(system: System, app: App) -> Config:
    config = _app(system, app)
    if app.port:
        config["port"] = app.port
    if secret := _api_key(app):
        config["apiKeySecretArn"] = secret
    return config


def _api_key(app: App) -> str | None:
    """The gateway's key, when it is kept as this program reads it: under `api_key` in a JSON document."""
    for secret in app.container.get("secrets", []):
        parts = secret["valueFrom"].split(":")
        if parts[2:3] == ["secretsmanager"] and parts[7:8] == ["api_key"]:
            return ":".join(parts[:7])
    return None


def _scaling(system: System, app: App) -> Config:
    resource = f"service/{app.cluster_and_service}"
    targets = [live.facts for live in system.of_type("AWS::ApplicationAutoScaling::ScalableTarget")]
    target = next((facts for facts in targets if facts["ResourceId"] == resource), None)
    if target is None:
        # A shared service scaled as one: its limits are the WebUI's, and the gateway starts with the same.
        return {"min": app.service.facts["desiredCount"], "max": max(1, app.service.facts["desiredCount"])}
    scaling: Config = {"min": target["MinCapacity"], "max": target["MaxCapacity"]}
    for live in system.of_type("AWS::ApplicationAutoScaling::ScalingPolicy"):
        tracking = live.facts.get("TargetTrackingScalingPolicyConfiguration", {})
        metric = tracking.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType")
        if live.facts["ResourceId"] == resource and metric == CPU_METRIC:
            scaling["cpuTarget"] = int(tracking["TargetValue"])
    return scaling


def _access_point_path(system: System) -> str | None:
    paths = [live.facts.get("RootDirectory", {}).get("Path") for live in system.of_type("AWS::EFS::AccessPoint")]
    return next((path for path in paths if path and path != "/"), None)


def _accepted(config: Config, system: System) -> Proposal:
    """Leave out what `settings` refuses, as often as that helps."""
    refused: list[Problem] = []
    while True:
        try:
            settings.parse(config, region=system.stack.region)
        except settings.SettingsError as error:
            mended = copy.deepcopy(config)
            for problem in error.problems:
                _mend(mended, problem.path, system)
            if mended == config:
                # Those before may be the cause: what they were about has been left out.
                whole = (*refused, *error.problems)
                raise MissingError(
                    *(missing(f"a system that this program may run: {problem}", _CHANGE) for problem in whole)
                ) from None
            refused += error.problems
            config = mended
        else:
            return Proposal(config=config, refused=tuple(refused))


_CHANGE = "Change it in the CloudFormation stack first, and run this again."


def _mend(config: Config, path: Path, system: System) -> None:
    top, name = (*path, "", "")[:2]
    section = config.get(str(top))
    if not isinstance(section, dict) or name not in section:
        return
    if name == "allowedCidrs" and section["scheme"] == "internet-facing" and not _is_vpc_only(section[name], system):
        # Somebody has to be named, and the VPC itself is never too many.
        section[name] = _vpc_cidrs(system)
    else:
        del section[name]


def _is_vpc_only(cidrs: list[str], system: System) -> bool:
    return cidrs == _vpc_cidrs(system)


def _vpc_cidrs(system: System) -> list[str]:
    return [str(system.vpc["CidrBlock"])]
