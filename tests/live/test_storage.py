"""The real Open WebUI with `webui.storage: s3`: uploads are kept in the bucket, by the rights of its task's role."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from live.stage import WEBUI
from tests.engine.process import CREDENTIALS, StandIn
from tests.live.open_webui import DOCUMENT, QUESTION
from tests.live.running import MODEL, STACK, applications
from tests.support.program import plan, statements

pytestmark = pytest.mark.real


def test_an_upload_lands_in_the_bucket_and_is_read_back_after_a_restart(tmp_path: Path) -> None:
    recording = plan({"webui": {"storage": "s3"}}, stack=STACK)
    amazon = StandIn.start(tmp_path / "amazon.log")
    try:
        with applications("storage", recording, begin=False) as live:
            stage = live.stage
            recorded = stage.tasks[WEBUI].main.environment
            here = {"AWS_ENDPOINT_URL_S3": amazon.url, "STORAGE_PROVIDER": recorded["STORAGE_PROVIDER"]}
            stage.programs[WEBUI] = replace(stage.programs[WEBUI], variables=CREDENTIALS | here)
            bucket = recorded["S3_BUCKET_NAME"]
            s3 = amazon.client("s3")
            s3.create_bucket(Bucket=bucket)
            made = amazon.changes()
            live.begin()
            document = live.person.upload("harbour.txt", DOCUMENT)
            (kept,) = s3.list_objects_v2(Bucket=bucket)["Contents"]
            assert s3.get_object(Bucket=bucket, Key=kept["Key"])["Body"].read().decode() == DOCUMENT
            assert live.stop(1) == 0
            # Another task may be anywhere: of the file system only the folders are needed.
            subprocess.run(["find", stage.data / "files", "-name", "*harbour.txt", "-delete"], check=True)
            live.start(1)
            assert live.person.download(document) == DOCUMENT
            assert "xylophone" in "".join(live.person.ask(QUESTION, MODEL, (document,)))
            live.person.delete(document)
            assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
            done = amazon.changes() - made
    finally:
        amazon.stop()
    may = statements(recording, "webui-task-policy")["KeepUploads"]["Action"]
    assert {f"{service}:{operation}" for service, operation in done} == {"s3:PutObject", "s3:DeleteObject"} <= {*may}
