"""What runs beside an application: containers of its task, with their rights, of which nothing else depends."""

import json
from typing import Any

import pytest

from tests.support.program import containers, environment, plan, secret_arns, statements

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:helper-AbCdEf"
IN_ECR = "{account}.dkr.ecr.{region}.amazonaws.com/helper:1"
HELPER: dict[str, Any] = {"image": IN_ECR, "secrets": {"TOKEN": SECRET}, "healthCommand": ["check"]}
SIGNALS = ("traces", "metrics", "logs")


def with_helper(**changes: Any) -> dict[str, Any]:
    return {"webui": {"sidecars": {"helper": {**HELPER, **changes}}}}


def test_the_application_starts_once_a_sidecar_with_a_health_check_is_up_and_survives_it() -> None:
    found = containers(plan(with_helper()), "webui")
    assert {"containerName": "helper", "condition": "HEALTHY"} in found["webui"]["dependsOn"]
    assert (found["helper"]["essential"], found["webui"]["essential"]) == (False, True)
    alone = containers(plan(with_helper(healthCommand=[], essential=True)), "webui")
    assert "helper" not in [on["containerName"] for on in alone["webui"]["dependsOn"]]
    assert alone["helper"]["essential"] is True


def test_the_execution_role_reads_a_sidecars_secrets_pulls_its_image_and_writes_its_logs() -> None:
    recording = plan(with_helper())
    may = statements(recording, "webui-execution-policy")
    assert SECRET in secret_arns(recording, "webui")
    assert SECRET in may["ReadSecrets"]["Resource"]
    assert may["PullImage"]["Resource"] == ["arn:aws:ecr:us-east-1:123456789012:repository/helper"]
    log = containers(recording, "webui")["helper"]["logConfiguration"]["options"]
    assert may["WriteLogs"]["Resource"][0].endswith(f":log-stream:{log['awslogs-stream-prefix']}/*")
    assert SECRET not in json.dumps(statements(recording, "gateway-execution-policy"))


@pytest.mark.parametrize("signal", SIGNALS)
def test_open_webui_tells_the_collector_beside_it_and_the_role_may_send_that_and_nothing_else(signal: str) -> None:
    recording = plan({"telemetry": {signal: True}})
    told = environment(recording, "webui", "webui")
    assert told["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://127.0.0.1:4317"
    assert [each for each in SIGNALS if told[f"ENABLE_OTEL_{each.upper()}"] == "true"] == [signal]
    pipelines = json.loads(environment(recording, "webui", "telemetry")["AOT_CONFIG_CONTENT"])
    assert list(pipelines["service"]["pipelines"]) == [signal]
    assert pipelines["receivers"]["otlp"]["protocols"]["grpc"]["endpoint"] == "127.0.0.1:4317"
    (exporter,) = pipelines["exporters"].values()
    may = statements(recording, "webui-task-policy")
    sending = {"traces": {"SendTraces"}, "metrics": {"SendTelemetry"}, "logs": {"SendTelemetry"}}[signal]
    assert may.keys() & {"SendTraces", "SendTelemetry"} == sending
    if "log_stream_name" in exporter:
        where = f":log-group:{exporter['log_group_name']}:log-stream:telemetry/webui/*"
        assert may["SendTelemetry"]["Resource"][0].endswith(where)
        assert exporter["log_stream_name"].startswith("telemetry/webui/")
    assert containers(recording, "webui")["telemetry"]["essential"] is False
    assert "telemetry" not in containers(recording, "gateway")


def test_traces_leave_a_closed_network_by_an_endpoint_of_their_own() -> None:
    image = "{account}.dkr.ecr.{region}.amazonaws.com/collector:1"
    closed = {"network": {"natGateways": "none", "endpoints": True}, "webui": {"image": IN_ECR}}
    found = plan({**closed, "telemetry": {"traces": True, "image": image}})
    endpoints = {one.name for one in found.resources if one.short_type == "ec2.VpcEndpoint"}
    assert "network-xray" in endpoints
    assert "network-xray" not in {one.name for one in plan(closed).resources}
