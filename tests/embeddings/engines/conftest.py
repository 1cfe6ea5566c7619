"""The cache folder and the models of a test module; each module makes an engine at most once."""

import pytest

from tests.support.offline import offline
from workbench.embeddings import embedders
from workbench.embeddings.engines import transformer
from workbench.embeddings.engines.model_files import PACKAGED

#: Layers that `shallow` leaves of six.
LAYERS = 2


@pytest.fixture(scope="module")
def cache_folder(tmp_path_factory):
    """Set an empty cache folder and cut off the network for this module."""
    folder = tmp_path_factory.mktemp("cache")
    with offline() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder / "thread-workbench"


@pytest.fixture(scope="module")
def shallow():
    """Leave the first layers of the model only, in this module: engines are made in less time.

    An engine has to come near to the model that it is made from, whatever that is. How good
    engines of the whole model are is measured in `tests/benchmarks/bench_embeddings.py`.
    """
    load = transformer._loaded

    def load_shallow(files, *, device):
        model = load(files, device=device)
        encoder = model[0].model.encoder
        encoder.layer = encoder.layer[:LAYERS]
        return model

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transformer, "_loaded", load_shallow)
        yield


@pytest.fixture(scope="module")
def exact():
    """Load the exact model."""
    with offline():
        return embedders.load(PACKAGED)
