"""With `gateway.profiles` each chat model is called by a profile of the stack's own and no other way, under its id."""

import json
from typing import Any

import pulumi_aws as aws

from offline.engine.recording import Recording
from offline.services import role_statements
from tests.support.program import Config, environment, plan, service

NOVA, HAIKU, TITAN = (
    "amazon.nova-pro-v1:0",
    "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    "amazon.titan-embed-text-v2:0",
)
GPT = "us.openai.gpt-5.6-sol"
GATEWAY: Config = {
    "engine": "litellm",
    "profiles": True,
    "models": [NOVA, {"id": HAIKU, "region": "us-west-2"}, GPT, TITAN],
}
PROFILED: Config = {"gateway": GATEWAY}


def called(recording: Recording) -> dict[str, dict[str, Any]]:
    """LiteLLM's parameters, by the id that people see."""
    listed = json.loads(environment(recording, "gateway")["LITELLM_CONFIG"])["model_list"]
    return {model["model_name"]: model["litellm_params"] for model in listed}


def made(recording: Recording) -> dict[str, Any]:
    """The profiles, by what they are made from."""
    return {
        profile.inputs["modelSource"]["copyFrom"].rpartition("/")[2]: profile
        for profile in recording.of_type(aws.bedrock.InferenceProfile)
    }


def test_people_see_the_ids_and_litellm_calls_the_profiles() -> None:
    recording = plan(PROFILED)
    profiles, listed = made(recording), called(recording)
    assert profiles.keys() == {NOVA, HAIKU}
    for model in (NOVA, HAIKU):
        assert listed[model]["model"] == f"bedrock/converse/{model}"
        assert listed[model]["model_id"] == profiles[model].outputs["arn"]
    assert "model_id" not in listed[GPT] | listed[TITAN]


def test_a_profile_stands_where_its_model_is_called_and_copies_the_model_there() -> None:
    profiles = made(plan(PROFILED))
    assert (profiles[NOVA].inputs["region"], profiles[HAIKU].inputs["region"]) == ("us-east-1", "us-west-2")
    sources = {profile.inputs["modelSource"]["copyFrom"] for profile in profiles.values()}
    assert sources == {
        f"arn:aws:bedrock:us-east-1::foundation-model/{NOVA}",
        f"arn:aws:bedrock:us-west-2:123456789012:inference-profile/{HAIKU}",
    }
    tags = profiles[NOVA].inputs["tags"]
    assert (tags["Model"], tags["Project"], tags["Environment"]) == (NOVA, "webui-bedrock", "dev")


def test_the_gateway_may_call_a_profiled_model_through_its_profile_alone() -> None:
    recording = plan(PROFILED)
    profiles = made(recording)
    statements = {one["Sid"]: one for one in role_statements(recording, service(recording, "gateway"), "taskRoleArn")}
    assert statements["BedrockByOwnProfiles"]["Resource"] == [profiles[NOVA].outputs["arn"]]
    behind = statements["BedrockBehindOwnProfiles"]
    assert behind["Resource"] == [f"arn:aws:bedrock:us-east-1::foundation-model/{NOVA}"]
    assert behind["Condition"] == {"ArnLike": {"bedrock:InferenceProfileArn": [profiles[NOVA].outputs["arn"]]}}
    far = statements["BedrockBehindOwnProfilesUsWest2"]
    assert far["Condition"] == {"ArnLike": {"bedrock:InferenceProfileArn": [profiles[HAIKU].outputs["arn"]]}}
    assert far["Resource"] == [f"arn:aws:bedrock:*::foundation-model/{HAIKU.removeprefix('us.')}"]
    direct = [arn for sid, one in statements.items() if "Own" not in sid for arn in one["Resource"]]
    assert not any(NOVA in arn or HAIKU in arn for arn in direct)
    assert any(TITAN in arn for arn in direct)


def test_without_the_key_there_is_no_profile() -> None:
    recording = plan({"gateway": {**GATEWAY, "profiles": False}})
    assert not recording.of_type(aws.bedrock.InferenceProfile)
    assert all("model_id" not in parameters for parameters in called(recording).values())
