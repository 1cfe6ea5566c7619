"""The target of `make fuzz` accepts every file that it starts from."""

from tests.torture import fuzz


def test_the_corpus_is_small_and_is_read_without_a_fault(tmp_path):
    corpus = tmp_path / "corpus"
    fuzz.write_corpus(corpus)
    read = fuzz.reader(tmp_path)
    files = [*corpus.iterdir()]
    assert sum(path.stat().st_size for path in files) < 1_000_000
    for path in files:
        read(path.read_bytes())
