"""Articles in by REQ and by PUSH, records out: all of them, once, as the schema says, with the text's own words."""

import hashlib
import json

import pytest
import zmq

from stranger import Installation, Submitter, Subscriber, as_bytes, replay_all, submit


class Published:
    """What was pushed to one service, and everything that its stream said."""

    def __init__(self, context, installation, news, politics):
        self.installation, self.news, self.politics = installation, news, politics
        subscriber = Subscriber(context, installation)
        subscriber.heartbeat()
        self.receipts = {article["id"]: submit(context, installation, article) for article in news}
        push = context.socket(zmq.PUSH)
        push.connect(installation.endpoints["push"])
        for article in politics:
            push.send(as_bytes(article))
        wanted = len(news) + len(politics)
        self.messages = subscriber.until(lambda m: sum(t.startswith("analysis/") for t, _ in m) >= wanted)
        # Whatever still belongs to the last record comes before the next heartbeat but one.
        self.messages += subscriber.until(lambda m: sum(t == "heartbeat" for t, _ in m) >= 2)
        push.close(linger=0)
        subscriber.close()
        self.bodies = [body for topic, body in self.messages if topic.startswith("analysis/")]
        self.records = [json.loads(body) for body in self.bodies]


@pytest.fixture(scope="module")
def published(binary, news, politics):
    context = zmq.Context()
    installation = Installation(binary)
    try:
        installation.serve()
        yield Published(context, installation, news, politics)
    finally:
        installation.close()
        context.destroy(linger=0)


def joined(text, spans):
    """The text of a list of spans, as the record gives it: one space where something was left out."""
    return " ".join(text[span["start"]:span["end"]] for span in spans)


def test_every_article_is_accepted_and_published_exactly_once(published, announce):
    assert {receipt["status"] for receipt in published.receipts.values()} == {"accepted"}
    assert all(receipt["id"] == key for key, receipt in published.receipts.items())
    sent = [article["id"] for article in published.news + published.politics]
    got = [record["article"]["id"] for record in published.records]
    assert len(got) == len(set(got))
    assert set(got) == set(sent)
    announce(f"{len(sent)} articles sent, {len(got)} records")


def test_sequence_has_no_gap(published):
    sequences = [record["sequence"] for record in published.records]
    assert sequences == list(range(sequences[0], sequences[0] + len(sequences)))
    heartbeats = [json.loads(body) for topic, body in published.messages if topic == "heartbeat"]
    assert heartbeats[-1]["sequence"] == sequences[-1]


def test_every_record_validates_against_the_schema(published, validator):
    faults = [f"{record['article']['id']}: {error.json_path}: {error.message}"
              for record in published.records for error in validator.iter_errors(record)]
    assert not faults, "\n".join(faults[:20])


def test_text_is_what_was_sent(published):
    sent = {article["id"]: article for article in published.news + published.politics}
    for record in published.records:
        article = sent[record["article"]["id"]]
        title = article.get("title")
        assert record["text"] == (f"{title}\n\n{article['text']}" if title else article["text"])
        assert record["article"]["sha256"] == hashlib.sha256(record["text"].encode()).hexdigest()


def test_every_span_lies_in_the_text_and_quotes_it(published, announce):
    spans = quotations = 0
    for record in published.records:
        text, name = record["text"], record["article"]["id"]

        def check(span):
            nonlocal spans
            spans += 1
            assert 0 <= span["start"] < span["end"] <= len(text), (name, span)

        end = 0
        for sentence in record["sentences"]:
            check(sentence)
            assert sentence["start"] >= end, (name, "sentences overlap")
            assert text[end:sentence["start"]].strip() == "", (name, "text between sentences")
            end = sentence["end"]
        assert text[end:].strip() == "", (name, "text after the last sentence")
        entities = {entity["id"]: entity for entity in record["entities"]}
        assert len(entities) == len(record["entities"]), name
        for entity in record["entities"]:
            assert entity["mentions"], (name, entity)
            for mention in entity["mentions"]:
                check(mention)
        identifiers = [quotation["id"] for quotation in record["quotations"]]
        assert len(identifiers) == len(set(identifiers)), name
        for quotation in record["quotations"]:
            quotations += 1
            for role in ("content", "cue", "source"):
                for span in quotation[role]:
                    check(span)
            assert quotation["content"], (name, quotation)
            assert quotation["text"] == joined(text, quotation["content"]), (name, quotation["id"])
            speaker = quotation["speaker"]
            if speaker and speaker.get("entity"):
                assert speaker["entity"] in entities, (name, speaker)
            if speaker:
                assert speaker["name"].lower() != "unknown"
        for marks in record["discarded"]:
            check(marks)
    announce(f"{spans} spans and {quotations} quotations in {len(published.records)} records")
    assert quotations >= len(published.records), "the analysis found hardly anything"


