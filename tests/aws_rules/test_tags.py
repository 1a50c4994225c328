"""Tags that every AWS service takes."""

import pytest

from aws_rules import tags


@pytest.mark.parametrize("key", ["team", "cost center", "a:b/c.d=e+f-g@h_i", "Größe", "x" * 128, "aws"])
def test_a_key_is_taken(key: str) -> None:
    assert tags.key_problem(key) is None


@pytest.mark.parametrize("key", ["", "x" * 129, "aws:team", "AWS:team", "a,b", "a\n", "<a>", "a|b"])
def test_a_key_is_refused(key: str) -> None:
    assert tags.key_problem(key) is not None


@pytest.mark.parametrize(("value", "good"), [("", True), ("x" * 256, True), ("x" * 257, False), ("a;b", False)])
def test_a_value_has_up_to_256_allowed_characters(value: str, good: bool) -> None:
    assert (tags.value_problem(value) is None) is good
