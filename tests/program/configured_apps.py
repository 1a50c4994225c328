"""Hypothesis strategies for the apps of a stack: sizes, scaling, images, routes, everything up to its limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from aws_rules.fargate import MEMORY_FOR_CPU
from aws_rules.names import MAX_SERVICE_NAME
from gateway_engines import ENGINES, EngineName
from offline.engine import AwsFacts

Section = dict[str, Any]

FARGATE_PAIRS = [(cpu, memory) for cpu, sizes in MEMORY_FOR_CPU.items() for memory in sizes]
CHAT_MODELS = ["amazon.nova-pro-v1:0", "anthropic.claude-sonnet-4-5-20250929-v1:0"]
EMBEDDING_MODELS = ["amazon.titan-embed-text-v2:0", "cohere.embed-multilingual-v3"]
WAYS_TO_MODELS = {
    "us-east-1": ["", "global.", "us."],
    "eu-central-1": ["", "global.", "eu."],
    "us-gov-west-1": ["", "us-gov."],
}
"""By region: nothing before the id of a model, or the geography of an inference profile."""
DIGEST = f"sha256:{'0123456789abcdef' * 4}"
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
TRUTH = st.booleans()
WORDS = st.lists(TEXT.filter(lambda word: word.strip() and word.isprintable()), min_size=1, max_size=3)
USERS = st.sampled_from(["1000:1000", "nobody", "4294967295:0"])


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Where a stack stands, and how strict it is."""

    aws: AwsFacts
    network: Mapping[str, Any]
    public: bool
    https: bool
    world: bool
    """Whether everybody may connect."""
    protect: bool
    database: bool

    @property
    def closed(self) -> bool:
        """Whether tasks reach nothing but AWS."""
        return self.network.get("natGateways") == "none"

    def arn(self, service: str, resource: str) -> str:
        """An ARN in the stack's region."""
        return f"arn:{self.aws.partition}:{service}:{self.aws.region}:123456789012:{resource}"


def section(required: Mapping[str, SearchStrategy[Any]], **may: SearchStrategy[Any]) -> SearchStrategy[Section]:
    """A map with all of `required` and any of `may`."""
    return st.fixed_dictionaries(dict(required), optional=may)


def image_names(frame: Frame) -> list[str]:
    """Images that the tasks can pull and that the stack's strictness allows."""
    names = ["{account}.dkr.ecr.{region}.amazonaws.com/team/app:1.4.2"]
    if not frame.closed:
        names += ["public.ecr.aws/team/app:v2.0.1-slim", "nginx:1.27", f"localhost:5000/a/b@{DIGEST}"]
        names += [] if frame.protect else ["ghcr.io/team/app:latest"]
    return names


def images(frame: Frame) -> SearchStrategy[Section]:
    """An image by its name, or a folder to build."""
    builds = [{"build": {"context": "gateway"}}, {"build": {"context": ".", "dockerfile": "Dockerfile_ecs"}}]
    return st.sampled_from([{"image": name} for name in image_names(frame)] + builds)


SIZES = st.sampled_from([{"cpu": cpu, "memory": memory} for cpu, memory in FARGATE_PAIRS])
SPOTS = st.sampled_from([{}, {"weight": 0}, {"weight": 0, "base": 1}, {"weight": 1000, "base": 100_000}, {"base": 0}])
CRONS = ["cron(0 8 ? * MON-FRI *)", "cron(30 20 L * ? *)", "rate(1 day)", "at(2030-01-31T08:00:00)"]


@st.composite
def scalings(draw: DrawFn, *, most: int = 12, worker: bool = False, counted: bool = True) -> Section:
    """Limits, targets and schedules; `counted` when the load balancer counts the requests."""
    high = draw(st.integers(1, most))
    targets = section({}, cpuTarget=st.integers(1, 100), memoryTarget=st.integers(1, 100))
    found: Section = {**draw(targets), "min": draw(st.integers(0 if worker else 1, high)), "max": high}
    if counted and draw(TRUTH):
        found["requestsPerTask"] = draw(st.integers(1, 10_000))
    names = draw(
        st.lists(st.sampled_from(["morning", "Night.1", "b-schedule-c", "c", "x" * 64]), max_size=3, unique=True)
    )
    limits = [(low, draw(st.integers(low, most))) for low in draw(st.lists(st.integers(1, most), max_size=len(names)))]
    if len(limits) > 1 and draw(TRUTH):
        limits[0] = (0, 0)
    schedules: list[Section] = [
        {"name": name, "cron": cron, "min": low, "max": top}
        for name, cron, (low, top) in zip(names, draw(st.permutations(CRONS)), limits, strict=False)
    ]
    if schedules:
        schedules[-1]["timezone"] = draw(st.sampled_from(["UTC", "Europe/Berlin"]))
        found["schedules"] = schedules
    return found


