"""Rules for what a stack may cost."""

from collections.abc import Iterator

from aws_rules import budgets
from problems import Path, Problem, Set
from settings.rules.parts import advise, set_to
from settings.stack import StackSettings

_EMAILS: Path = ("budget", "emails")


def told_of_the_budget(settings: StackSettings) -> Iterator[Problem]:
    """AWS tells at least one address and ten at most."""
    emails = settings.budget.emails if settings.budget else ("",)
    if not emails:
        yield Problem(path=_EMAILS, rule="must name who is told", fix=Set((*_EMAILS, 0), "finance@example.com"))
    if len(emails) > budgets.MOST_EMAILS:
        rule = f"must be at most {budgets.MOST_EMAILS} addresses, not {len(emails)} (AWS Budgets)"
        yield advise(_EMAILS, rule, "name a mailing list")


def nobody_to_stop(settings: StackSettings) -> Iterator[Problem]:
    """The budget takes rights from the gateway's role."""
    if settings.budget and settings.budget.stop and not settings.gateway.enabled:
        rule = "must be false with gateway.enabled: false: only the gateway's right to call models can be taken away"
        yield set_to(("budget", "stop"), False, rule, ("gateway", "enabled"))
