"""What each component registers in its smallest form: name without the component's own, and type."""

CREATED_NETWORK = {
    "-bedrock": "ec2.VpcEndpoint",
    "-bedrock-runtime": "ec2.VpcEndpoint",
    "-default": "ec2.DefaultSecurityGroup",
    "-ecr-api": "ec2.VpcEndpoint",
    "-ecr-dkr": "ec2.VpcEndpoint",
    "-endpoints-from-vpc": "vpc.SecurityGroupIngressRule",
    "-endpoints-sg": "ec2.SecurityGroup",
    "-flow-log": "ec2.FlowLog",
    "-flows": "cloudwatch.LogGroup",
    "-flows-policy": "iam.RolePolicy",
    "-flows-role": "iam.Role",
    "-logs": "ec2.VpcEndpoint",
    "-s3": "ec2.VpcEndpoint",
    "-secretsmanager": "ec2.VpcEndpoint",
    "-ssmmessages": "ec2.VpcEndpoint",
    "-vpc": "awsx.ec2.Vpc",
}
SERVICE = {
    "-execution-policy": "iam.RolePolicy",
    "-execution-role": "iam.Role",
    "-scale-on-cpu": "appautoscaling.Policy",
    "-scaling": "appautoscaling.Target",
    "-service": "ecs.Service",
    "-sg": "ec2.SecurityGroup",
    "-task": "ecs.TaskDefinition",
    "-task-role": "iam.Role",
}
CLUSTER = {
    "-capacity": "ecs.ClusterCapacityProviders",
    "-ecs": "ecs.Cluster",
    "-https-out": "vpc.SecurityGroupEgressRule",
    "-insights-logs": "cloudwatch.LogGroup",
    "-logs": "cloudwatch.LogGroup",
    "-tasks-sg": "ec2.SecurityGroup",
}
BALANCER = {
    "-80-from-10-0-0-0-16": "vpc.SecurityGroupIngressRule",
    "-alb": "lb.LoadBalancer",
    "-http": "lb.Listener",
    "-logs-bucket": "s3.Bucket",
    "-logs-encryption": "s3.BucketServerSideEncryptionConfiguration",
    "-logs-lifecycle": "s3.BucketLifecycleConfiguration",
    "-logs-ownership": "s3.BucketOwnershipControls",
    "-logs-policy": "s3.BucketPolicy",
    "-logs-private": "s3.BucketPublicAccessBlock",
    "-logs-versioning": "s3.BucketVersioning",
    "-sg": "ec2.SecurityGroup",
}
KEY = {"-alias": "kms.Alias", "-kms": "kms.Key"}
IMAGE = {"-build": "awsx.ecr.Image", "-expiry": "ecr.LifecyclePolicy", "-repository": "ecr.Repository"}
FILE_SYSTEM = {
    "-backup": "efs.BackupPolicy",
    "-efs": "efs.FileSystem",
    "-mount-eu-west-1a": "efs.MountTarget",
    "-mount-eu-west-1b": "efs.MountTarget",
    "-policy": "efs.FileSystemPolicy",
    "-sg": "ec2.SecurityGroup",
}
SECRETS = {
    "-admin-password-secret": "secretsmanager.Secret",
    "-admin-password-value": "random.RandomPassword",
    "-admin-password-version": "secretsmanager.SecretVersion",
    "-webui-secret-key-secret": "secretsmanager.Secret",
    "-webui-secret-key-value": "random.RandomPassword",
    "-webui-secret-key-version": "secretsmanager.SecretVersion",
}
DATA_TIER = {
    "-cache-nodes": "elasticache.ReplicationGroup",
    "-cache-parameters": "elasticache.ParameterGroup",
    "-cache-sg": "ec2.SecurityGroup",
    "-cache-subnets": "elasticache.SubnetGroup",
    "-cache-token-value": "random.RandomPassword",
    "-cache-url-secret": "secretsmanager.Secret",
    "-cache-url-version": "secretsmanager.SecretVersion",
    "-database-cluster": "rds.Cluster",
    "-database-instance-1": "rds.ClusterInstance",
    "-database-logs": "cloudwatch.LogGroup",
    "-database-monitoring": "iam.Role",
    "-database-monitoring-policy": "iam.RolePolicyAttachment",
    "-database-parameters": "rds.ClusterParameterGroup",
    "-database-password-secret": "secretsmanager.Secret",
    "-database-password-value": "random.RandomPassword",
    "-database-password-version": "secretsmanager.SecretVersion",
    "-database-sg": "ec2.SecurityGroup",
    "-database-subnets": "rds.SubnetGroup",
    "-database-suffix": "random.RandomId",
}
TOPIC = {"-sns": "sns.Topic", "-policy": "sns.TopicPolicy"}
OBSERVABILITY = {
    "-dashboard": "cloudwatch.Dashboard",
    "-file-system-io-limit": "cloudwatch.MetricAlarm",
    "-load-balancer-errors": "cloudwatch.MetricAlarm",
    "-load-balancer-rejected": "cloudwatch.MetricAlarm",
}


def alarms(part: str, *conditions: str) -> dict[str, str]:
    """The alarms on one part of the stack."""
    return {f"-{part}-{condition}": "cloudwatch.MetricAlarm" for condition in conditions}
