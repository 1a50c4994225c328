"""The stack's outputs: names are a contract with other stacks and with scripts."""

from collections.abc import Mapping

import pulumi

from apps.images import Image
from apps.shared import SharedParts
from apps.sign_in import redirect_uri
from apps.uploads import uploads_of
from apps.verified import verified
from aws_rules import cloudwatch
from components.cloudformation_exports import CloudFormationExportsArgs
from components.ecs_app_service import EcsAppService
from components.observability import Observability
from components.support.location import Location
from settings import GATEWAY, WEBUI, StackSettings

Values = dict[str, pulumi.Input[str]]


def stack_outputs(
    settings: StackSettings,
    shared: SharedParts,
    services: Mapping[str, EcsAppService],
    images: Mapping[str, Image],
    watched: Observability,
) -> dict[str, pulumi.Input[object]]:
    """Everything that `pulumi stack output` shows; a part that the stack does not have is an empty string."""
    names = {app: service.service_name for app, service in services.items()}
    return {
        **_template_outputs(shared, names, images),
        "ServiceNames": verified(settings, shared, services),
        "TaskDefinitions": {app: service.task_definition_arn for app, service in services.items()},
        "SecretVersions": secret_versions(shared),
        "LogGroupName": shared.cluster.log_group_name,
        "SignInRedirectURI": redirect_uri(sign_in, shared) if (sign_in := settings.webui.sign_in) else "",
        "ScimTokenSecretArn": shared.secrets.scim_token.secret_arn if shared.secrets.scim_token else "",
        "UserPoolId": shared.user_pool.pool_id if shared.user_pool else "",
        "UploadsBucket": uploads.bucket if (uploads := uploads_of(settings, shared)) else "",
        "DashboardURL": dashboard_url(shared.facts.location, watched.dashboard_name),
        "TroubleshootingCommands": troubleshooting_commands(shared, names),
    }


def export(values: Mapping[str, pulumi.Input[object]]) -> None:
    """Let `pulumi stack output` show them."""
    for name, value in values.items():
        pulumi.export(name, value)


def cloudformation_exports(
    settings: StackSettings,
    shared: SharedParts,
    services: Mapping[str, EcsAppService],
    images: Mapping[str, Image],
) -> CloudFormationExportsArgs:
    """The former template's export names with this stack's values."""
    prefix = settings.name_prefix
    names = {app: service.service_name for app, service in services.items()}
    values = _template_outputs(shared, names, images)
    exports = {export: values[output] for export, output in TEMPLATE_EXPORTS.items() if values[output] != ""}
    return CloudFormationExportsArgs(
        stack_name=f"{prefix}-exports",
        exports={f"{prefix}-{export}": value for export, value in exports.items()},
    )


def secret_versions(shared: SharedParts) -> pulumi.Output[dict[str, str]]:
    """The version of every secret that tasks read, by its ARN: `make verify` compares it with the current one."""
    made = [*(shared.data_tier.secrets() if shared.data_tier else [])]
    made += [shared.user_pool.client_secret] if shared.user_pool else []
    secrets = [*shared.secrets.references(), *made, *shared.facts.secrets.values()]
    pairs = [pulumi.Output.all(secret.secret_arn, secret.version_id) for secret in secrets]
    return pulumi.Output.all(*pairs).apply(lambda resolved: {str(arn): str(version) for arn, version in resolved})


TEMPLATE_EXPORTS = {
    "alb-dns": "LoadBalancerDNS",
    "alb-url": "LoadBalancerURL",
    "bedrock-api-key-secret-arn": "BedrockApiKeySecretArn",
    "ecs-cluster": "ECSClusterName",
    "ecs-service": "ECSServiceName",
    "efs-dns-name": "EFSFileSystemDNS",
    "efs-filesystem-id": "EFSFileSystemId",
    "gateway-repo-uri": "BedrockGatewayRepositoryURI",
    "gateway-service": "GatewayServiceName",
    "webui-repo-uri": "OpenWebUIRepositoryURI",
    "webui-service": "WebUIServiceName",
}
"""The template's export names, without their prefix, and the outputs that hold the values."""


def _template_outputs(
    shared: SharedParts, names: Mapping[str, pulumi.Output[str]], images: Mapping[str, Image]
) -> Values:
    return {
        "LoadBalancerDNS": shared.load_balancer.dns_name,
        "LoadBalancerURL": shared.url,
        "ECSClusterName": shared.cluster.cluster_name,
        # The unsplit template had one service; what it ran for users is the WebUI.
        "ECSServiceName": names[WEBUI],
        "WebUIServiceName": names[WEBUI],
        "GatewayServiceName": names.get(GATEWAY, ""),
        "EFSFileSystemId": shared.file_system.file_system_id,
        "EFSFileSystemDNS": shared.file_system.dns_name,
        "BedrockApiKeySecretArn": shared.secrets.gateway_api_key_arn if GATEWAY in names else "",
        "OpenWebUIRepositoryURI": images[WEBUI].repository_uri,
        "BedrockGatewayRepositoryURI": images[GATEWAY].repository_uri if GATEWAY in images else "",
    }


def dashboard_url(location: Location, dashboard_name: pulumi.Input[str]) -> pulumi.Output[str]:
    """The dashboard in the console; empty where the partition's console has no public address."""
    page = cloudwatch.dashboards_page(location.partition, location.region)
    return pulumi.Output.concat(page, dashboard_name) if page else pulumi.Output.from_input("")


def troubleshooting_commands(
    shared: SharedParts, names: Mapping[str, pulumi.Output[str]]
) -> dict[str, pulumi.Output[str]]:
    """Commands that run as printed, by what they show."""
    region = f"--region {shared.facts.location.region}"
    cluster = shared.cluster.cluster_name
    commands = {
        "adminPassword": pulumi.Output.concat(
            f"aws secretsmanager get-secret-value {region} --query SecretString --output text --secret-id ",
            shared.secrets.admin_password_arn,
        )
    }
    for app, name in names.items():
        commands[f"{app}Status"] = pulumi.Output.concat(
            f"aws ecs describe-services {region} --cluster ", cluster, " --services ", name
        )
        commands[f"{app}Logs"] = pulumi.Output.concat(
            f"aws logs tail {region} --follow --log-stream-name-prefix {app} ", shared.cluster.log_group_name
        )
    return commands
