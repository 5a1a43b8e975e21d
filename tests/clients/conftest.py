"""A real server for real clients: the built binary with the two domains of `examples/`, on free ports.

The server says where it is in one JSON line; nothing here sleeps, and the server is ended by its process id.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "two-domains"


@dataclass
class Mesh:
    """A running server with `customer.customer_master` published and granted to ana."""

    http: str
    host: str
    port: int
    admin: str
    ana: str = ""

    def call(self, token: str, method: str, path: str, body: object = None, **headers: str) -> tuple[dict, bytes]:
        request = urllib.request.Request(self.http + path, method=method)
        request.add_header("Authorization", f"Bearer {token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=300) as answer:
                return dict(answer.headers), answer.read()
        except urllib.error.HTTPError as refusal:
            raise AssertionError(f"{method} {path}: {refusal.code} {refusal.read().decode()}") from refusal

    def post(self, token: str, path: str, body: object) -> dict:
        return json.loads(self.call(token, "POST", path, body)[1])

    def token(self, who: str, **more: object) -> str:
        return self.post(self.admin, "/api/v1/tokens", {"principal": who, **more})["token"]

    def dsn(self, user: str = "ana", token: str | None = None, database: str = "mesh", purpose: str | None = None) -> str:
        options = f" options='-c purpose={purpose}'" if purpose else ""
        secret = token or self.ana
        return f"host={self.host} port={self.port} user={user} password={secret} dbname={database}{options}"


def drop(data: Path, domain: str, name: str) -> None:
    """Puts an example's file where its domain ingests from, old enough to be taken."""
    folder = data / "drop" / domain
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name
    shutil.copy(EXAMPLE / "data" / domain / name, target)
    os.utime(target, (1_000_000_000, 1_000_000_000))


@pytest.fixture(scope="session")
def mesh(tmp_path_factory: pytest.TempPathFactory):
    data = tmp_path_factory.mktemp("mesh") / "data"
    command = [os.environ["TESSERA_BIN"], "up", "--data", str(data), "--mesh", str(EXAMPLE)]
    command += ["--http", "127.0.0.1:0", "--postgres", "127.0.0.1:0"]
    log = (data.parent / "server.log").open("w+")
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        line = server.stdout.readline()
        if not line:
            log.seek(0)
            raise AssertionError(f"the server did not start: {log.read()}")
        ready = json.loads(line)
        assert ready["event"] == "ready"
        host, port = ready["postgres"].rsplit(":", 1)
        admin = (data / "admin-token").read_text().strip()
        running = Mesh(http=ready["http"], host=host, port=int(port), admin=admin)
        drop(data, "customer", "customers.csv")
        cora = running.token("cora")
        running.post(cora, "/api/v1/runs", {"domain": "customer"})
        running.post(cora, "/api/v1/publications", {"product": "customer.customer_master"})
        running.ana = running.token("ana")
        request = {"product": "customer.customer_master", "purpose": "fraud-detection", "reason": "real clients"}
        asked = running.post(running.ana, "/api/v1/requests", request)
        decision = f"/api/v1/requests/{asked['id']}/decision"
        running.post(running.token("sven"), decision, {"decision": "approve"})
        yield running
    finally:
        server.terminate()
        assert server.wait(timeout=30) == 0, "SIGTERM drains and exits 0"
        log.close()
