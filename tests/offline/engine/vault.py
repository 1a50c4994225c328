"""A component with a generated secret, and a program that makes one."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random


class Vault(pulumi.ComponentResource):
    """A component with a generated secret, as the real ones have."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("test:index:Vault", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        password = random.RandomPassword(f"{name}-password", length=20, opts=child)
        secret = aws.secretsmanager.Secret(
            f"{name}-secret", opts=pulumi.ResourceOptions(parent=self, protect=True, ignore_changes=["tags"])
        )
        aws.secretsmanager.SecretVersion(
            f"{name}-version", secret_id=secret.id, secret_string=password.result, opts=child
        )
        self.arn = secret.arn
        self.register_outputs({"arn": secret.arn})


def one_vault() -> None:
    vault = Vault("vault")
    pulumi.export("arn", vault.arn)
    pulumi.export("password", pulumi.Output.secret("hidden"))
