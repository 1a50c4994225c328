"""`python -m scan`, as `make scan` calls it."""

import sys

from scan import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
