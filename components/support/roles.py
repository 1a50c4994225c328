"""What an organization demands of every role that a program makes."""

import pulumi


def limit_every_role(boundary: str | None, path: str | None) -> None:
    """Give each role of the stack a permissions boundary (a policy's ARN) and a path (`/team/`), where they are said.

    A client-side transformation, as for tags: whatever component makes a role, it is the organization's to limit.
    """
    limits = {"permissions_boundary": boundary, "path": path}
    said = {name: value for name, value in limits.items() if value is not None}

    def limit(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != "aws:iam/role:Role":
            return None
        return pulumi.ResourceTransformationResult({**args.props, **said}, args.opts)

    pulumi.runtime.register_stack_transformation(limit)
