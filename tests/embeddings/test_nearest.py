"""The nearest vectors, against brute force."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workbench.embeddings import nearest

integers = st.integers(-3, 3)


@given(data=st.data(), count=st.integers(1, 6), block=st.integers(1, 9) | st.none())
def test_nearest_matches_brute_force(data, count, block):
    n, m, d = (data.draw(st.integers(low, 12)) for low in (0, 1, 1))
    vectors = data.draw(arrays(np.float32, (n, d), elements=integers))
    known = data.draw(arrays(np.float32, (m, d), elements=integers))
    cosines, rows = nearest.nearest_rows(vectors, known, count=count, block=block)
    products = (vectors @ known.T).astype(float).reshape(n, m)
    order = np.argsort(-products, axis=1, kind="stable")[:, :count]
    assert rows.tolist() == order.tolist()
    assert cosines.tolist() == np.take_along_axis(products, order, axis=1).tolist()
    assert (cosines.dtype, rows.dtype) == (np.float32, np.int64)
