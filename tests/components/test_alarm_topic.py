"""Who may publish alarms, who gets them, and with which key they are encrypted on the way."""

import pulumi_aws as aws

from components.alarm_topic import AlarmTopic, AlarmTopicArgs
from offline.engine.recording import Recording
from tests.support.component_args import KEY_ARN, LOCATION
from tests.support.component_recording import policy, record_one


def topic(*emails: str) -> Recording:
    args = AlarmTopicArgs(location=LOCATION, name_prefix="stack", kms_key_arn=KEY_ARN, emails=emails)
    return record_one(AlarmTopic, "alarm-topic", args)


def test_only_alarms_of_this_account_publish_and_only_with_tls() -> None:
    found = topic()
    statements = policy(found.one(aws.sns.TopicPolicy))
    allowed = statements["AlarmsOfThisAccount"]
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allowed["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*"},
        "StringEquals": {"aws:SourceAccount": "123456789012"},
    }
    refused = statements["TlsOnly"]
    assert (refused["Effect"], refused["Principal"]) == ("Deny", {"AWS": "*"})
    assert refused["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert len(statements) == 2


def test_an_address_keeps_its_subscription_when_another_is_added_before_it() -> None:
    one, two = topic("ops@example.com"), topic("a.first+x@example.com", "ops@example.com")
    kept = one.one(aws.sns.TopicSubscription)
    assert kept.name == "alarm-topic-ops_at_example.com"
    assert (kept.inputs["protocol"], kept.inputs["endpoint"]) == ("email", "ops@example.com")
    assert {found.urn for found in two.of_type(aws.sns.TopicSubscription)} > {kept.urn}
    assert topic().of_type(aws.sns.TopicSubscription) == []
