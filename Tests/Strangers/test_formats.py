"""Articles in every format go in; what comes out in other formats is read by programs that others wrote."""

import base64
import csv
import fcntl
import gzip
import hashlib
import io
import json
import os
import pty
import re
import struct
import subprocess
import termios

import html5lib
import pytest
import rdflib
from rdflib.namespace import RDF
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from conftest import ROOT
from stranger import Subscriber, submit

SAMPLES = ROOT / "config" / "samples" / "formats"
FORMATS = {"article.json": "article JSON", "ninjs-1.json": "ninjs", "ninjs-2.json": "ninjs", "ninjs-3.json": "ninjs",
           "page.html": "HTML", "nitf.xml": "NITF", "newsml-g2.xml": "NewsML-G2", "rss.xml": "RSS", "atom.xml": "Atom"}
OA = rdflib.Namespace("http://www.w3.org/ns/oa#")
AS = rdflib.Namespace("http://www.w3.org/ns/activitystreams#")
# Of <http://www.w3.org/ns/anno.jsonld> the terms that are used, as the Web Annotation Vocabulary defines them; kept here so that
# nothing is fetched.
CONTEXT = {
    "oa": str(OA), "as": str(AS), "dc": "http://purl.org/dc/elements/1.1/", "dctypes": "http://purl.org/dc/dcmitype/",
    "rdf": str(RDF), "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": {"@id": "@id", "@type": "@id"}, "type": {"@id": "@type", "@type": "@id"},
    "AnnotationCollection": "as:OrderedCollection", "AnnotationPage": "as:OrderedCollectionPage", "Annotation": "oa:Annotation",
    "TextualBody": "oa:TextualBody", "SpecificResource": "oa:SpecificResource", "Text": "dctypes:Text",
    "TextPositionSelector": "oa:TextPositionSelector", "TextQuoteSelector": "oa:TextQuoteSelector",
    "classifying": "oa:classifying", "describing": "oa:describing", "identifying": "oa:identifying",
    "body": {"@id": "oa:hasBody", "@type": "@id"}, "target": {"@id": "oa:hasTarget", "@type": "@id"},
    "source": {"@id": "oa:hasSource", "@type": "@id"}, "scope": {"@id": "oa:hasScope", "@type": "@id"},
    "selector": {"@id": "oa:hasSelector", "@type": "@id"}, "motivation": {"@id": "oa:motivatedBy", "@type": "@vocab"},
    "purpose": {"@id": "oa:hasPurpose", "@type": "@vocab"}, "first": {"@id": "as:first", "@type": "@id"},
    "partOf": {"@id": "as:partOf", "@type": "@id"}, "items": {"@id": "as:items", "@type": "@id", "@container": "@list"},
    "value": "rdf:value", "exact": "oa:exact", "prefix": "oa:prefix", "suffix": "oa:suffix", "label": "rdfs:label",
    "format": "dc:format", "language": "dc:language", "start": {"@id": "oa:start", "@type": "xsd:nonNegativeInteger"},
    "end": {"@id": "oa:end", "@type": "xsd:nonNegativeInteger"},
    "total": {"@id": "as:totalItems", "@type": "xsd:nonNegativeInteger"},
    "startIndex": {"@id": "as:startIndex", "@type": "xsd:nonNegativeInteger"},
}


def analyze(binary, *arguments, check=True, **options):
    options.setdefault("stdin", subprocess.DEVNULL)
    done = subprocess.run([binary, "analyze", *map(str, arguments)], capture_output=True, timeout=120, **options)
    if check:
        assert done.returncode == 0, done.stderr.decode()
    return done


def records(binary, *arguments):
    lines = analyze(binary, "--format", "json", *arguments).stdout.splitlines()
    return [json.loads(line) for line in lines]


def span_text(record, span):
    return record["text"][span["start"]:span["end"]]


