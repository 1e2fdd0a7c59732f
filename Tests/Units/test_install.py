"""`make install`: everything at its place, and the installed program runs from there."""

import os
import socket
import subprocess
import tempfile
import threading

from conftest import ROOT

FILES = ["usr/bin/quoted", "usr/lib/quoted/quoted", "usr/lib/systemd/system/quoted.service",
         "usr/lib/systemd/system/quoted.socket",
         "usr/lib/systemd/system/quoted-stage@.service", "usr/lib/systemd/system/quoted-stages.target",
         "usr/lib/sysusers.d/quoted.conf", "usr/lib/tmpfiles.d/quoted.conf", "etc/quoted/quoted.toml",
         "usr/share/quoted/quoted.analysis.schema.json", "usr/share/quoted/alerts.yml", "usr/share/quoted/names.seed.tsv", "usr/share/quoted/wikinews.jsonl",
         "usr/share/doc/quoted/quoted.toml",
         "usr/share/doc/quoted/README.md", "usr/share/doc/quoted/LICENSE"]


def run(program, *arguments, **environment):
    clean = {key: value for key, value in os.environ.items() if not key.startswith("QUOTED_")}
    return subprocess.run([program, *arguments], env=clean | environment, capture_output=True, text=True, timeout=60)


def test_installs_into_a_path_with_spaces_and_runs_from_there(install, tmp_path):
    root = tmp_path / "a root with spaces"
    install(root)
    missing = [name for name in FILES if not (root / name).exists()]
    assert missing == []
    sample = next((ROOT / "config/samples").glob("*.json"))
    done = run(root / "usr/bin/quoted", "analyze", "--format", "json", str(sample))
    assert done.returncode == 0 and done.stdout.startswith('{"schema":'), done.stderr


def test_the_installed_program_needs_no_toolchain(install, tmp_path):
    install(tmp_path)
    linked = subprocess.run(["ldd", tmp_path / "usr/lib/quoted/quoted"], capture_output=True, text=True, check=True)
    names = [line.split()[0] for line in linked.stdout.splitlines() if "/usr/lib/swift/linux/" in line]
    absent = [name for name in names if not (tmp_path / "usr/lib/quoted" / name).exists()]
    assert absent == [], "libraries of the toolchain that were not installed"


def test_the_installed_program_finds_the_articles_of_its_demonstration(install, tmp_path):
    install(tmp_path)
    folder = tempfile.mkdtemp(dir="/tmp")   # short, for the sockets in it
    clean = {key: value for key, value in os.environ.items() if not key.startswith("QUOTED_")}
    process = subprocess.Popen([tmp_path / "usr/bin/quoted", "demo", "--no-open", "--pause", "0"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True, env=clean | {"TMPDIR": folder})
    limit = threading.Timer(60, process.kill)
    limit.start()
    try:
        assert any("24 articles read" in line for line in process.stderr)
        process.terminate()
        assert process.wait(20) == 0
    finally:
        limit.cancel()
        process.kill()
        process.wait()
        process.stderr.close()
    os.rmdir(folder)   # nothing is left in it


def test_a_second_install_keeps_the_configuration(install, tmp_path):
    install(tmp_path)
    file = tmp_path / "etc/quoted/quoted.toml"
    file.write_text(file.read_text() + "# ours\n")
    install(tmp_path)
    assert file.read_text().endswith("# ours\n")
    install(tmp_path, "/usr", "--remove")
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["etc/quoted/quoted.toml"]


def test_another_prefix_is_in_the_units(install, tmp_path):
    install(tmp_path, "/opt/news")
    unit = (tmp_path / "etc/systemd/system/quoted.service").read_text()
    assert "ExecStart=/opt/news/bin/quoted serve" in unit


def test_the_shipped_configuration_is_valid(binary, tmp_path):
    # Ports of its own: a service may run here.
    held = {name: socket.create_server(("127.0.0.1", 0)) for name in ("INGEST", "PUSH", "STREAM", "REPLAY", "HTTP")}
    ports = {name: one.getsockname()[1] for name, one in held.items()}
    for one in held.values():
        one.close()
    endpoints = {f"QUOTED_ENDPOINTS_{name}": ("" if name == "HTTP" else "tcp://") + f"127.0.0.1:{port}"
                 for name, port in ports.items()}
    for name in ("config/quoted.toml", "systemd/quoted.toml"):
        text = (ROOT / name).read_text().replace("/run/quoted", str(tmp_path)).replace("/var/lib/quoted", str(tmp_path))
        file = tmp_path / "quoted.toml"
        file.write_text(text)
        done = run(binary, "check", "--config", str(file), "--state", str(tmp_path), **endpoints)
        assert done.returncode == 0, done.stdout + done.stderr
