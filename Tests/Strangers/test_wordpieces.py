"""The service's word pieces against those of the reference tokenizer, with the vocabulary of the shipped model."""

import gzip
import json
import os
import random
import re
import struct
import subprocess
from pathlib import Path

import pytest
from tokenizers import BertWordPieceTokenizer

from conftest import ROOT, shared_folder

MODEL = ROOT / "Sources/EnglishModel/quoted-en.model"
NAMES = ("quoted-training-features", "TrainingFeatures")
CORPORA = ("polnear/train.jsonl.gz", "polnear/dev.jsonl", "world/train.jsonl.gz", "world/dev.jsonl",
           "gum_quotes/open-without-news.jsonl.gz", "gum_quotes/news.jsonl", "ner/worldwide.train.jsonl.gz",
           "ner/worldwide.dev.jsonl.gz", "ner/wikigold.jsonl.gz", "sentences/ewt.jsonl.gz")
# Sentences with more than ASCII in them, and others.
UNUSUAL, PLAIN = 8_000, 4_000


def read_vocabulary(path):
    """The bytes of the pieces, one a line, out of a model file of format 1."""
    data = path.read_bytes()
    magic, version, _, length, offset, size = struct.unpack_from("<8sIIQQQ", data)
    assert (magic, version, length) == (b"QUOTEDM1", 1, len(data)), f"{path} is no model file of format 1"
    place = json.loads(data[offset:offset + size])["vocabulary"]
    return data[place["offset"]:place["offset"] + place["length"]]


@pytest.fixture(scope="module")
def features(binary):
    """The program that prints the encoder's input."""
    named = os.environ.get("QUOTED_TEST_FEATURES")
    candidates = [Path(named)] if named else [binary.parent / name for name in NAMES]
    for path in candidates:
        if path.is_file() and os.access(path, os.X_OK):
            return path
    pytest.fail(f"{candidates[0]} is not there: build it first (swift build -c release --product {NAMES[0]})")


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory):
    path = tmp_path_factory.mktemp("vocabulary") / "vocab.txt"
    path.write_bytes(read_vocabulary(MODEL))
    return path


@pytest.fixture(scope="module")
def differences(features, vocabulary):
    """Compares texts; gives a line for each whose pieces or offsets differ, with both outputs."""
    pieces = vocabulary.read_text(encoding="utf-8").split("\n")
    reference = BertWordPieceTokenizer({piece: number for number, piece in enumerate(pieces)}, clean_text=True,
                                       handle_chinese_chars=True, strip_accents=True, lowercase=True)
    # "[SEP]" in an article is text.
    reference._tokenizer.encode_special_tokens = True

    def ours(texts):
        lines = "".join(json.dumps({"id": f"{number}", "text": text}) + "\n" for number, text in enumerate(texts))
        done = subprocess.run([features, vocabulary], input=lines.encode(), capture_output=True, timeout=300)
        assert done.returncode == 0, done.stderr.decode()
        rows = [json.loads(line) for line in done.stdout.split(b"\n") if line]
        assert [row["id"] for row in rows] == [f"{number}" for number in range(len(texts))]
        return [(row["pieces"], list(zip(row["starts"], row["ends"]))) for row in rows]

    def show(found):
        return " ".join(f"{pieces[number]}@{start}-{end}" for number, (start, end) in zip(*found)) or "(nothing)"

    def compare(texts):
        expected = [(encoding.ids, encoding.offsets) for encoding in reference.encode_batch(texts, add_special_tokens=False)]
        return [f"{text[:60]!a}\n    ours      {show(mine)[:400]}\n    reference {show(theirs)[:400]}"
                for text, mine, theirs in zip(texts, ours(texts), expected) if mine != theirs]

    return compare


def sentences(shared):
    """Distinct sentences, cut roughly, from all kinds of text."""
    found = {}
    for name in CORPORA:
        path = shared / "corpora" / name
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                for sentence in re.split(r"\n+|(?<=[.!?”\"])[ \u00a0](?=[A-Z“\"‘'])", json.loads(line)["text"]):
                    if sentence.strip():
                        found[sentence] = None
    chosen = random.Random(int(os.environ.get("QUOTED_TEST_SEED", 20261123)))
    unusual = [sentence for sentence in found if not sentence.isascii()]
    plain = [sentence for sentence in found if sentence.isascii()]
    return [sentence for kind, count in ((unusual, UNUSUAL), (plain, PLAIN))
            for sentence in chosen.sample(kind, min(count, len(kind)))]


