"""SQLAlchemy: connects, inspects, reads: what BI tools and pandas stand on."""

from __future__ import annotations

import sqlalchemy as sa


def engine(mesh):
    url = sa.URL.create("postgresql+psycopg", "ana", mesh.ana, mesh.host, mesh.port, "mesh")
    return sa.create_engine(url, connect_args={"options": "-c purpose=fraud-detection"})


def test_it_connects_and_lists_what_is_visible(mesh):
    inspector = sa.inspect(engine(mesh))
    assert "customer" in inspector.get_schema_names()
    tables = inspector.get_table_names(schema="customer") + inspector.get_view_names(schema="customer")
    assert tables == ["customer_master"]
    columns = {column["name"]: column for column in inspector.get_columns("customer_master", schema="customer")}
    assert isinstance(columns["customer_id"]["type"], sa.Text | sa.String)
    assert isinstance(columns["birth_date"]["type"], sa.Date)
    assert inspector.get_pk_constraint("customer_master", schema="customer")["constrained_columns"] == []
    assert inspector.get_foreign_keys("customer_master", schema="customer") == []
    assert inspector.get_indexes("customer_master", schema="customer") == []


def test_a_reflected_table_is_read(mesh):
    connectable = engine(mesh)
    table = sa.Table("customer_master", sa.MetaData(), autoload_with=connectable, schema="customer")
    with connectable.connect() as connection:
        select = sa.select(table.c.region, sa.func.count()).group_by(table.c.region)
        rows = connection.execute(select).all()
        assert len(rows) == 1 and rows[0][0] == "EU" and rows[0][1] > 50
        one = connection.execute(sa.select(table.c.email).where(table.c.customer_id == "C-0001")).scalar_one()
        assert one == "g***@example.com"
