"""The program's own commands, as people and scripts type them."""

import json
import os
import signal
import subprocess
from pathlib import Path

import aws_client
import pytest

from mqtt_client import V5, Client, plain, secure
from server import PATIENCE, PROGRAM, Server


def test_up_says_where_everything_is(server):
    ready = server.ready
    assert ready["pid"] == server.process.pid
    for word in (ready["mqtt"], ready["mqtts"], ready["aws"], str(server.data)):
        assert word in server.announced
    assert "device add" in server.announced
    for path in ("root_ca", "credentials", "data"):
        assert os.path.exists(ready[path])


def test_secrets_are_their_owners(server, name):
    bundle = server.device(name)
    secrets = ["root-ca.key", "server.key", "credentials"]
    for path in [server.data / one for one in secrets] + [bundle.folder / "private.key"]:
        assert path.stat().st_mode & 0o777 == 0o600, path


def test_env_is_for_eval(server):
    script = f'eval "$({PROGRAM} --data {server.data} env)"; env'
    shown = subprocess.run(["bash", "-c", script], capture_output=True, text=True).stdout
    variables = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
    expected = server.environment()
    assert {key: variables[key] for key in expected} == expected
    assert expected["AWS_ENDPOINT_URL"] == server.aws_url
    assert expected["THINGSTEAD_MQTT_ENDPOINT"].endswith(f":{server.mqtts_port}")


def test_a_device_from_its_making_to_its_end(server, name):
    bundle = server.device(name)
    again = server.run("device", "add", name, "--out", server.home / "again", check=False)
    assert again.returncode != 0 and name in again.stderr
    client = secure(server, V5, bundle)
    assert name in [one["name"] for one in server.ask("device", "list")]
    shown = server.ask("device", "show", name)
    assert shown["isConnected"] is True
    [certificate] = shown["certificates"]
    assert certificate["certificateId"] == bundle.certificate_id
    assert (certificate["status"], certificate["policies"]) == ("ACTIVE", [bundle.policy])
    assert "connected" in server.run("device", "show", name).stdout

    server.run("device", "deactivate", name)
    client.ends.one()
    client.paho.loop_stop()
    [certificate] = server.ask("device", "show", name)["certificates"]
    assert certificate["status"] == "INACTIVE"
    server.run("device", "remove", name)
    gone = server.run("device", "show", name, check=False)
    assert gone.returncode != 0 and gone.stderr.count("\n") == 1


def test_doctor_is_content_with_a_server_that_is_well(server):
    checks = server.ask("doctor")
    assert all(check["ok"] for check in checks)
    assert {"disk", "secrets", "certificate", "server", "clock", "mqtt", "mqtts"} <= {
        check["check"] for check in checks
    }


def test_doctor_says_what_to_do(own_server):
    (own_server.data / "server.key").chmod(0o644)
    sick = own_server.run("doctor", check=False)
    assert sick.returncode != 0
    assert f"chmod 600 {own_server.data}/server.key" in sick.stdout
    own_server.kill()
    dead = own_server.run("doctor", check=False)
    assert dead.returncode != 0 and "BAD  server" in dead.stdout


def test_a_second_server_on_the_same_data_is_refused_in_one_line(server, make_server):
    second = make_server("second")
    second.data = server.data
    assert_refused(second, "in use")
    # The first one is not disturbed by it.
    assert server.ask("doctor")


def test_a_used_port_is_named_with_the_remedy(server, make_server):
    second = make_server("second", ports=(str(server.mqtt_port), "0", "0", "0", "0"))
    said = assert_refused(second, f"port {server.mqtt_port} is in use")
    assert "--mqtt 127.0.0.1:0" in said


def assert_refused(server: Server, text: str) -> str:
    command = server.up_command(server.home / "ready.json")
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode != 0
    assert text in done.stderr and done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_a_wrong_configuration_is_refused_with_all_that_is_wrong(make_server):
    server = make_server(config='profile = "azure"\n[limits]\nnonsense = 1\n')
    command = server.up_command(server.home / "ready.json")
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode != 0
    assert "profile" in done.stderr and "limits.nonsense" in done.stderr


