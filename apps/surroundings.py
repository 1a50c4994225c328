"""What all containers of a task have alike: the company's proxy, and the certificates that they trust."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pulumi

from apps.shared import SharedParts
from components.ecs_app_service.args import Container, EcsAppServiceArgs, Egress, Volume
from components.support.secret_values import SecretReference
from settings import CreatedNetwork, ProxySettings, StackSettings

CERTIFICATES = Volume(name="certificates")
CERTIFICATES_DIR = "/certificates"
BUNDLE = f"{CERTIFICATES_DIR}/ca.pem"

ROOT, NOBODY = "0:0", "65534:65534"
ITS_OWN = ("localhost", "127.0.0.1", "169.254.170.2")
"""The task itself, and where ECS hands out its credentials and its metadata."""

TRUST: Mapping[str, str] = dict.fromkeys(
    # OpenSSL with httpx and aiohttp; requests; boto3; curl; Node, which adds them to its own.
    ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
    BUNDLE,
)

JOIN = """set -eu
case "$ROOT_CERTIFICATES" in
*"BEGIN CERTIFICATE"*) ;;
*) echo "rootCertificates: the value holds no certificate in PEM form" >&2; exit 1 ;;
esac
own=$(python -m certifi 2>/dev/null || true)
for bundle in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem "$own"; do
  if [ -s "$bundle" ]; then cat "$bundle" > "$SSL_CERT_FILE"; break; fi
done
printf '\n%s\n' "$ROOT_CERTIFICATES" >> "$SSL_CERT_FILE"
"""
"""Joins them with the image's own, so that public sites still work."""


def surround(args: EcsAppServiceArgs, settings: StackSettings, shared: SharedParts) -> EcsAppServiceArgs:
    """The same service behind the proxy, with the certificates, as far as the stack has them."""
    if settings.proxy:
        variables = _proxy_variables(settings, settings.proxy, shared)
        ways = [Egress(port=settings.proxy.port, addresses=addresses) for addresses in settings.proxy.ranges]
        args = _each(args, lambda one: replace(one, environment={**variables, **one.environment}))
        args = replace(args, egress=[*args.egress, *(way for way in ways if way not in args.egress)])
    if settings.root_certificates:
        args = _trusting(args, shared.facts.secrets[settings.root_certificates])
    return args


def _each(args: EcsAppServiceArgs, change: Callable[[Container], Container]) -> EcsAppServiceArgs:
    """All containers but those of root, which prepare volumes and know nothing."""
    before = [one if one.user == ROOT else change(one) for one in args.init_containers]
    return replace(args, app=change(args.app), init_containers=before, sidecars=[change(one) for one in args.sidecars])


def _proxy_variables(
    settings: StackSettings, proxy: ProxySettings, shared: SharedParts
) -> dict[str, pulumi.Input[str]]:
    """Some clients read the names in capitals, some the others."""
    balancer = settings.load_balancer
    hosts = [*ITS_OWN, *settings.private_names, *([balancer.domain] if balancer.domain else []), *proxy.no_proxy]
    if isinstance(settings.network, CreatedNetwork):
        location = shared.facts.location
        region = f"{location.region}.amazonaws.com" + (".cn" if location.partition == "aws-cn" else "")
        # Of S3 the stack's VPC has an endpoint in any case.
        hosts.append(f".{region}" if settings.network.endpoints else f"s3.{region}")
    inside = pulumi.Output.concat(",".join(hosts), ",", shared.load_balancer.dns_name)
    values: dict[str, pulumi.Input[str]] = {"HTTP_PROXY": proxy.url, "HTTPS_PROXY": proxy.url, "NO_PROXY": inside}
    return {spelt: value for name, value in values.items() for spelt in (name, name.lower())}


def _trusting(args: EcsAppServiceArgs, certificates: SecretReference) -> EcsAppServiceArgs:
    """Fargate mounts the volume as root's: who opens it to the one that writes knows no secret."""
    opens = Container(
        name="certificates-volume",
        image=args.app.image,
        entry_point=["chmod"],
        command=["1777", CERTIFICATES_DIR],
        user=ROOT,
        mounts=_mounted({}),
        essential=False,
    )
    joins = Container(
        name="certificates",
        image=args.app.image,
        entry_point=["sh", "-c"],
        command=[JOIN],
        environment={"SSL_CERT_FILE": BUNDLE},
        secrets={"ROOT_CERTIFICATES": certificates},
        user=NOBODY,
        mounts=_mounted({}),
        depends_on={opens.name: "SUCCESS"},
        essential=False,
    )

    def trusts(one: Container) -> Container:
        return replace(
            one,
            environment={**TRUST, **one.environment},
            mounts=_mounted(one.mounts),
            depends_on={**one.depends_on, joins.name: "SUCCESS"},
        )

    trusting = _each(args, trusts)
    return replace(
        trusting,
        init_containers=[opens, joins, *trusting.init_containers],
        volumes=[*args.volumes, CERTIFICATES],
    )


def _mounted(mounts: Mapping[str, str]) -> dict[str, str]:
    return {**mounts, CERTIFICATES.name: CERTIFICATES_DIR}
