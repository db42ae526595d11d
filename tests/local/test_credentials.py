from pathlib import Path

from ridealong.local.credentials import keep_secrets


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    first = keep_secrets(tmp_path / "secrets.json", ["a"])
    second = keep_secrets(tmp_path / "secrets.json", ["a", "b"])

    assert second["a"] == first["a"]
    assert len(set(second.values())) == 2


def test_only_the_owner_reads_secrets(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text("{}")
    file.chmod(0o666)
    keep_secrets(file, ["a"])

    assert file.stat().st_mode & 0o777 == 0o600
