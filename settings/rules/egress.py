"""Rules for what the tasks may open connections to."""

from collections.abc import Iterator

from problems import Advice, Path, Problem, Set, key_of
from settings.egress import HTTPS_PORT
from settings.network import CreatedNetwork
from settings.rules.parts import advise, apps, images, remove
from settings.stack import StackSettings

_ENDPOINTS: Path = ("network", "endpoints")
_LEAVE_OUT = Advice(f"leave port {HTTPS_PORT} out of egress: it is open to everywhere then")


def egress_entries(settings: StackSettings) -> Iterator[Problem]:
    """An entry says where its port leads to, by ranges or by a prefix list, and each place once."""
    for path, app in apps(settings):
        seen: set[tuple[int, str]] = set()
        for index, way in enumerate(app.egress):
            here = (*path, "egress", index)
            ranges, prefix_list = (*here, "cidrs"), (*here, "prefixList")
            if not way.destinations:
                rule = "is required, or prefixList: without one the port leads nowhere"
                yield Problem(path=ranges, rule=rule, fix=Set((*ranges, 0), "10.0.0.0/8"), also=(prefix_list,))
            if way.cidrs and way.prefix_list:
                rule = "cannot stand beside cidrs: an entry names ranges or a prefix list, two take two entries"
                yield remove(prefix_list, rule, ranges)
            places = [(way.port, addresses) for addresses in way.destinations]
            if places and seen.issuperset(places):
                yield remove(here, "opens what another entry opens")
            else:
                opened = [position for position, cidr in enumerate(way.cidrs) if (way.port, cidr) in seen]
                yield from (remove((*ranges, position), "is opened by another entry") for position in opened)
            seen.update(places)


def narrow_https(settings: StackSettings) -> Iterator[Problem]:
    """Fargate pulls images, reads secrets and writes logs from the task's own network interface.

    In a VPC of the stack's own they answer at interface endpoints, and the images' layers at S3's addresses. What a
    given VPC has is not for the stack to say.
    """
    network = settings.network
    if not isinstance(network, CreatedNetwork):
        return
    pulled = {path[:-1]: (path, image) for path, _, image in images(settings)}
    for path, app in apps(settings):
        if not app.https_is_narrow:
            continue
        here = (*path, "egress")
        if not network.endpoints:
            rule = f"cannot be narrow on port {HTTPS_PORT} while network.endpoints is false: "
            rule += "images, secrets and logs come and go there, and answer at changing addresses"
            yield Problem(path=here, rule=rule, fix=(Set(_ENDPOINTS, True), _LEAVE_OUT), also=(_ENDPOINTS,))
        if not any(way.prefix_list for way in app.egress if way.port == HTTPS_PORT):
            rule = f"must name S3's prefix list where it is narrow on port {HTTPS_PORT}: image layers come from S3"
            find = "name it, which aws ec2 describe-managed-prefix-lists finds as com.amazonaws.<region>.s3"
            yield advise(here, rule, find)
        if path in pulled and not pulled[path][1].in_ecr:
            where, image = pulled[path]
            rule = f"cannot be pulled from {image.registry} while {key_of(here)} is narrow on port {HTTPS_PORT}"
            yield Problem(path=where, rule=rule, fix=(Advice("copy the image to ECR"), _LEAVE_OUT), also=(here,))
