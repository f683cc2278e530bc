"""Buckets and objects by the aws CLI and by s3cmd, which was written by others for other servers too."""

import hashlib
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from server import PROGRAM

LARGE = 64 * 1024 * 1024


@pytest.fixture
def shell(server, tmp_path):
    """Runs lines as a person would type them, in a folder of their own."""

    def run(script: str, check=True) -> str:
        own = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        programs = f"{Path(sys.executable).parent}:{own['PATH']}"
        own |= {"PATH": programs, "AWS_CONFIG_FILE": "none", "AWS_SHARED_CREDENTIALS_FILE": "none"}
        pointed = f'eval "$({Path(PROGRAM).absolute()} --data {server.data} env)"\n{script}'
        done = subprocess.run(
            ["bash", "-e", "-c", pointed],
            cwd=tmp_path, env=own, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stderr + done.stdout
        return done.stdout if check else done.stderr

    return run


@pytest.fixture
def tree(tmp_path):
    """A folder of files, one of them large."""
    root = tmp_path / "tree"
    for at, name in enumerate(["a.txt", "b c.txt", "deep/er/ü.txt", "deep/d.txt"]):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"file {at}\n" * (at + 1))
    (root / "large").write_bytes(hashlib.sha256(b"large").digest() * (LARGE // 32))
    return root


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_cli_copies_and_keeps_folders_alike(shell, tree, tmp_path):
    shell("aws s3 mb s3://by-cli")
    shell("aws s3 sync --quiet tree s3://by-cli/tree")
    assert shell("aws s3 sync tree s3://by-cli/tree") == ""
    listed = shell("aws s3 ls --recursive --summarize s3://by-cli/tree/")
    assert "Total Objects: 5" in listed and "deep/er/ü.txt" in listed
    assert "PRE deep/" in shell("aws s3 ls s3://by-cli/tree/")
    shell("aws s3 sync --quiet s3://by-cli/tree back")
    assert content(tmp_path / "back") == content(tree)
    (tree / "a.txt").unlink()
    assert "delete: s3://by-cli/tree/a.txt" in shell("aws s3 sync --delete tree s3://by-cli/tree")
    shell("aws s3 cp --quiet s3://by-cli/tree/large s3://by-cli/copied")
    shell("aws s3 mv --quiet s3://by-cli/copied moved")
    assert (tmp_path / "moved").read_bytes() == (tree / "large").read_bytes()
    assert shell("echo -n piped | aws s3 cp - s3://by-cli/piped && aws s3 cp s3://by-cli/piped -") == "piped"
    url = shell("aws s3 presign s3://by-cli/piped --expires-in 60").strip()
    assert urllib.request.urlopen(url).read() == b"piped"
    assert "BucketNotEmpty" in shell("aws s3 rb s3://by-cli", check=False)
    shell("aws s3 rm --quiet --recursive s3://by-cli")
    assert shell("aws s3 ls --recursive s3://by-cli") == ""
    shell("aws s3 rb s3://by-cli")
    assert "NoSuchBucket" in shell("aws s3 ls s3://by-cli", check=False)


def test_s3cmd_finds_what_it_is_used_to(server, shell, tree, tmp_path):
    host = server.aws_url.removeprefix("http://")
    (tmp_path / "s3cfg").write_text(
        f"[default]\nhost_base = {host}\nhost_bucket = {host}\nuse_https = False\n"
        "multipart_chunk_size_mb = 15\nprogress_meter = False\n"
    )
    s3cmd = (
        's3cmd -c s3cfg --access_key="$AWS_ACCESS_KEY_ID" --secret_key="$AWS_SECRET_ACCESS_KEY"'
    )
    shell(f"{s3cmd} mb s3://by-s3cmd")
    assert "s3://by-s3cmd" in shell(f"{s3cmd} ls")
    shell(f"{s3cmd} sync tree/ s3://by-s3cmd/tree/")
    listed = shell(f"{s3cmd} ls --recursive s3://by-s3cmd")
    assert listed.count("s3://by-s3cmd/tree/") == 5
    shell(f"mkdir back && {s3cmd} sync s3://by-s3cmd/tree/ back/")
    assert content(tmp_path / "back") == content(tree)
    shell(f"{s3cmd} cp s3://by-s3cmd/tree/a.txt s3://by-s3cmd/copy")
    assert "MD5 sum" in shell(f"{s3cmd} info s3://by-s3cmd/copy")
    shell(f"{s3cmd} modify --add-header=Cache-Control:no-store s3://by-s3cmd/copy")
    shell(f"{s3cmd} del --recursive --force s3://by-s3cmd")
    shell(f"{s3cmd} rb s3://by-s3cmd")
