"""Check a small share of `make mutations`: no mutated file stops the ingest."""

from tests.torture.mutated_files import CONTAINERS, Mutations, contents
from tests.torture.mutations import Run

#: Another share of the files in each format and container.
STEP = 37


def test_equal_numbers_make_equal_files():
    assert Mutations(1).make(7) == Mutations(1).make(7) != Mutations(2).make(7)


def test_no_mutated_file_stops_the_ingest(tmp_path):
    run = Run(tmp_path, seed=0)
    every = range(0, len(contents()) * len(CONTAINERS), STEP)
    run.batch(every)
    assert run.faults == []
    assert run.counts["tweets"] > len(every)
