"""For each kind that can be imported: Pulumi's type, its import id, and how a live one and a registered one match.

`inputs` gives the live resource in Pulumi's words, as far as AWS cannot change it later: where it differs from what
the program registers, an import would only lead to a replacement.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from offline.engine.recording import Recording, Resource
from scripts.cloudformation.descriptions import service_address
from scripts.cloudformation.system import CAPACITY, LOAD_BALANCER, LOG_GROUP, Live, System

Inputs = Mapping[str, Any]

_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
_CLUSTER = "aws:ecs/cluster:Cluster"
_FILES = "aws:efs/fileSystem:FileSystem"
_LISTENER = "aws:lb/listener:Listener"


@dataclass(frozen=True, kw_only=True)
class Context:
    """Both sides of the mapping."""

    system: System
    recording: Recording


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How one CloudFormation type becomes one of Pulumi's."""

    type: str
    import_id: Callable[[Live], str] = lambda live: live.resource.physical_id
    matches: Callable[[Context, Live, Resource], bool] = lambda _context, _live, _resource: True
    """Any, where such a system has one of this kind, and so has the program."""
    inputs: Callable[[Live], Inputs] = lambda _live: {}
    belongs_to: str = ""
    """Pulumi's type of what it belongs to for ever: without that one it is replaced."""


def _same_app(context: Context, live: Live, resource: Resource) -> bool:
    app = context.system.app_of(live)
    return app is not None and context.recording.component_name(resource.urn) == app


def _service_app(context: Context, live: Live, resource: Resource) -> bool:
    return context.recording.component_name(resource.urn) == context.system.app_of_service(live.resource.physical_id)


def _same_metric(context: Context, live: Live, resource: Resource) -> bool:
    def metric(configuration: Inputs, specification: str, name: str) -> object:
        return configuration.get(specification, {}).get(name)

    running = live.facts.get("TargetTrackingScalingPolicyConfiguration", {})
    registered = resource.inputs.get("targetTrackingScalingPolicyConfiguration", {})
    return _same_app(context, live, resource) and (
        metric(running, "PredefinedMetricSpecification", "PredefinedMetricType")
        == metric(registered, "predefinedMetricSpecification", "predefinedMetricType")
    )


def _same_listener(context: Context, live: Live, resource: Resource) -> bool:
    """The rule of the same application, on the listener of the same port."""
    listeners = context.system.of_type("AWS::ElasticLoadBalancingV2::Listener")
    ports = {listener.resource.physical_id: listener.facts["Port"] for listener in listeners}
    [listener] = context.recording.used_by(resource, "listenerArn", _LISTENER)
    return _same_app(context, live, resource) and ports.get(live.facts["ListenerArn"]) == listener.inputs["port"]


def _equal(of_live: Callable[[Live], object], of_resource: Callable[[Inputs], object]) -> Callable[..., bool]:
    return lambda _context, live, resource: of_live(live) == of_resource(resource.inputs)


def _scalable_target_id(live: Live) -> str:
    facts = live.facts
    return "/".join([facts["ServiceNamespace"], facts["ResourceId"], facts["ScalableDimension"]])


def _target_group(live: Live) -> Inputs:
    facts = live.facts
    return {
        "port": facts["Port"],
        "protocol": facts["Protocol"],
        "targetType": facts["TargetType"],
        "vpcId": facts["VpcId"],
    }


def _file_system(live: Live) -> Inputs:
    facts = live.facts
    return {"encrypted": facts["Encrypted"], "kmsKeyId": facts.get("KmsKeyId")}


def _access_point(live: Live) -> Inputs:
    user, root = live.facts.get("PosixUser", {}), live.facts.get("RootDirectory", {})
    creation = root.get("CreationInfo", {})
    return {
        "posixUser": {"uid": user.get("Uid"), "gid": user.get("Gid")},
        "rootDirectory": {
            "path": root.get("Path"),
            "creationInfo": {
                "ownerUid": creation.get("OwnerUid"),
                "ownerGid": creation.get("OwnerGid"),
                "permissions": creation.get("Permissions"),
            },
        },
    }


KINDS: Mapping[str, Kind] = {
    "AWS::ECS::Cluster": Kind(
        type=_CLUSTER,
        import_id=lambda live: str(live.facts["clusterName"]),
        inputs=lambda live: {"name": live.facts["clusterName"]},
    ),
    CAPACITY: Kind(
        type="aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
        belongs_to=_CLUSTER,
        import_id=lambda live: str(live.facts["clusterName"]),
        inputs=lambda live: {"clusterName": live.facts["clusterName"]},
    ),
    LOG_GROUP: Kind(
        type="aws:cloudwatch/logGroup:LogGroup",
        matches=_equal(lambda live: live.resource.physical_id, lambda inputs: inputs.get("name")),
    ),
    LOAD_BALANCER: Kind(
        type=_BALANCER,
        inputs=lambda live: {
            "internal": live.facts["Scheme"] == "internal",
            "loadBalancerType": live.facts.get("Type", "application"),
        },
    ),
    "AWS::ElasticLoadBalancingV2::Listener": Kind(
        type=_LISTENER,
        belongs_to=_BALANCER,
        matches=_equal(lambda live: live.facts["Port"], lambda inputs: inputs["port"]),
    ),
    "AWS::ElasticLoadBalancingV2::ListenerRule": Kind(
        type="aws:lb/listenerRule:ListenerRule", belongs_to=_LISTENER, matches=_same_listener
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Kind(
        type="aws:lb/targetGroup:TargetGroup", matches=_same_app, inputs=_target_group
    ),
    "AWS::ECS::Service": Kind(
        type="aws:ecs/service:Service",
        belongs_to=_CLUSTER,
        import_id=lambda live: "/".join(service_address(live.resource.physical_id)),
        matches=_service_app,
        inputs=lambda live: {"name": live.facts["serviceName"], "cluster": live.facts["clusterArn"]},
    ),
    "AWS::ApplicationAutoScaling::ScalableTarget": Kind(
        type="aws:appautoscaling/target:Target",
        import_id=_scalable_target_id,
        matches=_same_app,
        inputs=lambda live: {"resourceId": live.facts["ResourceId"]},
    ),
    "AWS::ApplicationAutoScaling::ScalingPolicy": Kind(
        type="aws:appautoscaling/policy:Policy",
        import_id=lambda live: f"{_scalable_target_id(live)}/{live.facts['PolicyName']}",
        matches=_same_metric,
        inputs=lambda live: {"resourceId": live.facts["ResourceId"]},
    ),
    "AWS::EFS::FileSystem": Kind(type=_FILES, inputs=_file_system),
    "AWS::EFS::MountTarget": Kind(
        type="aws:efs/mountTarget:MountTarget",
        belongs_to=_FILES,
        matches=_equal(lambda live: live.facts["SubnetId"], lambda inputs: inputs["subnetId"]),
    ),
    "AWS::EFS::AccessPoint": Kind(
        type="aws:efs/accessPoint:AccessPoint",
        belongs_to=_FILES,
        matches=_equal(
            lambda live: live.facts.get("RootDirectory", {}).get("Path"), lambda inputs: inputs["rootDirectory"]["path"]
        ),
        inputs=_access_point,
    ),
}
"""By CloudFormation type."""
