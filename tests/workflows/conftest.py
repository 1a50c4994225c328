import os
import shutil
from pathlib import Path

import pytest

from tests.workflows.runner import GH, MAKE, Runner


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    for name, program in {"make": MAKE, "gh": GH}.items():
        file = tmp_path / "bin" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(program)
        file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{Path(str(shutil.which('cat'))).parent}")
    for name in [name for name in os.environ if name.startswith("GITHUB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RECORDS", str(tmp_path))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    monkeypatch.setenv("GITHUB_REPOSITORY", "team/webui")
    monkeypatch.setenv("PULL_REQUEST", "12")
    monkeypatch.setenv("DATA_LOSS_ACCEPTED", "false")
    return Runner(tmp_path)