def apps(frame: Frame) -> dict[str, SearchStrategy[Any]]:
    """What any app may have; names that look like secrets are for `secrets` alone."""
    policy = f"arn:{frame.aws.partition}:iam::123456789012:policy/team/a+b"
    return {
        **variables(frame),
        "architecture": st.sampled_from(["arm64", "x86_64"]),
        "sidecars": st.dictionaries(st.sampled_from(["helper", "s" * MAX_SERVICE_NAME]), sidecars(frame), max_size=2),
        "egress": ways_out(frame),
        "policies": st.sampled_from(
            [[], [policy, f"arn:{frame.aws.partition}:iam::aws:policy/AmazonPollyReadOnlyAccess"]]
        ),
        "statements": st.lists(st.sampled_from(STATEMENTS), unique_by=str, max_size=2),
        "exec": TRUTH,
    }


def variables(frame: Frame) -> dict[str, SearchStrategy[Any]]:
    """What any container may be told."""
    tails = st.sampled_from(["", ":key::", ":key:AWSCURRENT:", ":::01234567-89ab-cdef-0123-456789abcdef"])
    secrets = st.sampled_from(["login-AbCdEf", f"{'team/' * 20}key-GhIjKl"])
    references = st.tuples(secrets, tails).map(lambda pair: frame.arn("secretsmanager", f"secret:{pair[0]}") + pair[1])
    return {
        "env": st.dictionaries(st.sampled_from(["MODE", "_x", "DEFAULT_LOCALE", "n" * 255]), TEXT, max_size=3),
        "secrets": st.dictionaries(st.sampled_from(["EXA_API_KEY", "LOGIN", "s" * 255]), references, max_size=3),
    }


def sidecars(frame: Frame) -> SearchStrategy[Section]:
    """A container beside an application."""
    return section(
        {"image": st.sampled_from(image_names(frame))},
        entryPoint=WORDS,
        command=WORDS,
        healthCommand=st.just(["sh", "-c", "exit 0"]),
        user=USERS,
        readonlyRootFilesystem=TRUTH,
        essential=TRUTH,
        **variables(frame),
    )


STATEMENTS: list[Section] = [
    {"Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:aws:sns:{region}:{account}:a"},
    {"Sid": "MountFileSystem", "Effect": "Deny", "Action": ["*"], "Resource": ["*"]},
    {"Sid": "BroadA", "Effect": "Allow", "Action": "a:*", "Resource": "*", "Condition": {"ArnLike": {"a:B": ["c"]}}},
]


def ways_out(frame: Frame) -> SearchStrategy[list[Section]]:
    """Ports and places; HTTPS is narrow only where it may be."""
    anywhere = {"port": 443, "cidrs": ["0.0.0.0/0", "::/0"]}
    inside = [{"port": 443, "cidrs": ["10.0.0.0/8"]}, {"port": 443, "prefixList": "pl-0123456789abcdef0"}]
    others = [{"port": 636, "cidrs": ["10.0.0.0/8", "2001:db8::/32"]}, {"port": 65535, "prefixList": "pl-01234567"}]
    narrow = frame.closed or "vpcId" in frame.network
    choices = [[], [anywhere], others, [anywhere, *others], *([inside, [*inside, *others]] if narrow else [])]
    return st.sampled_from(choices)


def sign_ins(frame: Frame, oidc: Section) -> SearchStrategy[Section]:
    """Who signs people in, perhaps: the key, and a strategy for it."""
    client = {key: value for key, value in oidc.items() if key != "providerUrl"}
    roles = {"claims": {"roles": "realm_access.roles", "groups": "groups"}, "adminRoles": ["owners"]}
    ways: list[Section] = [{**oidc, **roles, "only": True}, {**client, "preset": "github", "allowedDomains": ["a.org"]}]
    if frame.https:
        ways += [{**client, "preset": "google"}, {**client, "preset": "microsoft", "tenant": "example.com"}]
    if frame.https and frame.aws.partition == "aws":
        pool = {"groups": ["owners", "people"], "mfa": "off", "domainPrefix": "example-chat"}
        ways += [{"cognito": True}, {"cognito": pool, "adminRoles": ["owners"], "only": True, "sessionHours": 1}]
    return st.sampled_from([{"oidc": st.just(oidc)}, *({"sso": st.just(way)} for way in ways)])


@st.composite
def webuis(draw: DrawFn, frame: Frame) -> Section:
    """Open WebUI, with one task when it has no database."""
    provider = {"providerUrl": "https://id.example.com/.well-known/openid-configuration", "clientId": "open-webui"}
    oidc = {**provider, "clientSecretArn": frame.arn("secretsmanager", "secret:oidc-AbCdEf") + ":client::"}
    image = draw(images(frame)) if frame.closed or draw(TRUTH) else {}
    more = apps(frame) | ({"spot": SPOTS} if frame.database else {})
    more |= {"adminEmail": st.just("it+chat@example.org"), **draw(sign_ins(frame, oidc))}
    more |= {} if frame.protect or frame.world else {"signup": TRUTH}
    scaling = draw(scalings(most=10 if frame.database else 1))
    buckets: list[Section] = [{}, {"bucket": {"name": "team-uploads"}}]
    buckets += [{"bucket": {"name": "t.1", "kmsKeyArn": frame.arn("kms", "key/01234567-89ab-cdef-0123-456789abcdef")}}]
    storage = draw(st.sampled_from([{}, {"storage": "efs"}, *({"storage": "s3", **bucket} for bucket in buckets)]))
    return {**draw(section({}, **more)), **draw(SIZES), **image, **storage, "scaling": scaling}


