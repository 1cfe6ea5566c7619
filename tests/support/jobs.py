"""Run jobs that do nothing, and wait for them."""

import time

from workbench.dashboard.session import jobs

#: Stands for the workbench: does what its first word says, in a moment.
PROGRAM = """\
case $1 in
  wait) echo begun; sleep 60 & wait;;
  stubborn) trap '' TERM; echo begun; sleep 60; sleep 60;;
  refuse) printf 'Error: it is broken\\nHint: mend it\\n' >&2; exit 1;;
  crash) printf 'Traceback\\nValueError: <b>no</b>\\n' >&2; exit 1;;
  tell) echo "$RECORD" >"$WORKBENCH_PROGRESS"; echo begun; sleep 60;;
  *) echo "did $*";;
esac
"""


def begun(workspace, *words):
    """Start a job and wait until it has said so."""
    started = jobs.start(workspace, list(words), title="A job")
    until(lambda: "begun" in jobs.last(workspace).log())
    return started


def ended(workspace, *, patience=20):
    until(lambda: not jobs.last(workspace).is_running, patience=patience)
    return jobs.last(workspace)


def until(holds, *, patience=20):
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
