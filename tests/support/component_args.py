"""Arguments for every component, smallest and largest: plain values, so that each stands alone in a recording."""

from dataclasses import replace

from aws_rules import subnets
from components.alarm_topic import AlarmTopicArgs
from components.app_secrets import AppSecretsArgs
from components.backups import BackupsArgs
from components.budget import BudgetArgs
from components.cloudformation_exports import CloudFormationExportsArgs
from components.cluster import ClusterArgs, Placement
from components.container_image import ContainerImageArgs
from components.data_tier.args import DataTierArgs, GivenStore
from components.ecs_app_service.args import (
    Container,
    ContainerHealthCheck,
    DeploymentAlarm,
    EcsAppServiceArgs,
    Egress,
    HealthCheck,
    Routing,
    Scaling,
    Schedule,
    Sizing,
    Spot,
    Volume,
)
from components.ecs_app_service.route import Authentication, IdentityProvider, Route, TokenCheck, TokenClaim, UserPool
from components.encryption_key import EncryptionKeyArgs
from components.file_system import FileSystemArgs
from components.inference_profiles import InferenceProfilesArgs, ProfiledModel
from components.load_balancer import LoadBalancerArgs
from components.network import GivenVpc, NetworkArgs, VpcToCreate
from components.observability.args import (
    ObservabilityArgs,
    WatchedCache,
    WatchedDatabase,
    WatchedFileSystem,
    WatchedService,
)
from components.support.connections import Connection
from components.support.location import Location
from components.support.secret_values import SecretKeeping, SecretReference
from components.upload_bucket import UploadBucketArgs
from components.user_pool import UserPoolArgs

REGION = "eu-west-1"
ZONES = ("eu-west-1a", "eu-west-1b")
LOCATION = Location(account_id="123456789012", region=REGION, partition="aws")
LONGEST_PREFIX = "longest-stack-prefix"
LONGEST_SERVICE = "longest-service-names"
VPC_ID = "vpc-00000001"
SUBNETS = ("subnet-00000001", "subnet-00000002")
BALANCER_GROUP = "sg-00000001"
TASKS_GROUP = "sg-00000002"
FILES_GROUP = "sg-00000003"
DATABASE_GROUP = "sg-00000004"
KEY_ARN = LOCATION.arn("kms", "key/01234567-89ab-cdef-0123-456789abcdef")
CERTIFICATE_ARN = LOCATION.arn("acm", "certificate/brought")
LISTENER_ARN = LOCATION.arn("elasticloadbalancing", "listener/app/alb/0123/4567")
BROUGHT_SECRET_ARN = LOCATION.arn("secretsmanager", "secret:brought-AbCdEf")
LOG_GROUP_ARN = LOCATION.arn("logs", "log-group:/ecs/stack")
KEEPING = SecretKeeping(kms_key_arn=KEY_ARN, protect=False)
KEEPING_PROTECTED = SecretKeeping(kms_key_arn=KEY_ARN, protect=True)
BROUGHT_SECRET = SecretReference(
    value_from=f"{BROUGHT_SECRET_ARN}:api_key::", secret_arn=BROUGHT_SECRET_ARN, version_id="brought-1"
)

KEY = EncryptionKeyArgs(location=LOCATION, name_prefix=LONGEST_PREFIX, protect=False)

GIVEN_VPC = GivenVpc(
    vpc_id=VPC_ID,
    cidrs=["10.0.0.0/16"],
    private_subnets=[
        subnets.Subnet(id="subnet-00000001", zone="eu-west-1a", vpc_id=VPC_ID, cidr="10.0.0.0/20"),
        subnets.Subnet(id="subnet-00000002", zone="eu-west-1b", vpc_id=VPC_ID, cidr="10.0.16.0/20"),
        subnets.Subnet(id="subnet-00000003", zone="eu-west-1a", vpc_id=VPC_ID, cidr="10.0.32.0/20"),
    ],
    public_subnets=[],
)
GIVEN_NETWORK = NetworkArgs(location=LOCATION, given=GIVEN_VPC)
CREATED_VPC = VpcToCreate(
    cidr="10.0.0.0/16",
    zones=ZONES,
    nat_gateways="Single",
    interface_endpoints=True,
    flow_logs=True,
    kms_key_arn=KEY_ARN,
)
CREATED_NETWORK = NetworkArgs(location=LOCATION, create=CREATED_VPC)

CLUSTER = ClusterArgs(
    location=LOCATION,
    name_prefix=LONGEST_PREFIX,
    vpc_id=VPC_ID,
    subnet_ids=SUBNETS,
    kms_key_arn=KEY_ARN,
    load_balancer_security_group_id=BALANCER_GROUP,
    ports=(),
    service_connect=False,
)

IMAGE = ContainerImageArgs(
    location=LOCATION, context="./gateway", dockerfile="Dockerfile", architecture="ARM64", kms_key_arn=KEY_ARN
)

