"""`make run` brings everything up, survives the death of its parts, keeps its data, leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from infra.local.store import Store
from kit import clock
from tests.kit.run import Run, running

KEPT = {"pk": {"S": "kept"}, "sk": {"S": "kept"}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


def test_a_run_serves_people_and_survives_the_death_of_its_parts(folder: Path) -> None:
    with running(folder) as run:
        _pages_answer(run)
        _a_second_run_says_so(run)
        _killed_functions_come_back(run)
        _work_cut_off_before_it_was_confirmed_is_done_again(run)
        _keep_something(run)
        run.process.send_signal(signal.SIGKILL)
        run.process.wait(10)


def _pages_answer(run: Run) -> None:
    for path in ("/", "/admin-console/", "/docs", "/dev"):
        page = run.get(path)
        assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert run.get("/nowhere").json()["code"] == "NotFound"
    assert run.get("/dev/quiet?seconds=20").json() == {"quiet": True}


def _a_second_run_says_so(run: Run) -> None:
    command = [sys.executable, "-m", "infra.local"]
    second = subprocess.run(command, env=run.environment, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert f"已经在运行：{run.address}" in second.stderr


def _killed_functions_come_back(run: Run) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.post(f"{run.address}/dev/power-cut", json={}, timeout=10)
    assert run.get("/dev/state").status_code == 200
    run.wait_for("意外结束（信号 9），正在重启")


def _work_cut_off_before_it_was_confirmed_is_done_again(run: Run) -> None:
    requests.post(f"{run.address}/dev/functions/notifications-send-code/power-cut", json={}, timeout=30)
    applicant = {
        "company_name": "杭州王记商贸有限公司",
        "contact_name": "王小明",
        "phone": "13800138000",
        "email": "wang@example.com",
        "consent_version": "1",
        "password": "a-long-enough-Password-1",
    }
    headers = {"Idempotency-Key": "registration-1"}
    answer = requests.post(f"{run.address}/auth/registrations", json=applicant, headers=headers, timeout=30)
    assert answer.status_code == 202, answer.text
    run.wait_for("意外结束（信号 9），正在重启", times=2)
    assert run.get("/dev/quiet?seconds=30").json() == {"quiet": True}
    assert {message["to"] for message in run.get("/dev/messages").json()["items"]} == {"wang@example.com"}


def _keep_something(run: Run) -> None:
    _admin_row(run, "PutItem", Item=KEPT)
    later = clock.from_text(run.get("/dev/state").json()["now"]) + timedelta(hours=1)
    answer = requests.put(f"{run.address}/dev/clock", json={"instant": later.isoformat()}, timeout=30)
    assert answer.status_code == 200


def _admin_row(run: Run, operation: str, **request: Any) -> Any:
    store = Store(f"http://127.0.0.1:{run.tables_port}")
    answer = store.call(operation, TableName=os.environ["ADMIN_TABLE"], **request)
    store.close()
    return answer


def test_the_next_run_has_the_data_and_the_time_of_the_last_and_leaves_nothing_behind(folder: Path) -> None:
    left = _processes(folder)
    with running(folder) as run:
        assert not any(_alive(pid) for pid in left)
        assert run.get("/dev/state").json()["ahead_seconds"] > 3590
        assert "Item" in _admin_row(run, "GetItem", Key=KEPT)
        left = _processes(folder)
        assert run.stop() == 0
    assert not any(_alive(pid) for pid in left)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run = Run(tmp_path, taken.getsockname()[1])
        run.wait_for("SHOP_PORT=")
        assert run.ended() == 1


def _processes(folder: Path) -> list[int]:
    return [int(pid) for pid in json.loads((folder / "processes.json").read_text())]


def _alive(pid: int) -> bool:
    shown = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return shown[:1] not in ("", "Z")  # what has ended stays listed until init takes note of it
