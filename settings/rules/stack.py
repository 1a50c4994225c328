"""Rules for tags and for who gets the alarms."""

from collections.abc import Iterator

from aws_rules import secret_names, tags
from problems import Path, Problem
from problems.redaction import shown_segment
from settings.rules.parts import advise, remove
from settings.stack import StackSettings

PROGRAM_TAGS = ("Project", "Environment", "Name")
"""Tags that the program adds; they count towards AWS's limit."""

MOST_EMAILS = 100


def tag_keys_and_values(settings: StackSettings) -> Iterator[Problem]:
    """Every service takes every tag."""
    for key, value in settings.tags.items():
        rule = tags.key_problem(key) or tags.value_problem(value)
        if key == "Name":
            rule = "is set by this program: every resource is named after what it is"
        if rule is None and secret_names.is_secret_value(value):
            rule = "holds what looks like a secret; tags are no place for one, everybody may read them"
        if rule is None and not value and settings.cloud_formation_exports:
            rule = "must have a value while cloudFormationExports is true (cloudformation CreateStack)"
        if rule:
            yield remove(("tags", key), rule)


def tag_count(settings: StackSettings) -> Iterator[Problem]:
    """AWS takes 50 tags on a resource, the program's own included."""
    room = tags.MOST_TAGS - len(PROGRAM_TAGS)
    count = len(settings.tags.keys() - set(PROGRAM_TAGS))
    if count > room:
        rule = f"must be at most {room} beside the program's own, not {count} (AWS takes {tags.MOST_TAGS} tags)"
        yield advise(("tags",), rule, "remove some in Pulumi.<stack>.yaml")


def tag_keys_that_iam_cannot_tell_apart(settings: StackSettings) -> Iterator[Problem]:
    """IAM ignores case in tag keys, so that `team` and `Team` are one tag given twice."""
    spellings = {key.lower(): key for key in PROGRAM_TAGS}
    for key in settings.tags:
        first = spellings.setdefault(key.lower(), key)
        if first != key:
            rule = f"differs from the tag {shown_segment(first)} in case only, and IAM ignores case"
            yield remove(("tags", key), rule)


def alarm_topic(settings: StackSettings) -> Iterator[Problem]:
    """Who is subscribed to a topic that is given, its owner decides."""
    if settings.alarms.topic_arn and settings.alarms.emails:
        rule = "cannot be given with alarms.topicArn: the stack subscribes nobody to a topic that it did not make"
        yield remove(("alarms", "emails"), rule, ("alarms", "topicArn"))


def alarm_emails(settings: StackSettings) -> Iterator[Problem]:
    """Not more addresses than the topic's alarm is worth."""
    path: Path = ("alarms", "emails")
    addresses = settings.alarms.emails
    if len(addresses) > MOST_EMAILS:
        rule = f"must be at most {MOST_EMAILS} addresses, not {len(addresses)}"
        yield advise(path, rule, "subscribe a mailing list instead")
