"""Files that are not what their name says get an error that helps."""

import pytest

from workbench.exceptions import MeasureError
from workbench.measures.file_readers import read


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.csv", "thread_id;m\n1;2\n", "separated by semicolons"),
        ("a.csv", "thread_id\tm\n1\t2\n", "separated by tabs"),
        ("a.csv", '{"thread_id": 1, "m": 2}\n', "contains JSON, not CSV"),
        ("a.csv", "thread_id,m\n1,2\n2,1,5\n", "Line 3 of a.csv has 3 values for 2 columns"),
        ("a.jsonl", '{"thread_id": 1}\n{"thread_id": \n', "Line 2 of a.jsonl is not JSON"),
        ("a.jsonl", '[{"thread_id": 1}]', "Line 1 of a.jsonl is not a JSON object"),
        ("a.jsonl", '{"thread_id": 1, "m": [1]}', "Line 1 of a.jsonl has a list or an object"),
    ],
)
def test_other_files_are_refused(tmp_path, name, text, problem):
    (tmp_path / name).write_text(text)
    with pytest.raises(MeasureError, match=problem):
        read(tmp_path / name)


def test_json_lines_become_texts_with_their_lines(tmp_path):
    (tmp_path / "a.jsonl").write_text(
        '{"thread_id": 1, "m": NaN}\n\n{"thread_id": "2", "f": true}\n'
    )
    file = read(tmp_path / "a.jsonl")
    assert file.frame.rows() == [("1", "nan", None), ("2", None, "true")]
    assert file.place(1) == "line 3"
