"""What a month may cost, and who hears of it: the `budget` map."""

from typing import Annotated

from pydantic import Field

from aws_rules import budgets
from settings import formats
from settings.types import Check, Section, between

Email = Annotated[str, Check(formats.email_problem, "finance@example.com")]


class BudgetSettings(Section):
    """A monthly budget of AWS Budgets for what carries the stack's tags, and a watch for unusual days."""

    monthly: Annotated[float, between(1, budgets.MOST_DOLLARS, "US dollars", example=500)] = Field(
        description="US dollars a month; mails tell of 80 % and 100 % spent, and of a forecast above 100 %."
    )
    emails: tuple[Email, ...] = Field(description="E-mail addresses that are told, 1 to 10.")
    stop: bool = Field(
        default=False, description="Take the gateway's right to call models away when all is spent (default false)."
    )
