"""The archive: searched from the shell and over HTTP, made anew, kept when processes die, quick to forget."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse

import pytest

from stranger import Submitter, Subscriber, http_get, submit

BRIDGE = "“We have waited thirty years for this bridge,” said {}, the mayor."


def article(number, speaker="Ana Lima", text=None, **more):
    return {"id": f"a{number}", "title": f"Title {number}", "source": "The Courier", "published": f"2025-06-{1 + number % 28:02d}",
            "text": text or f"“This is the statement with number {number} on the harbour,” said {speaker}, the mayor."} | more


def until(check, within=20.0):
    """The first true answer."""
    deadline = time.monotonic() + within
    while not (answer := check()):
        assert time.monotonic() < deadline, f"not within {within} s"
        time.sleep(0.02)
    return answer


def get(installation, path, **query):
    status, body, headers = http_get(installation, path + ("?" + urllib.parse.urlencode(query) if query else ""))
    assert headers["Content-Type"] == "application/json", (status, body)
    return status, json.loads(body)


def archived(installation):
    """The last record in the archive."""
    status, body, _ = http_get(installation, "/status")
    assert status == 200
    return json.loads(body)["archive"]["sequence"]


def push(context, installation, articles):
    submitter = Submitter(context, installation.endpoints["ingest"])
    submitter.push([(one["id"], one) for one in articles])
    submitter.close()


@pytest.fixture
def rules(make_installation):
    installation = make_installation(analysis_analyzer="rules")
    installation.serve()
    return installation


def test_search_from_the_shell(context, rules):
    push(context, rules, [article(n, "Ana Lima" if n % 2 else "Zoë Berg") for n in range(1, 9)]
         + [article(20, text=BRIDGE.format("Ana Lima"), published="2025-06-20"),
            article(21, text=BRIDGE.format("Lima") + " She left.", published="2025-06-22")])
    until(lambda: archived(rules) == 10)
    found = rules.run("search", "statement", "--speaker", "berg", "--since", "2025-06-04", "--format", "json")
    assert found.returncode == 0, found.stderr
    rows = [json.loads(line) for line in found.stdout.splitlines()]
    assert [row["article"]["id"] for row in rows] == ["a8", "a6", "a4"]
    assert all(row["speaker"]["slug"] == "zoe-berg" for row in rows)
    table = rules.run("search", "thirty years", "--format", "table")
    assert "first said in: Title 20" in table.stdout and "in: Title 21" in table.stdout, table.stdout
    rows = list(csv.DictReader(io.StringIO(rules.run("search", "thirty", "--format", "csv", "--all").stdout)))
    assert [row["article"] for row in rows] == ["a21", "a20"]
    assert rows[0]["text"].startswith("“We have waited thirty years")
    page = rules.run("search", "statement", "--limit", "3", "--format", "json")
    assert len(page.stdout.splitlines()) == 3 and "--cursor" in page.stderr
    rest = rules.run("search", "statement", "--format", "json", "--cursor", page.stderr.split()[-1])
    assert len(rest.stdout.splitlines()) == 5
    assert rules.run("search", "statement", "--since", "yesterday").returncode == 64
    assert rules.run("search", "?!").returncode == 64


def test_without_an_archive(make_installation):
    installation = make_installation()
    found = installation.run("search", "anything")
    assert found.returncode == 69 and "archive rebuild" in found.stderr


def test_pages_over_http(context, rules):
    push(context, rules, [article(n, f"Maria Berg{'abcdefg'[n % 7]}") for n in range(40)])
    until(lambda: archived(rules) == 40)
    seen, query = [], {"text": "statement", "limit": 7, "grouped": "false"}
    while True:
        status, page = get(rules, "/api/quotations", **query)
        assert status == 200 and len(page["quotations"]) <= 7
        seen += [row["article"]["id"] for row in page["quotations"]]
        if "next" not in page:
            break
        query["cursor"] = page["next"]
    assert sorted(seen) == sorted(f"a{n}" for n in range(40))
    status, page = get(rules, "/api/speakers", name="mari", limit=5)
    assert len(page["speakers"]) == 5
    status, rest = get(rules, "/api/speakers", name="mari", cursor=page["next"])
    slugs = {row["slug"] for row in page["speakers"] + rest["speakers"]}
    assert len(slugs) == 7 and sum(row["quotations"] for row in page["speakers"] + rest["speakers"]) == 40
    status, one = get(rules, "/api/articles/a7")
    assert one["title"] == "Title 7" and one["quotations"][0]["speaker"]["name"] == "Maria Berga"
    assert any(entity["name"] == "Maria Berga" for entity in one["entities"])
    for path, word in (("/api/quotations?limit=0", "limit"), ("/api/quotations?spekaer=x", "spekaer"),
                       ("/api/quotations?since=soon", "since"), ("/api/quotations?text=a&text=b", "more than once"),
                       ("/api/speakers?cursor=x", "cursor"), ("/api/quotations?text=%C3", "UTF-8")):
        status, answer = get(rules, path)
        assert status == 400 and word in answer["error"], answer
    assert get(rules, "/api/articles/none")[0] == 404
    assert get(rules, "/api/articles/" + urllib.parse.quote("http://a/b?c", safe=""))[0] == 404


def test_retractions_are_quick(context, rules):
    subscriber = Subscriber(context, rules, "analysis/")
    subscriber.heartbeat()
    push(context, rules, [article(n) for n in range(20)])
    subscriber.records(20)
    until(lambda: archived(rules) == 20)
    for number, status in enumerate(("withheld", "canceled")):
        assert submit(context, rules, article(number, version=2, status=status))["status"] == "accepted"
        subscriber.records(1)
        published = time.monotonic()
        until(lambda: get(rules, f"/api/articles/a{number}")[1]["status"] == status)
        assert time.monotonic() - published < 1.0
        assert get(rules, "/api/quotations", article=f"a{number}")[1]["quotations"] == []
        assert set(get(rules, f"/api/articles/a{number}")[1]) == {
            "id", "version", "status", "sequence", "entities", "quotationCount", "quotations"}
    submit(context, rules, article(0, version=3, text="“Now it is right after all,” said Ana Lima, the mayor."))
    until(lambda: get(rules, "/api/quotations", article="a0")[1]["quotations"])
    assert len(get(rules, "/api/quotations", text="statement", limit=100, grouped="false")[1]["quotations"]) == 18
    subscriber.close()


def test_killed_at_any_moment_nothing_is_missing_or_twice(context, make_installation):
    installation = make_installation(analysis_analyzer="rules", archive_batch_records=3, archive_interval="10 ms")
    expected = 0
    for round_ in range(4):
        process = installation.serve()
        push(context, installation, [article(n) for n in range(round_ * 60, round_ * 60 + 60)])
        expected += 60
        if round_ < 3:
            process.signal(signal.SIGKILL)
            process.popen.wait(20)
    until(lambda: archived(installation) == expected, within=60)
    seen, query = [], {"limit": 100, "grouped": "false", "text": "statement"}
    while True:
        page = get(installation, "/api/quotations", **query)[1]
        seen += [row["id"] for row in page["quotations"]]
        if "next" not in page:
            break
        query["cursor"] = page["next"]
    assert len(seen) == expected == len(set(seen))
    check = installation.run("archive", "check")
    assert check.returncode == 0 and f"{expected} articles" in check.stdout, check.stderr


def test_made_anew_while_the_service_runs(context, rules):
    push(context, rules, [article(n) for n in range(50)])
    until(lambda: archived(rules) == 50)
    before = rules.run("search", "statement", "--all", "--limit", "100", "--format", "json").stdout
    rebuilt = rules.run("archive", "rebuild")
    assert rebuilt.returncode == 0 and "50 articles" in rebuilt.stdout, rebuilt.stderr
    assert rules.run("search", "statement", "--all", "--limit", "100", "--format", "json").stdout == before
    push(context, rules, [article(50)])
    until(lambda: archived(rules) == 51)
    assert len(get(rules, "/api/quotations", text="statement", limit=100, grouped="false")[1]["quotations"]) == 51
    files = [path.name for path in (rules.state / "archive").glob("*.sqlite")]
    assert files == ["archive-2.sqlite"], files


def test_a_lost_archive_comes_back_by_itself(context, make_installation):
    installation = make_installation(analysis_analyzer="rules")
    process = installation.serve()
    push(context, installation, [article(n) for n in range(10)])
    until(lambda: archived(installation) == 10)
    assert process.terminate() == 0
    for path in (installation.state / "archive").glob("archive-*"):
        path.unlink()
    installation.serve()
    until(lambda: archived(installation) == 10)
    assert len(get(installation, "/api/quotations", text="statement")[1]["quotations"]) == 10


def test_turned_off(make_installation):
    installation = make_installation(archive_enabled="false")
    installation.serve()
    assert http_get(installation, "/api/quotations")[0] == 404
    assert not (installation.state / "archive").exists()


def test_metrics_tell_the_lag(context, rules):
    push(context, rules, [article(1)])
    until(lambda: archived(rules) == 1)
    metrics = http_get(rules, "/metrics")[1]
    assert "quoted_archive_last_sequence 1" in metrics and "quoted_archive_lag_records 0" in metrics


def test_answers_are_as_described(context, rules, tmp_path):
    """schemathesis: what the OpenAPI description allows is answered as it says, and nothing else is."""
    push(context, rules, [article(n, f"Speaker Berg{'abc'[n % 3]}") for n in range(30)]
         + [article(40, text=BRIDGE.format("Ana Lima")), article(41, text=BRIDGE.format("Lima"))])
    until(lambda: archived(rules) == 32)
    # In a process of its own: it changes how requests work for the whole process.
    run = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", f"http://{rules.http}/api/openapi.json", "--checks", "all",
         "--max-time", "30", "--seed", os.environ.get("QUOTED_TEST_SEED", "20261124"), "--max-failures", "5",
         "--request-timeout", "10", "--no-color", "--generation-database", "none", "--warnings", "off"],
        cwd=tmp_path, capture_output=True, text=True, timeout=150)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
