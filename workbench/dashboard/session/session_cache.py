"""Shared: what the sessions of a server make once of the same scores."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from workbench.facets.score_axes import Axis

#: Rule -> the bounds that are among the edges, and the axis.
Axes = dict[str, tuple[tuple[float, ...], Axis]]


@dataclass
class SessionCache:
    """What was made of the scores by one session, for the others on the same scores.

    Args:
        axes: Axes of the rules with bounds.
        made: What else was made last: name -> (what it was made for, the thing).
    """

    axes: Axes = field(default_factory=dict)
    made: dict[str, tuple[Hashable, Any]] = field(default_factory=dict)

    def once(self, name: str, key: Hashable, make: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Give what was made under a name for the same key before, else make it now.

        Examples:
            >>> shared = SessionCache()
            >>> [shared.once("sum", key, lambda: [7]) is shared.made["sum"][1] for key in (1, 2)]
            [True, True]
        """
        known = self.made.get(name)
        if known is None or known[0] != key:
            known = self.made[name] = (key, make())
        return known[1]
