"""An AWS account in one process: moto's services, as strict as AWS where the life of a stack meets it.

`python -m tests.engine.stand_in PORT` serves it; `server.py` tells what `POST /_strict` can be asked for.
"""
