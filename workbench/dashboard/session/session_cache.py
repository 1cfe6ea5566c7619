"""Keep results that all sessions of a server compute from the same scores."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from workbench.facets.score_axes import Axis


@dataclass
class SessionCache:
    """Results that one session computed, for all others with the same scores.

    Args:
        axes: Axes of the rules with bounds.
        results: Name -> (key of the latest result, the result).
    """

    axes: dict[str, Axis] = field(default_factory=dict)
    results: dict[str, tuple[Hashable, Any]] = field(default_factory=dict)

    def once(self, name: str, key: Hashable, make: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Return the latest result of a name if its key is the same, or else compute it.

        Examples:
            >>> cache = SessionCache()
            >>> cache.once("sum", 1, lambda: 3), cache.once("sum", 1, lambda: 4)
            (3, 3)
        """
        known = self.results.get(name)
        if known is None or known[0] != key:
            known = self.results[name] = (key, make())
        return known[1]
