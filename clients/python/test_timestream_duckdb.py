"""Queries of Timestream held against DuckDB: the same rows, the same text, equal answers, where the dialects agree.

The data is shaped as that of TSBS (hosts and their load) and of New York's taxis (trips and fares).
"""

import math
import random
from datetime import datetime, timedelta, timezone

import pytest

from aws_client import client

duckdb = pytest.importorskip("duckdb")

HOSTS = ("hostname", "region", "os")
HOST_MEASURES = {"usage_user": "DOUBLE", "usage_system": "DOUBLE", "procs": "BIGINT", "state": "VARCHAR"}
TRIPS = ("vendor", "payment")
TRIP_MEASURES = {"distance": "DOUBLE", "fare": "DOUBLE", "passengers": "BIGINT", "shared": "BOOLEAN"}
START = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None) - timedelta(hours=2)


def hosts(chance):
    for number in range(8):
        dimensions = (f"host_{number}", ("eu", "us", "ap")[number % 3], "linux" if number % 2 else "bsd")
        for step in range(40):
            yield dimensions, START + timedelta(seconds=step * 90 + number), {
                "usage_user": round(chance.uniform(0, 100), 2),
                "usage_system": None if chance.random() < 0.2 else round(chance.uniform(0, 50), 2),
                "procs": chance.randint(1, 400),
                "state": chance.choice(("idle", "busy", None)),
            }


def trips(chance):
    for number in range(300):
        dimensions = (chance.choice(("a", "b", "c")), chance.choice(("cash", "card")))
        yield dimensions, START + timedelta(seconds=number * 20), {
            "distance": round(chance.expovariate(0.3), 2),
            "fare": round(chance.uniform(3, 80), 2),
            "passengers": chance.randint(0, 6),
            "shared": chance.choice((True, False, None)),
        }


def records(names, types, rows):
    for dimensions, time, values in rows:
        measures = [
            {"Name": name, "Value": str(value).lower() if value in (True, False) and types[name] == "BOOLEAN" else str(value), "Type": types[name]}
            for name, value in values.items()
            if value is not None
        ]  # fmt: skip
        yield {
            "Dimensions": [{"Name": n, "Value": v} for n, v in zip(names, dimensions)],
            "MeasureName": "m",
            "MeasureValueType": "MULTI",
            "MeasureValues": measures,
            "Time": str(int(time.replace(tzinfo=timezone.utc).timestamp() * 1000)),
        }


@pytest.fixture(scope="module")
def both(server):
    """Our query, and DuckDB's."""
    write, query = client(server, "timestream-write"), client(server, "timestream-query")
    other = duckdb.connect()
    other.execute("CREATE SCHEMA bench")
    other.execute("CREATE MACRO bin(t, w) AS time_bucket(w, t)")
    write.create_database(DatabaseName="bench")
    chance = random.Random(7)
    for table, names, types, rows in (
        ("cpu", HOSTS, HOST_MEASURES, list(hosts(chance))),
        ("trip", TRIPS, TRIP_MEASURES, list(trips(chance))),
    ):
        write.create_table(DatabaseName="bench", TableName=table)
        made = list(records(names, types, rows))
        for start in range(0, len(made), 100):
            write.write_records(
                DatabaseName="bench", TableName=table, Records=made[start : start + 100]
            )
        columns = [f"{name} VARCHAR" for name in names] + ["time TIMESTAMP"]
        columns += [f"{name} {kind}" for name, kind in types.items()]
        other.execute(f"CREATE TABLE bench.{table} ({', '.join(columns)})")
        marks = ", ".join("?" for _ in columns)
        values = [[*dimensions, time, *measures.values()] for dimensions, time, measures in rows]
        other.executemany(f"INSERT INTO bench.{table} VALUES ({marks})", values)

    def ours(sql):
        pages = query.get_paginator("query").paginate(QueryString=sql)
        return [[plain(datum) for datum in row["Data"]] for page in pages for row in page["Rows"]]

    return ours, lambda sql: other.execute(sql).fetchall()


def plain(datum):
    if "ArrayValue" in datum:
        return [plain(one) for one in datum["ArrayValue"]]
    return datum.get("ScalarValue")