def test_the_vocabulary_is_berts(vocabulary):
    pieces = vocabulary.read_text(encoding="utf-8").split("\n")
    assert len(pieces) == len(set(pieces)) == 30_522
    assert [pieces[number] for number in (0, 100, 101, 102, 103)] == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def test_sentences_of_the_corpora(differences, announce):
    shared = shared_folder()
    if not shared:
        pytest.skip("SHARED CORPORA ABSENT: set QUOTED_SHARED to the folder that holds corpora/")
    texts = sentences(shared)
    assert len(texts) >= 10_000
    found = differences(texts)
    announce(f"word pieces of {len(texts):,} sentences compared with the reference, {len(found)} differ")
    assert not found, "\n".join(found[:20])


HOSTILE = {
    "nothing and space": [
        "", " ", "\n", "\t\r\n ", "\u00a0", "\u2003\u2009\u202f\u3000", "a\u00a0b", "a\u2028b", "a\u2029b", "a\u1680b", "\u3000a\u3000",
    ],
    "accents, composed and decomposed": [
        "café", "cafe\u0301", "Ångström", "A\u030angstro\u0308m", "ÅNGSTRÖM", "résumé naïve coöperate", "Łódź", "Đặng Thị Ngọc Thịnh",
        "D\u0323a\u0323\u0306ng", "Nguyễn", "Nguye\u0302\u0303n", "São Tomé", "Erdoğan", "Erdog\u0306an", "İstanbul", "I\u0307stanbul",
        "ıspanak", "ISPARTA Iğdır", "Žižek", "Z\u030ciz\u030cek", "ǅungla ǆ Ǆ", "ǈ ǋ ǲ", "ẞ ß straße STRASSE", "æ Æ ø Ø œ Œ þ Þ ð Ð",
        "\u0301", "\u0301a", "a\u0301\u0302\u0303\u0304\u0305", "e\u0301e\u0301e\u0301", "q\u0323\u0307", "q\u0307\u0323", "ǖǘǚǜ",
        "ﬁancé", "a\u034fb", "x\u0338", "d\u0323\u0307", "\u1e9b\u0323", "\u212bngström", "\u212aelvin", "\u2126hm", "o\u0308\u0304 ȫ",
    ],
    "Greek and Cyrillic": [
        "ΟΔΥΣΣΕΥΣ", "Ὀδυσσεύς", "σοφός ΣΟΦΟΣ", "Σ", "ΑΣ ΣΑ", "άέήίόύώ ΆΈΉ", "ϊΐ ΰ", "τι\u037e", "α\u0387β", "ᾳ ῃ ῳ ᾼ", "\u1fef",
        "Володимир Зеленський", "Їжак Ґанок йод", "и\u0306 й", "Ёлка ё", "ЉУБА њ Џ", "ЂОКОВИЋ", "\u0460\u0461",
    ],
    "Chinese, Japanese, Korean": [
        "習近平", "习近平说", "北京beijing上海", "a中b", "中", "日本の首相", "カタカナ ﾊﾝｶｸ ガ", "カ\u3099", "東京、大阪。", "「引用」", "\u3007\u3005",
        "한국어", "\u1112\u1161\u11ab\u1100\u116e\u11a8", "서울seoul", "김정은 위원장", "\u3131\u314f", "\uf900\uf902\uf90a", "\ufa0e\ufa0f",
        "𠀀𠀁", "\U0002f800", "\U00030000", "㈱ ㊗ ㍿", "全角ＡＢＣ１２３！", "﹁﹂",
    ],
    "Arabic, Hebrew": [
        "محمد بن سلمان", "مُحَمَّد", "السَّلَامُ عَلَيْكُمْ", "آب أب إب", "\u0627\u0653", "؟ ، ؛", "٠١٢٣", "ﷺ ﷲ", "ﻻ", "\u202bשלום\u202c", "שָׁלוֹם",
        "\u05d1\u05bc", "ירושלים\u200f", "بنیامین\u200cنتانیاهو",
    ],
    "scripts of India and beyond": [
        "नरेन्द्र मोदी", "हिन्दी।", "क़ \u0915\u093c", "ড় \u09a1\u09bc", "নরেন্দ্র", "தமிழ்", "తెలుగు", "ಕನ್ನಡ", "മലയാളം", "ਪੰਜਾਬੀ", "ગુજરાતી",
        "සිංහල", "ไทย ภาษา", "ลำไย", "ລາວ", "မြန်မာ", "ខ្មែរ", "བོད་", "ქართული ᲥᲐᲠᲗᲣᲚᲘ", "Հայերեն ԵՒ և", "አማርኛ።", "ᏣᎳᎩ ꭰ", "ᠮᠣᠩᠭᠣᠯ",
    ],
    "emoji and signs": [
        "😀", "a😀b", "👍🏽", "👨\u200d👩\u200d👧\u200d👦", "🇬🇧🇺🇸", "❤\ufe0f", "☃", "1\ufe0f\u20e3", "🫨", "🪿", "™®©", "€100 £5 ¥7 ₹9 ₿1 ₺2", "½ ⅓ ²x³",
        "№5", "℃", "→⇒", "±5", "≠", "a≠b", "≮≯", "∞∑√", "█▓", "♫", "§4 ¶2", "†‡", "a·b•c", "µm μm", "Ⅻ ⅻ", "①②",
    ],
    "ligatures and variants": ["ﬁ ﬂ ﬀ ﬃ ﬄ ﬅ ﬆ", "oﬃce", "ĳ Ĳ", "ŉ", "ſ", "ﾞ", "𝐁𝐨𝐥𝐝 𝒮𝒸𝓇", "ⓐⒶ", "ᵃᵇ", "ʼn ʻ ʾ ˈ", "\u1d2d"],
    "nothing to see": [
        "co\u00adoperate", "\u00ad", "zero\u200bwidth", "zero\u200cwidth", "zero\u200dwidth", "\ufeffstart", "mid\ufeffdle", "a\u2060b", "\u200e\u200fa",
        "a\u180eb", "a\u061cb", "\u2066a\u2069", "\ufff9a\ufffab\ufffb", "a\U000e0041b", "a\ufe0fb", "\u200b", "a \u200b b", "\u115f\u1160\u3164",
    ],
    "control characters and what is none": [
        "a\u0001b", "a\u0000b", "a\u0007 b", "a\u000bb", "a\u000cb", "a\u001cb", "a\u001fb", "a\u007fb", "a\u0080b", "a\u0085b", "a\u009fb",
        "a\ufffdb", "\ufffd", "a\ue000b", "a\uf8ffb", "a\ufffeb", "a\uffffb", "a\U0010ffffb", "a\U000f0000b", "a\u0378b", "a\r\nb", "\u001b[31mred",
    ],
    "marks and dashes": [
        "“It’s ‘fine’,” she said—“really…”", "''quoted''", "``tex''", "«guillemets» ‹one› „low“ ‚low‘", "rock’n’roll O’Hara’s", "don't won’t",
        "--- – — ― ‐ ‑ ‒", "a_b __init__", "$5 ^ ` ~ + < = > |", "u.s. U.S.A.", "3.14 1,000 10:30 5%", "@handle #tag", "http://a.b/c?d=e&f#g",
        "name@example.org", "(a[b]{c})", "⟨a⟩ \u2329a\u232a", "‽ ⸮ ⁇ !?", "a/b\\c", "¿Qué? ¡No!", "؋", "\u2e3a\u2e3b", "\u30fb\uff65", "\u2019", "\u02bc",
    ],
    "special tokens": ["[CLS]", "[SEP] [MASK]", "a [UNK] b", "[PAD][PAD]", "##ing", "a ##b", "[sep]", "[unused1]"],
    "long": [
        "a" * 99, "a" * 100, "a" * 101, "a" * 1_000, "é" * 100, "é" * 101, "e\u0301" * 60, "e\u0301" * 100, "ß" * 101, "中" * 150, "x" * 100 + "中",
        "antidisestablishmentarianism " * 50, "a-" * 200, "." * 300, "\u0301" * 300, "q" * 100 + "\u200b" * 50, "ﬁ" * 100, "\U0001f600" * 101,
        "Donaudampfschifffahrtsgesellschaftskapitän", "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", "한" * 34, "한" * 60,
    ],
}


# Where we differ on purpose: vertical tabs, form feeds and NEL are white space here, the reference drops them; code points that
# Unicode does not assign are dropped here, the reference makes an unknown word of them.
ON_PURPOSE = {"a\u000bb", "a\u000cb", "a\u0085b", "a\ufffeb", "a\uffffb", "a\U0010ffffb", "a\u0378b"}


@pytest.mark.parametrize("kind", HOSTILE, ids=lambda kind: kind.replace(" ", "-"))
def test_hostile_strings(differences, kind):
    found = differences([text for text in HOSTILE[kind] if text not in ON_PURPOSE])
    assert not found, f"{len(found)} of {len(HOSTILE[kind])} differ:\n" + "\n".join(found)
