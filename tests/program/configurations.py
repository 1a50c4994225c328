"""Hypothesis strategies for stacks that are valid: every section, and values up to their limits.

A `Frame` holds the choices that others depend on, so that nearly everything that is drawn is accepted.
"""

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from aws_rules import budgets
from aws_rules.names import MAX_NAME_PREFIX
from offline.engine import AwsFacts
from tests.program.configured_apps import TRUTH, Frame, Section, gateways, section, services, webuis
from tests.program.configured_companions import companions, telemetry
from tests.program.variants import CIDRS, given_vpc

REGIONS = ["us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1"]


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The stack's config and the AWS that it is meant for."""

    values: Section
    aws: AwsFacts


@st.composite
def frames(draw: DrawFn) -> Frame:
    """A created or a given VPC, with a load balancer that it can hold."""
    public = draw(TRUTH)
    if draw(TRUTH):
        zones = draw(st.sampled_from(["ab", "aab", "abc", "ababa", "abccab"]))
        vpc = given_vpc(zones, public="abc" if public else draw(st.sampled_from(["", "ab"])), cidrs=CIDRS[: len(zones)])
        aws, network = vpc.aws or AwsFacts(), vpc.overrides["network"]
    else:
        region = draw(st.sampled_from(REGIONS))
        aws = AwsFacts(region=region, availability_zones=tuple(f"{region}{z}" for z in "abcdefgh"))
        network = draw(
            vpcs(WAYS_OUT if aws.partition != "aws-cn" else [way for way in WAYS_OUT if "endpoints" not in way])
        )
    assert isinstance(network, dict)
    world = public and draw(TRUTH)
    protect = draw(TRUTH)
    https = world or (public and protect) or draw(TRUTH)
    return Frame(
        aws=aws, network=network, public=public, https=https, world=world, protect=protect, database=draw(TRUTH)
    )


WAYS_OUT: list[Section] = [
    {},
    {"endpoints": True},
    {"natGateways": "onePerAz"},
    {"natGateways": "none", "endpoints": True},
]


def vpcs(ways_out: list[Section]) -> SearchStrategy[Section]:
    """A VPC that the stack creates."""
    vpc = section(
        {},
        cidr=st.sampled_from(["10.0.0.0/16", "172.16.32.0/20", "192.168.4.0/22", "100.64.0.0/18"]),
        availabilityZones=st.integers(2, 6),
        flowLogs=TRUTH,
    )
    return st.builds(lambda made, way: made | way, vpc, st.sampled_from(ways_out))


@st.composite
def load_balancers(draw: DrawFn, frame: Frame) -> Section:
    """Any scheme, any way to HTTPS, any allowed range."""
    of_6 = ["2001:db8:1::/48"] if frame.public and "vpcId" in frame.network else []
    offices = st.lists(st.sampled_from(["203.0.113.0/24", "198.51.100.7/32", "10.0.0.0/8", *of_6]), unique=True)
    found = draw(section({}, idleTimeout=st.integers(900, 4000), waf=TRUTH))
    found["allowedCidrs"] = ["0.0.0.0/0"] if frame.world else draw(offices) or ["203.0.113.0/25"]
    certificate = {"certificateArn": frame.arn("acm", "certificate/01234567-89ab-cdef-0123-456789abcdef")}
    domain = {"domain": "chat.example.com"}
    zone = {"hostedZoneId": "Z0123456789ABCDEFGHIJ"}
    if frame.https:
        ways = [domain | zone, certificate | domain, certificate | domain | zone]
        found |= draw(st.sampled_from(ways))
    elif not frame.public:
        found["plainHttp"] = frame.protect or draw(TRUTH)
    return found | ({"scheme": "internet-facing"} if frame.public else {})


@st.composite
def data(draw: DrawFn, frame: Frame) -> Section:
    """Database, cache and files."""
    steps = st.integers(4, 512).map(lambda halves: halves / 2)
    smallest, largest = sorted([draw(steps), draw(steps)])
    if not frame.database:
        return {"database": {"enabled": False}}
    database = section(
        {"maxCapacity": st.just(largest)},
        minCapacity=st.sampled_from([0.5, smallest]),
        instances=st.integers(1, 16),
        backupDays=st.integers(7, 35),
        snapshotIdentifier=st.just("before-upgrade"),
        enabled=st.just(True),
        finalSnapshot=TRUTH,
        authentication=st.sampled_from(["password", "iam"]),
        upgradeSnapshot=TRUTH,
    )
    cache = section({}, nodeType=st.sampled_from(["cache.t4g.micro", "cache.r7g.16xlarge"]), nodes=st.integers(1, 6))
    stores = {"database": database, "cache": cache}
    return {name: draw(given_stores(frame, name) if draw(TRUTH) else made) for name, made in stores.items()}


def given_stores(frame: Frame, name: str) -> SearchStrategy[Section]:
    """A database or cache that exists already, behind a security group of its owner's."""
    url = frame.arn("secretsmanager", f"secret:{name}-AbCdEf")
    return section(
        {"urlSecretArn": st.sampled_from([url, f"{url}:url::"]), "securityGroupId": st.just("sg-0123456789abcdef0")},
        port=st.integers(1, 65535),
    )


def file_systems(frame: Frame) -> SearchStrategy[Section]:
    """The stack's own, or one that was taken over with its key or without encryption."""
    key = frame.arn("kms", "key/01234567-89ab-cdef-0123-456789abcdef")
    ways: list[Section] = [{}, {"encrypted": False}, {"kmsKeyArn": key}]
    more = section({}, throughput=st.sampled_from(["elastic", "bursting"]), path=st.just("/a/b.c/d-e/f_g"))
    return more.flatmap(lambda found: st.sampled_from(ways).map(lambda way: found | way))


