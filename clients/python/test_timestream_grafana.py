"""What Grafana's Timestream data source asks, statement by statement (version 2 of the plugin)."""

import time

import pytest

from aws_client import client

DATABASE, TABLE = '"graf"', '"climate"'


@pytest.fixture(scope="module")
def query(server):
    write = client(server, "timestream-write")
    write.create_database(DatabaseName="graf")
    write.create_table(DatabaseName="graf", TableName="climate")
    start = int(time.time()) - 1_500
    for first in range(0, 1_500, 100):
        records = [{"Time": str(start + n), "MeasureValue": str(n)} for n in range(first, first + 100)]
        write.write_records(
            DatabaseName="graf",
            TableName="climate",
            CommonAttributes={
                "Dimensions": [{"Name": "room", "Value": "hall"}],
                "MeasureName": "level",
                "MeasureValueType": "DOUBLE",
                "TimeUnit": "SECONDS",
            },
            Records=records,
        )
    return client(server, "timestream-query").query


def values(answer):
    return [[value.get("ScalarValue") for value in row["Data"]] for row in answer["Rows"]]


def test_its_health_check_wants_a_one(query):
    assert values(query(QueryString="SELECT 1")) == [["1"]]


def test_its_editor_lists_what_there_is(query):
    assert ["graf"] in values(query(QueryString="SHOW DATABASES"))
    assert values(query(QueryString=f"SHOW TABLES FROM {DATABASE}")) == [["climate"]]
    (row,) = query(QueryString=f"SHOW MEASURES FROM {DATABASE}.{TABLE}")["Rows"]
    name, of, dimensions = row["Data"]
    assert (name["ScalarValue"], of["ScalarValue"]) == ("level", "double")
    # It looks for the field `dimension_name` of each.
    columns = query(QueryString=f"SHOW MEASURES FROM {DATABASE}.{TABLE}")["ColumnInfo"]
    fields = columns[2]["Type"]["ArrayColumnInfo"]["Type"]["RowColumnInfo"]
    assert [field["Name"] for field in fields][0] == "dimension_name"
    assert dimensions["ArrayValue"][0]["RowValue"]["Data"][0]["ScalarValue"] == "room"
    described = values(query(QueryString=f"DESCRIBE {DATABASE}.{TABLE}"))
    assert ["time", "timestamp", "TIMESTAMP"] in described
    first = query(QueryString=f"SELECT * FROM {DATABASE}.{TABLE} LIMIT 10")
    assert len(first["Rows"]) == 10


def test_its_macros_become_a_range_and_bins(query):
    until = int(time.time() * 1000)
    means = (
        f"SELECT room, bin(time, 60000ms) AS t, avg(measure_value::double) AS level FROM {DATABASE}.{TABLE} "
        f"WHERE time BETWEEN from_milliseconds({until - 600_000}) AND from_milliseconds({until}) "
        f"AND measure_name = 'level' GROUP BY room, bin(time, 60000ms)"
    )
    panel = f"SELECT room, CREATE_TIME_SERIES(t, level) AS level FROM ({means}) GROUP BY room"
    (row,) = query(QueryString=panel)["Rows"]
    assert row["Data"][0]["ScalarValue"] == "hall"
    assert row["Data"][1]["TimeSeriesValue"]
    assert 9 <= len(query(QueryString=f"{means} ORDER BY t")["Rows"]) <= 11


def test_it_streams_pages_and_cancels(server, query):
    statement = f"SELECT * FROM {DATABASE}.{TABLE}"
    page = query(QueryString=statement)
    rest = query(QueryString=statement, NextToken=page["NextToken"])
    assert len(page["Rows"]) + len(rest["Rows"]) == 1_500 and "NextToken" not in rest
    page = query(QueryString=statement)
    cancelled = client(server, "timestream-query").cancel_query(QueryId=page["QueryId"])
    assert cancelled["CancellationMessage"]
