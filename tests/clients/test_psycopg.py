"""psycopg 3: text and binary, parameters, server-side cursors, notices, errors by class."""

from __future__ import annotations

import datetime
from decimal import Decimal

import psycopg
import pytest

TABLE = "customer.customer_master"


@pytest.fixture
def connection(mesh):
    with psycopg.connect(mesh.dsn(purpose="fraud-detection"), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("binary", [False, True])
def test_values_have_their_types(connection, binary):
    sql = (
        "SELECT 1::bigint, 1.5::double precision, CAST('12345678901234567890.123456' AS DECIMAL(38,6)), 'text', "
        "true, DATE '2026-11-22', CAST(NULL AS BIGINT), ARRAY[1,2]"
    )
    row = connection.cursor(binary=binary).execute(sql).fetchone()
    assert row == (
        1,
        1.5,
        Decimal("12345678901234567890.123456"),
        "text",
        True,
        datetime.date(2026, 11, 22),
        None,
        [1, 2],
    )


@pytest.mark.parametrize("binary", [False, True])
def test_instants_are_aware(connection, binary):
    sql = "SELECT CAST('2026-11-22T10:00:00.5Z' AS TIMESTAMP WITH TIME ZONE)"
    (instant,) = connection.cursor(binary=binary).execute(sql).fetchone()
    assert instant == datetime.datetime(2026, 11, 22, 10, 0, 0, 500000, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize("binary", [False, True])
def test_a_governed_read_with_parameters(connection, binary):
    sql = f"SELECT customer_id, email, birth_date FROM {TABLE} WHERE customer_id = %s"
    row = connection.cursor(binary=binary).execute(sql, ("C-0001",)).fetchone()
    assert row == ("C-0001", "g***@example.com", datetime.date(1982, 1, 1))
    assert connection.execute(sql, ("' OR '1'='1",)).fetchall() == []


def test_text_and_binary_say_the_same(connection):
    sql = f"SELECT * FROM {TABLE} ORDER BY customer_id"
    text = connection.cursor(binary=False).execute(sql).fetchall()
    binary = connection.cursor(binary=True).execute(sql).fetchall()
    assert text == binary and len(text) > 50


def test_prepared_statements_are_reused(connection):
    for number in range(8):
        row = connection.execute("SELECT %s::bigint + 1", (number,), prepare=True).fetchone()
        assert row == (number + 1,)


def test_the_purpose_is_changed_within_a_session(mesh):
    with psycopg.connect(mesh.dsn(), autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SELECT email FROM {TABLE}")
        connection.execute("SET purpose = 'fraud-detection'")
        notices = []
        connection.add_notice_handler(lambda notice: notices.append(notice.message_primary))
        assert connection.execute(f"SELECT email FROM {TABLE}").fetchall()
        assert any(TABLE in notice for notice in notices)


def test_transactions_and_their_failure(mesh):
    with psycopg.connect(mesh.dsn(purpose="fraud-detection")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT * FROM nowhere.nothing")
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            connection.execute("SELECT 1")
        connection.rollback()
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_errors_have_their_class(connection):
    for sql, error in (
        ("SELEC 1", psycopg.errors.SyntaxError),
        ("SELECT nothing FROM " + TABLE, psycopg.errors.UndefinedColumn),
        ("SELECT pg_read_file('/etc/passwd')", psycopg.errors.UndefinedFunction),
        ("DELETE FROM " + TABLE, psycopg.errors.FeatureNotSupported),
        ("COPY " + TABLE + " TO STDOUT", psycopg.errors.FeatureNotSupported),
    ):
        with pytest.raises(error):
            connection.execute(sql)


def test_a_database_is_a_domain(mesh):
    with psycopg.connect(mesh.dsn(database="customer", purpose="fraud-detection"), autocommit=True) as connection:
        (count,) = connection.execute("SELECT count(*) FROM customer_master.customers").fetchone()
        assert count > 50
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(mesh.dsn(database="claims"))


def test_a_statement_is_cancelled(connection):
    cursor = connection.cursor()
    cursor.execute("SET statement_timeout = '200ms'")
    with pytest.raises(psycopg.errors.QueryCanceled):
        cursor.execute("SELECT count(*) FROM generate_series(1, 9000000) a, generate_series(1, 9000000) b")
