"""The texts that ship: of every file, each once."""

from workbench import instructions
from workbench.classifiers import prompt_classifier
from workbench.data import shipped_texts


def test_texts_are_those_of_every_file_each_once():
    texts = shipped_texts.texts()
    assert len(texts) == len(set(texts))
    assert set(instructions.starter()["text"]) <= set(texts)
    assert set(prompt_classifier.examples()["text"]) <= set(texts)


def test_digest_is_a_hash_of_the_texts():
    assert shipped_texts.digest() == shipped_texts.digest()
    assert len(shipped_texts.digest()) == 64
