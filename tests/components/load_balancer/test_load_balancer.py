"""A load balancer that answers nothing but what a service asked for, and hides nothing in plain text."""

from dataclasses import replace
from functools import cache
from typing import Any

import pulumi_aws as aws
import pytest

from components.load_balancer import SharedLoadBalancer
from offline.engine.recording import Recording
from tests.support.component_args import BALANCER, CERTIFICATE_ARN, KEY_ARN
from tests.support.component_recording import depends_on, record_one
from tests.support.component_variants import recorded

NOT_FOUND = [
    {
        "type": "fixed-response",
        "fixedResponse": {"contentType": "text/plain", "messageBody": "Not found", "statusCode": "404"},
    }
]
TO_HTTPS = [{"type": "redirect", "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}}]


@cache
def plain() -> Recording:
    return recorded("load balancer")


@cache
def by_domain() -> Recording:
    return recorded("load balancer with everything")


@cache
def by_certificate() -> Recording:
    return record_one(SharedLoadBalancer, "load-balancer", replace(BALANCER, certificate_arn=CERTIFICATE_ARN))


def listener(recording: Recording, port: int) -> dict[str, Any]:
    [found] = [listener.inputs for listener in recording.of_type(aws.lb.Listener) if listener.inputs["port"] == port]
    return found


def outputs(recording: Recording) -> dict[str, Any]:
    given = recording.one("webui-bedrock:network:SharedLoadBalancer", "load-balancer").registered_outputs
    assert given is not None
    return given


def test_without_a_certificate_port_80_answers_404_until_a_service_adds_its_rule() -> None:
    assert [found.inputs["port"] for found in plain().of_type(aws.lb.Listener)] == [80]
    assert listener(plain(), 80)["defaultActions"] == NOT_FOUND
    assert outputs(plain())["listener_arn"] == outputs(plain())["http_listener_arn"]
    assert outputs(plain())["url"] == f"http://{outputs(plain())['dns_name']}"


@pytest.mark.parametrize("recording", [by_certificate, by_domain])
def test_with_https_port_80_redirects_and_443_answers_404(recording: Any) -> None:
    assert listener(recording(), 80)["defaultActions"] == TO_HTTPS
    assert listener(recording(), 443)["defaultActions"] == NOT_FOUND
    assert listener(recording(), 443)["protocol"] == "HTTPS"
    assert outputs(recording())["listener_arn"] != outputs(recording())["http_listener_arn"]
    assert outputs(recording())["url"].startswith("https://")


def test_a_certificate_that_is_brought_is_used_and_none_requested() -> None:
    assert listener(by_certificate(), 443)["certificateArn"] == CERTIFICATE_ARN
    assert by_certificate().of_type(aws.acm.Certificate) == []
    assert by_certificate().of_type(aws.route53.Record) == []


def test_a_certificate_that_is_brought_for_a_domain_leaves_only_the_alias_to_make() -> None:
    args = replace(BALANCER, certificate_arn=CERTIFICATE_ARN, domain="chat.example.com", hosted_zone_id="Z1")
    recording = record_one(SharedLoadBalancer, "load-balancer", args)
    assert [found.name for found in recording.of_type(aws.route53.Record)] == ["load-balancer-alias"]
    assert outputs(recording)["url"] == "https://chat.example.com"


def test_a_certificate_for_the_domain_is_validated_in_its_zone_before_it_is_used() -> None:
    request = by_domain().one(aws.acm.Certificate)
    assert (request.inputs["domainName"], request.inputs["validationMethod"]) == ("chat.example.com", "DNS")
    option = request.outputs["domainValidationOptions"][0]
    proof = by_domain().one(aws.route53.Record, "load-balancer-certificate-validation").inputs
    assert (proof["zoneId"], proof["name"], proof["type"], proof["records"]) == (
        "Z1",
        option["resourceRecordName"],
        "CNAME",
        [option["resourceRecordValue"]],
    )
    https = next(found for found in by_domain().of_type(aws.lb.Listener) if found.inputs["port"] == 443)
    assert "load-balancer-certificate-issued" in depends_on(by_domain(), https)
    assert https.inputs["certificateArn"] == request.outputs["arn"]


def test_the_certificate_holds_every_host_and_waits_for_a_proof_of_each() -> None:
    request = by_domain().one(aws.acm.Certificate)
    assert request.inputs["subjectAlternativeNames"] == ["docs.example.com", "*.docs.example.com", "*.apps.example.com"]
    proofs = [record for record in by_domain().of_type(aws.route53.Record) if record.inputs["type"] == "CNAME"]
    # A wildcard's proof is that of the name below which it stands.
    wanted = {
        option["domainName"]: option["resourceRecordName"] for option in request.outputs["domainValidationOptions"]
    }
    del wanted["*.docs.example.com"]
    assert sorted(proof.inputs["name"] for proof in proofs) == sorted(wanted.values())
    issued = by_domain().one(aws.acm.CertificateValidation)
    assert {proof.name for proof in proofs} <= depends_on(by_domain(), issued)


@pytest.mark.parametrize(
    ("record", "host"),
    [
        ("alias", "chat.example.com"),
        ("alias-docs.example.com", "docs.example.com"),
        ("alias-_.apps.example.com", "*.apps.example.com"),
    ],
)
def test_the_domain_and_every_host_point_at_the_load_balancer(record: str, host: str) -> None:
    alias = by_domain().one(aws.route53.Record, f"load-balancer-{record}").inputs
    balancer = by_domain().one(aws.lb.LoadBalancer).outputs
    assert (alias["name"], alias["type"], alias["zoneId"]) == (host, "A", "Z1")
    assert alias["aliases"] == [
        {"name": balancer["dnsName"], "zoneId": balancer["zoneId"], "evaluateTargetHealth": True}
    ]


def test_the_address_of_the_stack_is_the_domains() -> None:
    assert outputs(by_domain())["url"] == "https://chat.example.com"


@pytest.mark.parametrize(
    ("recording", "expected"),
    [
        (plain, {(80, "10.0.0.0/16")}),
        (by_certificate, {(80, "10.0.0.0/16"), (443, "10.0.0.0/16")}),
        (by_domain, {(port, cidr) for port in (80, 443) for cidr in ("10.0.0.0/16", "192.0.2.0/24")}),
    ],
)
def test_each_allowed_cidr_comes_in_on_the_ports_that_listen(recording: Any, expected: set[tuple[int, str]]) -> None:
    rules = [rule.inputs for rule in recording().of_type(aws.vpc.SecurityGroupIngressRule)]
    assert {(rule["fromPort"], rule["cidrIpv4"]) for rule in rules} == expected
    assert [rule for rule in rules if rule["fromPort"] != rule["toPort"] or rule["ipProtocol"] != "tcp"] == []


def test_the_load_balancer_comes_after_the_policy_of_its_log_bucket() -> None:
    assert "load-balancer-logs-policy" in depends_on(plain(), plain().one(aws.lb.LoadBalancer))
    bucket = plain().one(aws.s3.Bucket).outputs["bucket"]
    assert plain().one(aws.lb.LoadBalancer).inputs["accessLogs"] == {"bucket": bucket, "enabled": True}


def test_only_an_internet_facing_load_balancer_that_asks_gets_a_firewall() -> None:
    assert [r for r in plain().resources if "wafv2" in r.type] == []
    association = by_domain().one(aws.wafv2.WebAclAssociation).inputs
    assert association["resourceArn"] == by_domain().one(aws.lb.LoadBalancer).outputs["arn"]
    assert association["webAclArn"] == by_domain().one(aws.wafv2.WebAcl).outputs["arn"]


def test_the_firewall_applies_three_managed_groups_in_their_order() -> None:
    rules = by_domain().one(aws.wafv2.WebAcl).inputs["rules"][:3]
    assert [(rule["priority"], rule["name"]) for rule in rules] == [
        (0, "AWSManagedRulesAmazonIpReputationList"),
        (1, "AWSManagedRulesKnownBadInputsRuleSet"),
        (2, "AWSManagedRulesCommonRuleSet"),
    ]
    assert [rule["name"] for rule in rules if rule["overrideAction"] != {"none": {}}] == []


def test_the_firewall_only_counts_what_every_chat_would_set_off() -> None:
    usual = record_one(SharedLoadBalancer, "load-balancer", replace(BALANCER, web_firewall=True))
    groups = {
        rule["name"]: rule["statement"]["managedRuleGroupStatement"].get("ruleActionOverrides") or []
        for rule in usual.one(aws.wafv2.WebAcl).inputs["rules"]
    }
    counted = {(group, override["name"]) for group, overrides in groups.items() for override in overrides}
    common = "AWSManagedRulesCommonRuleSet"
    bodies = ("SizeRestrictions", "CrossSiteScripting", "GenericLFI", "GenericRFI", "EC2MetaDataSSRF")
    others = {(common, "RestrictedExtensions_URIPATH"), (common, "SizeRestrictions_QUERYSTRING")}
    assert counted == {(common, f"{rule}_BODY") for rule in bodies} | others
    assert [o for overrides in groups.values() for o in overrides if o["actionToUse"] != {"count": {}}] == []


def test_the_firewall_logs_encrypted_and_without_credentials() -> None:
    group = by_domain().one(aws.cloudwatch.LogGroup)
    assert group.outputs["name"].startswith("aws-waf-logs-")
    assert group.inputs["kmsKeyId"] == KEY_ARN
    logging = by_domain().one(aws.wafv2.WebAclLoggingConfiguration).inputs
    assert logging["logDestinationConfigs"] == [group.outputs["arn"]]
    assert [field["singleHeader"]["name"] for field in logging["redactedFields"]] == ["authorization", "cookie"]
