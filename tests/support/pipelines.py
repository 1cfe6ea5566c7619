"""Ask what a workspace has to do, in tests that run the whole pipeline."""

from workbench import pipeline


def stale(workspace, recipe):
    """Return the names of the stale stages."""
    return [state.stage.name for state in pipeline.states(workspace, recipe) if not state.is_fresh]