def same(ours, theirs) -> bool:
    if theirs is None or ours is None:
        return ours is theirs
    if isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(theirs, bool):
        return ours == str(theirs).lower()
    if isinstance(theirs, datetime):
        return ours == theirs.strftime("%Y-%m-%d %H:%M:%S.%f") + "000"
    if isinstance(theirs, (int, float)) or hasattr(theirs, "as_tuple"):
        return math.isclose(float(ours), float(theirs), rel_tol=1e-9, abs_tol=1e-9)
    return ours == str(theirs)


LATER = (START + timedelta(minutes=20)).strftime("TIMESTAMP '%Y-%m-%d %H:%M:%S'")
BIN = "bin(time, INTERVAL '5' MINUTE)"


def queries():
    for keys in ("hostname", "region", "region, os", BIN, f"region, {BIN}"):
        for value in ("usage_user", "usage_system", "procs"):
            shown = f"avg({value}), min({value}), max({value}), sum({value}), count({value}), count(*)"
            for condition in ("", f" WHERE time >= {LATER}", " WHERE os = 'linux' AND usage_user > 20"):
                yield f"SELECT {keys}, {shown} FROM bench.cpu{condition} GROUP BY {keys} ORDER BY {keys}"
    for keys in ("vendor", "payment", "vendor, payment", "passengers"):
        for shown in (
            "stddev(fare), var_pop(fare), variance(distance), corr(fare, distance)",
            "covar_samp(fare, distance), covar_pop(fare, distance), regr_slope(fare, distance)",
            "max_by(fare, time), min_by(distance, time), count(DISTINCT passengers), sum(DISTINCT passengers)",
            "bool_and(shared), bool_or(shared), count_if(shared), count(*) FILTER (WHERE fare > 20)",
            "array_agg(fare ORDER BY fare DESC, time)",
        ):
            yield f"SELECT {keys}, {shown} FROM bench.trip GROUP BY {keys} ORDER BY {keys}"
    yield from OTHERS