BALANCER = LoadBalancerArgs(
    location=LOCATION,
    vpc_id=VPC_ID,
    subnet_ids=SUBNETS,
    internal=True,
    allowed_cidrs=("10.0.0.0/16",),
    idle_timeout=900,
    kms_key_arn=KEY_ARN,
)

FILE_SYSTEM = FileSystemArgs(vpc_id=VPC_ID, subnet_per_zone=dict(zip(ZONES, SUBNETS, strict=True)), kms_key_arn=KEY_ARN)

BACKUPS = BackupsArgs(
    location=LOCATION,
    kms_key_arn=KEY_ARN,
    resource_arns=[LOCATION.arn("elasticfilesystem", "file-system/fs-00000001")],
    schedule="cron(0 3 * * ? *)",
    days=35,
)

UPLOADS = UploadBucketArgs(kms_key_arn=KEY_ARN)

SECRETS = AppSecretsArgs(keeping=KEEPING)

USER_POOL = UserPoolArgs(
    location=LOCATION,
    keeping=KEEPING,
    domain_prefix=f"{LONGEST_PREFIX}-123456789012",
    url="https://chat.example.com",
)

DATA_TIER = DataTierArgs(
    location=LOCATION,
    name_prefix=LONGEST_PREFIX,
    vpc_id=VPC_ID,
    subnet_ids=SUBNETS,
    keeping=KEEPING,
    engine_version="16.9",
    min_capacity=0.5,
    max_capacity=4,
    instances=1,
    backup_days=7,
    cache_node_type="cache.t4g.micro",
    cache_nodes=1,
)

GIVEN_DATABASE = GivenStore(
    url=BROUGHT_SECRET, connection=Connection(name="database", security_group_id="sg-0123456789abcdef0", port=5432)
)
GIVEN_CACHE = GivenStore(
    url=BROUGHT_SECRET, connection=Connection(name="cache", security_group_id="sg-0123456789abcdef1", port=6379)
)

EXPORTS = CloudFormationExportsArgs(
    stack_name=f"{LONGEST_PREFIX}-exports", exports={"b-alb-url": "http://b", "a-alb-dns": "a"}
)

TOPIC = AlarmTopicArgs(location=LOCATION, name_prefix=LONGEST_PREFIX, kms_key_arn=KEY_ARN)
TOPIC_ARN = LOCATION.arn("sns", "alarms")
PROFILES = InferenceProfilesArgs(
    name_prefix=LONGEST_PREFIX,
    models={
        "amazon.nova-pro-v1:0": ProfiledModel(
            arn="arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-pro-v1:0", region=REGION
        ),
        "global.anthropic.claude-sonnet-4-5-20250929-v1:0": ProfiledModel(
            arn=LOCATION.arn("bedrock", "inference-profile/global.anthropic.claude-sonnet-4-5-20250929-v1:0"),
            region="eu-central-1",
        ),
    },
)
BUDGET = BudgetArgs(
    location=LOCATION,
    name_prefix=LONGEST_PREFIX,
    monthly=1234.5,
    emails=["finance@example.com"],
    tags={"Project": "webui-bedrock", "Environment": "prod"},
    anomaly_tag="Project",
)
STOPPING_BUDGET = replace(
    BUDGET,
    emails=["finance@example.com", "ops@example.com"],
    stopped_role_arn="arn:aws:iam::123456789012:role/team/gateway-task-role-0123456",
)
WATCHED = ObservabilityArgs(
    location=LOCATION,
    name_prefix=LONGEST_PREFIX,
    topic_arn=TOPIC_ARN,
    cluster_name="stack-cluster",
    load_balancer="app/alb/0123",
    services=(),
    file_system=WatchedFileSystem(file_system_id="fs-1", bursting=False),
    bedrock=False,
)
ALL_WATCHED = replace(
    WATCHED,
    services=[
        WatchedService(
            name=LONGEST_SERVICE, service_name="stack-app", target_group="targetgroup/1", fewest_tasks=2, p95_seconds=10
        ),
        WatchedService(name="worker", service_name="stack-worker", fewest_tasks=0, p95_seconds=10),
    ],
    file_system=WatchedFileSystem(file_system_id="fs-1", bursting=True),
    database=WatchedDatabase(cluster_identifier="stack-db", instances=2, max_connections=1000),
    cache=WatchedCache(replication_group_id="stack-cache", nodes=2, cores=2),
    bedrock=True,
    commands={"webLogs": "aws logs tail /ecs/stack"},
)

