import pytest

from ridealong.serving.alone import options
from ridealong.serving.alone.options import read_options, threads_per_worker
from ridealong.serving.models.versions import Versions

NEEDED = ("--models", "m")


@pytest.mark.parametrize(
    ("text", "size"),
    [("64MiB", 64 << 20), ("2G", 2 << 30), ("1gib", 1 << 30), ("4096", 4096), ("8 KiB", 8 << 10)],
)
def test_a_size_is_read_with_its_unit(text: str, size: int) -> None:
    assert read_options([*NEEDED, "--max-body", text]).max_body == size


@pytest.mark.parametrize(
    "wrong",
    [
        ("--max-body", "1023"),
        ("--max-body", "64TB"),
        ("--max-body", "-1GiB"),
        ("--memory-limit", ""),
        ("--port", "65536"),
        ("--port", "http"),
        ("--workers", "0"),
        ("--workers", "65"),
        ("--grace", "nan"),
        ("--grace", "-1"),
        ("--versions", "newest"),
        ("--log-level", "loud"),
        ("--unknown",),
    ],
)
def test_a_wrong_option_ends_with_code_2(
    wrong: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        read_options([*NEEDED, *wrong])

    assert ended.value.code == 2
    assert wrong[0] in capsys.readouterr().err


def test_versions_follow_the_stores_own_rules() -> None:
    chosen = read_options([*NEEDED, "--versions", "latest-2"])

    assert chosen.versions == Versions(newest=2)
    assert read_options(NEEDED).versions == Versions(newest=1)


def test_without_grpc_there_is_no_port() -> None:
    assert read_options([*NEEDED, "--no-grpc"]).grpc_port is None
    assert read_options(NEEDED).grpc_port == 8001


@pytest.mark.parametrize(
    ("slots", "workers", "threads"), [(2, 1, 2), (2, 2, 1), (2, 4, 1), (16, 1, 16), (16, 8, 2)]
)
def test_workers_share_the_machine(
    monkeypatch: pytest.MonkeyPatch, slots: int, workers: int, threads: int
) -> None:
    monkeypatch.setattr(options, "default_slots", lambda: slots)

    assert threads_per_worker(workers) == threads
    assert read_options([*NEEDED, "--workers", str(workers)]).threads == threads
