"""mosquitto_pub and mosquitto_sub: the lines of a bundle's CONNECT.md, as they stand there."""

import selectors
import shlex
import subprocess

import pytest

from mqtt_client import V5, plain
from server import PATIENCE, Bundle


def line_of(bundle: Bundle, program: str) -> list[str]:
    lines = [line.strip() for line in bundle.guide.read_text().splitlines()]
    [line] = [line for line in lines if line.startswith(f"{program} ")]
    return shlex.split(line)


class Listener:
    """mosquitto_sub in the bundle's folder, subscribed."""

    def __init__(self, bundle: Bundle, command: list[str]):
        self.process = subprocess.Popen(
            # Into a pipe it would write only when it has a whole block to say.
            ["stdbuf", "-oL", *command],
            cwd=bundle.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
        )
        self.await_line("Subscribed")

    def await_line(self, text: str) -> str:
        waiting = selectors.DefaultSelector()
        waiting.register(self.process.stdout, selectors.EVENT_READ)
        said = ""
        while waiting.select(PATIENCE):
            line = self.process.stdout.readline().decode()
            said += line
            if text in line or not line:
                break
        assert text in said, said
        return line

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def listen():
    made = []

    def listen(bundle, command):
        made.append(Listener(bundle, command))
        return made[-1]

    yield listen
    for listener in made:
        listener.close()


def test_the_line_that_publishes(server, name):
    bundle = server.device(name)
    tool = plain(server, V5, f"{name}-tool")
    tool.subscribe(f"{name}/#", 1)
    publish = line_of(bundle, "mosquitto_pub")
    subprocess.run(publish, cwd=bundle.folder, check=True, timeout=PATIENCE)
    message = tool.messages.one()
    assert (message.topic, message.payload) == (f"{name}/hello", b"Hello")
    tool.leave()


def test_the_line_that_subscribes(server, name, listen):
    bundle = server.device(name)
    listener = listen(bundle, line_of(bundle, "mosquitto_sub"))
    own = ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(server.mqtt_port), "-q", "1"]
    subprocess.run([*own, "-t", f"{name}/hello", "-m", "Hello"], check=True, timeout=PATIENCE)
    listener.await_line("Hello")


def test_a_refusal_is_said_in_mqtt5(server, name):
    bundle = server.device(name)
    publish = line_of(bundle, "mosquitto_pub")
    publish[publish.index("-t") + 1] = f"/{name}/hello"
    done = subprocess.run(
        [*publish, "-V", "5"], cwd=bundle.folder, capture_output=True, text=True, timeout=PATIENCE
    )
    assert "Not authorized" in done.stdout + done.stderr
    server.refused(kind="publish", text="remove the leading slash")


def test_the_line_that_device_add_prints(server, name):
    folder = server.home / name
    said = server.run("device", "add", name, "--out", folder).stdout
    [line] = [line.strip() for line in said.splitlines() if "mosquitto_pub" in line]
    subprocess.run(shlex.split(line), check=True, timeout=PATIENCE)
