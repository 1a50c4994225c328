"""The real Open WebUI in a company's network: through its proxy, to a server that its own authority vouches for."""

import os
from pathlib import Path

import psycopg
import pytest

from live import servers
from live.installation import Installation
from live.processes import free_port
from live.stage import WEBUI, Stage
from tests.live.company import ANSWER, HOST, KEY, MODEL, company
from tests.live.running import STACK, VENV, applications, data_folder
from tests.live.token_check import ACCESS_KEY, SECRET_KEY, checked
from tests.support.program import plan

pytestmark = pytest.mark.real

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:{}-AbCdEf"


def test_a_model_behind_the_proxy_and_the_companys_certificate_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with company(tmp_path) as there:
        recording = plan(
            {
                "gateway": {"enabled": False},
                "providers": {"company": {"url": f"https://{HOST}/v1", "keySecretArn": SECRET.format("key")}},
                "proxy": {"url": there.proxy},
                "rootCertificates": SECRET.format("roots"),
            },
            stack=STACK,
        )
        monkeypatch.setenv("ROOT_CERTIFICATES", there.authority)
        monkeypatch.setenv("PROVIDER_KEY_COMPANY", KEY)
        with applications("company", recording) as live:
            assert live.person.models() == [MODEL]
            assert "".join(live.person.ask("Where is the ship?", MODEL)) == ANSWER
        assert set(there.connected) == {f"{HOST}:443"}, "whom else Open WebUI calls goes through it too"


def test_open_webui_migrates_and_fills_a_database_that_takes_its_tokens_alone() -> None:
    recording = plan({"database": {"authentication": "iam"}}, stack=STACK)
    with data_folder("token") as data:
        stage = Stage(recording, Installation(folder=Path(VENV)), data, free_port())
        migrate = next(one for one in stage.tasks[WEBUI].containers if one.name == "migrate")
        variables = stage.variables(WEBUI, migrate)
        admin, password = variables["DATABASE_ADMIN_USER"], variables["DATABASE_ADMIN_PASSWORD"]
        try:
            there = {"DATABASE_USER": admin, "DATABASE_PASSWORD": password, "DATABASE_NAME": "webui"}
            port = free_port()
            servers.start_postgresql(stage.there, stage.processes, data / "postgresql", port, there)
            with psycopg.connect(
                host="127.0.0.1", port=port, user=admin, password=password, dbname="webui", autocommit=True
            ) as session:
                session.execute("CREATE ROLE rds_iam")
                # Whom the check in front has let in.
                hba = session.execute("SHOW hba_file").fetchone()
                Path(str(hba and hba[0])).write_text("host all all 127.0.0.1/32 trust\n")
                session.execute("SELECT pg_reload_conf()")
                with checked(port, {admin: password}) as (front, came):
                    role = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
                    # The slim packages have all that this takes, but refuse tokens.
                    changed = {**role, "DATABASE_PORT": str(front), "USE_SLIM_DOCKER": "false"}
                    folder = data / "backend"
                    folder.mkdir()
                    environment = {**variables, **changed, "PATH": f"{stage.there.bin}:{os.defpath}"}
                    process = stage.processes.start("migrate", migrate.command, environment, folder)
                    assert process.wait(300) == 0, stage.processes.log("migrate").read_text()
                owners = session.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
                assert owners.fetchall() == [(variables["DATABASE_USER"],)]
                tables = {str(name) for (name,) in session.execute("SELECT tablename FROM pg_tables")}
        finally:
            stage.processes.stop()
    assert {"alembic_version", "chat", "document_chunk"} <= tables
    assert set(+came) == {variables["DATABASE_USER"]}
