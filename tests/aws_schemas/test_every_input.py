"""AWS takes every input of every resource that the program and its components register."""

import pytest

from tests.aws_schemas.checker import refusals
from tests.aws_schemas.everything import LISTED, RECORDED, text


@pytest.mark.parametrize("name", RECORDED)
def test_aws_takes_every_input_of(name: str) -> None:
    assert [str(refused) for refused in refusals(RECORDED[name]().resources)] == []


def test_what_aws_has_no_model_of_is_listed() -> None:
    """A new line: give the property a name in kinds.yaml or a rule in documented.py, or write the list anew."""
    assert text() == LISTED.read_text(), f"see {LISTED.name}: python -m tests.aws_schemas.everything writes it anew"
