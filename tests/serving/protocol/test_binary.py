"""Tensors as raw bytes: what is written reads back, and what lies about itself is refused."""

import struct

import numpy as np
import pytest

from ridealong.serving.errors import InvalidRequest, RunFailed
from ridealong.serving.protocol.binary import read_tensor, split_body, write_tensor

NUMBERS = np.array([1, 2, 3], dtype="<f4").tobytes()


def texts(*contents: bytes) -> bytes:
    return b"".join(struct.pack("<I", len(content)) + content for content in contents)


def test_numbers_are_little_endian_and_row_major() -> None:
    array = read_tensor(b"\x01\x00\x02\x00\x03\x00\x04\x00", "INT16", (2, 2), "input 1")

    assert array.tolist() == [[1, 2], [3, 4]]


def test_numbers_are_a_read_only_view_where_that_is_safe() -> None:
    raw = bytes(bytearray(16))

    array = read_tensor(raw, "FP32", (4,), "input 1")

    assert not array.flags.writeable
    assert np.shares_memory(array, np.frombuffer(raw, np.uint8))


@pytest.mark.parametrize(("datatype", "count"), [("FP32", 1), ("BOOL", 4)])
def test_a_buffer_that_may_be_written_again_is_copied(datatype: str, count: int) -> None:
    buffer = bytearray(4)
    array = read_tensor(memoryview(buffer), datatype, (count,), "input 1")

    buffer[0] = 1

    assert not array.any()


def test_unaligned_bytes_are_copied_to_an_aligned_array() -> None:
    raw = memoryview(b"{" + NUMBERS * 2)

    for start in (0, 1, 2, 3):
        array = read_tensor(raw[start : start + 12], "FP32", (3,), "input 1")

        assert array.flags.aligned
    assert read_tensor(raw[1:13], "FP32", (3,), "input 1").tolist() == [1, 2, 3]


@pytest.mark.parametrize("size", [0, 11, 13, 24])
def test_a_byte_count_that_is_off_is_refused_with_both_counts(size: int) -> None:
    with pytest.raises(InvalidRequest, match=rf"^input 2 has {size} bytes, .* ask for 12$"):
        read_tensor(bytes(size), "FP32", (3,), "input 2")


def test_a_boolean_is_zero_or_one() -> None:
    assert read_tensor(b"\x00\x01", "BOOL", (2,), "input 1").tolist() == [False, True]
    with pytest.raises(InvalidRequest, match="neither 0 nor 1"):
        read_tensor(b"\x00\x02", "BOOL", (2,), "input 1")


def test_nan_and_infinity_are_numbers_unless_the_model_forbids_them() -> None:
    raw = np.array([np.nan, np.inf], dtype="<f8").tobytes()

    assert np.isnan(read_tensor(raw, "FP64", (2,), "input 1")[0])
    with pytest.raises(InvalidRequest, match="input 1 holds NaN or infinity"):
        read_tensor(raw, "FP64", (2,), "input 1", finite_only=True)


def test_texts_are_read_by_their_lengths() -> None:
    array = read_tensor(texts(b"", "grüße".encode(), b"a\0b"), "BYTES", (3, 1), "input 1")

    assert array.tolist() == [[""], ["grüße"], ["a\0b"]]


@pytest.mark.parametrize(
    ("raw", "count", "words"),
    [
        (texts(b"ab")[:-1], 1, "element 1 of input 1 is longer"),
        (texts(b"ab") + b"\x01", 1, "input 1 has 1 bytes behind its last element"),
        (texts(b"abcd") + b"\x01", 2, "input 1 is cut short: element 2 has no length"),
        (b"\x01\x00\x00", 1, "input 1 is cut short"),
        (b"\xff\xff\xff\xff", 1, "element 1 of input 1 is longer"),
        (texts(b"ab"), 0, "input 1 has 6 bytes behind its last element"),
        (texts(b"ab"), 1 << 62, "input 1 is cut short"),
        (texts(b"good", b"\xc3\x28"), 2, "element 2 of input 1 is not UTF-8"),
        (texts(b"\xed\xa0\x80"), 1, "element 1 of input 1 is not UTF-8"),
    ],
)
def test_lengths_that_lie_are_refused(raw: bytes, count: int, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        read_tensor(raw, "BYTES", (count,), "input 1")


def test_a_refusal_never_holds_what_the_caller_sent() -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_tensor(texts(b"my card is \xff"), "BYTES", (1,), "input 1")

    assert "card" not in str(refused.value)


@pytest.mark.parametrize("shape", [(-1,), (2, -3), (0, 1 << 63), (1,) * 65, (1 << 63, 0)])
def test_a_shape_no_array_can_have_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidRequest, match="input 1"):
        read_tensor(b"\x01" * (0 if 0 in shape else 1), "UINT8", shape, "input 1")


def test_an_unknown_datatype_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="BYTES"):
        read_tensor(b"", "BF16", (0,), "input 1")


def test_half_a_megabyte_of_short_texts_reads_in_one_pass() -> None:
    raw = texts(*[b"x"] * 100_000)

    assert read_tensor(raw, "BYTES", (100_000,), "input 1").size == 100_000


def test_an_output_is_written_row_major_however_it_lies_in_memory() -> None:
    array = np.arange(6, dtype=np.int32).reshape(2, 3).T

    assert write_tensor(array, "INT32") == np.array([0, 3, 1, 4, 2, 5], dtype="<i4").tobytes()


def test_an_output_that_is_not_what_it_declares_is_our_failure() -> None:
    with pytest.raises(RunFailed, match="declared as INT32"):
        write_tensor(np.zeros(2, np.int64), "INT32")
    with pytest.raises(RunFailed, match="not Unicode"):
        write_tensor(np.array(["\ud800"], dtype=object), "BYTES")


def test_without_the_header_all_of_the_body_is_json() -> None:
    document, raw = split_body(b"{}", None)

    assert (document, bytes(raw)) == (b"{}", b"")


@pytest.mark.parametrize("length", [b"2", "2", "02"])
def test_a_body_is_split_where_the_header_says(length: bytes | str) -> None:
    document, raw = split_body(b"{}abc", length)

    assert document == b"{}"
    assert bytes(raw) == b"abc"
    assert raw.readonly


@pytest.mark.parametrize("length", ["6", b"9" * 18])
def test_a_header_length_beyond_the_body_is_refused(length: bytes | str) -> None:
    with pytest.raises(InvalidRequest, match="beyond the body, which has 5 bytes"):
        split_body(b"{}abc", length)


@pytest.mark.parametrize(
    "length", ["-1", "", " 2", "2.0", "0x2", "9" * 5000, "²", "\ud800", b"\xb2"]
)
def test_a_header_length_that_is_no_number_is_refused(length: bytes | str) -> None:
    with pytest.raises(InvalidRequest, match="whole number"):
        split_body(b"{}abc", length)
