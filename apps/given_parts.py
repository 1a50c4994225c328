"""Parts that exist already and that the config names: looked up, checked, and never changed."""

from collections.abc import Iterator
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from aws_rules import arns
from components.alarm_topic import AlarmTopic
from components.encryption_key import EncryptionKey
from components.support import lookup
from problems import Advice, Problem, Remove, key_of
from settings import SettingsError, StackSettings, stack_file

_KEY = ("kmsKeyArn",)
_TOPIC = ("alarms", "topicArn")


@dataclass(frozen=True, kw_only=True)
class GivenKey:
    """A KMS key of the account's own, in place of `EncryptionKey`."""

    key_arn: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class GivenTopic:
    """An SNS topic that the alarms go to, in place of `AlarmTopic`."""

    topic_arn: pulumi.Output[str]


Key = EncryptionKey | GivenKey
Topic = AlarmTopic | GivenTopic


def look_up_key(settings: StackSettings) -> GivenKey | None:
    """The key that the config names. Raises SettingsError for one that cannot encrypt what the stack keeps."""
    if settings.kms_key_arn is None:
        return None
    arn = settings.kms_key_arn
    key = lookup.look_up(
        f"{key_of(_KEY)} {arn}",
        lambda: aws.kms.get_key(key_id=arn),
        remedy=f"correct {key_of(_KEY)}, or allow kms:DescribeKey in its policy",
    )
    if problems := list(_key_problems(arn, key)):
        raise SettingsError(problems, stack_file())
    return GivenKey(key_arn=pulumi.Output.from_input(key.arn))


def look_up_topic(settings: StackSettings, account_id: str) -> GivenTopic | None:
    """The topic that the config names; one of another account can be seen there only, and is taken at its word."""
    if settings.alarms.topic_arn is None:
        return None
    arn = settings.alarms.topic_arn
    if arns.account(arn) == account_id:
        arn = lookup.look_up(
            f"{key_of(_TOPIC)} {arn}",
            lambda: aws.sns.get_topic(name=arns.resource(arn)).arn,
            remedy=f"correct {key_of(_TOPIC)}, or allow sns:ListTopics and sns:ListTagsForResource",
        )
    return GivenTopic(topic_arn=pulumi.Output.from_input(arn))


def _key_problems(arn: str, key: aws.kms.GetKeyResult) -> Iterator[Problem]:
    other = Advice("name another key, whose policy is as docs/landing-zone.md has it"), Remove(_KEY)
    if key.key_manager != "CUSTOMER":
        rule = "must be a customer-managed key: the policy of a key of AWS lets no CloudWatch in"
        yield Problem(path=_KEY, value=arn, rule=rule, fix=other)
    elif key.key_spec != "SYMMETRIC_DEFAULT":
        rule = f"must be a symmetric key for encryption, and is of {key.key_spec}"
        yield Problem(path=_KEY, value=arn, rule=rule, fix=other)
    elif not key.enabled:
        enable = Advice(f"enable it: aws kms enable-key --key-id {arn}")
        yield Problem(path=_KEY, value=arn, rule=f"must be enabled, and is {key.key_state}", fix=(enable, *other))
