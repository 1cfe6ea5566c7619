"""Run the stages on many machines: Daft joins and shuffles, workers call the same functions.

The driver sees lists of files and counts. Whatever a stage computes is computed by the function
that the local engine calls, once per part: parts are cut so that no result depends on two of them.
"""

import os

# Ray starts a worker for each core, and polars reads this once, when it is imported.
if "RAY_RAYLET_PID" in os.environ:
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
