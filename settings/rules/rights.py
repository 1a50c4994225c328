"""Rules for what the stack's roles may do, and for how they are kept within an organization's limits."""

from collections.abc import Iterator

from aws_rules.iam_names import BROAD
from problems import Problem
from settings.rules.parts import advise, apps, remove, set_to
from settings.stack import StackSettings


def statements(settings: StackSettings) -> Iterator[Problem]:
    """A statement names what it allows or says that it is meant to be broad; IAM takes a statement's ID once."""
    for path, app in apps(settings):
        seen: set[str] = set()
        for index, statement in enumerate(app.statements):
            here = (*path, "statements", index)
            if not statement.action or not statement.resource:
                yield advise(here, "must name an action and a resource", "name them in Pulumi.<stack>.yaml")
            if statement.is_broad_without_a_word:
                rule = (
                    f"must begin with {BROAD} where a statement allows all actions, all of a service, or every resource"
                )
                yield set_to(
                    (*here, "Sid"), f"{BROAD}{statement.sid or index}", rule, (*here, "Action"), (*here, "Resource")
                )
            if statement.sid and statement.sid in seen:
                yield remove((*here, "Sid"), "is the ID of another statement, and IAM takes it once")
            seen.add(statement.sid or "")
