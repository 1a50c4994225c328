"""Serves this project's components to Pulumi programs in any language: what `pulumi package add` runs."""

import sys
from pathlib import Path


def main() -> None:
    """Serve until the engine ends the process."""
    # Run as a folder, which puts this folder itself on the path instead of the project.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    from pulumi.provider import main as serve

    from package.provider import ProjectComponents

    serve(ProjectComponents(), sys.argv[1:])


if __name__ == "__main__":
    main()
