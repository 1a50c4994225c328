"""Property changes name the value that differs, wherever it is, and never show a secret."""

import json

import pytest

from offline.difference.property_changes import ABSENT, changes
from tests.offline.difference.compared import values


def test_json_documents_are_compared_inside_by_the_names_in_them() -> None:
    before = [{"name": "web", "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]}]
    after = [
        {"name": "first", "environment": []},
        {"name": "web", "environment": [{"name": "B", "value": "3"}, {"name": "A", "value": "1"}]},
    ]
    found = values(changes({"containers": json.dumps(before)}, {"containers": json.dumps(after)}))
    assert found == {
        "containers[first]": (ABSENT, {"name": "first", "environment": []}),
        "containers[web].environment.B": ("2", "3"),
    }


def test_a_json_document_written_in_another_way_is_no_change() -> None:
    assert changes({"policy": '{"a": 1, "b": 2}'}, {"policy": '{"b":2,"a":1}'}) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["a", "b"], ["b", "c"], {"x[]": ("a", "c")}),
        (["a"], ["a", "a"], {"x[]": (ABSENT, "a")}),
        (["a", "b"], ["b", "a"], {"x": (["a", "b"], ["b", "a"])}),
        ([{"p": 1}, {"p": 2}], [{"p": 0}, {"p": 1}, {"p": 3}], {"x[0]": (ABSENT, {"p": 0}), "x[2].p": (2, 3)}),
        (1, "1", {"x": (1, "1")}),
        ({"a": 1}, {"b": 1}, {"x.a": (1, ABSENT), "x.b": (ABSENT, 1)}),
    ],
)
def test_lists_and_maps_are_compared_by_content(
    before: object, after: object, expected: dict[str, tuple[object, object]]
) -> None:
    assert values(changes({"x": before}, {"x": after})) == expected


def test_a_secret_inside_a_list_is_hidden_and_the_rest_is_not() -> None:
    before, after = ({"environment": [{"name": "A", "value": v}, {"name": "B", "value": v}]} for v in ("old", "new"))
    found = values(changes(before, after, secrets={"environment[0].value"}))
    assert found == {"environment.A": ("[secret]", "[secret]"), "environment.B": ("old", "new")}
