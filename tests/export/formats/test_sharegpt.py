"""ShareGPT chats: the same paths as chat messages."""

from tests.support.trees_by_hand import records


def test_records_equal_messages_with_other_names():
    names = {"user": "human", "assistant": "gpt"}
    assert records("sharegpt", paths="all") == [
        {
            "conversations": [
                {"from": names[m["role"]], "value": m["content"]} for m in r["messages"]
            ]
        }
        for r in records("messages", paths="all")
    ]