def test_every_quotation_is_published_by_speaker(published):
    alone = {}
    for topic, body in published.messages:
        if topic.startswith("quotation/"):
            message = json.loads(body)
            _, slug, article = topic.split("/", 2)
            assert article == message["article"]["id"]
            assert slug and slug == slug.lower() and not slug.startswith("-") and not slug.endswith("-")
            alone[(message["sequence"], message["quotation"]["id"])] = (slug, message)
    assert len(alone) == sum(len(record["quotations"]) for record in published.records)
    for record in published.records:
        for quotation in record["quotations"]:
            slug, message = alone[(record["sequence"], quotation["id"])]
            assert message["quotation"] == quotation
            assert (slug == "unknown") == (quotation["speaker"] is None)
            sentence = message["sentence"]
            assert record["text"][sentence["start"]:sentence["end"]] == sentence["text"]


def test_archive_holds_the_same_bytes(published):
    context = zmq.Context()
    try:
        assert replay_all(context, published.installation, since=1) == published.bodies
    finally:
        context.destroy(linger=0)


def test_second_push_is_a_duplicate_with_the_same_sequence(published):
    context = zmq.Context()
    subscriber = Subscriber(context, published.installation)
    try:
        subscriber.heartbeat()
        submitter = Submitter(context, published.installation.endpoints["ingest"], window=8)
        again = submitter.push((article["id"], article) for article in published.news)
        assert again == {key: dict(receipt, status="duplicate") for key, receipt in published.receipts.items()}
        submitter.close()
        quiet = subscriber.until(lambda m: sum(t == "heartbeat" for t, _ in m) >= 2)
        assert [topic for topic, _ in quiet if topic != "heartbeat"] == []
    finally:
        context.destroy(linger=0)


def test_without_id_the_same_content_is_the_same_article(published):
    context = zmq.Context()
    try:
        text = "“We will not pay twice,” said Maria Alvarez, the mayor, on Tuesday."
        first = submit(context, published.installation, {"text": text})
        second = submit(context, published.installation, {"text": text})
        other = submit(context, published.installation, {"text": text + " She left."})
        assert (first["status"], second["status"], other["status"]) == ("accepted", "duplicate", "accepted")
        assert first["id"] == second["id"] != other["id"]
        assert first["sequence"] == second["sequence"] < other["sequence"]
    finally:
        context.destroy(linger=0)


def test_plain_text_is_an_article_too(published):
    context = zmq.Context()
    subscriber = Subscriber(context, published.installation)
    try:
        subscriber.heartbeat()
        receipt = submit(context, published.installation,
                         "Café reopens\n\n“It is good to be back,” said Zoë Müller.\n".encode())
        assert receipt["status"] == "accepted", receipt
        record = json.loads(subscriber.records(1)[0])
        assert record["article"]["id"] == receipt["id"]
        assert record["article"]["title"] == "Café reopens"
    finally:
        context.destroy(linger=0)


def test_a_new_version_supersedes_and_a_retraction_leaves_a_tombstone(published, validator):
    context = zmq.Context()
    subscriber = Subscriber(context, published.installation, "analysis/versioned")
    try:
        subscriber.heartbeat()
        article = {"id": "versioned", "text": "“We agree,” said Ana Lima.", "version": 1}
        versions = [article, dict(article, version=2, text="“We do not agree,” said Ana Lima."),
                    dict(article, version=3, status="withheld")]
        for one in versions:
            assert submit(context, published.installation, one)["status"] == "accepted"
        records = [json.loads(body) for body in subscriber.records(3)]
        for record in records:
            validator.validate(record)
        newest = {record["article"]["version"]: record for record in records}
        assert newest[3]["article"]["status"] == "withheld"
        assert newest[3]["quotations"] == [] and newest[3]["text"] == ""
        assert "do not agree" in newest[2]["text"]
    finally:
        context.destroy(linger=0)
