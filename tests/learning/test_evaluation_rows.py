"""Files as people bring them, good and bad."""

import json
from pathlib import Path

import pytest

from ridealong.learning.errors import RowsUnreadable
from ridealong.learning.evaluation_rows import LabelledFile, LabelledRow, read_labelled


def read(folder: Path, content: str | bytes, name: str = "rows.csv") -> LabelledFile:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_labelled(path)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_all_part_columns(tmp_path: Path, separator: str) -> None:
    lines = [["text", "label"], ["hello there", "greeting"], ["where is it", "track"]]

    found = read(tmp_path, "\n".join(separator.join(line) for line in lines))

    assert found.rows == (
        LabelledRow("hello there", "greeting"),
        LabelledRow("where is it", "track"),
    )


def test_columns_are_found_by_name_in_any_order_and_case(tmp_path: Path) -> None:
    found = read(tmp_path, "Language,note,LABEL,Text\nDE,x,greeting,Guten Tag\n")

    assert found.rows == (LabelledRow("Guten Tag", "greeting", "de"),)


def test_a_quoted_text_may_hold_separators_and_line_breaks(tmp_path: Path) -> None:
    found = read(tmp_path, 'text,label\r\n"one, two\nthree",a\r\n')

    assert found.rows == (LabelledRow("one, two\nthree", "a"),)


def test_a_mark_at_the_start_of_the_file_is_no_part_of_a_column(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbftext,label\nhi,a\n").rows == (LabelledRow("hi", "a"),)


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.ndjson", "rows.txt"])
def test_json_lines_have_the_same_keys(tmp_path: Path, name: str) -> None:
    lines = [{"label": "a", "text": "hi"}, {"text": "hallo", "label": "b", "language": "de"}]

    found = read(tmp_path, "\n\n".join(json.dumps(line) for line in lines), name)

    assert found.rows == (LabelledRow("hi", "a"), LabelledRow("hallo", "b", "de"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"text,label\ncaf\xe9,a\n", r"byte 0xe9 at offset 14.*iconv -f WINDOWS-1252 -t UTF-8"),
        ("text,label\nhi,a\n".encode("utf-16"), r"offset 0; .*iconv -f UTF-16"),
        (b"\xef\xbb\xbftext,label\n\xff,a\n", r"byte 0xff at offset 14"),
    ],
)
def test_another_encoding_is_named_by_its_first_byte(
    tmp_path: Path, content: bytes, said: str
) -> None:
    with pytest.raises(RowsUnreadable, match=said):
        read(tmp_path, content)


@pytest.mark.parametrize(
    "content",
    ["message,class\nhello,a\n", "hello,a\n", "text\nhi\n", "text,label,text\na,b,c\n", "", "\n"],
)
def test_a_file_without_its_columns_is_refused_without_showing_it(
    tmp_path: Path, content: str
) -> None:
    with pytest.raises(RowsUnreadable, match="needs the columns text and label") as caught:
        read(tmp_path, content)

    assert "hello" not in str(caught.value)


@pytest.mark.parametrize("line", ["secret words, and more,a", "secret words"])
def test_a_line_of_other_length_is_named_by_its_number_only(tmp_path: Path, line: str) -> None:
    with pytest.raises(RowsUnreadable, match="line 3 has . cells") as caught:
        read(tmp_path, f"text,label\nhi,a\n{line}\n")

    assert "secret" not in str(caught.value)


def test_a_quotation_mark_that_never_closes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RowsUnreadable, match="unexpected end of data"):
        read(tmp_path, 'text,label\n"hi,a\n')


@pytest.mark.parametrize("line", ["not json", "[1]", '{"text": "hi"}', '{"text": 5, "label": "a"}'])
def test_a_line_that_is_no_labelled_object_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(RowsUnreadable, match="line 2"):
        read(tmp_path, f'{{"text": "hi", "label": "a"}}\n{line}\n', "rows.jsonl")


def test_rows_without_text_or_label_are_counted_and_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, "text,label\nhi,a\n  ,a\n,\nhello,  \n")

    assert (len(found.rows), found.empty_texts, found.empty_labels) == (1, 2, 1)


@pytest.mark.parametrize("content", ["text,label\n", "text,label\nhello,\n"])
def test_a_file_with_nothing_to_judge_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(RowsUnreadable, match="no row with a text and a label"):
        read(tmp_path, content)


def test_texts_under_two_labels_are_counted_whatever_their_case(tmp_path: Path) -> None:
    found = read(tmp_path, "text,label\nStop it,a\nstop  IT,b\nstop it,b\ngo,a\ngo,a\n")

    assert (len(found.rows), found.contradictions) == (5, 1)


def test_a_text_of_five_thousand_words_is_read_whole(tmp_path: Path) -> None:
    text = "ninety days " * 20_000

    assert read(tmp_path, f"text,label\n{text},a\n").rows[0].text == text


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RowsUnreadable, match="cannot be read"):
        read_labelled(tmp_path / name)