@st.composite
def gateways(draw: DrawFn, frame: Frame) -> Section:
    """The gateway, disabled at times; its list of models holds the two that it needs."""
    if frame.aws.partition == "aws-cn" or draw(st.integers(0, 4)) == 4:
        return {"enabled": False}
    ways = WAYS_TO_MODELS[frame.aws.region]
    chat, embedding = draw(st.sampled_from(CHAT_MODELS)), draw(st.sampled_from(EMBEDDING_MODELS))
    profile = frame.arn("bedrock", "application-inference-profile/abc123def456")
    chat = draw(st.sampled_from(ways)) + chat
    more = draw(st.lists(st.sampled_from([f"{ways[-1]}meta.llama3-3-70b-instruct-v1:0", profile]), unique=True))
    transports = ["serviceConnect"] if frame.public else ["serviceConnect", "loadBalancer"]
    key = frame.arn("secretsmanager", "secret:team-bedrock-key-GhIjKl")
    others = section(
        {},
        port=st.integers(1, 65535),
        models=st.sampled_from(["*", ["*"], [chat, embedding, *more]]),
        transport=st.sampled_from(transports),
        workers=st.integers(1, 64),
        apiKeySecretArn=st.just(key),
        spot=SPOTS,
        **apps(frame),
    )
    found = {**draw(others), **draw(SIZES), **draw(images(frame)), "defaultModel": chat, "embeddingModel": embedding}
    if "workers" in found:
        fit = found.get("memory", 1024) // ENGINES[EngineName.ACCESS_GATEWAY].memory_at_rest
        found["workers"] = min(found["workers"], fit)
    counted = found.get("transport", "" if frame.public else "loadBalancer") == "loadBalancer"
    return {**found, "scaling": draw(scalings(counted=counted))}


def routes(number: int, name: str) -> SearchStrategy[Section]:
    """Paths and hosts that belong to no other service; none at all is a background worker."""
    own = [f"/svc{number}", f"/svc{number}/*"]
    # Each service one level deeper in a common tree, and the last on everything else of a common host.
    nested, shared = f"/team{'/a' * number}/*", "Shared.apps.example.com"
    return st.sampled_from(
        [
            {},
            {"paths": own},
            {"paths": [f"/svc{number}/v?/*", f"/svc{number}-*", "/svc" + "x" * 123 + str(number)]},
            {"paths": [nested]},
            {"hosts": [f"{name}.apps.example.com", f"*.{name}.apps.example.com"]},
            {"hosts": [shared], "paths": own},
            {"hosts": [shared], "paths": [f"/c/{number}", f"/api/v1/svc{number}/*", nested]},
        ]
    )


@st.composite
def service(draw: DrawFn, frame: Frame, number: int, name: str, callers: list[str]) -> Section:
    """A further service, which `callers` call when it is internal, as Open WebUI does."""
    route = draw(routes(number, name))
    ways: list[Section] = [{}, {"internal": True}, {"internal": True, "clients": ["webui", *callers]}]
    private = draw(st.sampled_from(ways))
    optional = apps(frame) | {
        "spot": SPOTS,
        "volume": st.sampled_from([{"path": "/data"}, {"path": "/srv/größe"}]),
        "command": WORDS,
        "user": USERS,
        "readonlyRootFilesystem": TRUTH,
        "healthCommand": st.just(["sh", "-c", "exit 0"]),
    }
    if route:
        optional["healthPath"] = st.sampled_from(["/", "/health?deep=1&x=%20"])
    scaling = draw(scalings(worker=not (route or private), counted=bool(route)))
    port = draw(st.integers(1, 65535))
    own = {**draw(section({}, **optional)), **draw(SIZES), **draw(images(frame))}
    return {**own, **route, **private, "port": port, "scaling": scaling}


NAMES = st.one_of(
    st.sampled_from(["x" * MAX_SERVICE_NAME, "cluster-tasks", "webui-http", "data-tier-database", "a-schedule-b", "a"]),
    st.from_regex(r"[a-z](-?[a-z0-9]){0,10}", fullmatch=True),
)
"""Short and longest names, and some that begin or end like those of the stack's own parts."""


@st.composite
def services(draw: DrawFn, frame: Frame) -> Section:
    """Up to four further services."""
    names = draw(st.lists(NAMES, max_size=4, unique=True))
    return {name: draw(service(frame, number, name, names[:number])) for number, name in enumerate(names)}
