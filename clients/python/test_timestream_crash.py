"""Power fails while series are written, settled, merged, asked for and forgotten."""

import http.client
import threading
import time
import urllib.parse

from botocore.exceptions import BotoCoreError, ClientError

from aws_client import client

# Two writers, each with a device of its own whose row `n` has the value `n`.
LINES_OF_BODY = 400
RECORDS_OF_CALL = 100
# Texts are settled well and are large before: so that much is settled, and often.
PAD = "x" * 1_900
# How many lines are acknowledged before each kill: some segments are written by then, and merged by the last.
LINES_BEFORE_KILLS = (20_000, 60_000, 115_000)
DAY = 86_400_000
LOST = (OSError, http.client.HTTPException, BotoCoreError, ClientError)


class Writer(threading.Thread):
    """Writes row after row; what is not acknowledged is written again, as it was."""

    def __init__(self, device, start, rows_of_write, write):
        super().__init__(daemon=True)
        self.device, self.start_ms, self.rows_of_write, self.write = device, start, rows_of_write, write
        self.acknowledged = self.sent = 0
        self.moved = threading.Condition()
        self.stopped = False

    def run(self):
        while not self.stopped:
            rows = range(self.acknowledged, self.acknowledged + self.rows_of_write)
            self.sent = max(self.sent, rows.stop)
            try:
                self.write(self, rows)
            except LOST:
                # The server is being killed; the test starts it again.
                return
            with self.moved:
                self.acknowledged = rows.stop
                self.moved.notify_all()

    def reach(self, rows):
        with self.moved:
            assert self.moved.wait_for(lambda: self.acknowledged >= rows, 120), self.acknowledged


def write_lines(server, key):
    def write(writer, rows):
        body = "".join(
            f'air,device={writer.device} value={n},pad="{PAD}" {writer.start_ms + n}\n' for n in rows
        )
        url = urllib.parse.urlsplit(server.aws_url)
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
        path = "/api/v2/write?bucket=crash&precision=ms"
        connection.request("POST", path, body, {"Authorization": f"Token {key}"})
        status = connection.getresponse().status
        connection.close()
        assert status == 204, status

    return write


def write_records(write):
    def call(writer, rows):
        common = {"MeasureName": "air", "MeasureValueType": "MULTI"}
        common["Dimensions"] = [{"Name": "device", "Value": writer.device}]
        records = [
            {
                "Time": str(writer.start_ms + n),
                "MeasureValues": [{"Name": "value", "Value": str(float(n)), "Type": "DOUBLE"}],
            }
            for n in rows
        ]
        write.write_records(
            DatabaseName="crash", TableName="air", CommonAttributes=common, Records=records
        )

    return call


def counts(query):
    sql = 'SELECT device, count(*), sum(value), min(value), max(value) FROM "crash"."air" GROUP BY device'
    rows = query.query(QueryString=sql)["Rows"]
    values = [[value.get("ScalarValue") for value in row["Data"]] for row in rows]
    return {device: (int(count), *map(float, rest)) for device, count, *rest in values}


def check(found, writer, least, most):
    """There are the first rows of the writer, each once: those that were acknowledged, if not more."""
    count, total, first, last = found.get(writer.device, (0, 0.0, 0.0, -1.0))
    assert least <= count <= most, (writer.device, least, count, most)
    assert (total, first, last) == (count * (count - 1) / 2, 0.0, count - 1.0), (writer.device, count)


class Reader(threading.Thread):
    """Asks as long as the server answers; `failure` is what was wrong with an answer."""

    def __init__(self, query, writers):
        super().__init__(daemon=True)
        self.query, self.writers, self.failure, self.answers = query, writers, None, 0
        self.stopped = False

    def run(self):
        while not self.stopped and self.failure is None:
            least = [writer.acknowledged for writer in self.writers]
            try:
                found = counts(self.query)
            except LOST as error:
                # A refusal is none of a server that is killed.
                self.failure = error if isinstance(error, ClientError) else None
                return
            try:
                for writer, acknowledged in zip(self.writers, least):
                    check(found, writer, acknowledged, writer.sent)
            except AssertionError as error:
                self.failure = error
            self.answers += 1


def test_rows_outlive_kills_while_they_are_settled_and_merged(own_server):
    server = own_server
    write, query = client(server, "timestream-write"), client(server, "timestream-query")
    write.create_database(DatabaseName="crash")
    write.create_table(
        DatabaseName="crash",
        TableName="air",
        RetentionProperties={
            "MemoryStoreRetentionPeriodInHours": 24,
            "MagneticStoreRetentionPeriodInDays": 10,
        },
        MagneticStoreWriteProperties={"EnableMagneticStoreWrites": True},
    )
    key = client_key(server)
    start = int(time.time() * 1000) - 3_600_000
    lines = ("lines", start, LINES_OF_BODY, write_lines(server, key))
    records = ("records", start, RECORDS_OF_CALL, write_records(write))
    # And rows of days that go when the table keeps them no longer.
    old = Writer("old", start - 5 * DAY, 0, None)
    write_records(write)(old, range(100))
    standing = {of[0]: (0, 0) for of in (lines, records)}
    for kill, rows in enumerate(LINES_BEFORE_KILLS):
        writers = [Writer(*of) for of in (lines, records)]
        for writer in writers:
            writer.acknowledged, writer.sent = standing[writer.device]
        reader = Reader(query, writers)
        for thread in (*writers, reader):
            thread.start()
        if kill == 1:
            keep_days(write, 3)
        writers[0].reach(rows)
        server.kill()
        for thread in (*writers, reader):
            thread.join(60)
        assert reader.failure is None and reader.answers > 0, reader.failure
        server.start()
        found = counts(query)
        for writer in writers:
            check(found, writer, writer.acknowledged, writer.sent)
            standing[writer.device] = (writer.acknowledged, max(writer.sent, writer.acknowledged))
        assert found.get("old", (0,))[0] == (100 if kill == 0 else 0)
    segments = sorted(int(file.stem, 16) for file in (server.data / "series").glob("*.series"))
    assert segments and segments[-1] > len(segments), "there were segments, and some were merged"


def keep_days(write, days):
    write.update_table(
        DatabaseName="crash",
        TableName="air",
        RetentionProperties={
            "MemoryStoreRetentionPeriodInHours": 24,
            "MagneticStoreRetentionPeriodInDays": days,
        },
    )


def client_key(server):
    environment = server.environment()
    return f"{environment['AWS_ACCESS_KEY_ID']}:{environment['AWS_SECRET_ACCESS_KEY']}"
