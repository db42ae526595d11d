import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ridealong.cli.models import commands
from ridealong.learning.errors import HeldoutListMissing, ModelUnknown, TrainingDataMissing
from tests.learning.stores import real_store

RUN = CliRunner()


def test_a_second_build_has_nothing_to_do_and_lists_the_models() -> None:
    real_store()

    result = RUN.invoke(commands, ["build", "--json"])

    assert result.exit_code == 0
    answered = json.loads(result.stdout)
    names = {Path(path).parent.name for path in answered["models"]}
    assert {"minilm", "use-multilingual", "pii-tagger", "understand-en"} <= names
    assert answered["took_s"] < 10


def test_the_list_says_which_models_are_ready() -> None:
    real_store()

    result = RUN.invoke(commands, ["list", "--json"])

    assert all(model["ready"] for model in json.loads(result.stdout))
    assert "understand-en 2" in RUN.invoke(commands, ["list"]).stdout


def test_training_without_data_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataMissing, match=r"models/README\.md"):
        RUN.invoke(commands, ["train", "--data", str(tmp_path / "no")], catch_exceptions=False)


def test_training_without_the_heldout_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HeldoutListMissing):
        RUN.invoke(commands, ["train", "--data", str(tmp_path)], catch_exceptions=False)


def test_a_pipeline_nobody_knows_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelUnknown, match="understand-en, understand-multilingual"):
        RUN.invoke(commands, ["train", "nonsense"], catch_exceptions=False)


@pytest.mark.parametrize("command", ["build", "train", "evaluate", "list"])
def test_every_command_shows_examples(command: str) -> None:
    assert f"ridealong models {command}" in RUN.invoke(commands, [command, "--help"]).stdout
