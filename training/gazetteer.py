#!/usr/bin/env python3
"""Makes Sources/CGazetteer/gazetteer.bin, the table of given names, surnames and places:

    python3 training/gazetteer.py NAMES_FOLDER Sources/CGazetteer/gazetteer.bin

NAMES_FOLDER holds the public files as they are published (see Sources/CGazetteer/CREDITS.md):
    nltk_names_male.txt, nltk_names_female.txt                       one name a line
    us_census1990_{male,female}_first.txt, ..._last_top20000.txt.gz  name, share in per cent, ...
    nicknames.csv                                                    name1,relationship,name2
    geonames_countries.json, geonames_us_states.json, geonames_cities15000.tsv.gz

Format, little endian: "QGZ1", u32 number of slots (a power of two), then as many u32: 0 for empty, else the offset of an
entry from the start of the file. An entry: u8 length, u16 flags, the folded key. A key's slot is its 32-bit FNV-1a hash
modulo the slots, then the next free one. Folded: small letters, without diacritics, words joined by one space.
"""
import csv, gzip, json, os, struct, sys, unicodedata

MALE, FEMALE, SURNAME, COUNTRY, STATE, CITY = 1, 2, 4, 8, 16, 32
SMALLEST_CITY = 75_000
# Places whose name is more often an English word or a person's name.
NOT_PLACES = set("""of man nice bar male split orange mobile reading bath deal most are bor van ho wa um as us in the
 march enterprise independence liberty hope union center industry college show ray jackson lincoln madison""".split())
# Given names that open a sentence as common words.
NOT_NAMES = set("see so an in of my many love you her his sunday ok le do man van yes no the one two state city".split())
# Regions that the list of countries lacks.
REGIONS = ["Africa", "Europe", "Asia", "America", "Oceania", "Antarctica", "North America", "South America",
           "Latin America", "Central America", "West Africa", "East Africa", "North Africa", "Southern Africa",
           "Southeast Asia", "South Asia", "Central Asia", "East Asia", "Middle East", "Eastern Europe",
           "Western Europe", "Britain", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland", "Kashmir",
           "Gaza", "West Bank", "Congo", "Hong Kong", "Tibet", "Kurdistan", "Somaliland", "Crimea", "Donbas", "Siberia"]


def fold(text):
    text = unicodedata.normalize("NFD", text.replace("’", "'"))
    text = "".join(c for c in text if not unicodedata.combining(c)).lower()
    for a, b in (("æ", "a"), ("ð", "d"), ("ø", "o"), ("þ", "t"), ("ß", "s"), ("đ", "d"), ("ħ", "h"), ("ı", "i"),
                 ("ł", "l"), ("œ", "o"), ("ŧ", "t")):
        text = text.replace(a, b)
    return " ".join(text.split())


def fnv(data):
    h = 2166136261
    for b in data:
        h = ((h ^ b) * 16777619) & 0xFFFFFFFF
    return h


def lines(folder, name):
    path = os.path.join(folder, name)
    opened = gzip.open(path, "rt", encoding="utf-8") if name.endswith(".gz") else open(path, encoding="utf-8")
    with opened as f:
        return f.read().split("\n")


def collect(folder):
    flags, share = {}, {}

    def add(name, flag):
        key = fold(name)
        if key and len(key.encode()) < 64:
            flags[key] = flags.get(key, 0) | flag

    for sex, flag in (("male", MALE), ("female", FEMALE)):
        for line in lines(folder, "nltk_names_%s.txt" % sex):
            if line.strip() and fold(line) not in NOT_NAMES:
                add(line.strip(), flag)
        for line in lines(folder, "us_census1990_%s_first.txt" % sex):
            if line.strip() and fold(line.split()[0]) not in NOT_NAMES:
                name, per_cent = line.split()[:2]
                share[fold(name), flag] = float(per_cent)
                add(name, flag)
    for row in csv.DictReader(lines(folder, "nicknames.csv")):
        sexes = flags.get(fold(row["name1"]), 0) & (MALE | FEMALE)
        if sexes and not flags.get(fold(row["name2"]), 0) & (MALE | FEMALE) and fold(row["name2"]) not in NOT_NAMES:
            add(row["name2"], sexes)
    for key in [k for k, f in flags.items() if f & 3 == 3]:
        male, female = share.get((key, MALE), 0.0005), share.get((key, FEMALE), 0.0005)
        if male > 6 * female:
            flags[key] &= ~FEMALE
        elif female > 6 * male:
            flags[key] &= ~MALE
    for line in lines(folder, "us_census1990_last_top20000.txt.gz")[:12000]:
        if line.strip():
            add(line.split()[0], SURNAME)
    places = []
    countries = json.loads("\n".join(lines(folder, "geonames_countries.json")))
    for country in countries.values():
        places += [(country["name"], COUNTRY), (country.get("capital") or "", CITY)]
    for state in json.loads("\n".join(lines(folder, "geonames_us_states.json"))).values():
        places.append((state["name"], STATE))
    places += [(name, COUNTRY) for name in REGIONS]
    for row in csv.DictReader(lines(folder, "geonames_cities15000.tsv.gz"), delimiter="\t"):
        if int(row["population"] or 0) >= SMALLEST_CITY:
            places.append((row["name"], CITY))
    for name, flag in places:
        key = fold(name)
        if key in NOT_PLACES or not 2 < len(key) < 40:
            continue
        add(key, flag)
    return flags


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    flags = collect(sys.argv[1])
    slots = 1
    while slots < 1.6 * len(flags):
        slots *= 2
    table, entries, at = [0] * slots, bytearray(), 8 + 4 * slots
    for key in sorted(flags):
        data = key.encode()
        slot = fnv(data) % slots
        while table[slot]:
            slot = (slot + 1) % slots
        table[slot] = at + len(entries)
        entries += struct.pack("<BH", len(data), flags[key]) + data
    with open(sys.argv[2], "wb") as f:
        f.write(b"QGZ1" + struct.pack("<I", slots) + struct.pack("<%dI" % slots, *table) + entries)
    print("%d keys, %d bytes" % (len(flags), 8 + 4 * slots + len(entries)))


if __name__ == "__main__":
    main()
