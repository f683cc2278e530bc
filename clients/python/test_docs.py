"""The commands in the README and in docs/ work as they stand there, in the order in which they stand.

Only ports differ, since no test may take a fixed one; and a command that would run until it is
interrupted ends as soon as it has begun.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from function_code import archive
from server import PROGRAM, Server

ROOT = Path(__file__).parents[2]
# The CLI looks at a stack every half minute only.
PATIENCE_SECS = 300
PROGRAMS = ("thingstead", "mosquitto_pub", "mosquitto_sub", "aws", "eval")


def blocks(page: str) -> list[str]:
    """The indented blocks of a page."""
    text = (ROOT / page).read_text()
    found = re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", text, re.MULTILINE)
    return ["\n".join(line[4:] for line in block.splitlines()) for block in found]


def commands(page: str) -> list[str]:
    lines = [line for block in blocks(page) for line in block.splitlines()]
    is_command = re.compile(rf"({'|'.join(PROGRAMS)}) (?!=)").match
    return [line.split("  #")[0] for line in lines if is_command(line)]


class Shell:
    """A terminal in a folder, with the program on its path and a server on the folder's data."""

    def __init__(self, folder: Path):
        (folder / "bin").mkdir()
        (folder / "bin" / "thingstead").symlink_to(Path(PROGRAM).absolute())
        self.folder = folder
        self.server = Server(folder)
        self.server.data = folder / "thingstead-data"
        self.server.start()
        here = Path(sys.executable).parent
        self.environment = {
            **os.environ,
            "PATH": f"{folder / 'bin'}:{here}:{os.environ['PATH']}",
            "AWS_CONFIG_FILE": str(folder / "no-config"),
            **self.server.environment(),
        }

    def run(self, line: str) -> subprocess.CompletedProcess:
        line = line.replace("-p 8883", f"-p {self.server.mqtts_port}")
        line = line.replace("http://127.0.0.1:8080", self.server.console_url)
        if line.startswith("mosquitto_sub"):
            line += " -E"
        if line.startswith("thingstead tail"):
            line += " --count 0"
        done = subprocess.run(
            line, shell=True, cwd=self.folder, env=self.environment,
            capture_output=True, text=True, timeout=PATIENCE_SECS,
        )
        print(f"$ {line}\n{done.stdout}{done.stderr}")
        return done


@pytest.fixture
def shell(tmp_path):
    shell = Shell(tmp_path)
    yield shell
    shell.server.close()


def run_page(shell: Shell, page: str):
    found = commands(page)
    assert found, page
    for line in found:
        done = shell.run(line)
        is_refused = "-t /lamp/hello" in line
        assert is_refused or done.returncode == 0, f"{page}: {line}\n{done.stderr}"


def test_the_tour_of_the_readme_and_what_it_leads_to(shell):
    """README.md, then docs/explain.md, docs/durability.md and docs/configuration.md."""
    run_page(shell, "README.md")
    advice = "the device published /lamp/hello: remove the leading slash"
    assert advice in (ROOT / "README.md").read_text()
    assert advice in shell.run("thingstead explain").stdout
    run_page(shell, "docs/explain.md")
    run_page(shell, "docs/durability.md")
    sample = next(block for block in blocks("docs/configuration.md") if "[limits]" in block)
    (shell.folder / "thingstead.toml").write_text(sample)
    run_page(shell, "docs/configuration.md")


def test_the_page_on_devices(shell):
    """docs/devices.md: our commands, then the same by the AWS API."""
    policy = next(block for block in blocks("docs/devices.md") if '"Statement"' in block)
    (shell.folder / "policy.json").write_text(policy)
    arn = "CERTIFICATE_ARN"
    for line in commands("docs/devices.md"):
        done = shell.run(line.replace("CERTIFICATE_ARN", arn))
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        arn = next(iter(re.findall(r'"certificateArn": "([^"]+)"', done.stdout)), arn)


def test_the_page_on_the_broker(shell):
    (shell.folder / "hello.txt").write_text("Hello")
    run_page(shell, "docs/mqtt.md")


def test_the_page_on_shadows(shell):
    desired = next(block for block in blocks("docs/shadows.md") if '"desired"' in block)
    (shell.folder / "desired.json").write_text(desired)
    run_page(shell, "docs/shadows.md")


def test_the_page_on_jobs(shell):
    """docs/jobs.md, from the first device to the job's deletion."""
    run_page(shell, "docs/jobs.md")


def test_the_page_on_rules(shell):
    """docs/rules.md, with the files that it shows."""
    shown = [block for block in blocks("docs/rules.md") if block.startswith("{")]
    for name, text in zip(("trust", "permits", "rule", "message"), shown, strict=True):
        (shell.folder / f"{name}.json").write_text(text)
    run_page(shell, "docs/rules.md")
    assert '"45"' in shell.run("aws dynamodb scan --table-name Temperature").stdout


