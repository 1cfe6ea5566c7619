"""Scramble 64-bit integers with SplitMix64.

The result depends on the input only: ids, samples and hashes are the same on every machine.
"""

import numpy as np
from numpy.typing import NDArray

#: Odd integer next to 2**64 divided by the golden ratio: the distance between two streams.
GOLDEN = 0x9E3779B97F4A7C15

#: The two rounds of the finaliser, each a right shift and a factor, and its last shift.
_ROUNDS = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
_LAST_SHIFT = 31


def scramble(values: NDArray[np.uint64], *, stream: int = 0) -> NDArray[np.uint64]:
    """Scramble integers; different integers stay different.

    Args:
        values: Any integers.
        stream: Number of the scrambling. Stream 0 maps 0 to 0.

    Examples:
        >>> scramble(np.array([0, 1, 2], dtype=np.uint64)).tolist()
        [0, 6238072747940578789, 15839785061582574730]
        >>> scramble(np.array([0], dtype=np.uint64), stream=1).tolist()
        [16294208416658607535]
    """
    values = values + np.uint64(stream * GOLDEN % 2**64)
    for shift, factor in _ROUNDS:
        values = (values ^ (values >> np.uint64(shift))) * np.uint64(factor)
    return values ^ (values >> np.uint64(_LAST_SHIFT))
