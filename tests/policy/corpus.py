"""The known-bad corpus: for every rule at least one stack that breaks it."""

from tests.policy.known_bad import (
    added,
    case,
    container,
    gone,
    in_policy,
    of,
    set_to,
    statement,
    together,
    unprotected,
    without,
)

INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
BALANCER_GROUP = ("SecurityGroup", "load-balancer-sg")
TASKS_GROUP = ("SecurityGroup", "cluster-tasks-sg")
DATABASE_GROUP = ("SecurityGroup", "data-tier-database-sg")
WORLD = {"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
FAR_AWAY = WORLD | {"cidrIpv4": "203.0.113.0/24"}
ALL_PORTS = {"cidrIpv4": "0.0.0.0/0", "ipProtocol": "-1"}
WORLD_V6 = {"cidrIpv6": "::/0", "ipProtocol": "tcp", "fromPort": 8080, "toPort": 8080}
INLINE = [{"cidrBlocks": ["0.0.0.0/0"], "protocol": "tcp", "fromPort": 22, "toPort": 22}]
OLD_RULE = {"type": "ingress", "cidrBlocks": ["0.0.0.0/0"], "protocol": "tcp", "fromPort": 22, "toPort": 22}
IN_VPC = {"cidrIpv4": "10.0.0.0/16", "ipProtocol": "tcp", "fromPort": 5433, "toPort": 5433}
PUBLIC_BALANCER = of("LoadBalancer", "load-balancer-alb", set_to(internal=False))
TASK = ("TaskDefinition", "webui-task")
GATEWAY_TASK = ("TaskDefinition", "gateway-task")
VALUE = "not-so-secret"
DEPLOYMENT = {"enable": True, "rollback": False}
IMAGE = "ghcr.io/open-webui/open-webui"
EVERYBODY = {"Effect": "Allow", "Principal": "*", "Condition": None}
REPOSITORY = {
    "imageTagMutability": "IMMUTABLE",
    "imageScanningConfiguration": {"scanOnPush": True},
    "encryptionConfigurations": [{"encryptionType": "KMS"}],
}
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
FILES = {"name": "files", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}
NO_IAM = {
    "name": "files",
    "efsVolumeConfiguration": {"fileSystemId": "fs-1", "transitEncryption": "ENABLED"},
}


NETWORK = [
    case("public-ingress", "tasks on 443", added(INGRESS, WORLD, securityGroupId=TASKS_GROUP)),
    case("public-ingress", "tasks from one public range", added(INGRESS, FAR_AWAY, securityGroupId=TASKS_GROUP)),
    case("public-ingress", "tasks by IPv6", added(INGRESS, WORLD_V6, securityGroupId=TASKS_GROUP)),
    case("public-ingress", "every port of the balancer", added(INGRESS, ALL_PORTS, securityGroupId=BALANCER_GROUP)),
    case("public-ingress", "inline rule", of("SecurityGroup", "webui-sg", set_to(ingress=INLINE))),
    case(
        "public-ingress",
        "rule of the old type",
        added("aws:ec2/securityGroupRule:SecurityGroupRule", OLD_RULE, securityGroupId=TASKS_GROUP),
    ),
    case("data-ingress", "database from the VPC", added(INGRESS, IN_VPC, securityGroupId=DATABASE_GROUP)),
    case(
        "default-security-group",
        "rules",
        of("DefaultSecurityGroup", "network-default", set_to(ingress=[{"protocol": "-1", "self": True}])),
    ),
    case(
        "public-address",
        "tasks",
        of("Service", "webui-service", lambda p: p | {"networkConfiguration": {"assignPublicIp": True}}),
    ),
    case(
        "public-address",
        "database",
        of("ClusterInstance", "data-tier-database-instance-1", set_to(publiclyAccessible=True)),
    ),
]

LOAD_BALANCER = [
    case(
        "load-balancer-hardened", "headers", of("LoadBalancer", "load-balancer-alb", without("dropInvalidHeaderFields"))
    ),
    case("load-balancer-hardened", "logs", of("LoadBalancer", "load-balancer-alb", without("accessLogs"))),
    case(
        "load-balancer-hardened",
        "desync",
        of("LoadBalancer", "load-balancer-alb", set_to(desyncMitigationMode="monitor")),
    ),
    case("tls-policy", "default", of("Listener", "load-balancer-https", without("sslPolicy"))),
    case(
        "tls-policy",
        "weak",
        of("Listener", "load-balancer-https", set_to(sslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06")),
    ),
    case("internet-https", "rule on port 80", PUBLIC_BALANCER),
    case(
        "internet-https",
        "default action",
        together(
            PUBLIC_BALANCER,
            of("Listener", "load-balancer-http", set_to(defaultActions=[{"type": "forward"}])),
        ),
    ),
    case("web-firewall", "none", PUBLIC_BALANCER),
]

CONTAINERS = [
    case(
        "plain-text-secret",
        "by name",
        of(*TASK, container("webui", environment=[{"name": "OPENAI_API_KEY", "value": VALUE}])),
    ),
    case(
        "plain-text-secret",
        "by value",
        of(*TASK, container("webui", environment=[{"name": "GREETING", "value": "rediss://:token@cache:6379/0"}])),
    ),
    case(
        "plain-text-secret",
        "in a connection string",
        of(*GATEWAY_TASK, container("gateway", environment=[{"name": "DATABASE_URL", "value": "postgres://db"}])),
    ),
    case(
        "plain-text-secret",
        "in a command",
        of(*TASK, container("webui", command=["serve", "--key", "sk-abcdefghijklmnopqrstuvwx"])),
    ),
    case("container-privilege", "privileged", of(*TASK, container("webui", privileged=True))),
    case("container-privilege", "host network", of(*TASK, set_to(networkMode="host"))),
    case("container-privilege", "host processes", of(*TASK, set_to(pidMode="host"))),
    case("container-privilege", "host folder", of(*TASK, set_to(volumes=[{"name": "v", "hostPath": "/"}]))),
    case(
        "container-privilege",
        "capability",
        of(*TASK, container("webui", linuxParameters={"capabilities": {"add": ["SYS_PTRACE"]}})),
    ),
    case("container-root", "application", of(*TASK, container("webui", user="0:0"))),
    case("container-root", "by name", of(*GATEWAY_TASK, container("gateway", user="root"))),
    case("container-root", "migration with secrets", of(*TASK, container("migrate", user="0"))),
    case(
        "container-root",
        "preparation that sees files",
        of(*TASK, container("scratch", mountPoints=[{"sourceVolume": "files", "containerPath": "/webui"}])),
    ),
    case(
        "container-root",
        "preparation that knows a secret",
        of(*TASK, container("scratch", secrets=[{"name": "API_KEY", "valueFrom": "arn:aws:secretsmanager:x"}])),
    ),
    case("container-root", "preparation that stays", of(*TASK, container("scratch", essential=True))),
    case("container-user", "none", of(*GATEWAY_TASK, container("gateway", user=None))),
    case("read-only-root", "writable", of(*GATEWAY_TASK, container("gateway", readonlyRootFilesystem=False))),
    case("container-logs", "none", of(*TASK, container("migrate", logConfiguration=None))),
    case("file-system-access", "no TLS", of(*TASK, set_to(volumes=[FILES]))),
    case("file-system-access", "no access point", of(*TASK, set_to(volumes=[NO_IAM]))),
    case("circuit-breaker", "none", of("Service", "gateway-service", without("deploymentCircuitBreaker"))),
    case(
        "circuit-breaker", "no rollback", of("Service", "gateway-service", set_to(deploymentCircuitBreaker=DEPLOYMENT))
    ),
]

IMAGES = [
    case("moving-image-tag", "latest", of(*TASK, container("webui", image=f"{IMAGE}:latest"))),
    case("moving-image-tag", "flavour of main", of(*TASK, container("webui", image=f"{IMAGE}:main-slim"))),
    case("moving-image-tag", "no tag, registry with port", of(*TASK, container("webui", image="registry:5000/webui"))),
    case("image-digest", "tag", of(*TASK, container("webui", image=f"{IMAGE}:v9.9.9"))),
    *(
        case("image-repository", f"no {name}", added("aws:ecr/repository:Repository", without(name)(REPOSITORY)))
        for name in REPOSITORY
    ),
]

ENCRYPTION = [
    case("encrypted-at-rest", "database", of("Cluster", "data-tier-database-cluster", set_to(storageEncrypted=False))),
    case("encrypted-at-rest", "database key", of("Cluster", "data-tier-database-cluster", without("kmsKeyId"))),
    case(
        "encrypted-at-rest",
        "cache",
        of("ReplicationGroup", "data-tier-cache-nodes", without("atRestEncryptionEnabled")),
    ),
    case(
        "encrypted-at-rest",
        "cache in transit",
        of("ReplicationGroup", "data-tier-cache-nodes", without("transitEncryptionEnabled")),
    ),
    case("encrypted-at-rest", "logs", of("LogGroup", "cluster-logs", without("kmsKeyId"))),
    case("encrypted-at-rest", "secret", of("Secret", "secrets-admin-password-secret", without("kmsKeyId"))),
    case("encrypted-at-rest", "exec sessions", of("Cluster", "cluster-ecs", without("configuration"))),
    case("encrypted-at-rest", "file system", of("FileSystem", "file-system-efs", without("encrypted", "kmsKeyId"))),
    case("encrypted-at-rest", "file system key", of("FileSystem", "file-system-efs", without("kmsKeyId"))),
    case("encrypted-at-rest", "SNS by AWS's key", added("aws:sns/topic:Topic", {"kmsMasterKeyId": "alias/aws/sns"})),
    case("encrypted-at-rest", "queue", added("aws:sqs/queue:Queue", {})),
    case("file-system-in-clear", "on purpose", of("FileSystem", "file-system-efs", set_to(encrypted=False))),
    case("cache-authentication", "none", of("ReplicationGroup", "data-tier-cache-nodes", without("authToken"))),
    case(
        "cache-authentication",
        "plain connections",
        of("ReplicationGroup", "data-tier-cache-nodes", set_to(transitEncryptionMode="preferred")),
    ),
    case("key-rotation", "off", of("Key", "encryption-key-kms", without("enableKeyRotation"))),
    case("key-rotation", "short window", of("Key", "encryption-key-kms", set_to(deletionWindowInDays=7))),
    case("database-tls", "off", of("ClusterParameterGroup", "data-tier-database-parameters", set_to(parameters=[]))),
    case(
        "bucket",
        "in clear",
        gone("BucketServerSideEncryptionConfiguration", "load-balancer-logs-encryption"),
    ),
    case("bucket", "public", of("BucketPublicAccessBlock", "load-balancer-logs-private", without("blockPublicAcls"))),
    case("bucket", "no policy", gone("BucketPolicy", "load-balancer-logs-policy")),
    case(
        "bucket",
        "plain HTTP",
        of("BucketPolicy", "load-balancer-logs-policy", statement("TlsOnly", Effect="Allow")),
    ),
]

RIGHTS = [
    case(
        "wildcard-action",
        "all of S3",
        of("RolePolicy", "webui-task-policy", statement("MountFileSystem", Action="s3:*")),
    ),
    case(
        "wildcard-action",
        "all but some",
        of("RolePolicy", "webui-task-policy", statement("MountFileSystem", Action=None, NotAction=["iam:*"])),
    ),
    case(
        "wildcard-resource",
        "secrets",
        of("RolePolicy", "webui-execution-policy", statement("ReadSecrets", Resource=["*"])),
    ),
    case(
        "wildcard-resource",
        "under an allowed Sid",
        of("RolePolicy", "gateway-execution-policy", statement("EcrLogin", Action=["ecr:BatchGetImage"])),
    ),
    case(
        "wildcard-resource",
        "all but some",
        of("RolePolicy", "webui-execution-policy", statement("ReadSecrets", Resource=None, NotResource=["arn:x"])),
    ),
    case(
        "broad-managed-policy",
        "administrator",
        of("RolePolicyAttachment", "data-tier-database-monitoring-policy", set_to(policyArn=ADMIN)),
    ),
    case("public-policy", "bucket", of("BucketPolicy", "load-balancer-logs-policy", statement("TlsOnly", **EVERYBODY))),
    case(
        "public-policy",
        "key",
        of("Key", "encryption-key-kms", statement("AccountAdministersKey", Principal={"AWS": "*"})),
    ),
    case(
        "confused-deputy",
        "task role",
        of("Role", "webui-task-role", in_policy("assumeRolePolicy", "AssumeRole", {"Condition": None})),
    ),
]

DATA = [
    case("log-retention", "for ever", of("LogGroup", "cluster-logs", without("retentionInDays"))),
    case("log-retention", "a month", of("LogGroup", "cluster-logs", set_to(retentionInDays=30))),
    *(
        case("data-protected", f"{type_} {name}", unprotected(type_, name))
        for type_, name in (
            ("Cluster", "data-tier-database-cluster"),
            ("FileSystem", "file-system-efs"),
            ("Key", "encryption-key-kms"),
            ("Secret", "secrets-webui-secret-key-secret"),
            ("Bucket", "load-balancer-logs-bucket"),
        )
    ),
    case("data-protected", "balancer", of("LoadBalancer", "load-balancer-alb", set_to(enableDeletionProtection=False))),
    case("data-protected", "database", of("Cluster", "data-tier-database-cluster", without("deletionProtection"))),
    case("data-protected", "snapshot", of("Cluster", "data-tier-database-cluster", set_to(skipFinalSnapshot=True))),
    case("data-protected", "bucket", of("Bucket", "load-balancer-logs-bucket", set_to(forceDestroy=True))),
    case("data-protected", "secret", of("Secret", "secrets-admin-password-secret", set_to(recoveryWindowInDays=0))),
    case("backups", "database", of("Cluster", "data-tier-database-cluster", set_to(backupRetentionPeriod=1))),
    case("backups", "cache", of("ReplicationGroup", "data-tier-cache-nodes", without("snapshotRetentionLimit"))),
    case("backups", "file system", gone("BackupPolicy", "file-system-backup")),
]

CORPUS = [*NETWORK, *LOAD_BALANCER, *CONTAINERS, *IMAGES, *ENCRYPTION, *RIGHTS, *DATA]
