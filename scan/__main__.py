"""`python -m scan`, as `make scan` calls it."""

import sys

from problems.command import leave
from scan import main

if __name__ == "__main__":
    leave(main(sys.argv[1:]))
