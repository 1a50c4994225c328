"""Why a resource of the CloudFormation stack is left behind, and why one of the program is created."""

from collections.abc import Mapping

from offline.engine.recording import Resource
from scripts.cloudformation.stack import CfnResource

GONE = "CloudFormation lists it, AWS does not know it: it was deleted by hand, so there is nothing to import"

_NETWORK = "the config names the network by its ids; this program owns no VPC that it has not made"
_ACCESS = "every service gets roles of its own, with no more than it needs; what hangs on this one would hang on unseen"
_GROUP = (
    "AWS cannot change a security group's description, so an import would end in a replacement; new groups, whose "
    "rules are resources of their own, also never meet the old inline rules (InvalidPermission.Duplicate)"
)

_LEFT: Mapping[str, str] = {
    "AWS::EC2::InternetGateway": _NETWORK,
    "AWS::EC2::NatGateway": _NETWORK,
    "AWS::EC2::Route": _NETWORK,
    "AWS::EC2::RouteTable": _NETWORK,
    "AWS::EC2::SecurityGroup": _GROUP,
    "AWS::EC2::SecurityGroupEgress": _GROUP,
    "AWS::EC2::SecurityGroupIngress": _GROUP,
    "AWS::EC2::Subnet": _NETWORK,
    "AWS::EC2::SubnetRouteTableAssociation": _NETWORK,
    "AWS::EC2::VPC": _NETWORK,
    "AWS::EC2::VPCEndpoint": _NETWORK,
    "AWS::EC2::VPCGatewayAttachment": _NETWORK,
    "AWS::EC2::EIP": _NETWORK,
    "AWS::ECR::Repository": "the config names its image; the repository stays, with the images in it",
    "AWS::ECS::TaskDefinition": "a revision cannot be changed: this program registers a new one, and this one stays "
    "ACTIVE to go back to",
    "AWS::IAM::ManagedPolicy": _ACCESS,
    "AWS::IAM::Policy": _ACCESS,
    "AWS::IAM::Role": _ACCESS,
    "AWS::SecretsManager::Secret": "the config names it by its ARN where this program can use it, and its value never "
    "enters Pulumi's state",
}

_UNMATCHED: Mapping[str, str] = {
    "AWS::Logs::LogGroup": "this program writes to log groups of other names; the old logs stay readable in it",
    "AWS::EFS::MountTarget": "its subnet is none of the tasks', or another one comes before it in its zone",
    "AWS::EFS::AccessPoint": "this program mounts another directory",
    "AWS::ElasticLoadBalancingV2::Listener": "this program has no listener on its port",
    "AWS::ElasticLoadBalancingV2::ListenerRule": "this program has no rule for that application on that listener",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "no service of this program is behind it",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "this program scales that service on other metrics",
}

_BY_TYPE: Mapping[str, str] = {
    "aws:ecs/taskDefinition:TaskDefinition": "the deployment moves to a new revision",
    "aws:ec2/securityGroup:SecurityGroup": "the template's security groups cannot become this one",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "a new security group needs it",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "a new security group needs it",
    "aws:iam/role:Role": "each service and purpose has a role of its own",
    "aws:iam/rolePolicy:RolePolicy": "a new role needs it",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "a new role needs it",
    "aws:efs/backupPolicy:BackupPolicy": "it is a setting of the file system, and setting it twice does no harm",
    "aws:efs/fileSystemPolicy:FileSystemPolicy": "it is a setting of the file system, and replaces a former policy",
    "aws:efs/accessPoint:AccessPoint": "the template mounted the root directory, or nothing",
    "aws:efs/mountTarget:MountTarget": "tasks run in a zone where the template had no mount target",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": "it is a setting of the cluster, which has none",
    "aws:cloudwatch/logGroup:LogGroup": "there is no log group of this name",
    "aws:lb/listenerRule:ListenerRule": "no rule of the template is its own",
    "aws:lb/targetGroup:TargetGroup": "no target group of the template is its own",
    "aws:lb/listener:Listener": "the template has no listener on this port",
    "aws:appautoscaling/policy:Policy": "the template did not scale this service on this metric",
    "aws:appautoscaling/target:Target": "the template did not scale this service",
    "aws:ecs/service:Service": "the template has no service of its own for this application",
    "aws:cloudformation/stack:Stack": "it holds the former export names and nothing else",
    "aws:servicediscovery/httpNamespace:HttpNamespace": "Open WebUI reaches the gateway by Service Connect",
}

_BY_COMPONENT: Mapping[str, str] = {
    "webui-bedrock:security:EncryptionKey": "the template had no key of its own",
    "webui-bedrock:security:AppSecrets": "the template's secret is guessable or missing",
    "webui-bedrock:data:DataTier": "more than one Open WebUI task needs a database and a cache, which start empty",
    "webui-bedrock:monitoring:AlarmTopic": "the template had no alarms",
    "webui-bedrock:monitoring:Observability": "the template had no alarms",
    "webui-bedrock:network:SharedLoadBalancer": "the template had no access logs and no web application firewall",
    "webui-bedrock:compute:EcsAppService": "an alarm rolls a failing deployment back",
}


def left_behind(resource: CfnResource) -> str:
    """Why a resource of a type that is never imported stays outside Pulumi."""
    return _LEFT.get(resource.type, f"this program has nothing of the type {resource.type}: decide who keeps it")


def without_match(resource: CfnResource) -> str:
    """Why a resource that could be imported has no counterpart."""
    return _UNMATCHED.get(resource.type, "this program has one of this kind already, which another resource becomes")


def created(resource: Resource) -> str:
    """Why the program creates a resource: what it is, else what it is part of."""
    parts = resource.urn.split("::")[2].split("$")
    of_data = "webui-bedrock:data:DataTier" in parts and _BY_COMPONENT["webui-bedrock:data:DataTier"]
    component = next((_BY_COMPONENT[part] for part in reversed(parts) if part in _BY_COMPONENT), "")
    return of_data or _BY_TYPE.get(resource.type) or component or "the template had nothing like it"
