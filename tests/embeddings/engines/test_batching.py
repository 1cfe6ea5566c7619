"""Every text is in one batch, longest first, and no batch exceeds its tokens."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.embeddings.engines import batching


@given(texts=st.lists(st.text("ab", max_size=9)), size=st.integers(1, 5))
def test_windows_contain_every_text_once_longest_first(texts, size):
    windows = list(batching.windows(texts, size=size))
    indices = [index for window in windows for index in window]
    assert sorted(indices) == list(range(len(texts)))
    lengths = [len(texts[index]) for index in indices]
    assert lengths == sorted(lengths, reverse=True)
    assert all(len(window) <= size for window in windows)


@given(lengths=st.lists(st.integers(0, 30)), tokens=st.integers(1, 60))
def test_batches_contain_every_text_once_within_their_tokens(lengths, tokens):
    batches = list(batching.batches(np.array(lengths, dtype=np.int64), tokens=tokens))
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max(1, *(lengths[row] for row in batch))
        assert len(batch) == 1 or len(batch) * longest <= tokens
        assert lengths[batch[0]] == max(lengths[row] for row in batch)
