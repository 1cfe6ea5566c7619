"""The texts that engines are fitted to."""

from workbench import instructions
from workbench.data import shipped_texts


def test_texts_contain_each_known_instruction_once():
    texts = shipped_texts.texts()
    assert len(texts) == len(set(texts))
    assert set(instructions.starter()["text"]) <= set(texts)
