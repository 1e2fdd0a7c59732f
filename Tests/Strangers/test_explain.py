"""quoted analyze --explain: which mention, rule and scores decided on a speaker."""
import json
import os
import subprocess

BINARY = os.environ["QUOTED_BINARY"]
TEXT = ("Helen Draper met Robert Hale on Monday. “We are tired,” she said. The mayor of Selby, Jane Okoro, said the road was "
        "closed.")


def explain(*options):
    article = json.dumps({"id": "explained", "text": TEXT}) + "\n"
    return subprocess.run([BINARY, "analyze", "--explain", "--format", "json", *options, "-"], input=article.encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=True)


def test_each_quotation_says_how_its_speaker_was_found():
    done = explain()
    record = json.loads(done.stdout)
    lines = [line for line in done.stderr.decode().splitlines() if line.startswith("  ")]
    assert len(lines) == len(record["quotations"]) >= 2
    first = next(line for line in lines if "We are tired" in line)
    assert "by “she”" in first and "Helen Draper (pronoun, from “Helen Draper” at 0)" in first
    # The scores of the candidates; he is none for "she".
    assert "ranked: Helen Draper" in first and "Robert Hale" not in first
    second = next(line for line in lines if "road was" in line)
    assert "Jane Okoro (apposition, from “Jane Okoro” at" in second


def test_the_record_is_the_same_without_it():
    plain = subprocess.run([BINARY, "analyze", "--format", "json", "-"],
                           input=(json.dumps({"id": "explained", "text": TEXT}) + "\n").encode(),
                           stdout=subprocess.PIPE, timeout=60, check=True)
    assert explain().stdout == plain.stdout
