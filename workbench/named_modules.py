"""Index modules by their `NAME`; the input formats and the export formats are such modules."""

from typing import Protocol, TypeVar


class Named(Protocol):
    """A module with a name."""

    NAME: str


M = TypeVar("M", bound=Named)


def index_by_name(*modules: M) -> dict[str, M]:
    """Return the modules by name, in the same order.

    Raises:
        ValueError: If two modules have the same name.
    """
    index: dict[str, M] = {}
    for module in modules:
        if module.NAME in index:
            msg = f"two formats are called {module.NAME}"
            raise ValueError(msg)
        index[module.NAME] = module
    return index
