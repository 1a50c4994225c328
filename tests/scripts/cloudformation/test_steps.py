"""The report's steps are commands that can be pasted, in the order in which they end well."""

import json
from dataclasses import replace

from scripts.cloudformation.retention import Template
from tests.scripts.cloudformation.conftest import Account


def test_the_steps_can_be_pasted_in_their_order(account: Account) -> None:
    told = account.split.printed
    order = [
        "--query TemplateBody --output text > template.yaml",
        "--capabilities CAPABILITY_NAMED_IAM --parameters ParameterKey=BedrockRegion,UsePreviousValue=true",
        "rm import.json demo.imported.yaml demo.exports.json && make import CFN_STACK=webui STACK=demo",
        "make take-over STACK=demo",
        "make up STACK=demo",
        "--service webui-bedrock-webui-service --desired-count 1",
        'make verify STACK=demo ARGS="--wait 900"',
    ]
    places = [told.find(step) for step in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_as_many_creations_are_said_as_a_preview_shows(account: Account) -> None:
    taken = account.split
    entries = json.loads(taken.text("import.json"))["resources"]
    created = len(taken.recording.resources) - len(entries)
    assert f"{created} to create, the {len(taken.plan.imports)} imported ones" in taken.printed


def test_a_template_in_json_is_fetched_as_json(account: Account) -> None:
    told = list(replace(account.split.report, template=Template(format="json", not_retained=())).lines())
    assert any(line.endswith("--query TemplateBody --output json > template.json") for line in told)
    assert any("--template-body file://template.json " in line for line in told)
