"""Written lists that tests compare the code with: `make inventories` writes them anew, a review reads what changed."""

import re
from pathlib import Path

import yaml
from rich.console import Console

from offline import plan as report
from offline.engine.recording import Resource
from tests import deployer_policy
from tests.support import examples
from tests.support.component_recording import component_of
from tests.support.component_variants import VARIANTS, recorded
from tests.support.program import plan

ROOT = Path(__file__).parents[1]
CHILDREN = ROOT / "tests/support/component_children.yaml"
"""By variant of a component: its type token, and its children's types by their names, without the component's own."""

IDENTITIES = ROOT / "tests/program/dev_identities.txt"
"""Who each resource of the dev stack is: its URN without stack and project."""

README = ROOT / "README.md"
EXAMPLES = re.compile(r"(?<=<!-- The examples, by `make inventories` -->\n\n).*?(?=\n<!--)", re.DOTALL)
SHOWN = re.compile(r"(?<=<!-- The beginning of `make plan`, by `make inventories` -->\n```text\n).*?(?=```)", re.DOTALL)


def advice(file: Path) -> str:
    """What a failing comparison tells."""
    return f"deliberate? then `make inventories` writes {file.relative_to(ROOT)} anew"


def children(variant: str) -> dict[str, object]:
    """The entry of one variant."""
    component = component_of(recorded(variant))
    own = {
        child.name.removeprefix(component.name): child.short_type for child in recorded(variant).children(component.urn)
    }
    return {"type": component.type, "children": own}


def identity(resource: Resource) -> str:
    """A URN without stack and project: the types of its ancestors, its own type, its name."""
    return resource.urn.split("::", 2)[2]


def identities() -> list[str]:
    """Who the resources of the dev stack are, sorted."""
    return sorted(identity(resource) for resource in plan().resources)


def first_lines_of_the_plan() -> str:
    """What README shows of `make plan`: which stack, and of what it is made."""
    text = report.as_text(plan(), Console(width=120, highlight=False))
    return text.split("\nServices\n")[0].rstrip() + "\n"


def main() -> None:
    """Write all of them."""
    for policy, text in deployer_policy.documents().items():
        (deployer_policy.FOLDER / f"{policy}.json").write_text(text, encoding="utf-8")
    header = "# Written by `make inventories`: what each component registers, in its smallest and its largest form.\n"
    entries = {variant: children(variant) for variant in VARIANTS}
    CHILDREN.write_text(header + yaml.safe_dump(entries, width=120), encoding="utf-8")
    IDENTITIES.write_text("\n".join(identities()) + "\n", encoding="utf-8")
    for file in examples.FILES:
        file.write_text(examples.with_cost(file), encoding="utf-8")
    text = SHOWN.sub(lambda _: first_lines_of_the_plan(), README.read_text(encoding="utf-8"))
    README.write_text(EXAMPLES.sub(lambda _: examples.table(), text), encoding="utf-8")


if __name__ == "__main__":
    main()
