"""How many examples the property tests draw."""

import os

from hypothesis import settings

#: Examples of each property test in `make test-fast`.
FAST_EXAMPLES = 5

# Machines are noisy: no test fails for the time it took.
settings.register_profile("workbench", deadline=None)
settings.register_profile("fast", deadline=None, max_examples=FAST_EXAMPLES)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "workbench"))


def examples(count: int) -> int:
    """Return how many examples to draw: `count`, but at most `FAST_EXAMPLES` in a fast run."""
    fast = settings.get_current_profile_name() == "fast"
    return min(count, FAST_EXAMPLES) if fast else count
