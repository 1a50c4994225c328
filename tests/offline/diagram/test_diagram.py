"""A diagram shows what the recording holds: parts, what they may reach, and the way a request takes."""

from pathlib import Path

import pulumi_aws as aws
import pytest

from offline import diagram
from offline.diagram.mermaid import Flowchart, identifier
from offline.engine import record
from offline.plan.reach import calls_of, edges_of
from tests.offline.sample import two_services
from tests.program.variants import variant
from tests.support.program import plan

BALANCER = "load_balancer_alb"


def edges(drawing: str) -> set[tuple[str, str]]:
    found = set()
    for line in drawing.splitlines():
        words = line.split()
        if len(words) >= 3 and words[1].startswith(("-->", "-.->")):
            found.add((words[0], words[-1]))
    return found


def test_the_system_has_an_arrow_for_every_way_a_security_group_opens_and_no_other() -> None:
    reached = {edge for edge in edges(diagram.system(plan())) if edge[0] not in ("ecs", "data", "cloudwatch")}
    assert reached == {
        ("clients", BALANCER),
        (BALANCER, "webui_service"),
        (BALANCER, "gateway_service"),
        ("webui_service", BALANCER),
        ("webui_service", "data_tier_database_cluster"),
        ("webui_service", "data_tier_cache_nodes"),
        ("webui_service", "file_system_efs"),
        ("gateway_service", "bedrock"),
    }


def test_the_load_balancer_reaches_each_service_at_its_own_port_only() -> None:
    recording = variant("a third service").plan()
    names = {service.urn: service.name for service in recording.of_type(aws.ecs.Service)}
    ports = {(names[c.target], c.port) for c in edges_of(recording) if c.target in names}
    assert ports == {("gateway-service", 8080), ("webui-service", 8080), ("reports-service", 3000)}


def test_data_is_reached_by_the_webui_only() -> None:
    recording = plan()
    stores = {resource.urn for kind in diagram.STORES for resource in recording.of_type(kind)}
    webui = recording.one(aws.ecs.Service, "webui-service").urn
    assert {c.source for c in edges_of(recording) if c.target in stores} == {webui}
    assert {c.target for c in edges_of(recording) if c.source == webui} > stores


def test_a_service_that_may_not_call_bedrock_has_no_arrow_to_it() -> None:
    drawing = diagram.system(variant("no gateway").plan())
    assert "Bedrock" not in drawing


def test_a_request_goes_through_the_rule_that_fits_to_its_service() -> None:
    found = edges(diagram.request(plan()))
    assert ("clients", "load_balancer_http_49000") in found
    assert ("load_balancer_http_49000", "webui_service") in found
    assert ("load_balancer_http_40850", "gateway_service") in found
    assert not {source for source, target in found if target == "webui_service"} - {"load_balancer_http_49000"}


def test_the_webuis_model_calls_meet_the_gateways_rule() -> None:
    found = edges(diagram.request(plan()))
    assert ("webui_service", "load_balancer_http_40850") in found
    (call,) = calls_of(plan())
    assert call.variables == ("OPENAI_API_BASE_URL", "RAG_OPENAI_API_BASE_URL")


def test_with_service_connect_the_webui_calls_the_gateway_itself() -> None:
    assert ("webui_service", "gateway_service") in edges(diagram.request(variant("Service Connect").plan()))


def test_the_webui_calls_its_companions_by_their_private_names() -> None:
    recording = plan({"companions": {"tika": {}, "playwright": {}}})
    assert {("webui_service", "tika_service"), ("webui_service", "playwright_service")} <= edges(
        diagram.request(recording)
    )


def test_a_background_worker_is_a_part_of_the_system_but_gets_no_request() -> None:
    recording = variant("a worker").plan()
    assert "worker" in diagram.system(recording)
    assert "worker" not in diagram.request(recording)


def test_a_stack_without_database_or_security_groups_is_drawn_too() -> None:
    drawing = diagram.system(record(two_services))
    assert "Aurora" not in drawing
    assert 'web_service("web<br/>1 to 5 tasks<br/>1 vCPU, 4 GB each")' in drawing


def test_labels_cannot_break_mermaids_syntax() -> None:
    chart = Flowchart("LR")
    chart.node("urn:x::a/b$c::one-two", 'say "no" & <b>', "#{host}")
    assert chart.text().splitlines()[1].strip() == ('one_two["say &quot;no&quot; &amp; &lt;b><br/>#35;{host}"]')
    assert identifier("a b:c") == "a_b_c"


def test_an_arrow_to_nowhere_is_refused_and_the_same_arrow_is_drawn_once() -> None:
    chart = Flowchart("TB", groups={"box": "A box"})
    chart.node("a", "A", group="box")
    with pytest.raises(LookupError, match="no node or group is named b"):
        chart.edge("a", "b")
    chart.edge("a", "box")
    chart.edge("a", "box")
    assert chart.text().count("a --> box") == 1


def test_only_the_marked_blocks_of_a_document_are_written(tmp_path: Path) -> None:
    document = tmp_path / "document.md"
    marks = [f"<!-- {name}: drawn by `make diagram` -->\nold\n<!-- end of {name} -->" for name in diagram.DIAGRAMS]
    document.write_text("\n".join(["Before", *marks, "After"]))
    assert diagram.write(document, plan())
    written = document.read_text()
    assert written.startswith("Before\n<!-- system: drawn by `make diagram` -->\n```mermaid\nflowchart LR")
    assert written.endswith("```\n<!-- end of request -->\nAfter")
    assert "old\n" not in written
    assert not diagram.write(document, plan())


def test_a_document_without_a_block_is_refused() -> None:
    with pytest.raises(LookupError, match="no block between '<!-- system"):
        diagram.refreshed("nothing here", plan())
