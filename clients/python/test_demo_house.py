"""`thingstead demo house`: with one command from nothing to air conditioners that switch, and to nothing again."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import aws_client
import pytest
from house_stack import LATEST, WITH_BOTO3

from server import PATIENCE, PROGRAM
from test_house_stack import all_there_is


class Demo:
    """The command, whose lines are read as they come."""

    def __init__(self, folder: Path, *words, data=None):
        environment = {**os.environ, "TMPDIR": str(folder), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        command = [Path(PROGRAM).absolute(), *(["--data", str(data)] if data else []), "demo", "house", *words]
        self.folder = folder
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def lines(self):
        """Those that are JSON, until the end."""
        for line in self.process.stdout:
            if line.startswith("{"):
                yield json.loads(line)

    def until(self, found):
        """The lines up to the first that is looked for."""
        seen = []
        for line in self.lines():
            seen.append(line)
            if found(line):
                return seen
        raise AssertionError(f"{seen[-3:]} {self.process.stderr.read()}")

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        rest, error = self.process.communicate(timeout=2 * PATIENCE)
        assert (self.process.returncode, error) == (0, ""), error
        return rest

    def kill(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate(timeout=2 * PATIENCE)


@pytest.fixture
def demo(tmp_path):
    made = []

    def begin(*words, **options):
        made.append(Demo(tmp_path, *words, **options))
        return made[-1]

    yield begin
    for one in made:
        one.kill()


@pytest.mark.parametrize("language", ["rust", "python"])
def test_the_house_grows_warm_and_is_cooled(demo, tmp_path, language):
    running = demo("--json", "--speed", "60", "--seed", "5", "--controller", language)
    switch = lambda zone, is_on: lambda line: line == {"zone": zone, "switchedTo": is_on}
    seen = running.until(switch(1, True))
    minutes = [line["minute"] for line in seen if "minute" in line]
    assert minutes[-1] in (6, 7), "within seven minutes, and not before it is warm"
    seen = running.until(switch(1, False))
    rounds = [line for line in seen if "minute" in line]
    means = [line["means"][0] for line in rounds if line["cooled"][0]]
    assert max(means) > 35 and means[-1] < 21
    assert rounds[-1]["items"] > 0 and rounds[-1]["rows"] > 1_000
    rest = running.interrupt()
    assert "the stack house is gone" in rest
    assert list(tmp_path.iterdir()) == [], "the server's data went with it"


def test_it_runs_on_the_server_that_is_there_and_leaves_nothing(demo, make_server):
    server = make_server(config=WITH_BOTO3).start()
    before = all_there_is(server)
    running = demo("--json", "--speed", "120", data=server.data)
    running.until(lambda line: "minute" in line)
    # The course's own question, from another terminal.
    found = aws_client.client(server, "timestream-query").query(QueryString=LATEST)
    assert found["Rows"]
    running.interrupt()
    assert all_there_is(server) == before
    assert server.ask("doctor"), "the server goes on"


def test_each_hour_it_tells_what_the_server_has_taken(demo):
    running = demo("--json", "--speed", "300")
    seen = running.until(lambda line: "hour" in line)
    # However slow the machine is: the house waits for its controller, and is cooled.
    assert {"zone": 1, "switchedTo": True} in seen and {"zone": 1, "switchedTo": False} in seen
    taken = seen[-1]
    assert taken["hour"] == 1 and taken["memoryKib"] > 1_000 and taken["descriptors"] > 10
    running.interrupt()


def test_it_tells_where_a_browser_finds_it(demo):
    out, error = demo("--speed", "120", "--for", "1s").process.communicate(timeout=4 * PATIENCE)
    assert re.search(r"in a browser, once within ten minutes: http://127\.0\.0\.1:\d+/login#\S{40}", out), error


def test_it_can_be_kept(demo, make_server):
    server = make_server().start()
    running = demo("--speed", "120", "--for", "1s", "--keep", data=server.data)
    out, error = running.process.communicate(timeout=4 * PATIENCE)
    assert running.process.returncode == 0, error
    assert "thingstead destroy house" in out
    assert "house" in all_there_is(server)["policies"]
    # The next one finds it there, with devices that have new keys.
    again = demo("--json", "--speed", "120", data=server.data)
    again.until(lambda line: "minute" in line)
    again.interrupt()
    assert all_there_is(server)["policies"] == []


def test_its_server_ends_with_it_whatever_ends_it(demo, tmp_path):
    running = demo("--json", "--speed", "120")
    running.until(lambda line: "minute" in line)
    [data] = tmp_path.iterdir()
    host, port = json.loads((data / "ready.json").read_text())["aws"].removeprefix("http://").split(":")
    running.process.kill()
    running.process.communicate()
    deadline = time.monotonic() + PATIENCE
    while is_open(host, int(port)):
        assert time.monotonic() < deadline, "the server goes on"
        time.sleep(0.05)


def is_open(host, port):
    try:
        socket.create_connection((host, port), timeout=PATIENCE).close()
    except OSError:
        return False
    return True


def test_what_cannot_be_is_told(demo, tmp_path):
    for words, told in ((["--speed", "0"], "must be above 0"), (["--for", "soon"], "must be a number")):
        running = demo(*words)
        _, error = running.process.communicate(timeout=PATIENCE)
        assert running.process.returncode != 0 and told in error
