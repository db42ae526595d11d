import json
from collections import Counter
from pathlib import Path
from xmlrpc.client import Fault

import pytest
from supervisor.states import ProcessStates

from ridealong.local import topology
from ridealong.local.pairing import GRPC, partners_of, restart_partners, write_starts


class FakeSupervisor:
    """Knows when processes started and stopped, and records what was asked of it."""

    def __init__(self, **infos: dict[str, int]) -> None:
        self.infos = infos
        self.asked: list[str] = []

    def getProcessInfo(self, name: str) -> dict[str, int]:  # noqa: N802
        try:
            return self.infos[name.partition(":")[2]]
        except KeyError:
            raise Fault(10, "BAD_NAME") from None

    def stopProcess(self, name: str) -> bool:  # noqa: N802
        self.asked.append(f"stop {name}")
        return True

    def startProcess(self, name: str, wait: bool) -> bool:  # noqa: N802
        self.asked.append(f"start {name}")
        return True


def fake(**infos: tuple[int, int]) -> FakeSupervisor:
    return FakeSupervisor(
        **{
            name.replace("_", "-"): {"start": start, "stop": stop, "state": ProcessStates.RUNNING}
            for name, (start, stop) in infos.items()
        }
    )


def test_an_app_and_its_sidecars_are_partners() -> None:
    assert partners_of("apps", "nlp-2") == ("sidecars:nlp-2-dapr", "sidecars:nlp-grpc-2-dapr")
    assert partners_of("sidecars", "nlp-2-dapr") == ("apps:nlp-2",)
    assert partners_of("broker", "broker") == ()


def test_second_sidecars_are_known_by_the_same_name_as_in_the_run_file() -> None:
    assert GRPC == topology.GRPC


def test_the_sidecar_of_a_dead_app_is_restarted() -> None:
    supervisor = fake(nlp=(10, 50), nlp_dapr=(10, 0))

    assert restart_partners("apps", "nlp", supervisor)
    assert supervisor.asked == ["stop sidecars:nlp-dapr", "start sidecars:nlp-dapr"]


def test_both_sidecars_of_a_dead_app_are_restarted() -> None:
    supervisor = fake(inference=(10, 50), inference_dapr=(10, 0), inference_grpc_dapr=(10, 0))

    assert restart_partners("apps", "inference", supervisor)
    assert supervisor.asked == [
        "stop sidecars:inference-dapr",
        "start sidecars:inference-dapr",
        "stop sidecars:inference-grpc-dapr",
        "start sidecars:inference-grpc-dapr",
    ]


def test_a_partner_younger_than_the_death_is_left_alone() -> None:
    supervisor = fake(nlp=(10, 50), nlp_dapr=(51, 49))

    assert not restart_partners("apps", "nlp", supervisor)
    assert supervisor.asked == []


@pytest.mark.parametrize("state", [ProcessStates.STOPPING, ProcessStates.STOPPED])
def test_an_app_that_was_told_to_stop_is_not_started_because_its_sidecar_left_with_it(
    state: int,
) -> None:
    supervisor = fake(nlp=(10, 0), nlp_dapr=(10, 50))
    supervisor.infos["nlp"]["state"] = state

    assert not restart_partners("sidecars", "nlp-dapr", supervisor)
    assert supervisor.asked == []


def test_the_broker_has_no_partner() -> None:
    supervisor = fake(broker=(10, 50))

    assert not restart_partners("broker", "broker", supervisor)
    assert supervisor.asked == []


def test_a_sidecar_without_an_app_dies_alone() -> None:
    assert not restart_partners("sidecars", "inference-grpc-dapr", fake(inference_grpc_dapr=(1, 2)))


def test_starts_are_written_whole(tmp_path: Path) -> None:
    write_starts(Counter(nlp=3), tmp_path / "starts.json")

    assert json.loads((tmp_path / "starts.json").read_text()) == {"nlp": 3}
    assert [file.name for file in tmp_path.iterdir()] == ["starts.json"]
