"""The house laws hold here, and each is seen to bite on a small broken tree."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.repo import laws

ROOT = Path(__file__).parents[2]
Law = Callable[[Path], list[str]]
ALL_LAWS: list[Law] = [
    laws.foreign_imports,
    laws.engine_imports,
    laws.vague_names,
    laws.oversized,
    laws.undocumented,
    laws.verbs_with_frameworks,
    laws.broad_excepts,
    laws.index_hosts,
]
GOOD: dict[str, str] = {
    "requirements.lock": "a==1 \\\n    --hash=sha256:0\n",
    "services/__init__.py": "",
    "services/mail/__init__.py": '"""Mail. Hears nothing. Announces nothing. Answers nothing."""\n',
    "services/mail/README.md": "mail",
    "services/mail/read.py": '"""Read."""\n',
    "services/post/__init__.py": '"""Post. Hears nothing. Announces nothing. Answers nothing."""\n',
    "services/post/README.md": "post",
    "ridealong/__init__.py": "",
    "ridealong/chassis/app.py": '"""App."""\n',
    "ridealong/contracts/mail.py": '"""Mail."""\n',
    "ridealong/serving/protocol/rpc/edge.py": '"""Edge."""\nimport grpc\n',
    "tests/mail/__init__.py": "",
    "tests/post/__init__.py": "",
    "bench/run.py": "",
}
BREACHES: list[tuple[Law, str, str]] = [
    (laws.foreign_imports, "services/mail/read.py", '"""x"""\nfrom services.post import x\n'),
    (laws.foreign_imports, "services/mail/read.py", '"""x"""\nimport ridealong.lake.lake\n'),
    (laws.engine_imports, "ridealong/contracts/mail.py", '"""x"""\nimport services.mail\n'),
    (laws.engine_imports, "ridealong/contracts/mail.py", '"""x"""\nimport fastapi\n'),
    (laws.engine_imports, "ridealong/text/clean.py", '"""x"""\nimport dapr.clients\n'),
    (laws.engine_imports, "ridealong/serving/server.py", '"""x"""\nimport grpc\n'),
    (laws.engine_imports, "ridealong/serving/protocol/rpc/edge.py", '"""x"""\nimport uvicorn\n'),
    (laws.vague_names, "services/mail/utils.py", '"""x"""\n'),
    (laws.oversized, "services/mail/read.py", '"""x"""\n' + "a = 1\n" * 250),
    (laws.oversized, "ridealong/chassis/app.py", '"""x"""\n' + "a = 1\n" * 1101),
    (laws.undocumented, "services/mail/__init__.py", '"""Mail."""\n'),
    (laws.undocumented, "services/mail/read.py", "a = 1\n"),
    (laws.verbs_with_frameworks, "services/mail/read.py", '"""x"""\nimport fastapi\n'),
    (laws.broad_excepts, "services/mail/read.py", "try:\n    f()\nexcept Exception:\n    pass\n"),
    (laws.index_hosts, "requirements.lock", "--index-url https://example.org\n"),
    (laws.index_hosts, "requirements.lock", "a==1\nb==2 \\\n    --hash=sha256:0\n"),
]


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize("law", ALL_LAWS, ids=lambda law: law.__name__)
def test_the_law_holds(law: Law) -> None:
    assert law(ROOT) == []


@pytest.mark.parametrize("law", ALL_LAWS, ids=lambda law: law.__name__)
def test_the_law_leaves_a_good_tree_in_peace(law: Law, tmp_path: Path) -> None:
    assert law(tree(tmp_path, GOOD)) == []


@pytest.mark.parametrize(
    ("law", "name", "text"), BREACHES, ids=lambda value: getattr(value, "__name__", None)
)
def test_the_law_bites(law: Law, name: str, text: str, tmp_path: Path) -> None:
    assert law(tree(tmp_path, GOOD | {name: text})) != []
