"""A corpus of brat's comes back to the byte, by way of a real project."""

import os
from pathlib import Path

import pytest

from annolab.store.project import create_project
from annolab.tasks.transfer import export_dataset, import_dataset

CORPUS = os.environ.get("ANNOLAB_BRAT_CORPUS", "")


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS, reason="ANNOLAB_BRAT_CORPUS names no folder")
def test_a_corpus_comes_back_to_the_byte(tmp_path: Path) -> None:
    top = Path(CORPUS)
    with create_project(tmp_path / "p.annolab") as project:
        read = import_dataset(project, top, "brat")
        report = export_dataset(
            project, "brat", tmp_path / "out", options={"texts": "true"}
        )
    assert not read.losses
    assert not report.losses
    out = tmp_path / "out"
    files = sorted(path.relative_to(top) for path in top.rglob("*.ann"))
    assert files
    # Configurations beside texts; those of folders without any have nothing to tell.
    for name in ("annotation.conf", "visual.conf"):
        homes = {path.parent for path in files if (top / path).with_name(name).exists()}
        files += sorted(home / name for home in homes)
    other = [f for f in files if _bytes(out / f) != _bytes(top / f)]
    assert not other


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