EMAILS = ["ops@example.org", "a-at-b@c.example", "a@b-at-c.example", f"{'m' * 64}@example.net"]
TAG_KEYS = ["CostCenter", "Environment", "größe", "k" * 128, "team:unit", "Owner @ x+y=z/."]


@st.composite
def configurations(draw: DrawFn) -> Configuration:
    """A whole stack."""
    frame = draw(frames())
    webui = draw(webuis(frame))
    whole = section(
        {"gateway": gateways(frame), "services": services(frame), "loadBalancer": load_balancers(frame)},
        namePrefix=st.sampled_from(["chat", "p" * MAX_NAME_PREFIX, "a-1-b2", "awsome"]),
        permissionsBoundary=st.just(f"arn:{frame.aws.partition}:iam::123456789012:policy/bounds/b"),
        rolePath=st.sampled_from(["/", "/team/", f"/{'p' * 510}/"]),
        tags=st.dictionaries(st.sampled_from(TAG_KEYS), st.text("aZ9 _.:/=+-@ü", min_size=1, max_size=256), max_size=4),
        companions=companions(frame),
        fileSystem=file_systems(frame),
        proxy=section({"url": st.just("http://10.2.3.4:3128")}, noProxy=st.just([".corp.example.com"])),
        rootCertificates=st.sampled_from(
            [frame.arn("ssm", "parameter/company/roots"), frame.arn("secretsmanager", "secret:roots-AbCdEf") + ":pem::"]
        ),
        alarms=section(
            {},
            emails=st.lists(st.sampled_from(EMAILS), unique=True),
            p95Seconds=st.sampled_from([0.1, 900]),
            cpuPercent=st.integers(1, 100),
            memoryPercent=st.integers(1, 100),
        ),
        cloudFormationExports=TRUTH,
        verifyServices=TRUTH,
    )
    values: Section = {
        "aws:region": frame.aws.region,
        "network": dict(frame.network),
        "protect": frame.protect,
        "webui": webui,
    }
    values |= draw(whole)
    gateway = ["gateway"] if values["gateway"].get("enabled", True) else []
    names = ["webui", *gateway, *values["services"], *values.get("companions", {})]
    values["telemetry"] = draw(telemetry(frame, names))
    values |= draw(data(frame))
    if budgets.is_offered(frame.aws.region):
        values |= draw(section({}, budget=a_budget(stops=bool(gateway))))
    if gateway and is_counted(values):
        values |= draw(section({}, limits=limits()))
    if frame.https:
        values["loadBalancer"] |= draw(front_doors(frame, webui))
        if gateway and values["gateway"].get("transport", "serviceConnect" if frame.public else "") != "serviceConnect":
            values["gateway"] |= draw(section({}, tokens=st.just(TOKENS)))
    return Configuration(values=values, aws=frame.aws)


TOKENS: Section = {
    "issuer": "https://id.example.com",
    "jwksUrl": "https://id.example.com/keys",
    "claims": [{"name": f"claim-{n}", "values": [*"abcdefghij"], "format": "string-array"} for n in range(10)],
    "userClaim": "email",
}
"""As many claims with as many values as a listener rule takes."""


def front_doors(frame: Frame, webui: Section) -> SearchStrategy[Section]:
    """A sign-in at the load balancer, where nobody else signs people in and the provider can be asked."""
    if frame.closed or {"ldap", "oidc", "signup", "sso"} & webui.keys():
        return st.just({})
    provider = "https://id.example.com"
    endpoints = {f"{name}Endpoint": f"{provider}/{name}" for name in ("authorization", "token", "userInfo")}
    secret = frame.arn("secretsmanager", "secret:chat-AbCdEf")
    oidc = {"issuer": provider, **endpoints, "clientId": "chat", "clientSecretArn": secret, "endSessionUrl": provider}
    pool = {
        "userPoolArn": frame.arn("cognito-idp", f"userpool/{frame.aws.region}_Ab12Cd34E"),
        "clientId": "1example23456789",
        "domain": "sign-in.example.com",
    }
    ways: list[Section] = [{"oidc": oidc}, {"cognito": pool}, {"cognito": pool, "sessionHours": 168}]
    return section({}, authenticate=st.sampled_from(ways))


def a_budget(*, stops: bool) -> SearchStrategy[Section]:
    """A month's budget, which stops a gateway where there is one."""
    emails = st.lists(st.sampled_from(EMAILS), min_size=1, unique=True)
    return section(
        {"monthly": st.sampled_from([1, 123.45, 10_000_000]), "emails": emails},
        stop=TRUTH if stops else st.just(False),
    )


def is_counted(values: Section) -> bool:
    """Whether the gateway can count what users ask."""
    return bool(values.get("database", {}).get("enabled", True) and not values["webui"].get("persistentConfig"))


def limits() -> SearchStrategy[Section]:
    """Limits for everybody, a group and its members."""
    amounts = {"requestsADay": st.sampled_from([0, 200]), "tokensADay": st.sampled_from([1, 10**9])}
    group = section({}, members=section({}, **amounts), **amounts)
    groups = st.dictionaries(st.sampled_from(["Research", "Größe 1"]), group)
    return section({"requestsADay": st.just(50)}, tokensADay=amounts["tokensADay"], groups=groups)
