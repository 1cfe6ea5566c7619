"""The cache folder and the models of a test module; each module makes an engine at most once."""

import pytest

from tests.support.offline import offline
from workbench.embeddings import embedders
from workbench.embeddings.engines.model_files import PACKAGED


@pytest.fixture(scope="module")
def cache_folder(tmp_path_factory):
    """Set an empty cache folder and cut off the network for this module."""
    folder = tmp_path_factory.mktemp("cache")
    with offline() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder / "thread-workbench"


@pytest.fixture(scope="module")
def exact():
    """Load the exact model."""
    with offline():
        return embedders.load(PACKAGED)
