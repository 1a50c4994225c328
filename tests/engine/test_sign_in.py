"""What Open WebUI is told of Cognito's user pool is what Cognito has."""

from collections.abc import Callable

import pytest

from tests.engine.stage import Stage

pytestmark = pytest.mark.engine


def test_open_webui_signs_people_in_at_the_pool(fork: Callable[[str], Stage]) -> None:
    stage = fork("people")
    cognito, ecs = stage.aws.client("cognito-idp"), stage.aws.client("ecs")
    (pool,) = cognito.list_user_pools(MaxResults=10)["UserPools"]
    (listed,) = cognito.list_user_pool_clients(UserPoolId=pool["Id"])["UserPoolClients"]
    client = cognito.describe_user_pool_client(UserPoolId=pool["Id"], ClientId=listed["ClientId"])["UserPoolClient"]
    domain = cognito.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]["Domain"]
    service = ecs.describe_services(cluster="webui-bedrock-cluster", services=["webui-bedrock-webui-service"])
    task = ecs.describe_task_definition(taskDefinition=service["services"][0]["taskDefinition"])["taskDefinition"]
    webui = next(one for one in task["containerDefinitions"] if one["name"] == "webui")
    told = {variable["name"]: variable["value"] for variable in webui["environment"]}
    secret = next(one["valueFrom"] for one in webui["secrets"] if one["name"] == "OAUTH_CLIENT_SECRET")
    issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{pool['Id']}"
    assert told["OPENID_PROVIDER_URL"] == f"{issuer}/.well-known/openid-configuration"
    assert told["OAUTH_CLIENT_ID"] == client["ClientId"]
    assert told["OPENID_REDIRECT_URI"] in client["CallbackURLs"]
    # Those that Open WebUI asks for when it is told of none.
    assert set(told.get("OAUTH_SCOPES", "openid email profile").split()) <= set(client["AllowedOAuthScopes"])
    assert told["OPENID_END_SESSION_ENDPOINT"].startswith(f"https://{domain}.auth.us-east-1.amazoncognito.com/logout?")
    assert told["OPENID_END_SESSION_ENDPOINT"].endswith(f"logout_uri={client['LogoutURLs'][0]}")
    kept = stage.aws.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    assert client["ClientSecret"] in kept
    groups = {group["GroupName"] for group in cognito.list_groups(UserPoolId=pool["Id"])["Groups"]}
    assert set(told["OAUTH_ADMIN_ROLES"].split(",")) | {"chat-users"} == groups
