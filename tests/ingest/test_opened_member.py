"""Members are opened once, and their format is chosen by their first records."""

from workbench.archives.member import Member
from workbench.ingest import formats
from workbench.ingest.opened_member import SAMPLE_RECORDS, open_member
from workbench.ingest.records import split
from workbench.ingest.rounded_numbers import Numbers
from workbench.recipe import IngestSettings

NEW = 1669700100971536389


def opened(data: bytes):
    return open_member(Member("dump", "member", len(data), data=data), settings=IngestSettings())


def test_samples_are_read_again_with_the_rest():
    data = b"# note\n\n" + b'{"id": 1, "id_str": "1", "text": "a", "user": {}}\n' * 50
    member = opened(data)
    assert (member.source.NAME, len(member.samples)) == ("twitterstream", SAMPLE_RECORDS)
    records = [each for piece in member.pieces for each in split.of_piece(piece, max_bytes=999)]
    assert len(records) == 52


def test_numbers_are_judged_by_the_samples():
    exact = b'{"id": %d, "id_str": "1", "text": "a", "user": {}}\n'
    assert opened(exact % NEW).numbers is Numbers.EXACT
    assert opened(exact % 7).numbers is Numbers.UNKNOWN


def test_a_failure_between_records_is_damage_of_the_member(monkeypatch):
    def pieces():
        yield [(1, b'{"id": 1, "id_str": "1", "text": "a", "user": {}}')]
        raise ZeroDivisionError

    monkeypatch.setattr(split, "framed", lambda *_, **__: (split.Framing.LINES, pieces()))
    member = opened(b"{}")
    assert len(list(member.pieces)) == 1
    assert member.damage == ["the reader failed: ZeroDivisionError, after 1 record"]


def test_a_format_that_fails_with_a_sample_does_not_claim_it(monkeypatch):
    def failing(_):
        raise ZeroDivisionError

    monkeypatch.setattr(formats.FORMATS["twitterstream"], "matches", failing)
    assert opened(b'{"id": 1, "id_str": "1", "text": "a", "user": {}}\n').samples


def test_what_has_no_records_says_why():
    assert opened(bytes(range(256))).is_binary
    private = opened(b'window.YTD.direct_messages.part0 = [{"a": 1}]')
    assert (private.is_left_out, list(private.pieces)) == (True, [])
    assert opened(b"PAR1").damage
