"""`make mutants` lists the faults that no test notices, and leaves the code as it is."""

import subprocess
from pathlib import Path

import pytest

from problems.command import CommandError
from scripts import mutants

CODE = "def limit(tasks: int) -> int:\n    return tasks * 2\n\n\ndef unseen() -> int:\n    return 7\n"
TEST = "from apps.scaling import limit\n\n\ndef test_limit() -> None:\n    assert limit(3) == 6\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one function that is tested, and one that is not."""
    files = {"apps/scaling.py": CODE, "tests/apps/test_scaling.py": TEST, "conftest.py": ""}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    monkeypatch.setattr(mutants, "_CONCERNED", {"apps": ("tests/apps",)})
    return tmp_path


def test_a_fault_that_no_test_notices_is_shown_with_its_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert mutants.main(["--minutes", "1"]) == 0
    told = capsys.readouterr().out
    assert "apps/scaling.py\n@@ -6 +6 @@\n-    return 7\n+    return 8\n" in told
    assert "1 of 3 faults were not noticed" in told
    assert (project / "apps/scaling.py").read_text() == CODE


def test_tests_that_fail_without_a_fault_are_to_be_mended_first(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "tests/apps/test_scaling.py").write_text(TEST.replace("6", "7"))
    assert mutants.main(["--minutes", "1", "apps/scaling.py"]) == 1
    assert "mend the tests first, which fail as it stands: tests/apps" in capsys.readouterr().err


def test_files_without_faults_are_named() -> None:
    with pytest.raises(CommandError, match="no file of apps, components, settings is named by FILES=docs"):
        mutants.files(["docs"])