@pytest.fixture(scope="module")
def sample(binary):
    """The record of the sample article."""
    return records(binary, SAMPLES / "article.json")[0]


# In

@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_every_format_gives_the_same_record(binary, sample, tmp_path, name, packed):
    path = SAMPLES / name
    if packed:
        path = tmp_path / f"{name}.gz"
        path.write_bytes(gzip.compress((SAMPLES / name).read_bytes()))
    record = records(binary, path)[0]
    assert record["text"] == sample["text"]
    assert record["article"]["title"] == sample["article"]["title"]
    quotations = [[{key: value for key, value in quotation.items() if key != "id"} for quotation in one["quotations"]]
                  for one in (record, sample)]
    assert quotations[0] == quotations[1]
    assert any("every stone" in quotation["text"] for quotation in record["quotations"])


def test_push_tells_what_it_took_each_for(service, tmp_path):
    (tmp_path / "packed.jsonl.gz").write_bytes(gzip.compress((SAMPLES / "articles.jsonl").read_bytes()))
    (tmp_path / "note.html").write_text("<html><body><nav>Home</nav></body></html>")
    done = service.run("push", "--verbose", "--receipts", str(SAMPLES), str(tmp_path))
    assert done.returncode == 65, done.stderr
    for name, kind in FORMATS.items():
        assert re.search(rf"{re.escape(name)}: {kind}, [123] articles?\n", done.stderr), done.stderr
    assert "article.txt: plain text, 1 article\n" in done.stderr
    assert "packed.jsonl.gz: article JSON, ninjs, one a line, packed with gzip, 3 articles" in done.stderr
    assert "note.html: HTML: article: holds no text of an article" in done.stderr
    assert re.search(r"taken for: .*\b5 ninjs\b", done.stderr), done.stderr
    receipts = [json.loads(line) for line in done.stdout.splitlines()]
    assert {receipt["status"] for receipt in receipts} == {"accepted", "duplicate"}
    quiet = service.run("push", str(SAMPLES / "rss.xml"))
    assert quiet.returncode == 0 and quiet.stderr == "taken for: 2 RSS\n2 known already\n"


