"""Principal components and t-SNE on known data."""

import numpy as np

from workbench.embeddings import projection_methods


def test_axes_are_the_directions_of_most_variance():
    draw = np.random.default_rng(0)
    rows = draw.normal(size=(500, 8)).astype(np.float32) * [9, 1, 1, 1, 5, 1, 1, 1]
    rows = rows.astype(np.float32)
    points = projection_methods.axes(rows)(rows)
    centred = rows - rows.mean(axis=0)
    for axis, column in [(0, 0), (1, 4)]:
        assert abs(np.corrcoef(points[:, axis], centred[:, column])[0, 1]) > 0.97
    _, _, right = np.linalg.svd(centred, full_matrices=False)
    assert np.abs(np.abs(points) - np.abs(centred @ right[:2].T)).max() < 1e-2
