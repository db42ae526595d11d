"""Which of several readings speak for a message."""

from ridealong.text.joining import MOST_REQUESTS, Claim, choose_speakers, leaves_open


def speakers(*claims: tuple[str, float, float]) -> tuple[int, ...]:
    return choose_speakers([Claim(*claim) for claim in claims], 0.5)


def test_a_sure_whole_speaks_for_itself() -> None:
    assert speakers(("refund", 0.9, 0.1), ("refund", 0.95, 0.0), ("greet", 0.1, 0.9)) == (0,)


def test_where_the_whole_is_unsure_the_surest_sentence_speaks() -> None:
    assert speakers(("refund", 0.2, 0.6), ("track", 0.3, 0.6), ("cancel", 0.8, 0.1)) == (2,)


def test_where_nobody_is_sure_the_whole_speaks() -> None:
    assert speakers(("refund", 0.2, 0.6), ("track", 0.4, 0.6)) == (0,)


def test_a_rejected_whole_is_not_sure_however_probable() -> None:
    assert speakers(("refund", 0.75, 0.6), ("track", 0.9, 0.1)) == (1,)


def test_two_sure_sentences_are_two_requests_surest_first() -> None:
    assert speakers(("refund", 0.9, 0.1), ("refund", 0.8, 0.1), ("track", 0.9, 0.1)) == (2, 1)


def test_the_same_request_counts_once_by_its_surest_sentence() -> None:
    found = speakers(
        ("x", 0.1, 0.9), ("refund", 0.8, 0.1), ("refund", 0.9, 0.1), ("track", 0.7, 0.1)
    )

    assert found == (2, 3)


def test_a_sentence_that_is_rejected_is_no_request() -> None:
    assert speakers(("refund", 0.9, 0.1), ("refund", 0.8, 0.1), ("track", 0.9, 0.3)) == (0,)


def test_a_list_of_wishes_is_cut_to_the_surest() -> None:
    many = [(f"intent-{n}", 0.7 + n / 100, 0.0) for n in range(8)]

    found = speakers(("x", 0.1, 0.9), *many)

    assert found == (8, 7, 6)
    assert len(found) == MOST_REQUESTS


INVOICE, CHARGE = {"invoice": 0.98, "charge": 0.01}, {"invoice": 0.02, "charge": 0.45}


def test_a_sentence_that_asks_for_something_else_is_left_open_however_unsure_what() -> None:
    assert leaves_open([INVOICE, INVOICE, CHARGE], [0.0, 0.0, 0.05], speakers=(0,))


def test_a_sentence_that_may_mean_the_same_leaves_nothing_open() -> None:
    vague = {"invoice": 0.3, "charge": 0.4}

    assert not leaves_open([INVOICE, INVOICE, vague], [0.0, 0.0, 0.05], speakers=(0,))


def test_a_remark_that_no_pack_is_for_leaves_nothing_open() -> None:
    assert not leaves_open([INVOICE, INVOICE, CHARGE], [0.0, 0.0, 0.6], speakers=(0,))


def test_what_a_speaker_says_itself_is_not_left_open() -> None:
    assert not leaves_open([INVOICE, INVOICE, CHARGE], [0.0, 0.0, 0.0], speakers=(1, 2))


def test_a_text_of_one_sentence_leaves_nothing_open() -> None:
    assert not leaves_open([INVOICE], [0.0], speakers=(0,))
