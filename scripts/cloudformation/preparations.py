"""What must be changed in AWS before the import, as commands to run: this program runs none of them."""

from collections.abc import Iterator

from offline.engine.recording import Recording
from scripts.cloudformation.mapping import Plan
from scripts.cloudformation.system import Live, System

FREE_PRIORITY = 100
"""Where rules that are in the way are moved to: far from the priorities that this program uses."""


def preparations(system: System, plan: Plan, recording: Recording) -> list[str]:
    """The commands, in their order."""
    return [*_capacity(system, plan), *_priorities(system, recording)]


def _capacity(system: System, plan: Plan) -> Iterator[str]:
    """From a launch type to a capacity provider strategy, the provider knows only replacement; ECS itself can."""
    where = f"--region {system.stack.region}"
    services = [
        one.live.facts
        for one in plan.imports
        if one.resource.type == "aws:ecs/service:Service" and not one.live.facts.get("capacityProviderStrategy")
    ]
    if services and not system.of_type("AWS::ECS::Cluster")[0].facts.get("capacityProviders"):
        cluster = system.of_type("AWS::ECS::Cluster")[0].facts["clusterName"]
        yield (
            f"aws ecs put-cluster-capacity-providers {where} --cluster {cluster} "
            "--capacity-providers FARGATE FARGATE_SPOT --default-capacity-provider-strategy"
        )
    for service in services:
        cluster = service["clusterArn"].rpartition("/")[2]
        yield (
            f"aws ecs update-service {where} --cluster {cluster} --service {service['serviceName']} "
            "--capacity-provider-strategy capacityProvider=FARGATE,weight=1 --force-new-deployment"
        )


def _priorities(system: System, recording: Recording) -> Iterator[str]:
    """A rule that holds a priority which this program gives to a rule (PriorityInUse)."""
    rules = system.of_type("AWS::ElasticLoadBalancingV2::ListenerRule")
    wanted = {str(rule.inputs["priority"]) for rule in recording.of_type("aws:lb/listenerRule:ListenerRule")}
    used = {_priority(rule) for rule in rules}
    free = (str(number) for number in range(FREE_PRIORITY, 50000) if str(number) not in wanted | used)
    for rule in rules:
        if _priority(rule) in wanted:
            pair = f"RuleArn={rule.resource.physical_id},Priority={next(free)}"
            yield f"aws elbv2 set-rule-priorities --region {system.stack.region} --rule-priorities {pair}"


def _priority(rule: Live) -> str:
    return str(rule.facts["Priority"])
