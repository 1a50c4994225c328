"""Tags for every taggable AWS resource that the program registers itself."""

from collections.abc import Mapping

import pulumi


def tag_every_resource(tags: Mapping[str, str], name_prefix: str) -> None:
    """Give each AWS resource `tags`, Project, Environment and a Name; a tag set on the resource itself wins.

    A client-side transformation rather than an explicit provider with default tags, which would ignore the user's
    `aws:profile` and `aws:assumeRoles`.
    """

    def add_tags(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        # awsx's VPC hands its tags on to all that it makes, though it has no such output.
        taggable = args.type_.startswith("aws:") and hasattr(type(args.resource), "tags")
        if not taggable and args.type_ != "awsx:ec2:Vpc":
            return None
        common = {
            "Project": pulumi.get_project(),
            "Environment": pulumi.get_stack(),
            **tags,
            "Name": f"{name_prefix}-{args.name}",
        }
        own = args.props.get("tags")
        merged = common if own is None else pulumi.Output.from_input(own).apply(lambda value: common | (value or {}))
        props = {**args.props, "tags": merged}
        return pulumi.ResourceTransformationResult(props, args.opts)

    pulumi.runtime.register_stack_transformation(add_tags)
