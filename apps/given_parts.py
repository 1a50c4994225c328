"""Parts that exist already and that the config names: looked up, checked, and never changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from aws_rules import arns
from components.alarm_topic import AlarmTopic
from components.encryption_key import EncryptionKey
from components.support import lookup
from components.support.secret_values import SecretReference
from problems import Advice, Problem, Remove, key_of
from settings import SettingsError, StackSettings, stack_file

_KEY = ("kmsKeyArn",)
_TOPIC = ("alarms", "topicArn")
_CERTIFICATES = ("rootCertificates",)


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


def look_up_certificates(settings: StackSettings) -> Mapping[str, SecretReference]:
    """The parameter of certificates, by its ARN, if there is one. Raises SettingsError when it holds something else."""
    arn = settings.root_certificates
    if arn is None or not arns.is_parameter(arn):
        return {}
    found = lookup.look_up(
        f"{key_of(_CERTIFICATES)} {arn}",
        lambda: aws.ssm.get_parameter(name=arn, with_decryption=False),
        remedy=f"correct {key_of(_CERTIFICATES)}, or allow ssm:GetParameter on it",
    )
    fix = Advice("name another parameter, or keep the certificates in this one: aws ssm put-parameter")
    if found.type != "String":
        rule = f"must be a parameter of the type String, and is a {found.type}: certificates are no secret"
        raise SettingsError([Problem(path=_CERTIFICATES, value=arn, rule=rule, fix=fix)], stack_file())
    if "BEGIN CERTIFICATE" not in found.insecure_value:
        rule = "must hold certificates in PEM form"
        raise SettingsError([Problem(path=_CERTIFICATES, value=arn, rule=rule, fix=fix)], stack_file())
    return {arn: SecretReference(value_from=arn, secret_arn=arn, version_id=str(found.version), is_parameter=True)}


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
