"""What a protected stack must have beyond what any stack must."""

from collections.abc import Iterator

from aws_rules import image_reference
from aws_rules.database import FEWEST_BACKUP_DAYS, MOST_BACKUP_DAYS
from problems import Advice, Path, Problem, Set, key_of
from settings.load_balancer import Scheme
from settings.rules.paths import apps
from settings.stack import StackSettings

_PROTECT: Path = ("protect",)


def fixed_images(settings: StackSettings) -> Iterator[Problem]:
    """What was tested is what runs: a digest, or a tag that does not move."""
    for path, app in apps(settings):
        image = image_reference.parse(app.image) if app.image and app.build is None else None
        if settings.protect and image is not None and image.moving:
            rule = f"must name a digest or a version when protect is true: the tag {image.tag} moves"
            key = (*path, "image")
            fix = Advice(f"add @sha256:<digest>, or a version such as v1.2.3, to {key_of(key)} in Pulumi.<stack>.yaml")
            yield Problem(path=key, rule=rule, fix=fix, also=(_PROTECT,))


def https(settings: StackSettings) -> Iterator[Problem]:
    """HTTPS, or an explicit word that HTTP inside the VPC is meant."""
    balancer = settings.load_balancer
    meant = balancer.plain_http and balancer.scheme is Scheme.INTERNAL
    if settings.protect and not balancer.https and not meant:
        key: Path = ("loadBalancer", "certificateArn")
        rule = "is required when protect is true, or loadBalancer.domain with hostedZoneId"
        fix = Set(("loadBalancer", "domain"), "chat.example.com")
        if balancer.scheme is Scheme.INTERNAL:
            rule += ", or loadBalancer.plainHttp if HTTP inside the VPC is meant"
        also = (_PROTECT, ("loadBalancer", "domain"), ("loadBalancer", "plainHttp"), ("loadBalancer", "scheme"))
        yield Problem(path=key, rule=rule, fix=fix, also=also)


def sign_up(settings: StackSettings) -> Iterator[Problem]:
    """Accounts are made by an administrator or come from the identity provider."""
    key: Path = ("webui", "signup")
    if settings.protect and settings.webui.signup:
        rule = "must be false when protect is true: anybody who reaches the page could make an account"
        yield Problem(path=key, rule=rule, fix=Set(key, False), also=(_PROTECT,))


def backups(settings: StackSettings) -> Iterator[Problem]:
    """A week of backups."""
    key: Path = ("database", "backupDays")
    days = settings.database.backup_days
    if settings.protect and settings.database.enabled and days < FEWEST_BACKUP_DAYS:
        rule = f"must be {FEWEST_BACKUP_DAYS} to {MOST_BACKUP_DAYS} when protect is true (Security Hub RDS.50)"
        yield Problem(path=key, rule=rule, fix=Set(key, FEWEST_BACKUP_DAYS), also=(_PROTECT,))
