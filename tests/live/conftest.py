"""Figures that the tests of the real applications measure."""

from collections.abc import Callable

import pytest


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str, object], None]:
    """Records what was measured, and its value, for the report of `make live`."""
    return record_property
