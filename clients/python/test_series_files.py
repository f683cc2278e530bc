"""`thingstead series export` and `import`: rows to a file and back."""

import time

import duckdb

from aws_client import client


def filled(server, database):
    write = client(server, "timestream-write")
    write.create_database(DatabaseName=database)
    for table in ("air", "copy"):
        write.create_table(
            DatabaseName=database,
            TableName=table,
            RetentionProperties={
                "MemoryStoreRetentionPeriodInHours": 24,
                "MagneticStoreRetentionPeriodInDays": 30,
            },
        )
    now = time.time_ns()
    room = [{"Name": "room", "Value": 'the "hall", upstairs'}]
    measures = [
        {"Name": "level", "Value": "21.5", "Type": "DOUBLE"},
        {"Name": "count", "Value": "-3", "Type": "BIGINT"},
        {"Name": "open", "Value": "true", "Type": "BOOLEAN"},
        {"Name": "note", "Value": "two\nlines", "Type": "VARCHAR"},
        {"Name": "seen", "Value": str(now - 5), "Type": "TIMESTAMP"},
    ]
    records = [
        {"MeasureName": "all", "MeasureValueType": "MULTI", "MeasureValues": measures[:at]}
        for at in (5, 1)
    ]
    single = {"MeasureName": "humidity", "MeasureValueType": "DOUBLE", "MeasureValue": "40"}
    for at, record in enumerate([*records, single]):
        record |= {"Time": str(now - at * 3_600 * 10**9), "TimeUnit": "NANOSECONDS"}
    common = {"Dimensions": room}
    write.write_records(
        DatabaseName=database, TableName="air", CommonAttributes=common, Records=[*records, single]
    )


def rows(server, database, table):
    query = f'SELECT * FROM "{database}"."{table}" ORDER BY time'
    answer = client(server, "timestream-query").query(QueryString=query)
    names = [column["Name"] for column in answer["ColumnInfo"]]
    values = [[value.get("ScalarValue") for value in row["Data"]] for row in answer["Rows"]]
    return [dict(zip(names, row)) for row in values]


def test_rows_go_to_a_file_and_come_back(server, tmp_path):
    filled(server, "files")
    file = tmp_path / "air.csv"
    assert server.run("series", "export", "files", "air", file).stdout == "exported 3 rows\n"
    assert file.read_text().splitlines()[0].startswith("room:dimension,measure_name,time,")
    assert server.ask("series", "import", "files", "copy", file) == {"rows": 3}
    expected = rows(server, "files", "air")
    assert len(expected) == 3 and rows(server, "files", "copy") == expected


def test_duckdb_reads_and_writes_the_same_parquet(server, tmp_path):
    filled(server, "parquet")
    ours, theirs = tmp_path / "ours.parquet", tmp_path / "theirs.parquet"
    assert server.run("series", "export", "parquet", "air", ours).stdout == "exported 3 rows\n"
    duck = duckdb.connect()
    types = dict(duck.execute(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{ours}')").fetchall())
    assert (types["room:dimension"], types["level:double"]) == ("VARCHAR", "DOUBLE")
    assert (types["count:bigint"], types["open:boolean"]) == ("BIGINT", "BOOLEAN")
    columns = '"level:double", "count:bigint", "open:boolean", "note:varchar", "measure_value::double"'
    found = duck.execute(f"SELECT {columns} FROM '{ours}' ORDER BY time DESC").fetchall()
    assert found == [
        (21.5, -3, True, "two\nlines", None),
        (21.5, None, None, None, None),
        (None, None, None, None, 40.0),
    ]
    # With times of microseconds, as it writes them.
    micros = "make_timestamp(epoch_ns(time) // 1000) AS time"
    duck.execute(f"COPY (SELECT * REPLACE ({micros}) FROM '{ours}') TO '{theirs}'")
    assert server.ask("series", "import", "parquet", "copy", theirs) == {"rows": 3}
    expected = rows(server, "parquet", "air")
    for row in expected:
        row["time"] = row["time"][:-3] + "000"
    assert rows(server, "parquet", "copy") == expected


def test_what_is_wrong_is_told_with_its_row(server, tmp_path):
    filled(server, "wrong")
    file = tmp_path / "wrong.csv"

    def refused(content):
        file.write_text(content)
        done = server.run("series", "import", "wrong", "copy", file, check=False)
        assert done.returncode != 0
        return done.stderr

    assert "say what it is" in refused("time,level\n")
    assert "no column is called time" in refused("level:double\n")
    assert "row 2" in refused("time,level:double\nsoon,1\n")
    assert "outside the time range" in refused("time,measure_name,level:double\n5,all,1\n")
