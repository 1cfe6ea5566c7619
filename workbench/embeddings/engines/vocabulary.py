"""Tell whether a tokenizer knows anything of a text; used by all engines with a model.

A text of unknown tokens only, such as an emoji, has the same vector as any other of them. Its
cosine to them is 1, whatever they mean.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: Names of the unknown token, if the tokenizer does not name it.
_NAMES = ("[UNK]", "<unk>")
#: Marks of white space before a token.
_SPACES = "▁Ġ"


def has_known_token(tokenizer: "Tokenizer", text: str) -> bool:
    """Return whether a text has a token besides the unknown one.

    Examples:
        >>> from tokenizers import Tokenizer, models, pre_tokenizers
        >>> words = {"[UNK]": 0, "sky": 1}
        >>> tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
        >>> tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
        >>> [has_known_token(tokenizer, text) for text in ("blue sky", "sea", "")]
        [True, False, False]
    """
    names = (getattr(tokenizer.model, "unk_token", None), *_NAMES)
    unknown = {tokenizer.token_to_id(name) for name in names if name}
    encoding = tokenizer.encode(text, add_special_tokens=False)
    return any(
        is_text and token_id not in unknown and token.strip(_SPACES)
        for token_id, token, is_text in zip(
            encoding.ids, encoding.tokens, encoding.attention_mask, strict=True
        )
    )
