"""The Debian package and the tarball: what is in them, made the same way twice; the manual pages and completions."""

import os
import re
import shutil
import subprocess
import tarfile

import pytest

from conftest import ROOT

packaging = pytest.mark.skipif(not all(map(shutil.which, ("dpkg-deb", "dpkg-shlibdeps", "chrpath"))),
                               reason="dpkg-dev or chrpath is not installed")
EPOCH = "1735689600"   # 2025-01-01


def make(script, binary, folder):
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("QUOTED_", "DEB"))}
    done = subprocess.run([ROOT / ".ci" / script, folder], capture_output=True, text=True, timeout=120,
                          env=kept | {"QUOTED_BINARY": str(binary), "SOURCE_DATE_EPOCH": EPOCH, "COMPRESSION": "none", "LEVEL": "1"})
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


@pytest.fixture(scope="module")
def package(binary, tmp_path_factory):
    return make("deb", binary, tmp_path_factory.mktemp("deb"))


@pytest.fixture(scope="module")
def unpacked(package, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    subprocess.run(["dpkg-deb", "--raw-extract", package, folder], check=True, timeout=60)
    return folder


@packaging
def test_the_package_has_everything_at_its_place(package, unpacked, binary):
    for name in ("usr/bin/quoted", "usr/lib/quoted/quoted", "usr/lib/systemd/system/quoted.service",
                 "usr/lib/systemd/system/quoted-stage@.service", "usr/lib/sysusers.d/quoted.conf",
                 "usr/lib/tmpfiles.d/quoted.conf", "usr/share/man/man1/quoted.1.gz", "usr/share/man/man1/quoted-serve.1.gz",
                 "usr/share/man/man5/quoted.toml.5.gz", "usr/share/bash-completion/completions/quoted",
                 "usr/share/zsh/vendor-completions/_quoted", "usr/share/fish/vendor_completions.d/quoted.fish",
                 "etc/quoted/quoted.toml", "usr/share/doc/quoted/copyright", "usr/share/doc/quoted/changelog.Debian.gz"):
        assert (unpacked / name).exists(), name
    assert [path.parent.name for path in (unpacked / "usr/lib/quoted").glob("*.resources/*")] == ["quoted_EnglishModel.resources"]
    assert (unpacked / "usr/lib/quoted/quoted_EnglishModel.resources/quoted-en.model").exists()
    assert (unpacked / "DEBIAN/conffiles").read_text() == "/etc/quoted/quoted.toml\n"
    assert output("dpkg-deb", "--field", package, "Version").strip() == output(binary, "--version").strip() + "-1"
    depends = output("dpkg-deb", "--field", package, "Depends")
    for library in ("libc6", "libzmq5", "libdnnl2", "libsqlite3-0", "libxml2", "zlib1g", "libstdc++6"):
        assert re.search(rf"(^|, ){re.escape(library)}( |,)", depends), depends
    owners = {line.split()[1] for line in output("dpkg-deb", "--contents", package).splitlines()}
    assert owners == {"root/root"}


@packaging
@pytest.mark.parametrize("shell, check, name", [
    ("bash", "-n", "usr/share/bash-completion/completions/quoted"),
    ("zsh", "-n", "usr/share/zsh/vendor-completions/_quoted"),
    ("fish", "--no-execute", "usr/share/fish/vendor_completions.d/quoted.fish")])
def test_the_completions_are_sound(unpacked, shell, check, name):
    assert "dead-letters" in (unpacked / name).read_text()
    if shutil.which(shell):
        subprocess.run([shell, check, unpacked / name], check=True, timeout=60)


COMPLETED = [
    ("quoted an", "analyze"), ("quoted analyze --format ", "text json csv html webannotation gqg"),
    ("quoted analyze --analyzer ", "trained rules none"), ("quoted stage ", "ingest sentences entities attribution sink"),
    ("quoted journal export ", "intake records dead-letters"), ("quoted push art", "article.json"),
    ("quoted analyze art", "article.json"), ("quoted check --config q", "quoted.toml"),
]


@packaging
@pytest.mark.parametrize("typed, expected", COMPLETED, ids=[row[0] for row in COMPLETED])
def test_bash_completes_commands_values_and_files(unpacked, tmp_path, typed, expected):
    for name in ("article.json", "quoted.toml"):
        (tmp_path / name).touch()
    script = r"""
        compopt() { :; }
        source "$1"
        COMP_LINE=$2 COMP_POINT=${#2}
        read -ra COMP_WORDS <<<"$2"
        [[ $2 == *" " ]] && COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _quoted quoted "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[*]}"
    """
    done = subprocess.run(["bash", "-c", script, "bash", unpacked / "usr/share/bash-completion/completions/quoted", typed],
                          capture_output=True, text=True, timeout=20, cwd=tmp_path)
    assert set(done.stdout.split()) >= set(expected.split()), (done.stdout, done.stderr)


@packaging
def test_the_packaged_program_looks_for_its_runtime_beside_it_alone(unpacked):
    told = output("chrpath", "--list", unpacked / "usr/lib/quoted/quoted")
    assert told.strip().endswith("RUNPATH=$ORIGIN")


@packaging
def test_the_same_program_gives_the_same_packages(package, binary, tmp_path):
    again = make("deb", binary, tmp_path)
    with open(package, "rb") as one, open(again, "rb") as other:
        assert one.read() == other.read()


@packaging
def test_the_tarball_runs_from_where_it_is_unpacked(binary, tmp_path):
    archive = make("dist", binary, tmp_path)
    place = tmp_path / "a place with spaces"
    with tarfile.open(archive) as tar:
        tar.extractall(place)
    (folder,) = place.iterdir()
    for name in ("README.md", "LICENSE", "etc/quoted/quoted.toml", "etc/systemd/system/quoted.service",
                 "share/man/man1/quoted.1", "share/bash-completion/completions/quoted", "share/quoted/names.seed.tsv"):
        assert (folder / name).exists(), name
    sample = next((ROOT / "config/samples").glob("*.json"))
    done = subprocess.run([folder / "bin/quoted", "analyze", "--format", "json", sample], capture_output=True, text=True,
                          env={"PATH": "/usr/bin:/bin"}, timeout=60)
    assert done.returncode == 0 and done.stdout.startswith('{"schema":'), done.stderr


@pytest.fixture(scope="module")
def pages(binary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("man")
    subprocess.run([ROOT / ".ci/manual", binary, folder], check=True, timeout=60,
                   env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH})
    return sorted(folder.rglob("*.[15]"))


def test_every_command_has_a_page(pages, binary):
    listed = re.findall(r"^  ([a-z-]+) {2,}", output(binary, "--help").split("SUBCOMMANDS:")[1], re.MULTILINE)
    assert "serve" in listed
    names = {page.name for page in pages}
    assert names == {"quoted.1", "quoted.toml.5"} | {f"quoted-{name}.1" for name in listed}


@pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is not installed")
def test_the_pages_render_without_a_warning(pages):
    for page in pages:
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and done.stdout == "", done.stdout
    shown = output("mandoc", "-T", "utf8", next(page for page in pages if page.name == "quoted.toml.5"))
    assert "QUOTED_PIPELINE_TRIES" in shown and "2025-01-01" in shown


def test_the_change_log_begins_with_this_version(binary):
    versions = re.findall(r"^## (\S+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == output(binary, "--version").strip()
