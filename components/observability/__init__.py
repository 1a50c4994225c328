"""Alarms on everything the stack runs, and a dashboard that shows it.

`Observability` is for `__main__`, its args in `args` for `apps/`; the services make their own alarms by
`alarms`, by which their deployments are rolled back, and scale by `metrics`. Of the components it imports
support only.
"""

from collections.abc import Iterator

import pulumi
import pulumi_aws as aws

from components.observability import alarms, dashboard, shared_alarms
from components.observability.alarms import Alarm
from components.observability.args import ObservabilityArgs
from components.support.canonical_json import canonical_json


class Observability(pulumi.ComponentResource):
    """An alarm for each limit that a service or shared part may reach, and one dashboard."""

    alarm_names: pulumi.Output[list[str]]
    dashboard_name: pulumi.Output[str]

    def __init__(self, name: str, args: ObservabilityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:monitoring:Observability", name, None, opts)
        made = [
            alarms.make_alarm(
                f"{name}-{alarm.what}", f"{args.name_prefix}-{alarm.what}", alarm, args.topic_arn, parent=self
            )
            for alarm in _alarms(args)
        ]
        self.alarm_names = pulumi.Output.all(*(alarm.name for alarm in made))
        self.dashboard_name = aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=args.name_prefix,
            dashboard_body=canonical_json(dashboard.body(args)),
            opts=pulumi.ResourceOptions(parent=self),
        ).dashboard_name
        self.register_outputs({"alarm_names": self.alarm_names, "dashboard_name": self.dashboard_name})


def _alarms(args: ObservabilityArgs) -> Iterator[Alarm]:
    for service in args.services:
        yield from alarms.of_service(service, args.cluster_name, args.load_balancer, args.thresholds)
    yield from shared_alarms.of_load_balancer(args.load_balancer)
    yield from shared_alarms.of_file_system(args.file_system)
    if args.database:
        yield from shared_alarms.of_database(args.database)
    if args.cache:
        yield from shared_alarms.of_cache(args.cache)
    if args.bedrock:
        yield from shared_alarms.of_bedrock()