OTHERS = [
    "SELECT t.time, t.fare, t.shared FROM bench.trip AS t WHERE t.vendor = 'a' AND fare BETWEEN 10 AND 20 ORDER BY time",
    "SELECT DISTINCT region, os FROM bench.cpu ORDER BY region, os",
    "SELECT hostname FROM bench.cpu GROUP BY hostname HAVING avg(usage_user) > 50 ORDER BY hostname",
    "SELECT time, fare FROM bench.trip ORDER BY fare DESC, time LIMIT 7 OFFSET 3",
    "SELECT time, state FROM bench.cpu WHERE hostname = 'host_1' ORDER BY state NULLS FIRST, time",
    "SELECT time, usage_system FROM bench.cpu WHERE usage_system IS NULL ORDER BY time, hostname",
    "SELECT hostname, time, procs, row_number() OVER (PARTITION BY hostname ORDER BY procs, time) FROM bench.cpu ORDER BY 1, 2",
    "SELECT hostname, time, lag(procs) OVER (PARTITION BY hostname ORDER BY time), lead(procs, 2, 0) OVER (PARTITION BY hostname ORDER BY time) FROM bench.cpu ORDER BY 1, 2",
    "SELECT hostname, time, sum(procs) OVER (PARTITION BY hostname ORDER BY time), avg(usage_user) OVER (PARTITION BY hostname ORDER BY time ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING) FROM bench.cpu ORDER BY 1, 2",
    "SELECT passengers, rank() OVER (ORDER BY passengers), dense_rank() OVER (ORDER BY passengers), count(*) FROM bench.trip GROUP BY passengers ORDER BY passengers",
    "SELECT time, ntile(4) OVER (ORDER BY time), first_value(fare) OVER (ORDER BY time), last_value(fare) OVER (ORDER BY time ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM bench.trip ORDER BY time",
    "SELECT percent_rank() OVER (ORDER BY fare), cume_dist() OVER (ORDER BY fare), fare FROM bench.trip ORDER BY fare, time",
    "WITH busy AS (SELECT hostname, avg(usage_user) AS mean FROM bench.cpu GROUP BY hostname) SELECT c.hostname, count(*) FROM bench.cpu c JOIN busy b ON c.hostname = b.hostname AND c.usage_user > b.mean GROUP BY c.hostname ORDER BY 1",
    "SELECT a.hostname, b.region FROM (SELECT DISTINCT hostname, region FROM bench.cpu) a LEFT JOIN (SELECT DISTINCT region FROM bench.cpu WHERE region <> 'eu') b ON a.region = b.region ORDER BY 1",
    "SELECT a.vendor, b.vendor FROM (SELECT DISTINCT vendor FROM bench.trip WHERE vendor <> 'a') a FULL JOIN (SELECT DISTINCT vendor FROM bench.trip WHERE vendor <> 'c') b ON a.vendor = b.vendor ORDER BY 1, 2",
    "SELECT vendor, count(*) FROM (SELECT DISTINCT vendor FROM bench.trip) a JOIN (SELECT vendor, payment FROM bench.trip) b USING (vendor) GROUP BY vendor ORDER BY vendor",
    "SELECT count(*) FROM bench.cpu a CROSS JOIN (SELECT DISTINCT vendor FROM bench.trip) b",
    "SELECT region FROM bench.cpu UNION SELECT vendor FROM bench.trip ORDER BY 1",
    "SELECT region FROM bench.cpu WHERE os = 'bsd' INTERSECT SELECT region FROM bench.cpu WHERE os = 'linux' ORDER BY 1",
    "SELECT hostname FROM bench.cpu EXCEPT SELECT hostname FROM bench.cpu WHERE os = 'linux' ORDER BY 1",
    "SELECT count(*) FROM bench.trip WHERE fare > (SELECT avg(fare) FROM bench.trip)",
    "SELECT count(*) FROM bench.trip WHERE vendor IN (SELECT vendor FROM bench.trip WHERE fare > 79)",
    "SELECT CASE WHEN fare > 50 THEN 'dear' WHEN fare > 20 THEN 'fair' ELSE 'cheap' END AS class, count(*) FROM bench.trip GROUP BY 1 ORDER BY 1",
    "SELECT region, os, count(*) FROM bench.cpu GROUP BY ROLLUP (region, os) ORDER BY 1, 2",
    "SELECT vendor, payment, sum(fare) FROM bench.trip GROUP BY CUBE (vendor, payment) ORDER BY 1, 2",
    "SELECT vendor, passengers, count(*) FROM bench.trip GROUP BY GROUPING SETS ((vendor), (passengers)) ORDER BY 1, 2, 3",
    "SELECT upper(hostname), lower(os), length(region), substr(hostname, 2, 3), reverse(os), replace(hostname, 'host', 'h'), strpos(hostname, '_'), concat(region, '-', os), lpad(region, 5, '*'), split_part(hostname, '_', 2) FROM bench.cpu ORDER BY hostname, time LIMIT 20",
    "SELECT abs(-procs), ceil(usage_user), floor(usage_user), sqrt(procs), power(procs, 2), ln(procs), mod(procs, 7), sign(usage_user - 50), greatest(usage_user, 50.0), least(procs, 100) FROM bench.cpu ORDER BY hostname, time LIMIT 50",
    "SELECT year(time), month(time), day(time), hour(time), minute(time), second(time), quarter(time), date_trunc('hour', time), date_trunc('day', time), date_trunc('month', time) FROM bench.trip ORDER BY time LIMIT 30",
    "SELECT coalesce(usage_system, 0), nullif(state, 'idle'), state IS NULL, state = 'idle' OR usage_system > 10, NOT (usage_system > 10) FROM bench.cpu ORDER BY hostname, time",
    "SELECT hostname LIKE 'host%', hostname LIKE '%_1', region IN ('eu', 'us'), region NOT IN ('eu'), procs BETWEEN 10 AND 200 FROM bench.cpu ORDER BY hostname, time LIMIT 40",
    "SELECT CAST(procs AS double), CAST(procs AS varchar), CAST('12' AS bigint) + procs, procs * 2 - 1, usage_user / 3 FROM bench.cpu ORDER BY hostname, time LIMIT 40",
]  # fmt: skip


def test_answers_are_those_of_duckdb(both):
    ours, theirs = both
    asked, wrong = list(queries()), []
    assert len(asked) >= 95
    for sql in asked:
        found, expected = ours(sql), theirs(sql)
        pairs = list(zip(found, expected))
        unequal = next((pair for pair in pairs if not all(map(same, *pair))), None)
        if unequal or len(found) != len(expected):
            wrong.append((sql, len(found), len(expected), unequal))
    assert wrong == []
