"""psql: the backslash commands people type first, and what a refusal looks like."""

from __future__ import annotations

import os
import subprocess

TABLE = "customer.customer_master"


def psql(mesh, *arguments: str, purpose: str | None = "fraud-detection", user: str = "ana", token: str | None = None):
    environment = {
        "PATH": os.environ["PATH"],
        "PGPASSWORD": token or mesh.ana,
        "PSQLRC": "/dev/null",
        "LC_ALL": "C",
    }
    if purpose:
        environment["PGOPTIONS"] = f"-c purpose={purpose}"
    command = ["psql", "-X", "-A", "-t", "-h", mesh.host, "-p", str(mesh.port), "-U", user, "-d", "mesh"]
    return subprocess.run([*command, *arguments], env=environment, capture_output=True, text=True, timeout=120)


def test_a_query_says_which_policies_shaped_it(mesh):
    done = psql(mesh, "-c", f"SELECT count(*), count(DISTINCT region), min(region) FROM {TABLE}")
    assert done.returncode == 0, done.stderr
    count, regions, region = done.stdout.strip().split("|")
    assert int(count) > 50 and (regions, region) == ("1", "EU")
    assert "NOTICE" in done.stderr and TABLE in done.stderr


def test_masked_columns_come_masked(mesh):
    done = psql(mesh, "-c", f"SELECT full_name, email, national_id, birth_date FROM {TABLE} ORDER BY customer_id LIMIT 1")
    name, email, national_id, birth = done.stdout.strip().split("|")
    assert "Greta" not in name
    assert email.startswith("g***@")
    assert len(national_id) == 32 and national_id.isalnum()
    assert birth == "1982-01-01"


def test_backslash_commands_list_what_is_visible(mesh):
    for command in (r"\dt", r"\d", r"\d+", r"\dt *.*", r"\dn", r"\dn+", r"\l", r"\dv", r"\du"):
        done = psql(mesh, "-c", command)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert "ERROR" not in done.stderr, f"{command}: {done.stderr}"
    tables = psql(mesh, "-c", r"\dt *.*").stdout
    assert "customer|customer_master|" in tables
    assert "claims_enriched" not in tables, "nothing of it was published"
    described = psql(mesh, "-c", rf"\d {TABLE}")
    assert described.returncode == 0, described.stderr
    assert "customer_id|text|" in described.stdout, described.stdout


def test_a_refusal_tells_code_hint_and_command(mesh):
    eve = mesh.token("carl")
    done = psql(mesh, "-v", "VERBOSITY=verbose", "-c", f"SELECT * FROM {TABLE}", user="carl", token=eve)
    assert done.returncode == 1
    assert "42501" in done.stderr and "HINT:" in done.stderr and f"tessera request {TABLE}" in done.stderr


def test_copy_is_refused_with_what_does_the_same(mesh):
    done = psql(mesh, "-c", rf"\copy (SELECT customer_id FROM {TABLE}) TO STDOUT CSV")
    assert done.returncode == 1
    assert "psql --csv" in done.stderr, done.stderr


def test_a_wrong_password_is_refused(mesh):
    done = psql(mesh, "-c", "SELECT 1", token="tsr_wrong")
    assert done.returncode == 2
    assert "password authentication failed" in done.stderr


def test_several_statements_stop_at_the_first_failure(mesh):
    done = psql(mesh, "-c", "SELECT 1; SELECT * FROM hr.payroll; SELECT 2")
    assert done.stdout.strip() == "1"
    assert "ERROR" in done.stderr
