"""The house laws as functions of a checkout: each returns what breaks it, so it can be seen."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

VAGUE = frozenset(
    {"utils", "helpers", "common", "misc", "manager", "base", "core", "util", "helper"}
)
EDGE_FILES = frozenset(
    {"__init__", "app", "routes", "rpc", "subscriptions", "adapters", "deps", "settings", "openapi"}
)
PURE = ("custody", "knowledge", "lake", "learning", "mail", "serving", "text")
ENGINES = {
    "gateway": {"access", "batches"},
    "intake": {"custody", "mail"},
    "inference": {"serving", "text"},
    "preprocessing": {"text"},
    "nlp": {"own_intents", "text"},
    "recommendation": {"knowledge"},
    "analytics": {"lake"},
}
# Where an engine meets a wire of its own.
WIRES = {"serving/protocol/rpc": {"grpc"}, "serving/alone": {"grpc", "uvicorn"}}
FRAMEWORKS = ("fastapi", "starlette", "httpx", "httpx2", "aiohttp", "dapr", "grpc", "uvicorn")
MAX_FILE_LINES, MAX_SERVICE_FILES, MAX_SERVICE_LINES = 250, 9, 600
# Lines of code, without docstrings; 1100 since a replica leaves without costing an answer, and a
# few more for one thread a product.
MAX_CHASSIS_FILES, MAX_CHASSIS_LINES = 15, 1110


def python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def services(root: Path) -> list[Path]:
    return sorted(path for path in (root / "services").iterdir() if (path / "__init__.py").exists())


def imported_by(path: Path) -> Iterator[str]:
    """Every module a file imports, deferred imports included."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def line_count(path: Path) -> int:
    return len(path.read_text().splitlines())


def code_lines(path: Path) -> int:
    """Lines that are neither blank nor docstring."""
    tree = ast.parse(path.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            first = node.body[0]
            docstrings |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    lines = path.read_text().splitlines()
    return sum(1 for n, line in enumerate(lines, 1) if line.strip() and n not in docstrings)


def foreign_imports(root: Path) -> list[str]:
    """A service imports itself, chassis, contracts and its own engines. Never a sibling."""
    broken = []
    for service in services(root):
        allowed = {"chassis", "contracts", "gathering"} | ENGINES.get(service.name, set())
        for path in python_files(service):
            for module in imported_by(path):
                top, _, rest = module.partition(".")
                name = rest.split(".")[0]
                if (top == "services" and name not in ("", service.name)) or (
                    top == "ridealong" and name not in allowed
                ):
                    broken.append(f"{path.relative_to(root)} imports {module}")
    return broken


def engine_imports(root: Path) -> list[str]:
    """Contracts know Pydantic only, engines no framework, and nothing here knows a service."""
    broken = []
    for path in python_files(root / "ridealong"):
        place = path.relative_to(root / "ridealong")
        package, wires = place.parts[0], WIRES.get(place.parent.as_posix(), set())
        for module in imported_by(path):
            top = module.split(".")[0]
            if top == "services" and package != "chassis":
                broken.append(f"{path.relative_to(root)} imports {module}")
            is_own = module.startswith("ridealong.contracts")
            is_plain = top in (*sys.stdlib_module_names, "pydantic")
            if package == "contracts" and not (is_own or is_plain):
                broken.append(f"{path.relative_to(root)} imports {module}")
            if package in PURE and top in FRAMEWORKS and top not in wires:
                broken.append(f"{path.relative_to(root)} imports {module}")
    return broken


def vague_names(root: Path) -> list[str]:
    """A module is a noun or verb of the business."""
    folders = ("services", "ridealong", "tests", "bench", "conformance")
    return [
        str(path.relative_to(root))
        for folder in folders
        for path in python_files(root / folder)
        if path.stem in VAGUE or path.parent.name in VAGUE
    ]


def oversized(root: Path) -> list[str]:
    """Caps make one ask; they are never met by writing dense."""
    broken = []
    folders = ("services", "ridealong", "conformance")
    for path in [path for folder in folders for path in python_files(root / folder)]:
        if line_count(path) > MAX_FILE_LINES:
            broken.append(f"{path.relative_to(root)} has {line_count(path)} lines")
    for service in services(root):
        files = python_files(service)
        lines = sum(map(line_count, files))
        if len(files) > MAX_SERVICE_FILES or lines > MAX_SERVICE_LINES:
            broken.append(f"{service.name} has {len(files)} files and {lines} lines")
    chassis = [path for path in python_files(root / "ridealong/chassis") if path.read_text()]
    lines = sum(map(code_lines, chassis))
    if len(chassis) > MAX_CHASSIS_FILES or lines > MAX_CHASSIS_LINES:
        broken.append(f"the chassis has {len(chassis)} files and {lines} lines of code")
    return broken


def undocumented(root: Path) -> list[str]:
    """Every module says what it is for; a passport says what it hears and answers."""
    broken = []
    for path in python_files(root / "services") + python_files(root / "ridealong"):
        text = path.read_text()
        if text.strip() and not ast.get_docstring(ast.parse(text)):
            broken.append(f"{path.relative_to(root)} does not say what it is for")
    for service in services(root):
        passport = ast.get_docstring(ast.parse((service / "__init__.py").read_text())) or ""
        broken += [
            f"{service.name}'s passport does not say {word}"
            for word in ("Hears", "Announces", "Answers")
            if word not in passport
        ]
        if not (service / "README.md").exists():
            broken.append(f"{service.name} has no README")
        if not (root / "tests" / service.name).is_dir():
            broken.append(f"{service.name} has no tests")
    return broken


def verbs_with_frameworks(root: Path) -> list[str]:
    """Loading a verb, in a fresh interpreter, loads no framework."""
    modules = [
        ".".join(path.relative_to(root).with_suffix("").parts)
        for service in services(root)
        for path in python_files(service)
        if path.stem not in EDGE_FILES
    ]
    script = (
        "import importlib, sys\n"
        f"for name in {modules!r}:\n"
        "    importlib.import_module(name)\n"
        f"    loaded = sorted(set({FRAMEWORKS!r}) & set(sys.modules))\n"
        "    if loaded:\n"
        "        print(name, 'loads', *loaded)\n"
        "        break\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False
    )
    return (run.stdout + run.stderr).splitlines()


def broad_excepts(root: Path) -> list[str]:
    """`except Exception` hides an honest name, unless it cleans up and raises what it caught."""
    return [
        f"{path.relative_to(root)}:{node.lineno}"
        for path in python_files(root / "services") + python_files(root / "ridealong")
        if "chassis" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and is_broad(node) and not raises_again(node)
    ]


def is_broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    return caught is None or (
        isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException")
    )


def raises_again(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))


def index_hosts(root: Path) -> list[str]:
    """The lock names no index host and hashes everything."""
    lock = (root / "requirements.lock").read_text()
    broken = [line for line in lock.splitlines() if "http:" in line or "https:" in line]
    pinned = re.findall(r"^\S+==\S+.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
    return broken + [entry.split()[0] for entry in pinned if "--hash=sha256:" not in entry]