PLACEMENT = Placement(
    location=LOCATION,
    cluster_name="stack-cluster",
    cluster_arn=LOCATION.arn("ecs", "cluster/stack-cluster"),
    vpc_id=VPC_ID,
    subnet_ids=SUBNETS,
    security_group_id=TASKS_GROUP,
    log_group_name="/ecs/stack",
    log_group_arn=LOG_GROUP_ARN,
    kms_key_arn=KEY_ARN,
    service_connect_namespace=LOCATION.arn("servicediscovery", "namespace/ns-1"),
)
WORKER = EcsAppServiceArgs(
    placement=PLACEMENT,
    service_name="stack-app-service",
    app=Container(name="app", image="nginx:1.27"),
    sizing=Sizing(cpu=256, memory=512, architecture="ARM64"),
    scaling=Scaling(min=1, max=3, cpu_target=70),
)
FILES = Volume(
    name="files",
    file_system_id="fs-1",
    file_system_arn=LOCATION.arn("elasticfilesystem", "file-system/fs-1"),
    access_point_id="fsap-1",
    access_point_arn=LOCATION.arn("elasticfilesystem", "access-point/fsap-1"),
    connection=Connection(name="file-system", security_group_id=FILES_GROUP, port=2049),
)
SERVICE = EcsAppServiceArgs(
    placement=PLACEMENT,
    service_name="stack-app-service",
    app=Container(
        name="app",
        image="nginx:1.27",
        environment={"ZONE": "z", "ALPHA": "a"},
        secrets={
            "TOKEN": SecretReference(
                value_from=f"{BROUGHT_SECRET_ARN}:token::",
                secret_arn=BROUGHT_SECRET_ARN,
                version_id="token-1",
                kms_key_arn=KEY_ARN,
            ),
            "API_KEY": BROUGHT_SECRET,
        },
        command=["serve"],
        entry_point=["/bin/app"],
        working_directory="/app",
        user="1000:1000",
        mounts={"scratch": "/tmp", "files": "/data"},
        health_check=ContainerHealthCheck(command=["CMD", "true"]),
        depends_on={"migrate": "SUCCESS"},
    ),
    port=8080,
    policies=["arn:aws:iam::aws:policy/AmazonPollyReadOnlyAccess", "arn:aws:iam::123456789012:policy/team/speech"],
    given_statements=[
        {"Sid": "Grant", "Effect": "Allow", "Action": ["sns:Publish"], "Resource": [LOCATION.arn("sns", "speech")]}
    ],
    egress=[
        Egress(port=636, addresses="10.0.0.0/8"),
        Egress(port=443, addresses="2001:db8::/32"),
        Egress(port=443, addresses="pl-0123456789abcdef0"),
    ],
    init_containers=[Container(name="migrate", image="nginx:1.27", essential=False, command=["migrate"])],
    sidecars=[Container(name="proxy", image="nginx:1.27", essential=False)],
    sidecar_repository_arns=[LOCATION.arn("ecr", "repository/proxy")],
    sizing=Sizing(cpu=512, memory=1024, architecture="X86_64"),
    scaling=Scaling(
        min=2,
        max=6,
        cpu_target=70,
        memory_target=80,
        requests_per_task=20,
        schedules=[Schedule(name="night", cron="cron(0 20 * * ? *)", timezone="Europe/Berlin", min=2, max=2)],
    ),
    deployment_alarm=DeploymentAlarm(name=f"{LONGEST_PREFIX}-{LONGEST_SERVICE}-5xx", topic_arn=TOPIC_ARN),
    spot=Spot(weight=3, base=1),
    routing=Routing(
        port=8080,
        load_balancer_arn_suffix="app/alb/0123",
        load_balancer_scheme="internal",
        rules=[
            Route(
                name="api",
                listener_arn=LISTENER_ARN,
                priority=10,
                paths=["/a"],
                authorization=["Bearer sk-*"],
                token_check=TokenCheck(
                    issuer="https://id.example.com",
                    jwks_url="https://id.example.com/keys",
                    claims=[TokenClaim(name="aud", values=["chat"], format="single-string")],
                    prefix="/checked",
                ),
            ),
            Route(
                name="host",
                listener_arn=LISTENER_ARN,
                priority=20,
                hosts=["app.example.com"],
                source_cidrs=["10.0.0.0/16"],
                authentication=Authentication(
                    user_pool=UserPool(
                        arn=LOCATION.arn("cognito-idp", f"userpool/{LOCATION.region}_Ab12Cd34E"),
                        client_id="1example23456789",
                        domain="my-company",
                    ),
                    session_hours=8,
                ),
            ),
            Route(
                name="oidc",
                listener_arn=LISTENER_ARN,
                priority=30,
                paths=["/b"],
                authentication=Authentication(
                    provider=IdentityProvider(
                        issuer="https://id.example.com",
                        authorization_endpoint="https://id.example.com/authorize",
                        token_endpoint="https://id.example.com/token",
                        user_info_endpoint="https://id.example.com/userinfo",
                        client_id="load-balancer",
                        client_secret="a made-up client secret",
                    ),
                    session_hours=8,
                ),
            ),
        ],
        health_check=HealthCheck(path="/health", grace_period=120),
        deregistration_delay=300,
    ),
    volumes=[FILES, Volume(name="scratch")],
    connections=[Connection(name="database", security_group_id=DATABASE_GROUP, port=5433)],
    task_statements=[{"Sid": "Bedrock", "Effect": "Allow", "Action": ["bedrock:InvokeModel"], "Resource": ["arn:m"]}],
    image_repository_arn=LOCATION.arn("ecr", "repository/app"),
    exec_enabled=True,
    service_connect_server=True,
)
