"""`make models` renews the table by AWS's lists; with CHECK=1 it says what each model of a stack needs."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from aws_rules import models as catalog
from aws_rules.bedrock import by_mantle
from aws_rules.model_ids import without_geography
from health.aws import Aws
from live.bedrock.permissions import CREDENTIALS
from live.bedrock.server import Bedrock
from scripts import model_access, models
from scripts.model_access import Verdict, try_each
from scripts.model_table import Listing, list_region, rendered, renew, rows_of
from tests.live.test_stand_ins import client as client_of
from tests.live.test_stand_ins import served
from tests.scripts.standins import Machine

NOVA, TITAN = "amazon.nova-pro-v1:0", "amazon.titan-embed-text-v2:0"
CLAUDE = "us.anthropic.claude-sonnet-5-5"
QWEN = "qwen.qwen3-32b"
ROW = {
    "apis": ["converse"],
    "modes": ["chat", "tools"],
    "geographies": ["eu", "us"],
    "regions": ["eu-west-1", "us-east-1"],
}
SOON = datetime(2027, 6, 1, 8, tzinfo=UTC)


def summary(model_id: str, *, end: datetime | None = None, **more: Any) -> dict[str, Any]:
    dates = {"endOfLifeTime": end, "legacyTime": datetime(2026, 12, 1, tzinfo=UTC)} if end else {}
    return {
        "modelArn": f"arn:aws:bedrock:us-east-1::foundation-model/{model_id}",
        "modelId": model_id,
        "inputModalities": ["TEXT"],
        "outputModalities": ["TEXT"],
        "inferenceTypesSupported": ["ON_DEMAND"],
        "modelLifecycle": {"status": "LEGACY" if end else "ACTIVE", **dates},
        **more,
    }


def listing(*summaries: dict[str, Any], profiles: tuple[str, ...] = ()) -> Listing:
    return Listing(models={row["modelId"]: row for row in summaries}, profiles=frozenset(profiles))


def client(service: str) -> Any:
    return boto3.client(service, region_name="us-east-1", aws_access_key_id="made-up", aws_secret_access_key="made-up")


def test_the_tracked_table_is_written_as_it_stands() -> None:
    text = catalog.TABLE.read_text()
    assert rendered(text, rows_of(text), catalog.RENEWED) == text


def test_places_follow_the_lists_and_what_people_wrote_stays() -> None:
    renewal = renew({NOVA: ROW}, {"us-east-1": listing(summary(NOVA), profiles=(f"us.{NOVA}", f"global.{NOVA}"))})
    assert renewal.rows[NOVA] == {**ROW, "geographies": ["eu", "global", "us"]}, "eu. cannot be called from us-east-1"
    profile_only = summary(NOVA, inferenceTypesSupported=["INFERENCE_PROFILE"])
    assert renew({NOVA: ROW}, {"us-east-1": listing(profile_only)}).rows[NOVA] == {
        **ROW,
        "geographies": ["eu"],
        "regions": ["eu-west-1"],
    }


def test_the_end_of_life_is_that_of_the_region_where_the_model_lasts_longest() -> None:
    ending = listing(summary(NOVA, end=SOON))
    later = listing(summary(NOVA, end=SOON.replace(month=8)))
    one = renew({NOVA: ROW}, {"us-east-1": ending, "eu-west-1": later}).rows[NOVA]
    assert (one["legacy"], one["end"], one["source"]) == (date(2026, 12, 1), date(2027, 8, 1), "ListFoundationModels")
    assert "end" not in renew({NOVA: one}, {"us-east-1": ending, "eu-west-1": listing(summary(NOVA))}).rows[NOVA]


def test_what_is_new_or_gone_is_told() -> None:
    new = listing(
        summary("example.new", inputModalities=["TEXT", "IMAGE"]), summary("a.speech", outputModalities=["SPEECH"])
    )
    renewal = renew({NOVA: {**ROW, "regions": ["us-east-1"]}}, {"us-east-1": new})
    assert renewal.rows.keys() == {NOVA, "example.new"}
    assert renewal.rows["example.new"]["modes"] == ["chat", "images"]
    assert renewal.notes == [f"{NOVA} is not listed any more", "example.new is new: look at its apis and modes"]


def test_a_region_is_asked_for_all_its_pages_without_provisioned_throughput() -> None:
    bedrock = client("bedrock")
    with Stubber(bedrock) as stub:
        provisioned = summary(f"{NOVA}:300k", inferenceTypesSupported=["PROVISIONED"])
        stub.add_response("list_foundation_models", {"modelSummaries": [summary(NOVA), provisioned]}, {})
        for token, more in (({}, {"nextToken": "two"}), ({"nextToken": "two"}, {})):
            page = {"inferenceProfileSummaries": [profile(f"{'us' if more else 'eu'}.{NOVA}")], **more}
            stub.add_response("list_inference_profiles", page, {"typeEquals": "SYSTEM_DEFINED", **token})
        found = list_region(bedrock)
        stub.assert_no_pending_responses()
    assert found.models.keys() == {NOVA}
    assert sorted(found.profiles) == [f"eu.{NOVA}", f"us.{NOVA}"]


def profile(profile_id: str) -> dict[str, Any]:
    return {
        "inferenceProfileName": profile_id,
        "inferenceProfileArn": f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{profile_id}",
        "models": [{"modelArn": f"arn:aws:bedrock:us-east-1::foundation-model/{NOVA}"}],
        "inferenceProfileId": profile_id,
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    }


def tried(model_id: str, code: str = "", text: str = "", agreement: str = "AVAILABLE") -> Verdict:
    """The verdict on one model that answers so."""
    runtime, bedrock = client("bedrock-runtime"), client("bedrock")
    with Stubber(runtime) as stub, Stubber(bedrock) as control:
        operation = "invoke_model" if catalog.is_embedding(model_id) else "converse"
        if code:
            stub.add_client_error(operation, code, text)
        elif operation == "converse":
            answer = {
                "output": {"message": {"role": "assistant", "content": [{"text": "hi"}]}},
                "stopReason": "end_turn",
                "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
                "metrics": {"latencyMs": 1},
            }
            wanted = {"modelId": model_id, "messages": ANY, "inferenceConfig": {"maxTokens": 16}}
            stub.add_response("converse", answer, wanted)
        else:
            stub.add_response(
                "invoke_model", {"body": b"{}", "contentType": "application/json"}, {"modelId": model_id, "body": ANY}
            )
        control.add_response(
            "get_foundation_model_availability",
            {
                "modelId": without_geography(model_id),
                "agreementAvailability": {"status": agreement},
                "authorizationStatus": "AUTHORIZED",
                "entitlementAvailability": "AVAILABLE",
                "regionAvailability": "AVAILABLE",
            },
        )
        aws = Aws(boto3.Session(), clients={"bedrock-runtime": runtime, "bedrock": control.client})
        (verdict,) = try_each(aws, "us-east-1", [model_id])
        return verdict


@pytest.mark.parametrize("model_id", [NOVA, CLAUDE, *catalog.ACCESS_GATEWAY_EMBEDDINGS])
def test_a_model_that_answers_needs_nothing(model_id: str) -> None:
    assert tried(model_id).told == "answers"


@pytest.mark.parametrize(
    ("code", "text", "agreement", "told", "remedy"),
    [
        (
            "ResourceNotFoundException",
            "Model use case details have not been submitted for this account.",
            "AVAILABLE",
            "needs its maker's form, once per account",
            "aws bedrock put-use-case-for-model-access",
        ),
        (
            "AccessDeniedException",
            "You don't have access to the model with the specified model ID.",
            "NOT_AVAILABLE",
            "needs a subscription, once per account",
            "aws bedrock create-foundation-model-agreement --region us-east-1 --model-id anthropic.claude-sonnet-5-5",
        ),
        ("AccessDeniedException", "explicit deny", "AVAILABLE", "does not answer", "your own rights"),
        (
            "ValidationException",
            "with on-demand throughput isn't supported",
            "AVAILABLE",
            "inference profile",
            "us.anthropic",
        ),
        (
            "ResourceNotFoundException",
            "This model version has reached the end of its life.",
            "AVAILABLE",
            "has ended",
            "newer",
        ),
        (
            "ValidationException",
            "The provided model identifier is invalid.",
            "AVAILABLE",
            "does not answer",
            "look the",
        ),
    ],
)
def test_what_is_missing_is_told_with_its_command(code: str, text: str, agreement: str, told: str, remedy: str) -> None:
    verdict = tried(CLAUDE, code, text, agreement)
    assert told in verdict.told
    assert remedy in verdict.remedy
    assert not verdict.answers


@pytest.mark.parametrize(
    ("known", "allowed", "told", "remedy"),
    [
        (QWEN, QWEN, "answers", ""),
        (QWEN, "another", "not authorized", "bedrock-mantle:CreateInference"),
        ("another", QWEN, "does not exist", "look the message up"),
    ],
)
def test_a_model_of_bedrock_mantle_is_called_there_in_its_region(
    monkeypatch: pytest.MonkeyPatch, known: str, allowed: str, told: str, remedy: str
) -> None:
    right = by_mantle("aws", "us-west-2", "123456789012", (allowed,))
    mantle = Bedrock(models=(known,), account="123456789012", statements=(right,))
    with served(mantle.respond) as url:
        monkeypatch.setattr(model_access, "MANTLE", f"{url}/v1/chat/completions")
        session = boto3.Session(CREDENTIALS.access_key, CREDENTIALS.secret_key)
        (verdict,) = try_each(Aws(session, clients={"bedrock": client_of("bedrock", url)}), "us-west-2", [QWEN])
    assert told in verdict.told
    assert remedy in verdict.remedy


def test_a_busy_model_is_one_that_answers() -> None:
    assert tried(NOVA, "ThrottlingException", "Too many requests").answers


class Session:
    """A signed-in session whose clients answer from stubs."""

    region_name = "eu-west-1"

    def __init__(self, *clients: Any) -> None:
        self.clients = list(clients)

    def client(self, service: str, **_: Any) -> Any:
        return next(one for one in self.clients if one.meta.service_model.service_name == service)


def test_the_command_writes_the_table_and_keeps_its_head(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "models.toml"
    table.write_text(
        f'# why\nrenewed = 2026-01-01\n\n[models]\n"{NOVA}" = {{ apis = ["converse"], modes = ["chat"] }}\n'
    )
    bedrock = client("bedrock")
    monkeypatch.setattr(models, "sign_in", lambda _: (Session(bedrock), "123456789012"))
    with Stubber(bedrock) as stub:
        stub.add_response("list_foundation_models", {"modelSummaries": [summary(NOVA)]})
        stub.add_response("list_inference_profiles", {"inferenceProfileSummaries": [profile(f"us.{NOVA}")]})
        stub.add_client_error("list_foundation_models", "UnrecognizedClientException", "The security token is invalid")
        ended = models.main(["--regions", "us-east-1,me-south-1"], machine.project, table)
    printed = machine.capsys.readouterr()
    assert ended == 0, printed.err
    assert "me-south-1 was not asked" in printed.err
    assert table.read_text() == (
        f'# why\nrenewed = 2026-12-01\n\n[models]\n"{NOVA}" = {{ apis = ["converse"], modes = ["chat"], '
        'geographies = ["us"], regions = ["us-east-1"] }\n'
    )


def test_without_an_answer_the_table_stays(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "models.toml"
    table.write_text("renewed = 2026-01-01\n\n[models]\n")
    bedrock = client("bedrock")
    monkeypatch.setattr(models, "sign_in", lambda _: (Session(bedrock), "123456789012"))
    with Stubber(bedrock) as stub:
        stub.add_client_error("list_foundation_models", "AccessDeniedException", "no")
        assert models.main(["--regions", "us-east-1"], machine.project, table) == models.CANNOT_TELL
    assert "the table stays as it is" in machine.capsys.readouterr().err
    assert "2026-01-01" in table.read_text()


def test_check_calls_the_models_that_the_stack_names(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.write_stack(
        "config:\n  aws:region: eu-west-1\n  webui-bedrock:gateway:\n    image: registry.example.com/gateway:1.0.0\n"
        f"    models: [eu.{NOVA}, '{TITAN}']\n    defaultModel: eu.{NOVA}\n"
    )
    asked: list[str] = []

    def answering(_aws: Aws, region: str, model_ids: list[str]) -> Any:
        assert region == "eu-west-1"
        asked.extend(model_ids)
        return (
            Verdict(model_id=one, told="answers", remedy="" if one == TITAN else "name another") for one in model_ids
        )

    session = Session(client("bedrock"), client("bedrock-runtime"))
    monkeypatch.setattr(models, "sign_in", lambda _: (session, "123456789012"))
    monkeypatch.setattr(models, "try_each", answering)
    assert models.main(["--check", "--stack", "dev"], machine.project) == 1
    assert asked == [f"eu.{NOVA}", TITAN]
    assert machine.capsys.readouterr().out == f"eu.{NOVA}: answers\n    name another\n{TITAN}: answers\n"


def test_check_calls_each_model_where_the_gateway_would(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.write_stack(
        "config:\n  aws:region: eu-west-1\n  webui-bedrock:gateway:\n    engine: litellm\n    region: eu-central-1\n"
        f"    models: ['{TITAN}', {{id: {NOVA}, region: us-east-1}}]\n    defaultModel: {NOVA}\n"
    )
    asked: dict[str, list[str]] = {}

    def answering(_aws: Aws, region: str, model_ids: list[str]) -> Any:
        asked[region] = model_ids
        return (Verdict(model_id=one, told="answers") for one in model_ids)

    session = Session(client("bedrock"), client("bedrock-runtime"))
    monkeypatch.setattr(models, "sign_in", lambda _: (session, "123456789012"))
    monkeypatch.setattr(models, "try_each", answering)
    assert models.main(["--check", "--stack", "dev"], machine.project) == 0
    assert asked == {"eu-central-1": [TITAN], "us-east-1": [NOVA]}
