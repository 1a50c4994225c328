"""Every container of every task goes through the company's proxy and trusts its certificates."""

import subprocess
from functools import cache
from pathlib import Path

import pulumi_aws as aws
import pytest

from apps.surroundings import JOIN
from offline.engine.recording import Recording
from tests.support.program import apps, containers, environment, plan, secrets

ROOTS = "arn:aws:secretsmanager:us-east-1:123456789012:secret:roots-AbCdEf"
PREPARE = {"certificates", "certificates-volume", "scratch"}


@cache
def behind() -> Recording:
    tool = {"image": "registry.example.com/tool:1", "port": 9000, "internal": True}
    everywhere, proxy = {"port": 443, "cidrs": ["0.0.0.0/0"]}, {"port": 3128, "cidrs": ["10.2.3.4/32"]}
    return plan(
        {
            "proxy": {"url": "http://10.2.3.4:3128", "noProxy": [".corp.example.com"]},
            "rootCertificates": ROOTS,
            "services": {"tool": tool},
            "webui": {
                "egress": [everywhere, proxy],
                "sidecars": {"beside": {"image": "registry.example.com/beside:1"}},
            },
        },
        stack="dev",
    )


@pytest.mark.parametrize("app", ["webui", "gateway", "tool"])
def test_the_containers_of_a_task_know_the_proxy_and_what_is_reached_without_it(app: str) -> None:
    assert app in apps(behind())
    balancer = behind().one(aws.lb.LoadBalancer).outputs["dnsName"]
    for name in containers(behind(), app).keys() - PREPARE:
        variables = environment(behind(), app, name)
        for spelt in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            assert variables[spelt] == "http://10.2.3.4:3128"
        assert variables["NO_PROXY"] == variables["no_proxy"]
        inside = {*variables["NO_PROXY"].split(",")}
        assert inside >= {"127.0.0.1", "169.254.170.2", ".corp.example.com", "tool", balancer}


@pytest.mark.parametrize("app", ["webui", "gateway", "tool"])
def test_a_task_reaches_the_proxy_and_nothing_else_on_its_port(app: str) -> None:
    rules = behind().of_type(aws.vpc.SecurityGroupEgressRule)
    own = [rule.inputs for rule in rules if rule.name.startswith(f"{app}-out-")]
    assert [rule["cidrIpv4"] for rule in own if rule["toPort"] == 3128] == ["10.2.3.4/32"]


@pytest.mark.parametrize("app", ["webui", "gateway", "tool"])
def test_the_bundle_is_written_before_any_program_starts_by_one_that_is_not_root(app: str) -> None:
    definitions = containers(behind(), app)
    assert secrets(behind(), app, "certificates") == {"ROOT_CERTIFICATES": ROOTS}
    assert definitions["certificates"]["user"].split(":")[0] != "0"
    for name in definitions.keys() - PREPARE:
        assert {"containerName": "certificates", "condition": "SUCCESS"} in definitions[name]["dependsOn"]
        assert environment(behind(), app, name)["SSL_CERT_FILE"].startswith("/certificates/")
        assert "/certificates" in [mount["containerPath"] for mount in definitions[name]["mountPoints"]]


def joined(folder: Path, certificates: str) -> subprocess.CompletedProcess[str]:
    variables = {"PATH": "/usr/bin:/bin", "SSL_CERT_FILE": str(folder / "ca.pem"), "ROOT_CERTIFICATES": certificates}
    return subprocess.run(["/bin/sh", "-c", JOIN], env=variables, capture_output=True, text=True, check=False)


def test_certificates_are_joined_with_the_images_own(tmp_path: Path) -> None:
    mine = "-----BEGIN CERTIFICATE-----\nmine\n-----END CERTIFICATE-----"
    assert joined(tmp_path, mine).returncode == 0
    bundle = (tmp_path / "ca.pem").read_text()
    assert bundle.endswith(f"\n{mine}\n")
    own = Path("/etc/ssl/certs/ca-certificates.crt")
    assert not own.exists() or bundle.startswith(own.read_text())


def test_a_secret_without_a_certificate_stops_the_task_with_its_reason(tmp_path: Path) -> None:
    result = joined(tmp_path, "canary")
    assert result.returncode == 1
    assert "rootCertificates" in result.stderr
    assert "canary" not in result.stderr
