"""Uploaded files move into the bucket and out of it again, and Open WebUI's database tells where each is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest
from moto import mock_aws

from containers import webui_move_uploads
from containers.programs import overrides
from tests.containers.postgresql_server import PostgresServer

BUCKET = "team-uploads"
MOST_OVERRIDES = 8192
"""Characters (RunTask)."""


@pytest.fixture
def session(
    server: PostgresServer, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[psycopg.Connection[Any]]:
    """A database with one file on the file system and one that is gone; an empty bucket."""
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (uploads / "1_a.txt").write_text("hello")
    for name, value in {
        "DATA_DIR": str(tmp_path),
        "S3_BUCKET_NAME": BUCKET,
        "S3_REGION_NAME": "us-east-1",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(webui_move_uploads, "connect", lambda: server.connect(database))
    with mock_aws(), server.connect(database) as session:
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=BUCKET)
        session.execute("CREATE TABLE file (id text, path text)")
        session.execute("INSERT INTO file VALUES ('1', %s), ('3', NULL)", [str(uploads / "1_a.txt")])
        yield session


def places(session: psycopg.Connection[Any]) -> dict[str, str]:
    return {str(key): place for key, place in session.execute("SELECT id, path FROM file WHERE path IS NOT NULL")}


def test_files_move_into_the_bucket_and_out_of_it_again(session: psycopg.Connection[Any], tmp_path: Path) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    file = tmp_path / "uploads" / "1_a.txt"
    assert webui_move_uploads.move_all("s3") == 0
    assert places(session) == {"1": f"s3://{BUCKET}/1_a.txt"}
    assert s3.get_object(Bucket=BUCKET, Key="1_a.txt")["Body"].read() == b"hello"
    file.unlink()
    assert webui_move_uploads.move_all("efs") == 0
    assert (places(session), file.read_text()) == ({"1": str(file)}, "hello")


def test_a_file_that_cannot_be_read_stays_where_it_is_and_stops_no_other(
    session: psycopg.Connection[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = str(tmp_path / "uploads" / "0_gone.txt")
    session.execute("INSERT INTO file VALUES ('0', %s)", [gone])
    assert webui_move_uploads.move_all("s3") == 1
    assert places(session) == {"0": gone, "1": f"s3://{BUCKET}/1_a.txt"}
    assert "1 files could not be moved" in capsys.readouterr().out


def test_ecs_takes_the_program_in_place_of_a_tasks_command() -> None:
    assert len(overrides("webui_move_uploads", "efs")) < MOST_OVERRIDES
