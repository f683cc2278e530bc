"""One private server for a test: its own data directory, its doors on ports that the system picks.

What the tests know of the server is what every user knows: the program's commands, and the ready
file. Nothing here sleeps; what is awaited is an event, and PATIENCE bounds each wait.
"""

import json
import os
import select
import signal
import subprocess
import threading
import time
from pathlib import Path

PROGRAM = os.environ.get("THINGSTEAD", "target/debug/thingstead")
# The longest that anything may take on a busy machine; no test waits that long when it passes.
PATIENCE = 15
# The doors that can be opened, by the names of their flags and in the ready file.
DOORS = ("mqtt", "mqtts", "https", "aws", "console")


class Server:
    """`thingstead up`, and the commands that ask it."""

    def __init__(
        self, home: Path, *, ports=("0",) * len(DOORS), config: str | None = None, doors=None
    ):
        self.home = home
        self.data = home / "data"
        self.ports = list(ports)
        self.config = config
        # Doors that are not on a port of loopback, by name: another HOST:PORT, or off.
        self.doors: dict = doors or {}
        self.process: subprocess.Popen | None = None
        self.ready: dict = {}

    # === the server's life ===

    def start(self) -> "Server":
        ready_file = self.home / "ready.json"
        ready_file.unlink(missing_ok=True)
        with (self.home / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                self.up_command(ready_file), stdout=subprocess.PIPE, stderr=log, bufsize=0
            )
        self.announced = self._read_announcement()
        self.ready = json.loads(ready_file.read_text())
        # A server that comes back is found where it was, as devices expect.
        self.ports = [(self.ready[door] or ":0").rsplit(":", 1)[1] for door in DOORS]
        return self

    def up_command(self, ready_file: Path) -> list[str]:
        command = [PROGRAM, "--data", str(self.data), "up", "--ready-file", str(ready_file)]
        for door, port in zip(DOORS, self.ports):
            command += [f"--{door}", self.doors.get(door, f"127.0.0.1:{port}")]
        if self.config is not None:
            file = self.home / "thingstead.toml"
            file.write_text(self.config)
            command += ["--config", str(file)]
        return command

    def _read_announcement(self) -> str:
        """Everything up to the line that says what to do next: then every door is open."""
        lines = []
        while not lines or not lines[-1].startswith("next:"):
            readable, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
            line = self.process.stdout.readline().decode() if readable else ""
            if not line:
                raise AssertionError((self.home / "server.log").read_text())
            lines.append(line)
        return "".join(lines)

    def kill(self):
        """Power loss, as near as a process can come to it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return code

    def restart(self):
        self.kill()
        self.start()

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()

    # === where it is ===

    @property
    def mqtt_port(self) -> int:
        return int(self.ports[0])

    @property
    def mqtts_port(self) -> int:
        return int(self.ports[1])

    @property
    def https_port(self) -> int:
        return int(self.ports[DOORS.index("https")])

    @property
    def aws_url(self) -> str:
        return self.ready["aws"]

    @property
    def console_url(self) -> str:
        return self.ready["console"]

    # === its commands ===

    def run(self, *words, check=True) -> subprocess.CompletedProcess:
        """A command of the program."""
        command = [PROGRAM, "--data", str(self.data), *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: {done.stderr}")
        return done

    def ask(self, *words):
        """A command whose answer is JSON."""
        return json.loads(self.run("--json", *words).stdout)

    def device(self, name: str, policy: dict | None = None) -> "Bundle":
        folder = self.home / "bundles" / name
        words = ["device", "add", name, "--out", folder]
        if policy is not None:
            file = self.home / f"{name}-policy.json"
            file.write_text(json.dumps(policy))
            words += ["--policy", file]
        return Bundle(name, folder, self.ask(*words))

    def environment(self) -> dict:
        return self.ask("env")

    def refusals(self) -> list[dict]:
        """The latest first."""
        return self.ask("explain")

    def refused(self, *, kind: str, text: str) -> dict:
        """The refusal of this kind whose reason or advice has this text. The server may tell the
        client before it has written its memory, so this asks until the refusal is there."""
        deadline = time.monotonic() + PATIENCE
        while True:
            of_kind = [one for one in self.refusals() if one["kind"] == kind]
            for refusal in of_kind:
                if text in f"{refusal['reason']}; {refusal['advice']}":
                    return refusal
            assert time.monotonic() < deadline, f"no {text!r} in {of_kind[:3]}"


class Bundle:
    """What `device add` wrote."""

    def __init__(self, name: str, folder: Path, answer: dict):
        self.name = name
        self.folder = folder
        self.certificate_id = answer["certificateId"]
        self.policy = answer["policy"]
        self.key = str(folder / "private.key")
        self.certificate = str(folder / "certificate.pem")
        self.root = str(folder / "root-ca.pem")
        self.guide = folder / "CONNECT.md"


class Inbox:
    """Messages and events as a client's threads bring them, awaited by the test's."""

    def __init__(self):
        self._items = []
        self._changed = threading.Condition()

    def put(self, item):
        with self._changed:
            self._items.append(item)
            self._changed.notify_all()

    def take(self, count: int = 1) -> list:
        """The next items, in the order in which they came."""
        with self._changed:
            came = self._changed.wait_for(lambda: len(self._items) >= count, PATIENCE)
            assert came, f"{count} awaited, there came: {self._items}"
            taken, self._items = self._items[:count], self._items[count:]
            return taken

    def one(self):
        return self.take(1)[0]

    def is_empty(self) -> bool:
        with self._changed:
            return not self._items


def statement(effect: str, action, resource) -> dict:
    return {"Effect": effect, "Action": action, "Resource": resource}


def policy(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow_all() -> dict:
    return policy(statement("Allow", "iot:*", "*"))


def arn(resource: str) -> str:
    return f"arn:aws:iot:us-east-1:000000000000:{resource}"