def test_the_page_on_what_rules_do(shell):
    """docs/rules-actions.md, with the files that it shows, and the trust of docs/rules.md."""
    trust = next(block for block in blocks("docs/rules.md") if "sts:AssumeRole" in block)
    shown = [block for block in blocks("docs/rules-actions.md") if block.startswith("{")]
    for name, text in zip(("trust", "rule", "permits", "message"), [trust, *shown], strict=True):
        (shell.folder / f"{name}.json").write_text(text)
    run_page(shell, "docs/rules-actions.md")
    found = shell.run("aws logs filter-log-events --log-group-name sensors").stdout
    assert '{\\"temperature\\":45}' in found


def test_the_page_on_tables(shell):
    run_page(shell, "docs/tables.md")


def test_the_page_on_queues(shell):
    run_page(shell, "docs/queues.md")


def test_the_page_on_functions(shell):
    """docs/functions.md, with the files that it shows and code that greets."""
    shown = [block for block in blocks("docs/functions.md") if block.startswith("{")]
    for name, text in zip(("trust", "permits"), shown, strict=True):
        (shell.folder / f"{name}.json").write_text(text)
    code = "def handler(event, context):\n    print('asked by', event['name'])\n    return 'hello ' + event['name']\n"
    (shell.folder / "code.zip").write_bytes(archive({"app.py": code}))
    run_page(shell, "docs/functions.md")
    assert (shell.folder / "answer.json").exists()


def test_the_page_on_parameters(shell):
    run_page(shell, "docs/parameters.md")


def test_the_page_on_secrets(shell):
    run_page(shell, "docs/secrets.md")


def test_the_page_on_queries_of_series(shell):
    run_page(shell, "docs/series-sql.md")


def test_the_page_on_access(shell):
    run_page(shell, "docs/access.md")


def test_the_page_on_the_console(shell):
    run_page(shell, "docs/console.md")
    assert shell.server.console_url + "/login#" in shell.run("thingstead console").stdout


def test_the_page_on_the_registry(shell):
    """docs/registry.md, with a folder to export to and to import from."""
    run_page(shell, "docs/registry.md")


def test_the_page_on_replay(shell):
    """docs/replay.md: a recording, a rule on it, and a replay."""
    rule = next(block for block in blocks("docs/replay.md") if '"sql"' in block)
    (shell.folder / "rule.json").write_text(rule)
    (shell.folder / "message.json").write_text('{"room": "kitchen", "temperature": 45}')
    run_page(shell, "docs/replay.md")
    assert "nothing is recorded" in shell.run("thingstead record list").stdout


def test_the_page_on_objects(shell):
    run_page(shell, "docs/objects.md")


def test_the_page_on_schedules(shell):
    run_page(shell, "docs/schedules.md")


def test_the_page_on_stacks(shell):
    (shell.folder / "lamp.yaml").write_text(blocks("docs/stacks.md")[0])
    run_page(shell, "docs/stacks.md")


def test_the_page_on_authorizers(shell):
    """docs/authorizers.md, with the function that it shows."""
    code = next(block for block in blocks("docs/authorizers.md") if "def handler" in block)
    (shell.folder / "judge.zip").write_bytes(archive({"index.py": code}))
    run_page(shell, "docs/authorizers.md")
def test_the_page_of_the_house(shell):
    """applications/house/README.md, by hand; what builds programs and shows all at once has been done before."""
    for name in ("house-simulator", "house-controller"):
        (shell.folder / "bin" / name).symlink_to(Path(PROGRAM).absolute().parent / name)
    (shell.folder / "applications").symlink_to(ROOT / "applications")
    (shell.folder / "target").mkdir()
    (shell.folder / "target" / "release").symlink_to(Path(PROGRAM).absolute().parent)
    page = "applications/house/README.md"
    lines = [line for block in blocks(page) for line in block.splitlines()]
    begins = re.compile(rf"({'|'.join(PROGRAMS)}|for|echo|house-simulator|applications/\S+) ").match
    answers = {}
    for line in filter(begins, lines):
        more = ""
        if line.startswith("house-simulator run"):
            more = f" --endpoint localhost:{shell.server.mqtts_port} --speed 60 --steps 24"
        done = shell.run(line + more)
        # The CLI does not say it by its exit when there is nothing to change.
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        answers[line.split(" --")[0]] = done.stdout
    assert '"45"' in answers["aws dynamodb scan"]
    assert '"ScalarValue": "20"' in answers["aws timestream-query query"]
    assert "warm" in answers["aws logs filter-log-events"]
    assert '"sensor_id": 4' in answers["house-simulator run house-keys"] or '"sensor_id":4' in answers["house-simulator run house-keys"]
    assert "zone 1: mean" in answers["thingstead logs ac_control_lambda"]
    assert "house is gone" in answers["thingstead destroy house"]