def test_sigterm_ends_it_in_order(own_server):
    client = Client(V5, "client")
    client.enter(own_server.mqtt_port)
    assert own_server.stop() == 0
    assert "panicked" not in (own_server.home / "server.log").read_text()
    assert client.ends.one().value == 0x8B  # server shutting down
    client.paho.loop_stop()
    assert not (own_server.home / "ready.json").exists()
    assert not (own_server.data / "ready.json").exists()
    asked = own_server.run("explain", check=False)
    assert asked.returncode != 0 and "no server runs" in asked.stderr


def test_tail_shows_messages_as_they_pass(server, name):
    command = [PROGRAM, "--data", str(server.data), "--json", "tail", f"{name}/#", "--count", "2"]
    watcher = plain(server, V5, f"{name}-watcher")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as tail:
        try:
            publish_until(watcher, name, tail)
            output, _ = tail.communicate(timeout=PATIENCE)
        finally:
            tail.send_signal(signal.SIGKILL)
    decoder, position, seen = json.JSONDecoder(), 0, []
    while position < len(output.rstrip()):
        message, position = decoder.raw_decode(output, position)
        position += 1
        seen.append(message)
    assert [message["topic"] for message in seen] == [f"{name}/a"] * 2
    assert seen[0]["payload"] == "hello"
    watcher.leave()


def publish_until(client, name, tail):
    """Nobody is told when a tap is in place: publishes until the command has seen enough."""
    for _ in range(100_000):
        if tail.poll() is not None:
            return
        client.publish(f"{name}/a", "hello", 1)
    raise AssertionError("tail saw nothing")


@pytest.mark.parametrize("is_killed", [False, True], ids=["stopped", "killed"])
def test_backup_and_restore(own_server, make_server, is_killed):
    """Into a new directory, with the keys copied beside it as the backup says."""
    bundle = own_server.device("lamp")
    tool = plain(own_server, V5, "tool")
    tool.publish("lamp/state", "on", 1, retain=True)
    tool.leave()
    large = os.urandom(300_000)
    bucket = aws_client.client(own_server, "s3")
    bucket.create_bucket(Bucket="maps")
    bucket.put_object(Bucket="maps", Key="large", Body=large)
    file = own_server.home / "everything.backup"
    report = own_server.ask("backup", file)
    assert report["records"] > 0 and report["files"] == 1
    # What is deleted since is in the backup all the same.
    bucket.delete_object(Bucket="maps", Key="large")
    if is_killed:
        own_server.kill()
    else:
        own_server.stop()

    restored = make_server("restored")
    assert restored.ask("restore", file)["records"] == report["records"]
    again = restored.run("restore", file, check=False)
    assert again.returncode != 0 and again.stderr.count("\n") == 1
    for name in ("root-ca.pem", "root-ca.key", "credentials"):
        (restored.data / name).write_bytes((own_server.data / name).read_bytes())
    restored.start()
    got = aws_client.client(restored, "s3").get_object(Bucket="maps", Key="large")
    assert got["Body"].read() == large
    device = secure(restored, V5, bundle)
    device.subscribe("lamp/state", 1)
    assert device.messages.one().payload == b"on"
    device.leave()
    assert restored.environment()["AWS_ACCESS_KEY_ID"] == json.loads(
        (own_server.data / "credentials").read_text()
    )["access_key_id"]


def test_memory_is_kept_in_few_pools_and_given_back(tmp_path):
    """The allocator is told when it is built, and tells what it was told."""
    asked = {**os.environ, "_RJEM_MALLOC_CONF": "stats_print:true"}
    told = subprocess.run(
        [PROGRAM, "--data", tmp_path, "env"], capture_output=True, text=True, env=asked
    ).stderr
    assert f"opt.narenas: {len(os.sched_getaffinity(0))}\n" in told
    assert "opt.background_thread: true" in told
