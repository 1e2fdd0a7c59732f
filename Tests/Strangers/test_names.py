"""Names learnt across articles: what a later article gets, that a version gives the same bytes, and that nothing is
counted twice or lost when the service is killed."""

import json
import os
import random
import time

import pytest

from conftest import ROOT, shared_folder
from stranger import Submitter, replay_all, submit

WIRE = [
    {"id": "wire-1", "published": "2025-06-03T10:00:00Z",
     "text": "KYIV — Ukrainian President Volodymyr Zelenskyy met envoys from three countries on Tuesday. "
             "Zelenskyy said the meeting had been useful."},
    {"id": "wire-2", "published": "2025-06-03T11:00:00Z",
     "text": "MOSCOW — Russian President Vladimir Putin opened a new bridge on Tuesday. "
             "Putin said that it would shorten the way to the coast."},
    {"id": "wire-3", "published": "2025-06-03T12:00:00Z",
     "text": "WASHINGTON — US President Donald Trump signed an order on trade on Tuesday. "
             "Trump said it would take effect in July."},
]
LATER = ("Zelenskyy said that it was late. “It is cold,” the Ukrainian leader added.\n\n"
         "Putin denied that it was. “It is warm,” the US president told reporters. Trump said it would last.")
FULL = {"Zelenskyy": "Volodymyr Zelenskyy", "Ukrainian leader": "Volodymyr Zelenskyy", "Putin": "Vladimir Putin",
        "Trump": "Donald Trump", "US president": "Donald Trump"}


