"""The stack config that says what runs now, as far as this program agrees to run it."""

import copy
from dataclasses import dataclass
from typing import Any

import settings
from problems import Path, Problem
from problems.command import MissingError, missing
from scripts.cloudformation.system import LOAD_BALANCER, App, System
from settings.load_balancer import EXAMPLE_DOMAIN

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
    gateway, files = system.apps.get("gateway"), system.first("AWS::EFS::FileSystem")
    return _told(
        namePrefix=name_prefix(system),
        tags=system.stack.tags or None,
        network=_network(system),
        loadBalancer=_load_balancer(system),
        webui=_app(system, system.apps["webui"]),
        gateway=_gateway(system, gateway) if gateway else {"enabled": False},
        fileSystem=files
        and _told(
            encrypted=files.facts["Encrypted"],
            throughput=files.facts.get("ThroughputMode", "bursting"),
            kmsKeyArn=files.facts.get("KmsKeyId"),
            path=_access_point_path(system),
        ),
    )


def _told(**keys: object) -> Config:
    """The keys that something is known for."""
    return {key: value for key, value in keys.items() if value not in (None, "", [])}


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
    public = balancer["Scheme"] == "internet-facing"
    return _told(
        vpcId=balancer["VpcId"],
        privateSubnetIds=list(dict.fromkeys([*(subnet for subnet in mounted if subnet in private), *private])),
        publicSubnetIds=[zone["SubnetId"] for zone in balancer["AvailabilityZones"]] if public else None,
    )


def _load_balancer(system: System) -> Config:
    balancer = system.of_type(LOAD_BALANCER)[0].facts
    listeners = [live.facts for live in system.of_type("AWS::ElasticLoadBalancingV2::Listener")]
    certificates = [certificate for listener in listeners for certificate in listener.get("Certificates") or []]
    groups = [live.facts for live in system.of_type("AWS::EC2::SecurityGroup")]
    own = [group for group in groups if group["GroupId"] in balancer.get("SecurityGroups", [])]
    rules = [rule for group in own for rule in group["IpPermissions"]]
    return _told(
        scheme=balancer["Scheme"],
        certificateArn=certificates[0]["CertificateArn"] if certificates else None,
        allowedCidrs=list(dict.fromkeys(item["CidrIp"] for rule in rules for item in rule["IpRanges"])),
    )


def _app(system: System, app: App) -> Config:
    # Two containers share the task's size; what each of them needs, nobody has written down.
    size = {} if app.shares_service else {key: int(app.task[key]) for key in ("cpu", "memory")}
    return _told(
        image=app.container["image"],
        **size,
        architecture=app.task.get("runtimePlatform", {}).get("cpuArchitecture", "X86_64").lower(),
        scaling=_scaling(system, app),
        exec=app.service.facts.get("enableExecuteCommand") or None,
    )


def _gateway(system: System, app: App) -> Config:
    return _app(system, app) | _told(port=app.port, apiKeySecretArn=_api_key(app))


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
                    *(missing(f"a system that this program may run: {problem.statement}", _CHANGE) for problem in whole)
                ) from None
            refused += error.problems
            config = mended
        else:
            return Proposal(config=config, refused=tuple(refused))


_CHANGE = "Change it in the CloudFormation stack first, and run this again."


def _mend(config: Config, path: Path, system: System) -> None:
    top, name = (*path, "", "")[:2]
    section = config.get(str(top))
    if path == ("loadBalancer", "domain") and isinstance(section, dict):
        # A listener does not tell by which of its certificate's names it is called; the report asks for that.
        section[name] = EXAMPLE_DOMAIN
        return
    if not isinstance(section, dict) or name not in section:
        return
    vpc_only = [str(system.vpc["CidrBlock"])]
    if name == "allowedCidrs" and section["scheme"] == "internet-facing" and section[name] != vpc_only:
        # Somebody has to be named, and the VPC itself is never too many.
        section[name] = vpc_only
    else:
        del section[name]
