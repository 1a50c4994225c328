"""One measurement for `offline.bench`, in a process of its own: `<services> <when it was started>`."""

import gc
import json
import os
import sys
from dataclasses import asdict

from offline.bench import measure

gc.disable()  # as `make plan` runs
print(json.dumps(asdict(measure(int(sys.argv[1]), float(sys.argv[2])))), flush=True)
os._exit(0)
