"""Ids looked up in sorted arrays, against dictionaries and sets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.threads import id_arrays

IDS = st.lists(st.integers(1, 20), max_size=20)


def array(values):
    return np.array(sorted(values) if isinstance(values, set) else values, dtype=np.int64)


@given(IDS)
def test_distinct_matches_a_set(ids):
    assert id_arrays.distinct(array(ids)).tolist() == sorted(set(ids))


@given(st.sets(st.integers(1, 20)), IDS, st.integers(1, 5))
def test_is_in_matches_a_set_in_blocks_of_any_size(present, wanted, block):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(id_arrays, "_BLOCK", block)
        flags = id_arrays.is_in(array(present), array(wanted))
    assert flags.tolist() == [tweet_id in present for tweet_id in wanted]


@given(IDS, st.dictionaries(st.integers(1, 20), st.integers(1, 9)))
def test_align_matches_a_dictionary(ids, values):
    keys = sorted(values)
    aligned = id_arrays.align(array(ids), array(keys), array([values[key] for key in keys]))
    assert aligned.tolist() == [values.get(tweet_id, id_arrays.NO_ID) for tweet_id in ids]
