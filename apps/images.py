"""The images that the services run: configured, or built by the stack."""

from dataclasses import dataclass

import pulumi

from apps.given_parts import Key
from apps.lookups import Facts
from aws_rules import image_reference
from components.container_image import ContainerImage, ContainerImageArgs
from components.support.location import Location
from settings import AppSettings, StackSettings


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image to run, and the private repository it is pulled from, if it is one."""

    uri: pulumi.Input[str]
    repository_arn: pulumi.Input[str] | None
    repository_uri: pulumi.Input[str]
    """The URI without tag and digest."""


def image_to_build(app: AppSettings, settings: StackSettings, facts: Facts, key: Key) -> ContainerImageArgs | None:
    """What to build for an app that has a `build`."""
    if app.build is None:
        return None
    return ContainerImageArgs(
        location=facts.location,
        context=app.build.context,
        dockerfile=app.build.dockerfile,
        architecture=app.architecture.value.upper(),
        kms_key_arn=key.key_arn,
        protect=settings.protect,
    )


def image_of(app: AppSettings, built: ContainerImage | None, location: Location) -> Image:
    """The image that was built, or the configured one with its placeholders filled in."""
    if built is not None:
        repository_uri = built.image_uri.apply(image_reference.repository_uri)
        return Image(uri=built.image_uri, repository_arn=built.repository_arn, repository_uri=repository_uri)
    uri = image_reference.filled_in(app.image_to_run or "", location.account_id, location.region, location.partition)
    return Image(
        uri=uri,
        repository_arn=image_reference.ecr_repository_arn(uri, location.partition),
        repository_uri=image_reference.repository_uri(uri),
    )
