"""The day on which a stack is planned."""

import os
from datetime import UTC, date, datetime
from typing import Final

AS_OF: Final = "AS_OF"
"""The variable that sets another day, as `AS_OF=2027-04-01 make plan` looks ahead."""


def today() -> date:
    """The day that rules about dates go by. Raises ValueError when the variable AS_OF holds no date."""
    named = os.environ.get(AS_OF)
    if not named:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(named)
    except ValueError:
        raise ValueError(f"the variable {AS_OF} must be a date such as 2027-04-01, not {named}") from None
