"""Where alarms are sent: an encrypted SNS topic with a subscription per e-mail address."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from aws_rules import iam
from components.support.canonical_json import canonical_json
from components.support.location import Location
from components.support.once import once


@dataclass(frozen=True, kw_only=True)
class AlarmTopicArgs:
    """Who is told, and the key that encrypts what they are told."""

    location: Location
    name_prefix: str
    """The e-mails come from `<name_prefix> alarms`."""
    kms_key_arn: pulumi.Input[str]
    """A customer-managed key that cloudwatch.amazonaws.com may use: with SNS's own key alarms fail silently."""
    emails: Sequence[str] = ()


class AlarmTopic(pulumi.ComponentResource):
    """A topic of its own, because it must stand before the services, and their alarms after them."""

    topic_arn: pulumi.Output[str]

    def __init__(self, name: str, args: AlarmTopicArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:monitoring:AlarmTopic", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        topic = aws.sns.Topic(
            f"{name}-sns",
            display_name=f"{args.name_prefix} alarms",
            kms_master_key_id=args.kms_key_arn,
            opts=child,
        )
        policy = aws.sns.TopicPolicy(
            f"{name}-policy",
            arn=topic.arn,
            policy=canonical_json(topic_policy(topic.arn, args.location)),
            opts=child,
        )
        for address in args.emails:
            aws.sns.TopicSubscription(
                # No domain has an underscore, so that two addresses never share a name.
                f"{name}-{address.replace('@', '_at_')}",
                topic=topic.arn,
                protocol="email",
                endpoint=address,
                opts=child,
            )
        # Handed out once CloudWatch may publish, so that no alarm is lost.
        self.topic_arn = once(topic.arn, policy.id)
        self.register_outputs({"topic_arn": self.topic_arn})


def topic_policy(topic_arn: object, location: Location) -> dict[str, object]:
    """Alarms of this account publish, and nobody does without TLS; who else may, IAM decides."""
    alarms = iam.allow(
        "AlarmsOfThisAccount",
        ["sns:Publish"],
        [topic_arn],
        {
            "ArnLike": {"aws:SourceArn": location.arn("cloudwatch", "alarm:*")},
            "StringEquals": {"aws:SourceAccount": location.account_id},
        },
        principal=iam.service("cloudwatch.amazonaws.com"),
    )
    return iam.document(alarms, iam.deny_without_tls(["sns:Publish"], [topic_arn]))
