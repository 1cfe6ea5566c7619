"""Texts of which a tokenizer knows nothing."""

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from workbench.embeddings.engines.vocabulary import has_known_token


def word_level():
    return models.WordLevel({"<none>": 0, "sky": 1}, unk_token="<none>")


def unigram():
    return models.Unigram([("<unk>", 0.0), ("sky", -1.0), ("▁", -1.0)], unk_id=0)


@pytest.mark.parametrize("model", [word_level(), unigram()], ids=["word level", "unigram"])
@pytest.mark.parametrize(
    ("text", "is_known"), [("sky", True), ("😂 sky", True), ("😂", False), ("  ", False)]
)
def test_has_known_token(model, text, is_known):
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = (
        pre_tokenizers.Metaspace()
        if isinstance(model, models.Unigram)
        else pre_tokenizers.Whitespace()
    )
    assert has_known_token(tokenizer, text) == is_known
