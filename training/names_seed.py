#!/usr/bin/env python3
"""Makes config/names.seed.tsv, by which learnt offices are compared: "Ukraine's president" is the "Ukrainian president".

    python3 training/names_seed.py geonames_countries.json config/names.seed.tsv

Countries and capitals are GeoNames' (CC BY 4.0); it has no demonyms, so they stand here, with usual other names of
countries and the metonyms that English newspapers use for governments. No office holders: these are the operator's.
"""
import json, sys

DEMONYMS = """AF Afghan|AL Albanian|DZ Algerian|AD Andorran|AO Angolan|AG Antiguan|AR Argentine,Argentinian|AM Armenian
AU Australian|AT Austrian|AZ Azerbaijani,Azeri|BS Bahamian|BH Bahraini|BD Bangladeshi|BB Barbadian|BY Belarusian
BE Belgian|BZ Belizean|BJ Beninese|BT Bhutanese|BO Bolivian|BA Bosnian|BW Botswanan|BR Brazilian|BN Bruneian
BG Bulgarian|BF Burkinabe|BI Burundian|KH Cambodian|CM Cameroonian|CA Canadian|CV Cape Verdean|TD Chadian|CL Chilean
CN Chinese|CO Colombian|KM Comorian|CR Costa Rican|HR Croatian|CU Cuban|CY Cypriot|CZ Czech|DK Danish|DJ Djiboutian
EC Ecuadorian,Ecuadorean|EG Egyptian|SV Salvadoran,Salvadorean|GQ Equatoguinean|ER Eritrean|EE Estonian|ET Ethiopian
FJ Fijian|FI Finnish|FR French|GA Gabonese|GM Gambian|GE Georgian|DE German|GH Ghanaian|GR Greek|GD Grenadian
GT Guatemalan|GN Guinean|GY Guyanese|HT Haitian|HN Honduran|HU Hungarian|IS Icelandic|IN Indian|ID Indonesian
IR Iranian|IQ Iraqi|IE Irish|IL Israeli|IT Italian|CI Ivorian|JM Jamaican|JP Japanese|JO Jordanian|KZ Kazakh
KE Kenyan|KW Kuwaiti|KG Kyrgyz|LA Lao,Laotian|LV Latvian|LB Lebanese|LR Liberian|LY Libyan|LT Lithuanian
LU Luxembourgish|MK Macedonian|MG Malagasy|MW Malawian|MY Malaysian|MV Maldivian|ML Malian|MT Maltese|MR Mauritanian
MU Mauritian|MX Mexican|MD Moldovan|MC Monegasque|MN Mongolian|ME Montenegrin|MA Moroccan|MZ Mozambican
MM Burmese,Myanmar|NA Namibian|NP Nepali,Nepalese|NL Dutch|NZ New Zealand|NI Nicaraguan|NE Nigerien|NG Nigerian
KP North Korean|NO Norwegian|OM Omani|PK Pakistani|PS Palestinian|PA Panamanian|PG Papua New Guinean|PY Paraguayan
PE Peruvian|PH Philippine,Filipino|PL Polish|PT Portuguese|QA Qatari|RO Romanian|RU Russian|RW Rwandan|WS Samoan
SA Saudi|SN Senegalese|RS Serbian|SC Seychellois|SL Sierra Leonean|SG Singaporean|SK Slovak|SI Slovenian|SO Somali
ZA South African|KR South Korean|SS South Sudanese|ES Spanish|LK Sri Lankan|SD Sudanese|SR Surinamese|SE Swedish
CH Swiss|SY Syrian|TW Taiwanese|TJ Tajik|TZ Tanzanian|TH Thai|TG Togolese|TO Tongan|TT Trinidadian|TN Tunisian
TR Turkish|TM Turkmen|UG Ugandan|UA Ukrainian|AE Emirati|GB British|US American|UY Uruguayan|UZ Uzbek|VE Venezuelan
VN Vietnamese|YE Yemeni|ZM Zambian|ZW Zimbabwean|XK Kosovan,Kosovar|VU Ni-Vanuatu|SB Solomon Islands|TL Timorese"""

OTHER_NAMES = """US US,U.S.,USA,America,United States of America|GB UK,U.K.,Britain,Great Britain|KR South Korea|KP North Korea
RU Russian Federation|CZ Czech Republic|MK Macedonia,North Macedonia|TR Turkey,Türkiye|CI Ivory Coast|MM Burma,Myanmar
CD Congo|AE UAE,Emirates|VA Vatican|PS Palestine|SZ Swaziland|NL Netherlands,Holland|TL East Timor|CV Cape Verde
IR Islamic Republic|CN People's Republic of China|LA Laos|SY Syria|VN Vietnam|BN Brunei|MD Moldova|TZ Tanzania|BO Bolivia
VE Venezuela"""

METONYMS = """US White House,Oval Office|RU Kremlin|GB Downing Street,Number 10,No. 10,Whitehall|FR Elysee,Élysée,Elysee Palace
CN Zhongnanhai|KR Blue House|IT Quirinal,Chigi Palace|TR Sublime Porte|IN Raisina Hill|PH Malacanang,Malacañang
UA Bankova|AR Casa Rosada|BR Planalto"""

# Capitals that are more often something else, or another country's town in English news.
NOT_CAPITALS = {"Georgetown", "Victoria", "Kingston", "Hamilton", "San Jose", "San José", "Santiago", "Plymouth", "St. John's",
                "Valletta", "Road Town", "The Valley", "George Town", "Stanley", "Basseterre", "Saint George's", "Kingstown"}


def table(text):
    for entry in text.replace("\n", "|").split("|"):
        code, names = entry.strip().split(" ", 1)
        for name in names.split(","):
            yield code, name.strip()


def main(countries_path, out_path):
    countries = json.load(open(countries_path, encoding="utf-8"))
    rows, seen = [], set()

    def add(kind, code, name):
        if code not in countries:
            sys.exit(f"no country {code} in {countries_path}")
        if name and name.casefold() not in seen:
            seen.add(name.casefold())
            rows.append((kind, code, name))

    sovereign = sorted(countries, key=lambda c: -countries[c]["population"])
    for code, name in table(OTHER_NAMES):
        add("country", code, name)
    for code in sovereign:
        add("country", code, countries[code]["name"])
    for code, name in table(DEMONYMS):
        add("demonym", code, name)
    for code, name in table(METONYMS):
        add("metonym", code, name)
    for code in sovereign:
        if countries[code]["population"] >= 500_000 and countries[code]["capital"] not in NOT_CAPITALS:
            add("capital", code, countries[code]["capital"])
    order = {"country": 0, "demonym": 1, "capital": 2, "metonym": 3}
    rows.sort(key=lambda row: (order[row[0]], row[1], row[2]))
    with open(out_path, "w", encoding="utf-8") as out:
        out.write("# What stands for a country in the name of an office; made by training/names_seed.py, do not edit.\n"
                  "# Countries and capitals: GeoNames, CC BY 4.0. Capitals and metonyms count for heads of state and government\n"
                  "# alone: \"the Kremlin leader\", but \"the mayor of Kyiv\" is no office of Ukraine's.\n"
                  "# kind<TAB>ISO 3166 code<TAB>name\n")
        for row in rows:
            out.write("\t".join(row) + "\n")
    print(f"{len(rows)} names")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
