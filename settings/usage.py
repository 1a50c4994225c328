"""How much people are going to write: the `usage` map, which changes no resource."""

from typing import Annotated

from pydantic import Field

from settings.types import Section, between


class UsageSettings(Section):
    """What the plan estimates the cost of tokens by."""

    users: Annotated[int, between(1, 1_000_000, "people who chat", example=50)] = Field(
        description="People who chat on a day."
    )
    messages_a_day: Annotated[float, between(0.1, 10_000, "messages that a person sends", example=20)] = Field(
        description="Messages that each of them sends on a day, of 30.4 in a month."
    )
    tokens_a_message: Annotated[int, between(1, 1_000_000, "tokens of a message", example=2000)] = Field(
        description="Tokens of a message with all that goes with it and of its answer; the conversation so far is read "
        "anew each time."
    )
