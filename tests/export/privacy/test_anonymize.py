"""What cleaning leaves of people and their data in the texts."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.kept import turn, turns
from workbench.export.privacy import anonymize
from workbench.recipe import ExportSettings


def clean(*texts, **options):
    """Clean opening tweets, each of a thread of its own."""
    table = turns(*[[turn(number, None, 1, text)] for number, text in enumerate(texts, 1)])
    return anonymize.clean(table, settings=ExportSettings(**options))


def cleaned(text, **options):
    return clean(text, **options).turns["text"].item()


def test_clean_numbers_people_by_appearance_within_a_thread():
    table = turns(
        [turn(1, None, 7, "why?"), turn(2, 1, 9, "so"), turn(3, 2, 7, "ah")],
        [turn(4, None, 9, "who?"), turn(5, 4, 7, "me"), turn(6, 4, None, "?")],
        [turn(7, None, None, "a", author_name="X"), turn(8, 7, None, "b", author_name="x")],
    )
    names = anonymize.clean(table, settings=ExportSettings()).turns["author_name"].to_list()
    assert names == ["user1", "user2", "user1", "user1", "user2", "user3", "user1", "user1"]


def test_clean_renames_mentions_like_their_authors_and_numbers_others_after_them():
    table = turns(
        [
            turn(1, None, 7, "ask @Zoe, @NAME9 or @zoe"),
            turn(2, 1, 9, "@name7 @zoe I am here, ask @kim"),
            turn(3, 2, 8, "no, @name7"),
        ],
        [turn(4, None, 9, "@zoe?"), turn(5, 4, 7, "@name9 no")],
    )
    result = anonymize.clean(table, settings=ExportSettings())
    assert result.turns["text"].to_list() == [
        "ask @user4, @user2 or @user4",
        "I am here, ask @user5",
        "no, @user1",
        "@user3?",
        "no",
    ]
    assert result.counts == {"mention": 6, "leading": 2}


def test_clean_renames_people_whose_handle_looks_like_a_pseudonym():
    assert cleaned("ask @user1 and @user2") == "ask @user2 and @user3"


@pytest.mark.parametrize(
    "text",
    ["你好@zoe你好", ".@zoe so", "(@zoe)", "a@zoe", "＠zoe now", "@zoe_long_long_long_name x"],
)
def test_clean_removes_every_handle(text):
    assert "zoe" not in cleaned(text)
    assert "@user2" in cleaned(text, tidy=False)


@pytest.mark.parametrize(
    "address", ["me@web.org", "jörg.x+y_z@web-mail.co.uk", "José@web.org", "me@web [dot] org"]
)
@pytest.mark.parametrize("mentions", ["pseudonym", "remove"])
def test_clean_leaves_kept_addresses_whole(address, mentions):
    result = clean(f"mail {address}, not @zoe", personal_data="keep", mentions=mentions)
    named = "@user2" if mentions == "pseudonym" else ""
    assert result.turns["text"].item() == f"mail {address}, not {named}".strip()
    assert result.counts == {"mention": 1}


@pytest.mark.parametrize(
    "text",
    ["你好@zoe.hi", ".@zoe.hi", "(@zoe.hi", "＠zoe.hi now", "a@zoe", "hi @zoe.hi", "me@w.org @zoe"],
)
def test_clean_removes_every_handle_if_addresses_are_kept(text):
    assert "zoe" not in cleaned(text, personal_data="keep")
    assert "zoe" not in cleaned(text, personal_data="keep", mentions="remove")


def test_clean_drops_leading_mentions_of_openers_only_if_tidy():
    table = turns(
        [
            turn(1, None, 7, "@zoe why?"),
            turn(2, 1, 9, ".@name7 @zoe: because"),
            turn(3, 1, 9, "@name7's idea"),
        ]
    )
    result = anonymize.clean(table, settings=ExportSettings())
    assert result.turns["text"].to_list() == ["why?", "because", "@user1's idea"]
    result = anonymize.clean(table, settings=ExportSettings(tidy=False))
    assert result.turns["text"].to_list() == ["@user3 why?", "because", "@user1's idea"]
    kept = anonymize.clean(table, settings=ExportSettings(mentions="keep"))
    assert kept.turns["text"].to_list() == table["text"].to_list()
    gone = anonymize.clean(table, settings=ExportSettings(mentions="remove"))
    assert gone.turns["text"].to_list() == ["why?", "because", "'s idea"]


def test_clean_removes_the_marks_of_copied_and_truncated_tweets():
    table = turns(
        [turn(1, None, 7, "RT @zoe: is it me you fe… https://t.co/x", is_truncated=True)],
        [turn(2, None, 7, "well… https://t.co/x yes")],
        [turn(3, None, 7, "and then I ht…", is_truncated=True)],
    )
    result = anonymize.clean(table, settings=ExportSettings())
    assert result.turns["text"].to_list() == ["is it me you", "well… [link] yes", "and then I"]
    assert result.counts == {"copied": 1, "cut": 2, "link": 1}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("see https://t.co/abc.", "see [link]."),
        ("(HTTP://a.b/c?d=e@f.gh)", "([link])"),
        ("你好https://t.co/abc你好", "你好[link]你好"),
        ("www.web.org and pic.twitter.com/x1 and t.co/y", "[link] and [link] and [link]"),
        ("at.co/x is not one", "at.co/x is not one"),
    ],
)
def test_clean_masks_links(text, masked):
    assert cleaned(text) == masked
    assert cleaned(text, links="keep", personal_data="keep", mentions="keep") == text
    assert "[link]" not in cleaned(text, links="remove")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail jörg.x+y@web-mail.co.uk!", "mail [email]!"),
        ("me (at) web [dot] org", "[email]"),
        ("ping 192.168.0.12 now", "ping [ip] now"),
        ("v1.2.3.4 pings 8.8.4.4", "v1.2.3.4 pings [ip]"),
        ("v6 2001:db8::ff00:42:8329 and fe80::1", "v6 [ip] and [ip]"),
        ("card 4111 1111 1111 1111 ok", "card [card] ok"),
        ("call +49 (0)30 901820-11 ok", "call [phone] ok"),
        ("call (555) 123-4567, 555.123.4567", "call [phone], [phone]"),
        ("ring 020 7946 0958 or 5551234567", "ring [phone] or [phone]"),
        ("key sk-abcdefghijklmnopqrstuvwx1234", "key [key]"),
        ("AKIAIOSFODNN7EXAMPLE", "[key]"),
        ("ghp_" + "a1" * 18 + " x", "[key] x"),
    ],
)
def test_clean_masks_personal_data(text, masked):
    # A text of masks alone says nothing, and is empty.
    assert cleaned(text + " yes") == masked + " yes"
    assert "[" not in cleaned(text + " yes", personal_data="remove").replace("[dot]", "")
    assert cleaned(text + " yes", personal_data="keep", mentions="keep") == text + " yes"


@pytest.mark.parametrize(
    ("lang", "text", "masked"),
    [
        ("pt", "liga (31) 3773-8771", "liga [phone]"),
        ("pt", "liga 31 99313-8558 ou (31) 3773-8771", "liga [phone] ou [phone]"),
        ("ko", "\uff10\uff11\uff10-4648-5303 !", "[phone] !"),
        ("hi", "98765-43210 pe", "[phone] pe"),
    ],
)
def test_clean_masks_phone_numbers_in_national_formats(lang, text, masked):
    table = turns([turn(1, None, 1, text, lang=lang)])
    result = anonymize.clean(table, settings=ExportSettings())
    assert result.turns["text"].item() == masked
    assert result.counts["phone"] == masked.count("[phone]")


@pytest.mark.parametrize(
    "text",
    [
        "from 1990-2000 I was 12:30:45 late",
        "it cost 1,000,000 or 3.14159 or $1234.56",
        "on 2019-07-03 at 10:20",
        "order 4111 1111 1111 1112",
        "std::vector and a::b",
        "version 1.2.3 of 300.1.1.1",
    ],
)
def test_clean_leaves_harmless_numbers(text):
    assert cleaned(text) == text


def test_clean_counts_every_mask():
    result = clean("a@b.org c@d.org yes", "call 5551234567 or a@b.org").counts
    assert result == {"email": 3, "phone": 1}


def test_clean_empties_texts_of_marks_only():
    texts = ["https://t.co/x", "@zoe @kim", " \n ", "a@b.org .", "[link] yes", "👍"]
    assert clean(*texts).turns["text"].to_list() == ["", "", "", "", "[link] yes", "👍"]


def test_clean_collapses_white_space_and_keeps_lines():
    assert cleaned(" a \t b \n c\n\n\n\nd\x00e ") == "a b\nc\n\nd e"


@given(st.lists(st.text(alphabet="@a1_. \n[]:/…#+-é你", max_size=30), min_size=1, max_size=5))
def test_clean_removes_every_handle_and_address_from_any_text(texts):
    rows = [turn(1, None, 1, texts[0])]
    rows += [turn(number, 1, number, text) for number, text in enumerate(texts[1:], 2)]
    result = anonymize.clean(turns(rows), settings=ExportSettings()).turns
    assert result.height == len(texts)
    leaks = result.filter(pl.col("text").str.replace_all(r"@user\d+", "").str.contains(r"@[a1_]"))
    assert leaks.is_empty()


def test_clean_does_not_depend_on_the_other_threads():
    first = [turn(1, None, 7, "hi @zoe"), turn(2, 1, 8, "@name7 ask @kim at a@b.org")]
    second = [turn(3, None, 8, "hi @kim"), turn(4, 3, 7, "yo")]
    both = anonymize.clean(turns(first, second), settings=ExportSettings()).turns
    alone = [
        anonymize.clean(turns(one), settings=ExportSettings()).turns for one in (first, second)
    ]
    assert both["text"].to_list() == pl.concat(alone)["text"].to_list()
    assert both["author_name"].to_list() == pl.concat(alone)["author_name"].to_list()


@pytest.mark.parametrize(
    "text",
    [
        "\u2066@zoe\u2069 Rub it",
        "\u200b@zoe Rub it",
        "\u200f@zoe\u200f \u200eRub it",
        "\u200d@zoe\u200d Rub it",
        "\ufeff.\u2060@zoe, @kim\u2069\u00ad Rub it",
        "@z\u200boe Ru\u200db it\U000e0041",
    ],
)
def test_clean_removes_leading_mentions_between_invisible_characters(text):
    table = turns([turn(1, None, 1, "why?"), turn(2, 1, 2, text)])
    assert anonymize.clean(table, settings=ExportSettings()).turns["text"][1] == "Rub it"


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 family",
        "\U0001f469\U0001f3fd\u200d\u2695\ufe0f and 1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f flag",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0915\u094d\u200d\u0937",
    ],
    ids=["family", "modifier", "flag", "Persian", "Hindi"],
)
def test_clean_keeps_emoji_and_words_whole(text):
    assert cleaned(text) == text
