"""`make new SERVICE=x`: a new service from the smallest real one, with every entry it needs."""

import ast
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from ridealong.local.places import ROOT
from ridealong.local.problems import LocalProblem

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# What every service may import of ours; one with an engine of its own is no pattern for others.
EVERYBODYS = {"chassis", "contracts", "gathering"}
PORTS = {
    "appPort": "port",
    "daprHTTPPort": "http-port",
    "daprGRPCPort": "grpc-port",
    "daprInternalGRPCPort": "",
    "metricsPort": "metrics-port",
}
GATEWAY_PORT = 8080


class NewService:
    """One addition to a checkout."""

    def __init__(self, root: Path, app_id: str) -> None:
        self._root = root
        self._app_id = app_id
        self._folder = app_id.replace("-", "_")
        self._pattern = smallest_service(root)
        self._ports = next_ports(root)

    def add(self) -> list[Path]:
        """Everything, and which files a person should look at now."""
        return [
            self._copy("services"),
            self._copy("tests"),
            self._add_to_run_file(),
            self._add_to_tye(),
            self._add_to_project(),
            self._add_to_resiliency(),
            *self._add_to_scopes(),
        ]

    def _copy(self, kind: str) -> Path:
        target = self._root / kind / self._folder
        shutil.copytree(
            self._root / kind / self._pattern,
            target,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        for file in target.rglob("*"):
            if file.suffix in {".py", ".md"}:
                file.write_text(self._renamed(file.read_text()))
        return target

    def _renamed(self, text: str) -> str:
        old = self._pattern
        changes = {
            rf"\b(services|tests)\.{old}\b": rf"\1.{self._folder}",
            rf"\b(services|tests)/{old}\b": rf"\1/{self._folder}",
            rf"\b{old.upper()}_": f"{self._folder.upper()}_",
            rf"\bridealong_{old}_": f"ridealong_{self._folder}_",
            rf"(run |`|service_app\(\"){old}\b": rf"\g<1>{self._app_id}",
        }
        for pattern, replacement in changes.items():
            text = re.sub(pattern, replacement, text)
        return text

    def _add_to_run_file(self) -> Path:
        lines = [f"  - appID: {self._app_id}", "    appDirPath: ."]
        lines += [f"    {key}: {port}" for key, port in self._ports.items()]
        command = f"[.venv/bin/python, -m, ridealong.chassis.run, {self._folder}]"
        lines.append(f"    command: {command}")
        last = re.compile(r"^    command: \[.*\]\n", re.MULTILINE)
        return self._insert_after_last("dapr.yaml", last, lines)

    def _add_to_tye(self) -> Path:
        sidecar = [f"      {self._app_id}:", f"        app-id: {self._app_id}"]
        sidecar += [
            f"        {name}: {self._ports[key]}" for key, name in PORTS.items() if "-" in name
        ]
        last_sidecar = re.compile(r"^        metrics-port: \d+\n", re.MULTILINE)
        self._insert_after_last("tye.yaml", last_sidecar, sidecar)
        port = self._ports["appPort"]
        service = [
            f"  - name: {self._app_id}",
            "    executable: .venv/bin/python",
            f"    args: -m ridealong.chassis.run {self._folder}",
            "    workingDirectory: .",
            "    bindings:",
            f"      - port: {port}",
            "        protocol: http",
            "    env:",
            "      - name: APP_PORT",
            f'        value: "{port}"',
        ]
        file = self._root / "tye.yaml"
        file.write_text(file.read_text() + "\n".join([*service, ""]))
        return file

    def _add_to_project(self) -> Path:
        extra = re.compile(rf"^{self._pattern} = (\[.*?\])\n", re.MULTILINE | re.DOTALL)
        file = self._root / "pyproject.toml"
        found = extra.search(file.read_text())
        if found is None:
            raise LocalProblem(f"{file} has no extra for {self._pattern}", "add it first")
        line = f"{self._app_id} = {found[1]}"
        return self._insert_after_last("pyproject.toml", extra, [line])

    def _add_to_resiliency(self) -> Path:
        target = re.compile(r"^      [a-z-]+: \{retry: once\}\n", re.MULTILINE)
        line = f"      {self._app_id}: {{retry: once}}"
        return self._insert_after_last("components/shared/resiliency.yaml", target, [line])

    def _add_to_scopes(self) -> Iterator[Path]:
        scope = re.compile(rf"^(scopes: \[.*\b{self._pattern}\b.*)\]", re.MULTILINE)
        for file in sorted((self._root / "components").glob("*/*/*.yaml")):
            text = file.read_text()
            if scope.search(text):
                file.write_text(scope.sub(rf"\1, {self._app_id}]", text))
                yield file

    def _insert_after_last(self, name: str, pattern: re.Pattern[str], lines: list[str]) -> Path:
        file = self._root / name
        text = file.read_text()
        end = max(found.end() for found in pattern.finditer(text))
        file.write_text(text[:end] + "\n".join(lines) + "\n" + text[end:])
        return file


def add_service(root: Path, app_id: str) -> list[Path]:
    """Add a service to a checkout, or say why not."""
    if not NAME.fullmatch(app_id):
        raise LocalProblem(f"{app_id!r} is no name for a service", "make new SERVICE=order-desk")
    if (root / "services" / app_id.replace("-", "_")).exists():
        raise LocalProblem(f"there is a service {app_id} already", "choose another name")
    return NewService(root, app_id).add()


def smallest_service(root: Path) -> str:
    """The real service with the fewest lines of those that stand on no engine of their own."""
    sizes = {
        folder.name: sum(len(file.read_text().splitlines()) for file in folder.glob("*.py"))
        for folder in (root / "services").iterdir()
        if (folder / "app.py").exists() and not _engines(folder)
    }
    return min(sizes, key=lambda name: sizes[name])


def next_ports(root: Path) -> dict[str, int]:
    """The ports after the highest of each kind."""
    apps = yaml.safe_load((root / "dapr.yaml").read_text())["apps"]
    return {key: max(app[key] for app in apps if app[key] != GATEWAY_PORT) + 1 for key in PORTS}


def _engines(folder: Path) -> set[str]:
    used = set()
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ridealong."):
                used.add((node.module or "").split(".")[1])
    return used - EVERYBODYS


def main(arguments: list[str]) -> None:
    """Add the service and say what to look at."""
    try:
        changed = add_service(ROOT, arguments[0] if arguments else "")
    except LocalProblem as problem:
        sys.exit(f"make new: {problem}")
    lines = [f"  {path.relative_to(ROOT)}" for path in changed]
    sys.stdout.write("\n".join(["added or changed; now make it your own:", *lines, ""]))


if __name__ == "__main__":
    main(sys.argv[1:])
