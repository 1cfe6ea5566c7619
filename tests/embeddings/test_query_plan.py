"""How a text is searched for."""

import pytest

from workbench.embeddings import embedders, query_plan


class Illiterate:
    """An embedder that knows only letters."""

    def can_read(self, text):
        return text.isascii()


@pytest.mark.parametrize(
    ("text", "mode", "used", "note"),
    [
        ("boil an egg", "vector", "vector", ""),
        ("boil -salt", "both", "both", ""),
        ("boil", "words", "words", ""),
        ("😂", "vector", "words", "cannot read “😂”"),
        ("@ann", "both", "words", "cannot read “@ann”"),
        ("-salt", "vector", "words", "something to leave out"),
        ("", "vector", "words", ""),
        ('"boil', "vector", "vector", "not closed"),
    ],
)
def test_mode_and_notes(text, mode, used, note):
    plan = query_plan.make(text, mode=mode, embedder=Illiterate)
    assert plan.mode == used
    assert note in " ".join(plan.notes)
    assert bool(note) == bool(plan.notes)


def test_meaning_requires_phrases_only_and_words_everything():
    by_meaning = query_plan.make('why "an egg" -salt', mode="vector", embedder=Illiterate)
    by_words = query_plan.make('why "an egg" -salt', mode="words", embedder=None)
    assert [len(plan.required.groups) for plan in (by_meaning, by_words)] == [1, 2]
    assert [len(plan.required.excluded) for plan in (by_meaning, by_words)] == [1, 1]
    assert by_meaning.text == "why an egg"


def test_the_model_is_loaded_only_for_its_vectors(monkeypatch):
    monkeypatch.setattr(embedders, "load", None)
    assert query_plan.make("why", mode="words", embedder=embedders.load).notes == ()
