"""Takes the rows of standard input into a new DuckDB, asks for the mean of each site and minute, and says
what that cost: python3 duck.py DATABASE FROM UNTIL QUERIES (seconds since 1970)."""

import json
import os
import sys
import time

import duckdb

path, begin, until, queries = sys.argv[1], *map(int, sys.argv[2:])
started, used = time.monotonic(), time.process_time()
duck = duckdb.connect(path)
duck.execute("SET enable_progress_bar = false")
duck.execute(
    "CREATE TABLE air AS SELECT to_timestamp(second)::TIMESTAMP AS time, site, device, temperature, humidity"
    " FROM read_csv('/dev/stdin', header = false, auto_detect = false, columns = {'site': 'VARCHAR',"
    " 'device': 'VARCHAR', 'temperature': 'DOUBLE', 'humidity': 'DOUBLE', 'second': 'BIGINT'})"
)
duck.execute("CHECKPOINT")
answer = {
    "rows": duck.execute("SELECT count(*) FROM air").fetchone()[0],
    "seconds": time.monotonic() - started,
    "cpu_seconds": time.process_time() - used,
    "bytes": os.path.getsize(path),
    "query_seconds": float("inf"),
}
query = (
    "SELECT site, epoch(time_bucket(INTERVAL 1 MINUTE, time))::BIGINT // 60 AS minute, avg(temperature) FROM air"
    f" WHERE time >= to_timestamp({begin})::TIMESTAMP AND time < to_timestamp({until})::TIMESTAMP GROUP BY ALL"
)
used = time.process_time()
for _ in range(queries):
    started = time.monotonic()
    answer["means"] = duck.execute(query).fetchall()
    answer["query_seconds"] = min(answer["query_seconds"], time.monotonic() - started)
answer["query_cpu_seconds"] = (time.process_time() - used) / queries
resident = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS")]
answer["resident_kib"] = int(resident[0])
print(json.dumps(answer))
