"""`quoted evaluate` against the scorer that the shared annotations come with."""

import json
import os
import subprocess
import sys

import pytest

from conftest import read_lines, shared_folder

GOLD = ("polnear/dev-speakers.jsonl", "world/dev.jsonl", "gum_quotes/news.jsonl")


# What the tests are told by the environment is no configuration of the program.
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("QUOTED_")}


@pytest.fixture(scope="session")
def shared():
    folder = shared_folder()
    if not folder:
        pytest.skip("SHARED CORPORA ABSENT: set QUOTED_SHARED to the folder that holds corpora/ and tools/")
    return folder


@pytest.fixture(scope="session")
def records(binary, shared, tmp_path_factory):
    """The analyser's records of an annotated file, made once."""
    folder = tmp_path_factory.mktemp("records")
    made = {}

    def make(name):
        if name not in made:
            articles = folder / f"{len(made)}-articles.jsonl"
            articles.write_text("".join(json.dumps(row) + "\n" for row in read_lines(shared / "corpora" / name)))
            made[name] = folder / f"{len(made)}-records.jsonl"
            with open(made[name], "wb") as output:
                subprocess.run([binary, "analyze", "--format", "json", articles], stdout=output, check=True, timeout=120,
                               env=ENVIRONMENT)
        return made[name]

    return make


def evaluate(binary, *arguments):
    return subprocess.run([binary, "evaluate", *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=120, env=ENVIRONMENT)


@pytest.mark.parametrize("options", [(), ("--speech",), ("--direct-only",), ("--speech", "--min-words", "4"),
                                     ("--min-confidence", "0.7")], ids=" ".join)
@pytest.mark.parametrize("name", GOLD)
def test_the_table_is_the_reference_scorers_to_the_digit(binary, shared, records, name, options):
    gold = shared / "corpora" / name
    expected = subprocess.run([sys.executable, shared / "tools/score.py", gold, records(name), *options], check=True,
                              capture_output=True, text=True, timeout=120).stdout
    answer = evaluate(binary, gold, "--predictions", records(name), *options)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == expected
    assert expected.count("\n") > 5


def test_analysing_at_once_gives_the_same_table(binary, shared, records):
    name = "gum_quotes/news.jsonl"
    gold = shared / "corpora" / name
    at_once = evaluate(binary, gold, "--speech")
    assert at_once.returncode == 0, at_once.stderr
    assert at_once.stdout == evaluate(binary, gold, "--predictions", records(name), "--speech").stdout


def test_names_and_sentences_from_records_and_at_once(binary, tmp_path):
    text = "Ana Roe went to Lagos. She won!"
    rows = [{"id": str(n), "genre": genre, "split": "dev", "text": text,
             "tokens": ["Ana", "Roe", "went", "to", "Lagos", ".", "She", "won", "!"],
             "token_offsets": [[0, 3], [4, 7], [8, 12], [13, 15], [16, 21], [21, 22], [23, 26], [27, 30], [30, 31]],
             "entities": [{"start": 0, "end": 2, "type": "Person"}, {"start": 4, "end": 5, "type": "Location"}],
             "sentences": [[0, 6], [6, 9]]} for n, genre in enumerate(("news", "news", "chat"))]
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows))
    record = {"text": text, "sentences": [{"start": 0, "end": 22}, {"start": 23, "end": 31}], "quotations": [],
              "entities": [{"id": "e1", "type": "PERSON", "name": "Ana Roe", "mentions": [
                  {"start": 0, "end": 7, "form": "name"}, {"start": 23, "end": 26, "form": "pronoun"}]}]}
    predictions = tmp_path / "records.jsonl"
    predictions.write_text("".join(json.dumps(dict(record, article={"id": row["id"]})) + "\n" for row in rows))
    answer = evaluate(binary, gold, "--predictions", predictions, "--genre", "news", "--split", "dev")
    assert answer.returncode == 0, answer.stderr
    table = [line.split() for line in answer.stdout.splitlines()]
    assert table == [
        ["2", "articles,", "names"], ["gold", "pred", "P", "R", "F1"],
        ["PER", "2", "2", "100.0", "100.0", "100.0"], ["LOC", "2", "0", "-", "0.0", "0.0"],
        ["PER+ORG+LOC", "4", "2", "100.0", "50.0", "66.7"], [],
        ["2", "articles,", "sentences", "by", "their", "ends"], ["gold", "pred", "P", "R", "F1"],
        ["SENTENCE", "4", "4", "100.0", "100.0", "100.0"]]
    assert "3 articles, names" in evaluate(binary, gold).stdout


@pytest.mark.parametrize("content, complaint", [
    ("", "no articles in it"), ("\n{\n", ":2: "), ('{"id": "a", "text": "b", "sentences": [[0, 2]]}', ":1: sentences")])
def test_a_faulty_file_is_named_with_its_line(binary, tmp_path, content, complaint):
    gold = tmp_path / "gold.jsonl"
    gold.write_text(content)
    answer = evaluate(binary, gold)
    assert answer.returncode == 65
    assert str(gold) in answer.stderr and complaint in answer.stderr, answer.stderr
    assert answer.stdout == "" and answer.stderr.count("\n") == 1
