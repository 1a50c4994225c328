"""The secrets that the two applications share with each other and with their first user."""

from dataclasses import dataclass

import pulumi

from components.support.secret_values import SecretKeeping, SecretReference, keep_secret, random_value


@dataclass(frozen=True, kw_only=True)
class AppSecretsArgs:
    """Which secrets to generate and how to keep them."""

    keeping: SecretKeeping
    gateway: bool = True
    """Whether there is a gateway, and so a key for it."""
    gateway_api_key: SecretReference | None = None
    """A key that exists already; without it the stack generates one."""
    pipelines: bool = False
    """Whether Open WebUI's pipelines run, and so need a key."""
    single_sign_on: bool = False
    """Whether people sign in with an identity provider, whose tokens Open WebUI keeps encrypted."""
    scim: bool = False
    """Whether the identity provider makes and removes users by SCIM, and so needs a token."""


class AppSecrets(pulumi.ComponentResource):
    """The gateway's API key, Open WebUI's signing key and its first administrator's password."""

    gateway_api_key_arn: pulumi.Output[str]
    admin_password_arn: pulumi.Output[str]

    def __init__(self, name: str, args: AppSecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:security:AppSecrets", name, None, opts)

        def generate(role: str, description: str, length: int, json_key: str | None = None) -> SecretReference:
            value = random_value(f"{name}-{role}", length=length, parent=self)
            return keep_secret(
                f"{name}-{role}",
                value,
                description=description,
                keeping=args.keeping,
                parent=self,
                json_key=json_key,
            )

        self._gateway_api_key = args.gateway_api_key
        if args.gateway and self._gateway_api_key is None:
            description = "The key that callers of the Bedrock gateway present"
            self._gateway_api_key = generate("gateway-api-key", description, 48, "api_key")
        self.webui_secret_key = generate(
            "webui-secret-key", "Signs Open WebUI's sessions and encrypts its OAuth tokens", 64
        )
        self.admin_password = generate("admin-password", "The first password of Open WebUI's administrator", 32)
        self._pipelines_api_key = (
            generate("pipelines-api-key", "The key that Open WebUI presents to its pipelines", 48)
            if args.pipelines
            else None
        )
        self.oauth_token_key = (
            generate("oauth-token-key", "Encrypts the identity provider's tokens in Open WebUI's database", 64)
            if args.single_sign_on
            else None
        )
        self.scim_token = (
            generate("scim-token", "What the identity provider presents when it makes and removes users by SCIM", 64)
            if args.scim
            else None
        )
        gateway_api_key_arn = self._gateway_api_key.secret_arn if self._gateway_api_key else ""
        self.gateway_api_key_arn = pulumi.Output.from_input(gateway_api_key_arn)
        self.admin_password_arn = pulumi.Output.from_input(self.admin_password.secret_arn)
        self.register_outputs(
            {"gateway_api_key_arn": self.gateway_api_key_arn, "admin_password_arn": self.admin_password_arn}
        )

    @property
    def gateway_api_key(self) -> SecretReference:
        """The gateway's key; LookupError in a stack without a gateway."""
        if self._gateway_api_key is None:
            raise LookupError("there is no gateway, and so no key for it")
        return self._gateway_api_key

    @property
    def pipelines_api_key(self) -> SecretReference:
        """The pipelines' key; LookupError in a stack without them."""
        if self._pipelines_api_key is None:
            raise LookupError("there are no pipelines, and so no key for them")
        return self._pipelines_api_key

    def references(self) -> list[SecretReference]:
        """All secrets that the stack has."""
        some = [self._gateway_api_key, self._pipelines_api_key, self.oauth_token_key, self.scim_token]
        return [*filter(None, some), self.webui_secret_key, self.admin_password]
