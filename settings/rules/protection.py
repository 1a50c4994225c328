"""What a protected stack must have beyond what any stack must."""

from collections.abc import Iterator

from aws_rules.database import FEWEST_BACKUP_DAYS, MOST_BACKUP_DAYS
from problems import Path, Problem, key_of
from settings.load_balancer import Scheme
from settings.rules.parts import advise, images, own_domain, set_to
from settings.stack import StackSettings

_PROTECT: Path = ("protect",)


def fixed_images(settings: StackSettings) -> Iterator[Problem]:
    """What was tested is what runs: a digest, or a tag that does not move."""
    for path, _, image in images(settings):
        if settings.protect and image.moving:
            rule = f"must name a digest or a version when protect is true: the tag {image.tag} moves"
            advice = f"add @sha256:<digest>, or a version such as v1.2.3, to {key_of(path)} in Pulumi.<stack>.yaml"
            yield advise(path, rule, advice, _PROTECT)


def https(settings: StackSettings) -> Iterator[Problem]:
    """HTTPS, or an explicit word that HTTP inside the VPC is meant."""
    balancer = settings.load_balancer
    internal = balancer.scheme is Scheme.INTERNAL
    if settings.protect and not balancer.https and not (balancer.plain_http and internal):
        rule = "is required when protect is true, with hostedZoneId or certificateArn"
        if internal:
            rule += ", or loadBalancer.plainHttp if HTTP inside the VPC is meant"
        others = ("certificateArn", "plainHttp", "scheme", "listenerArn")
        also = (_PROTECT, *(("loadBalancer", key) for key in others))
        yield Problem(path=("loadBalancer", "domain"), rule=rule, fix=own_domain(settings), also=also)


def sign_up(settings: StackSettings) -> Iterator[Problem]:
    """Accounts are made by an administrator or come from the identity provider."""
    if settings.protect and settings.webui.signup:
        rule = "must be false when protect is true: anybody who reaches the page could make an account"
        yield set_to(("webui", "signup"), False, rule, _PROTECT)


def backups(settings: StackSettings) -> Iterator[Problem]:
    """A week of backups."""
    days = settings.database.backup_days
    if settings.protect and settings.database.enabled and days < FEWEST_BACKUP_DAYS:
        rule = f"must be {FEWEST_BACKUP_DAYS} to {MOST_BACKUP_DAYS} when protect is true (Security Hub RDS.50)"
        yield set_to(("database", "backupDays"), FEWEST_BACKUP_DAYS, rule, _PROTECT)