def write_crawl(path, packed):
    """A crawl as warcio writes it: pages, one of them packed, one in chunks, one in another encoding, and what is none."""
    page = (SAMPLES / "page.html").read_bytes()
    ferry = "<html><body><article><h1>Ferry</h1><p>“Zürich is near,” said Pia Roth, who runs the ferry there.</p></article></body></html>"
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (page[:700], page[700:], b""))
    answers = [
        ("https://news.example/lake-path", "200 OK", [("Content-Type", "text/html; charset=utf-8")], page),
        ("https://news.example/packed", "200 OK", [("Content-Type", "text/html"), ("Content-Encoding", "gzip")], gzip.compress(page)),
        ("https://news.example/chunks", "200 OK", [("Content-Type", "text/html"), ("Transfer-Encoding", "chunked")], chunked),
        ("https://news.example/ferry", "200 OK", [("Content-Type", "text/html; charset=windows-1252")], ferry.encode("cp1252")),
        ("https://news.example/feed", "200 OK", [("Content-Type", "application/rss+xml")], (SAMPLES / "rss.xml").read_bytes()),
        ("https://news.example/gone", "404 Not Found", [("Content-Type", "text/html")], page),
        ("https://news.example/robots.txt", "200 OK", [("Content-Type", "text/plain")], b"User-agent: *"),
        ("https://news.example/menu", "200 OK", [("Content-Type", "text/html")], b"<html><body><nav>Home</nav></body></html>"),
        ("https://news.example/film", "200 OK", [("Content-Type", "video/mp4")], os.urandom(3 << 20)),
    ]
    with open(path, "wb") as file:
        writer = WARCWriter(file, gzip=packed)
        writer.write_record(writer.create_warcinfo_record("crawl.warc", {"software": "a test"}))
        for url, status, headers, body in answers:
            writer.write_record(writer.create_warc_record(
                url, "request", payload=io.BytesIO(b""), http_headers=StatusAndHeaders("GET / HTTP/1.1", [("Host", "news.example")])))
            writer.write_record(writer.create_warc_record(
                url, "response", payload=io.BytesIO(body), http_headers=StatusAndHeaders(status, headers, protocol="HTTP/1.1")))
        writer.write_record(writer.create_warc_record(
            "https://news.example/text", "conversion", payload=io.BytesIO("Text\n\n“It runs,” said Tom Reed.".encode()),
            warc_content_type="text/plain"))


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_crawl_is_read_record_by_record(binary, service, sample, tmp_path, packed):
    path = tmp_path / ("crawl.warc.gz" if packed else "crawl.warc")
    write_crawl(path, packed)
    found = records(binary, path)
    assert [record["text"] for record in found[:3]] == [sample["text"]] * 3
    assert found[3]["article"]["url"] == "https://news.example/ferry" and "“Zürich is near,”" in found[3]["text"]
    assert len(found) == 7 and found[-1]["quotations"][0]["speaker"]["name"] == "Tom Reed"
    # The folder, too: what of it is a crawl is told by its name.
    done = service.run("push", "--verbose", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert re.search(r"crawl\.warc(\.gz)?: HTML, RSS, plain text, in a WARC file, (packed with gzip, )?7 articles, passed over: ", done.stderr)
    for reason in ("9 request", "1 status 404", "1 text/plain", "1 video/mp4", "1 document without an article", "1 warcinfo"):
        assert reason in done.stderr, done.stderr


def test_half_a_crawl_gives_its_whole_records_and_says_so(binary, tmp_path):
    path = tmp_path / "crawl.warc"
    write_crawl(path, packed=False)
    whole = path.read_bytes()
    path.write_bytes(whole[:whole.index(b"https://news.example/ferry") + 400])
    done = analyze(binary, "--format", "json", path, check=False)
    assert done.returncode == 65 and len(done.stdout.splitlines()) == 3
    assert b"cut off" in done.stderr
    path.write_bytes(whole[:whole.index(b"WARC/1.0", 100)] + b"nonsense\r\n")
    done = analyze(binary, "--format", "json", path, check=False)
    assert done.returncode == 65 and b"where a record should begin" in done.stderr


def test_the_limits_of_documents_are_keys(context, make_installation):
    page = "<html><body><article><p>“It runs,” said Pia Roth, who runs the ferry.</p>{}</article></body></html>"
    service = make_installation()
    service.serve(QUOTED_DOCUMENTS_ELEMENTS="1000", QUOTED_DOCUMENTS_ATTRIBUTES="10", QUOTED_DOCUMENTS_DEPTH="500")
    assert submit(context, service, page.format("<div>" * 900 + "deep").encode())["status"] == "accepted"
    assert submit(context, service, page.format("<b>x</b>" * 100).encode())["status"] == "accepted"
    refused = submit(context, service, page.format("<b>x</b>" * 2000).encode())
    assert refused["status"] == "rejected" and "more than 1000 elements" in refused["reason"] and "[documents]" in refused["reason"]
    attributes = " ".join(f"a{number}=''" for number in range(20))
    refused = submit(context, service, page.format(f"<b {attributes}>x</b>").encode())
    assert refused["status"] == "rejected" and "more than 10 attributes" in refused["reason"]


def test_the_ingest_socket_takes_ninjs_and_html(context, service):
    subscriber = Subscriber(context, service, "analysis/")
    subscriber.heartbeat()
    for name in ("ninjs-1.json", "ninjs-2.json", "ninjs-3.json"):
        receipt = submit(context, service, (SAMPLES / name).read_bytes())
        assert receipt["id"] == "urn:example:aldermere:path", receipt
    assert receipt["status"] == "duplicate"
    receipt = submit(context, service, (SAMPLES / "page.html").read_bytes())
    assert receipt["status"] == "accepted" and receipt["id"] == "https://news.example/lake-path"
    for body in subscriber.records(2):
        record = json.loads(body)
        assert record["text"].startswith("Lake path reopens at Aldermere\n\nThe path around")
        assert "Related" not in record["text"] and "caption" not in record["text"]
    receipt = submit(context, service, (SAMPLES / "rss.xml").read_bytes())
    assert receipt["status"] == "rejected" and "quoted push" in receipt["reason"]
    receipt = submit(context, service, b"<html><body><script>x</script></body></html>")
    assert receipt["status"] == "rejected" and "no text" in receipt["reason"]


def test_a_new_version_supersedes_and_a_retraction_leaves_a_tombstone(context, service):
    item = json.loads((SAMPLES / "ninjs-2.json").read_text())
    subscriber = Subscriber(context, service, "analysis/")
    subscriber.heartbeat()
    seen = []
    for version, status in (("2", "usable"), ("3", "usable"), ("4", "canceled")):
        item |= {"version": version, "pubstatus": status}
        assert submit(context, service, item)["status"] == "accepted"
        seen += map(json.loads, subscriber.records(1))
    assert [(one["article"]["version"], one["article"]["status"]) for one in seen] == [
        (2, "usable"), (3, "usable"), (4, "canceled")]
    assert seen[1]["quotations"] and seen[2]["text"] == "" and seen[2]["quotations"] == []


def test_an_article_whose_version_is_a_date_is_found_by_its_id(context, service):
    subscriber = Subscriber(context, service, "analysis/")
    subscriber.heartbeat()
    receipt = submit(context, service, (SAMPLES / "page.html").read_bytes())
    (body,) = subscriber.records(1)
    assert json.loads(body)["article"]["version"] == 1749071400
    traced = service.run("trace", receipt["id"])
    assert traced.returncode == 0 and "attribution" in traced.stdout, traced.stdout + traced.stderr


def test_a_bomb_is_a_clear_fault(binary, tmp_path):
    bomb = tmp_path / "bomb.txt.gz"
    with gzip.open(bomb, "wb", compresslevel=1) as file:
        for _ in range(300):
            file.write(b"news " * (1 << 18))
    done = analyze(binary, "--format", "json", bomb, check=False)
    assert done.returncode == 65 and b"more than 256 MiB, unpacked" in done.stderr
    cut = tmp_path / "cut.html.gz"
    cut.write_bytes(gzip.compress((SAMPLES / "page.html").read_bytes())[:-20])
    done = analyze(binary, "--format", "json", cut, check=False)
    assert done.returncode == 65 and b"cut off" in done.stderr


def test_faults_of_a_feed_are_named_and_the_rest_goes_on(binary, tmp_path):
    feed = tmp_path / "feed.xml"
    feed.write_text("<rss><channel><item><title>Nothing</title></item>"
                    "<item><description>“Yes,” said Ana Lima.</description></item></channel></rss>")
    done = analyze(binary, "--format", "json", feed, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 65 and lines[0]["id"].endswith("feed.xml#1") and "no text" in lines[0]["error"]
    assert lines[1]["text"] == "“Yes,” said Ana Lima."


# Out

def test_csv_is_read_by_pythons_reader(binary, sample):
    text = analyze(binary, "--format", "csv", SAMPLES / "articles.jsonl").stdout.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    ours = [row for row in rows if row["article"] == sample["article"]["id"]]
    assert len(ours) == len(sample["quotations"]) < len(rows)
    for row, quotation in zip(ours, sample["quotations"]):
        assert row["text"] == quotation["text"] and row["quotation"] == quotation["id"] and row["kind"] == quotation["kind"]
        assert row["speaker"] == (quotation["speaker"] or {"name": ""})["name"]
        assert float(row["confidence"]) == quotation["confidence"]
        spans = [dict(zip(("start", "end"), map(int, span.split("-")))) for span in row["spans"].split(";")]
        assert spans == quotation["content"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_web_annotations_are_read_by_rdflib(binary, sample):
    lines = analyze(binary, "--format", "webannotation", SAMPLES / "article.json", SAMPLES / "page.html").stdout.splitlines()
    assert len(lines) == 2
    document = json.loads(lines[0])
    assert document["@context"] == "http://www.w3.org/ns/anno.jsonld"
    graph = rdflib.Graph().parse(data=json.dumps(document | {"@context": CONTEXT}), format="json-ld")
    annotations = set(graph.subjects(RDF.type, OA.Annotation))
    assert len(annotations) == len(sample["quotations"])
    collection = graph.value(predicate=RDF.type, object=AS.OrderedCollection)
    assert graph.value(collection, AS.totalItems).value == len(annotations)
    page = graph.value(collection, AS.first)
    assert set(rdflib.collection.Collection(graph, graph.value(page, AS.items))) == annotations
    for quotation in sample["quotations"]:
        annotation = rdflib.URIRef(f"urn:quoted:quotation:{quotation['id']}")
        names = [str(graph.value(body, RDF.value)) for body in graph.objects(annotation, OA.hasBody)
                 if graph.value(body, OA.hasPurpose) == OA.identifying]
        assert names == ([quotation["speaker"]["name"]] if quotation["speaker"] else [])
        assert graph.value(annotation, OA.motivatedBy) == (OA.identifying if names else OA.classifying)
        spans = set()
        for target in graph.objects(annotation, OA.hasTarget):
            assert graph.value(target, OA.hasScope) == rdflib.URIRef("https://news.example/lake-path")
            selectors = {graph.value(one, RDF.type): one for one in graph.objects(target, OA.hasSelector)}
            position, quote = selectors[OA.TextPositionSelector], selectors[OA.TextQuoteSelector]
            start, end = (graph.value(position, term).value for term in (OA.start, OA.end))
            before, exact, after = (str(graph.value(quote, term)) for term in (OA.prefix, OA.exact, OA.suffix))
            assert sample["text"][start - len(before):end + len(after)] == before + exact + after
            assert sample["text"][start:end] == exact
            spans.add((start, end))
        assert spans == {(span["start"], span["end"]) for span in quotation["content"]}


def test_quotation_graph_lines_have_gdelts_fields_and_speakers(binary, sample):
    lines = analyze(binary, "--format", "gqg", SAMPLES / "article.json").stdout.splitlines()
    (line,) = map(json.loads, lines)
    assert set(line) == {"date", "url", "title", "lang", "quotes"}
    assert line["date"] == "2025-06-04T21:10:00Z" and line["url"] == "https://news.example/lake-path"
    flat = " ".join(sample["text"].split())
    for quote in line["quotes"]:
        assert set(quote) == {"pre", "quote", "post", "speaker"}
        assert quote["quote"] in flat and quote["quote"][0] not in "“\"" and quote["quote"][-1] not in "”\""
    speakers = {quote["quote"]: quote["speaker"] for quote in line["quotes"]}
    assert speakers["We owe that to the people who carried every stone."] == "Ana Lima"


def luminance(colour):
    channels = [int(colour[place:place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """As WCAG 2.2 defines it."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_pages_are_read_by_html5lib_without_a_fault(binary, sample):
    text = analyze(binary, "--format", "html", SAMPLES / "article.json").stdout.decode()
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    assert document.get("lang") == "en" and document.findtext("head/title") == sample["article"]["title"]
    style = document.findtext("head/style")
    policy = document.find("head/meta[@http-equiv='Content-Security-Policy']").get("content")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in policy
    paragraphs = ["".join(p.itertext()) for p in document.findall(".//article/p") if p.get("class") is None]
    without_numbers = re.sub(r"(?<=\D)\d(?=\D|$)", "", "\n\n".join(paragraphs))
    body = sample["text"].partition("\n\n")[2]
    assert without_numbers == re.sub(r"(?<=\D)\d(?=\D|$)", "", body)
    marked = [mark for mark in document.iter("mark")]
    assert len(marked) >= len(sample["quotations"])
    # Links have a name and lead somewhere, headings follow each other, landmarks are named.
    ids = {element.get("id") for element in document.iter() if element.get("id")}
    for link in document.iter("a"):
        assert "".join(link.itertext()).strip() or link.get("aria-label")
        assert not link.get("href").startswith("#") or link.get("href")[1:] in ids
    ranks = [int(element.tag[1]) for element in document.iter() if re.fullmatch("h[1-6]", str(element.tag))]
    assert ranks[0] == 1 and ranks.count(1) == 1 and all(b - a <= 1 for a, b in zip(ranks, ranks[1:]))
    for section in document.iter("section"):
        assert section.get("aria-labelledby") in ids
    for scheme in re.findall(r":root\{([^}]*)\}", style):
        colours = dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", scheme))
        backgrounds = [colours["paper"]] + [colours[f"s{number}"] for number in range(9)]
        assert min(contrast(colours["ink"], one) for one in backgrounds) >= 7
        assert contrast(colours["soft"], colours["paper"]) >= 4.5


def test_a_page_is_of_one_article(binary):
    done = analyze(binary, "--format", "html", SAMPLES / "rss.xml", check=False)
    assert done.returncode == 64 and b"one article" in done.stderr and done.stdout.count(b"</html>") == 1


def test_watch_writes_the_formats_too(service):
    assert service.run("push", str(SAMPLES / "article.json")).returncode == 0
    watch = ("watch", "--since", "1", "--count", "1", "--format")
    rows = list(csv.DictReader(io.StringIO(service.run(*watch, "csv").stdout, newline="")))
    assert {row["article"] for row in rows} == {"urn:example:aldermere:path"}
    assert json.loads(service.run(*watch, "webannotation").stdout)["type"] == "AnnotationCollection"
    assert json.loads(service.run(*watch, "gqg").stdout)["quotes"]
    assert service.run(*watch, "html").stdout.count("</html>") == 1
    assert service.run("watch", "--since", "1", "--format", "html").returncode == 64


# On a terminal

def on_terminal(binary, *arguments, columns=72, **environment):
    """What a command writes to a terminal of its own."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    process = subprocess.Popen([binary, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=follower,
                               stderr=subprocess.DEVNULL, env=kept | {"TERM": "xterm-256color"} | environment)
    os.close(follower)
    written = b""
    try:
        while chunk := os.read(leader, 65536):
            written += chunk
    except OSError:   # the other end is closed
        pass
    os.close(leader)
    assert process.wait(60) == 0
    return written.decode().replace("\r\n", "\n")


def test_analyze_on_a_terminal_is_a_page_to_show(binary):
    page = on_terminal(binary, "analyze", SAMPLES / "page.html")
    assert page.startswith("\x1b[1mLake path reopens at Aldermere\x1b[0m\n")
    assert "\x1b[1;36mAna Lima\x1b[0m" in page                       # names in colour
    assert "\n  \x1b[32m“It is safe again" in page                   # quotations indented
    assert re.search(r"\n    \x1b\[2mdirect · “said” · \d+ %\x1b\[0m\n", page)   # cue and confidence dim
    plain = re.sub(r"\x1b\[[0-9;]*m", "", page)
    assert max(map(len, plain.split("\n"))) <= 72
    assert on_terminal(binary, "analyze", SAMPLES / "page.html", NO_COLOR="1") == plain
    assert on_terminal(binary, "analyze", SAMPLES / "page.html", TERM="dumb") == plain
    piped = analyze(binary, SAMPLES / "page.html").stdout.decode()
    assert piped.startswith("{") and "\x1b" not in piped
    assert "\x1b" not in analyze(binary, "--format", "text", SAMPLES / "page.html").stdout.decode()
