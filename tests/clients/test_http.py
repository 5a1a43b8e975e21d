"""The HTTP door with a client of the standard library: three forms of one answer, progress as lines."""

from __future__ import annotations

import csv
import io
import json

import pyarrow.ipc

SQL = "SELECT customer_id, email, since FROM customer.customer_master ORDER BY customer_id LIMIT 3"


def ask(mesh, accept: str):
    purpose = {"X_Tessera_Purpose": "fraud-detection", "Accept": accept}
    return mesh.call(mesh.ana, "POST", "/api/v1/query", {"sql": SQL}, **purpose)


def test_three_forms_of_one_answer(mesh):
    headers, body = ask(mesh, "application/json")
    answer = json.loads(body)
    assert [column["type"] for column in answer["columns"]] == ["string", "string", "date"]
    assert "customer.customer_master" in headers["x-tessera-policies"]
    rows = list(csv.reader(io.StringIO(ask(mesh, "text/csv")[1].decode())))
    assert rows[0] == ["customer_id", "email", "since"] and rows[1:] == answer["rows"]
    table = pyarrow.ipc.open_stream(ask(mesh, "application/vnd.apache.arrow.stream")[1]).read_all()
    assert table.column("customer_id").to_pylist() == [row[0] for row in answer["rows"]]
    assert [day.isoformat() for day in table.column("since").to_pylist()] == [row[2] for row in answer["rows"]]


def test_a_run_tells_its_steps(mesh):
    cora = mesh.token("cora")
    body = mesh.call(cora, "POST", "/api/v1/runs", {"domain": "customer"}, Accept="application/x-ndjson")[1]
    lines = [json.loads(line) for line in body.splitlines()]
    assert all(line["event"] == "progress" for line in lines[:-1])
    assert lines[-1]["event"] == "done" and lines[-1]["report"]["domain"] == "customer"


def test_the_api_describes_itself(mesh):
    document = json.loads(mesh.call(mesh.ana, "GET", "/openapi.json")[1])
    assert document["openapi"].startswith("3.")
    assert "/api/v1/query" in document["paths"]
