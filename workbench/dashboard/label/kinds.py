"""What is labelled, the question on each item, and its labels with their keys."""

from workbench.classifiers import prompt_classifier, reply_classifier

#: What is labelled -> classifier that learns from it.
KINDS = {"Prompts": prompt_classifier.KIND, "Replies": reply_classifier.KIND}
#: Classifier -> question on each item.
QUESTIONS = {
    prompt_classifier.KIND: "Could an assistant answer this?",
    reply_classifier.KIND: "Does this reply answer it?",
}
#: Classifier -> (action, name, key, meaning) of each label.
LABELS = {
    prompt_classifier.KIND: [
        ("fits", "Fits", "f", "a request that an assistant could answer from the text alone"),
        (
            "borderline",
            "Borderline",
            "b",
            "a request, but the answer depends on the person, time, place or opinion",
        ),
        ("no", "No", "n", "chat, complaint, rhetoric or advertising, or unclear by itself"),
    ],
    reply_classifier.KIND: [
        (
            "answers",
            "Answers",
            "a",
            "gives what was asked for: a fact, advice, a method, a choice with a reason",
        ),
        ("no", "No", "n", "agrees, jokes, thanks, asks back, or only refers elsewhere"),
    ],
}
#: (action, name, key, meaning) of the other actions.
OTHERS = [("skip", "Skip", "s", ""), ("undo", "Undo", "u", "")]
#: (action, name, key, meaning) of the decisions by hand on a thread, or on a reply.
DECISIONS = [("keep", "Keep by hand", "k", ""), ("drop", "Drop by hand", "d", "")]


def names(kind: str) -> dict[str, str]:
    """Return the labels of a kind with their names on the page."""
    return {action: name for action, name, *_ in LABELS[kind]}