def lines(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return str(path)


def analyze(installation, *arguments):
    """`quoted analyze` keeps no state of its own, so it is run without --state."""
    import subprocess
    done = subprocess.run([installation.binary, "analyze", "--format", "json", *arguments], capture_output=True,
                          env=installation.environment(), stdin=subprocess.DEVNULL, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.splitlines()


def speakers(record):
    return [quotation["speaker"] and quotation["speaker"]["name"] for quotation in record["quotations"]]


def unnumbered(record):
    """A record's bytes without its place in the log, which tells in what order analyses ended."""
    return record if b'"sequence":' not in record else record.split(b'"sequence":', 1)[0] + record.split(b'"sequence":', 1)[1].split(b",", 1)[1]


def by_id(records):
    return {json.loads(record)["article"]["id"]: unnumbered(record) for record in records}


def names(installation, *arguments, fails=False):
    done = installation.run("names", *arguments)
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done


# ---- what a later article gets ------------------------------------------------------------------------

@pytest.mark.parametrize("analyzer", ["rules", "trained"])
def test_a_later_article_gets_the_full_names(make_installation, tmp_path, validator, analyzer):
    installation = make_installation(analysis_analyzer=analyzer)
    later = {"id": "later", "published": "2025-06-04T08:00:00Z", "text": LATER}
    folder = str(tmp_path / "names")
    records = [json.loads(line) for line in
               analyze(installation, "--names", folder, "--learn", lines(tmp_path / "all.jsonl", WIRE + [later]))]
    for record in records:
        validator.validate(record)
    alone = json.loads(analyze(installation, lines(tmp_path / "later.jsonl", [later]))[0])
    assert "namesVersion" not in alone
    assert speakers(records[-1]) == [FULL.get(name, name) for name in speakers(alone)]
    assert set(FULL) & set(speakers(alone)), "nothing was left to complete"
    assert [record["namesVersion"] for record in records] == [1, 2, 3, 4], "the seed, then one for each wire paragraph"
    entities = {entity["id"]: entity for entity in records[-1]["entities"]}
    for quotation in records[-1]["quotations"]:
        if (speaker := quotation["speaker"]) and "entity" in speaker:
            assert entities[speaker["entity"]]["name"] == speaker["name"]
            assert entities[speaker["entity"]].get("role") == speaker.get("role")


def test_the_istanbul_article_after_three_wire_paragraphs(make_installation, tmp_path):
    shared = shared_folder()
    if not shared:
        pytest.skip("SHARED CORPORA ABSENT: the article on the talks in Istanbul is not here")
    installation = make_installation()
    text = (shared / "corpora/seed/istanbul-talks.txt").read_text()
    article = {"id": "istanbul", "published": "2025-06-05T02:00:00Z", "text": text}
    *_, record = analyze(installation, "--names", str(tmp_path / "names"), "--learn",
                         lines(tmp_path / "all.jsonl", WIRE + [article]))
    said = set(filter(None, speakers(json.loads(record))))
    assert {"Donald Trump", "Volodymyr Zelenskyy", "Vladimir Putin", "Dmitry Peskov"} <= said
    assert not said & set(FULL), "somebody was left with a short name"


# ---- the same version, the same bytes ---------------------------------------------------------------

def articles_of(news, politics, count):
    paragraphs = [(article["id"], article["text"].split("\n\n")) for article in politics + news]
    rows = []
    for number in range(count):
        identifier, parts = paragraphs[number % len(paragraphs)]
        start = number // len(paragraphs) * 4 % max(1, len(parts))
        rows.append({"id": f"n{number}", "text": "\n\n".join(parts[start:start + 6]) or identifier})
    return rows


def through_the_service(context, make_installation, rows, folder, restart=False, **settings):
    """The records of a run, by article; `folder`: learnt names that the run begins with."""
    import shutil
    installation = make_installation(analysis_analyzer="rules", **settings)
    if folder:
        shutil.copytree(folder, installation.state / "names")
    service = installation.serve()
    submitter = Submitter(context, installation.endpoints["ingest"])
    half = len(rows) // 2 if restart else len(rows)
    submitter.push([(row["id"], row) for row in rows[:half]])
    if restart:
        service.kill()
        service = installation.serve()
        submitter.push([(row["id"], row) for row in rows[half:]])
    submitter.close()
    deadline = time.monotonic() + 60
    while len(records := replay_all(context, installation, 1)) < len(rows):
        assert time.monotonic() < deadline, f"{len(records)} of {len(rows)} records"
    assert service.terminate() == 0
    return by_id(records), installation


@pytest.mark.parametrize("learnt", ["off", "fixed"])
def test_the_same_records_on_one_worker_on_four_and_over_a_restart(
        make_installation, context, news, politics, tmp_path, learnt):
    rows = articles_of(news, politics, 200)
    settings, folder = {"names_mode": "off"}, None
    if learnt == "fixed":
        maker = make_installation(analysis_analyzer="rules")
        folder = str(tmp_path / "names")
        analyze(maker, "--names", folder, "--learn", lines(tmp_path / "teach.jsonl", rows + WIRE))
        settings = {"names_mode": "use"}
    one, _ = through_the_service(
        context, make_installation, rows, folder, stages_entities_workers=1, stages_attribution_workers=1, **settings)
    four, _ = through_the_service(
        context, make_installation, rows, folder, stages_entities_workers=4, stages_attribution_workers=4, **settings)
    again, _ = through_the_service(
        context, make_installation, rows, folder, restart=True, stages_entities_workers=2, stages_attribution_workers=2,
        **settings)
    assert len(one) == 200
    assert one == four
    assert one == again
    versions = {json.loads(record).get("namesVersion") for record in one.values()}
    if learnt == "fixed":
        assert len(versions) == 1 and None not in versions
        plain, _ = through_the_service(context, make_installation, rows, None, names_mode="off")
        changed = sum(one[key] != plain[key].replace(b'"article":', b'"namesVersion":%d,"article":' % min(versions), 1)
                      for key in one)
        assert changed > 10, "the names changed hardly anything"
    else:
        assert versions == {None}


def test_a_record_is_made_again_from_the_version_that_it_states(make_installation, context, news, politics, tmp_path):
    """Learning while articles flow, several workers: each record says what it used, and that gives its bytes."""
    rows = articles_of(news, politics, 120)
    records, installation = through_the_service(
        context, make_installation, rows, None, names_mode="learn", names_interval="10 ms", stages_attribution_workers=3)
    versions = {}
    for row in rows:
        versions.setdefault(json.loads(records[row["id"]])["namesVersion"], []).append(row)
    assert len(versions) > 1, "nothing was learnt on the way"
    folder = str(installation.state / "names")
    for version in random.Random(1).sample(sorted(versions), min(8, len(versions))):
        made = analyze(installation, "--names", folder, "--names-version", str(version),
                       lines(tmp_path / "again.jsonl", versions[version]))
        for record in made:
            assert record == records[json.loads(record)["article"]["id"]], f"version {version}"
    assert names(installation, "check").returncode == 0


def test_a_version_can_be_held_fast_while_learning_goes_on(make_installation, context):
    installation = make_installation(analysis_analyzer="rules", names_mode="learn", names_interval="10 ms")
    service = installation.serve()
    for row in WIRE:
        assert submit(context, installation, row)["status"] == "accepted"
    deadline = time.monotonic() + 30
    while len(names(installation, "list").stdout.splitlines()) < 3:
        assert time.monotonic() < deadline
    assert service.terminate() == 0
    service = installation.serve(QUOTED_NAMES_VERSION="2")  # the seed and one wire paragraph
    rows = [{"id": f"p{n}", "text": f"Maria Quist{chr(97 + n)}, the mayor of Riva, said that it rained.\n\n{LATER}"} for n in range(20)]
    for row in rows:
        assert submit(context, installation, row)["status"] == "accepted"
    while len(records := replay_all(context, installation, 4)) < len(rows):
        assert time.monotonic() < deadline
    records = [json.loads(record) for record in records]
    assert {record["namesVersion"] for record in records} == {2}
    assert len({json.dumps(speakers(record)[1:]) for record in records}) == 1
    while len(names(installation, "list", "--limit", "100").stdout.splitlines()) < 23:
        assert time.monotonic() < deadline
    assert service.terminate() == 0
    with pytest.raises(Exception, match="not there yet"):
        installation.serve(QUOTED_NAMES_VERSION="100000")


# ---- kill -9 --------------------------------------------------------------------------------------------

def test_no_name_is_counted_twice_or_lost_by_a_killed_service(make_installation, context, announce):
    seed = int(os.environ.get("QUOTED_TEST_SEED", time.time_ns() % 1_000_000))
    announce(f"QUOTED_TEST_SEED={seed}")
    randomness = random.Random(seed)
    installation = make_installation(analysis_analyzer="rules", names_mode="learn", names_interval="10 ms")
    surnames = ["Lima", "Moretti", "Novak", "Okafor", "Petrov", "Quist", "Rossi", "Silva"]
    rows = []
    for number in range(240):
        surname = randomness.choice(surnames)
        rows.append({"id": f"k{number}", "text": f"Maria {surname}, the mayor of Riva, said that it rained on day {number}. "
                                                 f"{surname} said that it was wet."})
    expected = {f"Maria {name}": sum(f"Maria {name}," in row["text"] for row in rows) for name in surnames}
    service = installation.serve()
    kills = 0
    for start in range(0, len(rows), 20):
        submitter = Submitter(context, installation.endpoints["ingest"])
        submitter.push([(row["id"], row) for row in rows[start:start + 20]])
        submitter.close()
        time.sleep(randomness.uniform(0, 0.15))  # anywhere between record and name
        service.kill()
        kills += 1
        service = installation.serve()
    deadline = time.monotonic() + 60
    while True:
        exported = [json.loads(line) for line in names(installation, "export").stdout.splitlines()]
        counts = {name["name"]: name["articles"] for name in exported}
        if sum(counts.values()) >= len(rows) or time.monotonic() > deadline:
            break
    announce(f"{kills} SIGKILLs, {len(rows)} articles, {sum(counts.values())} observations")
    assert counts == {name: count for name, count in expected.items() if count}
    assert all(name["titled"] == name["articles"] for name in exported)
    assert service.terminate() == 0
    assert names(installation, "check").returncode == 0


# ---- commands ---------------------------------------------------------------------------------------------

def test_names_are_listed_corrected_merged_forgotten_and_switched_off(make_installation, context, tmp_path):
    installation = make_installation(analysis_analyzer="rules", names_mode="learn", names_interval="10 ms")
    service = installation.serve()
    for row in WIRE:
        assert submit(context, installation, row)["status"] == "accepted"
    deadline = time.monotonic() + 30
    while len(names(installation, "list").stdout.splitlines()) < 3:
        assert time.monotonic() < deadline
    assert "Volodymyr Zelenskyy, Ukrainian President" in names(installation, "list", "zelenskyy").stdout
    shown = json.loads(names(installation, "show", "Volodymyr Zelenskyy").stdout)
    assert shown["articles"] == 1 and shown["titled"] == 1 and shown["last"] == "2025-06-03"
    assert "several are like it" in names(installation, "show", "Nobody Known", fails=True).stderr
    version = int(names(installation, "correct", "Donald Trump", "Donald J. Trump").stdout.split()[1])
    assert json.loads(names(installation, "show", "Donald Trump").stdout)["name"] == "Donald J. Trump"
    assert int(names(installation, "off").stdout.split()[1]) == version + 1
    assert "switched off" in names(installation, "list").stderr
    names(installation, "on")
    names(installation, "merge", "Vladimir Putin", "Volodymyr Zelenskyy")
    names(installation, "forget", "Volodymyr Zelenskyy", "--for-good")
    exported = names(installation, "export").stdout
    assert [json.loads(line)["name"] for line in exported.splitlines()] == ["Donald J. Trump"]
    # The folder is the service's while it runs; when it has stopped, the same commands work on it.
    assert names(installation, "list", "--names", str(installation.state / "names"), fails=True).returncode == 75
    assert service.terminate() == 0
    assert names(installation, "list").stdout.startswith("1  Donald J. Trump")
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / "export.jsonl").write_text(exported)
    names(installation, "import", str(tmp_path / "export.jsonl"), "--names", str(other))
    assert names(installation, "export", "--names", str(other)).stdout == exported
    (tmp_path / "bad.jsonl").write_text('{"name": 5}\n')
    assert "bad.jsonl:1" in names(installation, "import", str(tmp_path / "bad.jsonl"), fails=True).stderr


def test_workers_in_processes_of_their_own_use_the_names_and_keep_them_when_the_sink_is_killed(
        make_installation, context, tmp_path):
    installation = make_installation(analysis_analyzer="rules", names_mode="learn", names_interval="10 ms")
    for stage in ("ingest", "sentences", "entities", "attribution"):
        installation.start("stage", stage, notified=False)
    sink = installation.start("stage", "sink", notified=False)
    deadline = time.monotonic() + 60

    def record_of(row):
        while not (found := [r for r in map(json.loads, tolerant_replay(context, installation)) if r["article"]["id"] == row["id"]]):
            assert time.monotonic() < deadline, f"no record of {row['id']}"
        return found[0]

    submitter = Submitter(context, installation.endpoints["ingest"], patience=1.0)
    submitter.push([(row["id"], row) for row in WIRE])
    for row in WIRE:
        record_of(row)
    sink.kill()
    installation.start("stage", "sink", notified=False)
    number = 0
    while True:
        number += 1
        row = {"id": f"later-{number}", "text": LATER + f" It was day {number}."}
        submitter.push([(row["id"], row)])
        if set(speakers(record_of(row))) >= {"Volodymyr Zelenskyy", "Donald Trump"}:
            break
        assert time.monotonic() < deadline
    submitter.close()


def tolerant_replay(context, installation):
    try:
        return replay_all(context, installation, 1)
    except AssertionError:
        return []  # the archive is being started


def test_the_shipped_seed_is_what_the_script_makes(tmp_path):
    shared = shared_folder()
    if not shared:
        pytest.skip("SHARED CORPORA ABSENT: GeoNames' countries are not here")
    import subprocess
    import sys
    made = tmp_path / "names.seed.tsv"
    subprocess.run([sys.executable, str(ROOT / "training/names_seed.py"),
                    str(shared / "corpora/names/geonames_countries.json"), str(made)], check=True, capture_output=True)
    assert made.read_bytes() == (ROOT / "config/names.seed.tsv").read_bytes()


def test_bad_files_of_names_are_told_by_line(make_installation, tmp_path):
    holders = tmp_path / "holders.tsv"
    holders.write_text("# name, office, from, until\nAna Lima\tpresident of Ukraine\t2025-01\n")
    installation = make_installation(names_mode="use", names_office_holders=str(holders))
    done = installation.run("check")
    assert done.returncode == 78
    assert f"{holders}:2" in done.stderr and "2025-01-20" in done.stderr
