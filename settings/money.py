"""What a month and a day may cost: the maps `budget` and `limits`."""

from typing import Annotated

from pydantic import Field

from aws_rules import budgets
from settings import formats
from settings.types import Check, Section, at_least, between

DEFAULT_MESSAGE = "You have reached your limit for today. It starts again at 00:00 UTC."

Path = tuple[str, ...]
Email = Annotated[str, Check(formats.email_problem, "finance@example.com")]


class Allowance(Section):
    """What may be asked of models in a day, which begins at 00:00 UTC."""

    requests_a_day: Annotated[int, at_least(0, "requests", example=200)] | None = Field(
        default=None, description="Requests of chat models a day (default any number)."
    )
    tokens_a_day: Annotated[int, at_least(0, "tokens", example=500_000)] | None = Field(
        default=None, description="Tokens a day, read and written together (default any number)."
    )
    dollars_a_day: Annotated[float, between(0, budgets.MOST_DOLLARS, "US dollars", example=2)] | None = Field(
        default=None, description="US dollars of tokens a day, by the table of token prices (default any sum)."
    )

    @property
    def kinds(self) -> dict[str, float]:
        """What is limited, and to how much."""
        given = {"requests": self.requests_a_day, "tokens": self.tokens_a_day, "dollars": self.dollars_a_day}
        return {kind: most for kind, most in given.items() if most is not None}


class GroupLimits(Allowance):
    """A group of Open WebUI: what its members may ask together, and each of them."""

    members: Allowance = Field(
        default_factory=Allowance,
        description="What each member may ask, in place of everybody's (default everybody's).",
    )


class LimitsSettings(Allowance):
    """What each user of Open WebUI may ask of the gateway's models in a day."""

    groups: dict[str, GroupLimits] = Field(default_factory=dict, description="Groups, by name (default none).")
    message: Annotated[str, Check(formats.text_problem, DEFAULT_MESSAGE)] = Field(
        default=DEFAULT_MESSAGE, description=f"What people read who have reached a limit (default {DEFAULT_MESSAGE!r})."
    )

    @property
    def allowances(self) -> list[tuple[Path, Allowance]]:
        """Everybody's, and those of groups and their members, each with its place."""
        groups = [
            allowance
            for name, group in self.groups.items()
            for allowance in ((("groups", name), group), (("groups", name, "members"), group.members))
        ]
        return [((), self), *groups]


class BudgetSettings(Section):
    """A monthly budget of AWS Budgets for what carries the stack's tags, and a watch for unusual days."""

    monthly: Annotated[float, between(1, budgets.MOST_DOLLARS, "US dollars", example=500)] = Field(
        description="US dollars a month; mails tell of 80 % and 100 % spent, and of a forecast above 100 %."
    )
    emails: tuple[Email, ...] = Field(description="E-mail addresses that are told, 1 to 10.")
    stop: bool = Field(
        default=False, description="Take the gateway's right to call models away when all is spent (default false)."
    )
