"""An independent, slow, obvious reading of one published file, compared with what the store says, row by row, all rows.

check_relations.py KIND SOURCE < EXPORT. KIND: pairs, mue, mce_list, mce_sections, add_on, notes. EXPORT: a line a row of the edition:
set, first, second, first day, last day, kind, flags, numbers, words, separated by tabs (test_codeset_published.c writes it).
Of notes only what names codes without a condition ("with ...") is compared: anchor, kind, first and last code.
Prints what differs and ends with 1. Shares nothing with the importers: the layouts are told in the header of each.
"""
import csv
import io
import lzma
import re
import sys
import xml.etree.ElementTree
import zipfile

SINCE_EDITION, NEVER = 2, 4
EDITION_BEGINS = 20240701  # of the NCCI files that are compared
SEX_EDITS_END = "20240930"
LIST_EDITS = {"Perinatal/Newborn (Age 0 Only)": 1, "Pediatric (Ages 0-17)": 2, "Maternity (Ages 9-64)": 3, "Adult (Ages 15-124)": 4,
              "Female Only": 5, "Male Only": 6, "Manifestation (Not Allowed as Principal Diagnosis)": 7}
SECTION_EDITS = {"Newborn_Only": (1, 0, 0), "Pediatric_Only": (2, 0, 17), "Maternity_Only": (3, 12, 55), "Adult_Only": (4, 15, 124),
                 "Female_Only": (5, -1, -1), "Male_Only": (6, -1, -1), "Principal_Manifestation": (7, -1, -1),
                 "Principal_Unacceptable": (8, -1, -1), "Principal_Questionable_Admit": (9, -1, -1), "Noncovered_Always": (10, -1, -1),
                 "Noncovered_Over60": (11, 61, 124), "Limited_Coverage": (12, -1, -1), "Wrong_Performed": (13, -1, -1),
                 "Noncovered_LOS_96hr": (14, -1, -1)}


def text_of(path):
    if path.endswith(".zip"):
        with zipfile.ZipFile(path) as packed:
            return packed.read(packed.namelist()[0]).decode("latin-1")
    with (lzma.open(path) if path.endswith(".xz") else open(path, "rb")) as file:
        return file.read().decode("utf-8")


def pairs(path):
    name = "ncci_practitioner" if "ccipra" in path else "ncci_hospital"
    for line in text_of(path).split("\r\n")[2:]:
        if line == "":
            continue
        first, second, old, begin, end, modifier, words = line.split("\t")
        flags = SINCE_EDITION if begin == "" and old == "" else 0
        if end != "*" and (int(end) < EDITION_BEGINS or (begin != "" and int(end) < int(begin))):
            flags |= NEVER
        yield name, first, second, begin or "0", "0" if end == "*" else end, modifier, str(flags), "", words


def mue(path):
    name = "mue_practitioner" if "Practitioner" in path else "mue_hospital" if "Hospital" in path else "mue_supplier"
    for row in csv.DictReader(io.StringIO(text_of(path))):
        units = next(value for title, value in row.items() if title.endswith("MUE Values"))
        yield (name, row["HCPCS/CPT Code"], "", "0", "0", row["MUE Adjudication Indicator"][0], "0", units, row["MUE Rationale"])


def add_on(path):
    for row in csv.DictReader(io.StringIO(text_of(path))):
        yield "add_on", row["Add-On Code"], row["Primary Code"], "0", "0", row["AOC Edit Type"], str(SINCE_EDITION), "", ""


def mce_list(path):
    for row in csv.DictReader(io.StringIO(text_of(path))):
        rule = row["icd_conflict_rule"]
        ages = [int(age) for age in re.findall(r"\d+", rule)] or [-1]
        last = SEX_EDITS_END if row["icd_conflict_group"] == "Sex" else "0"
        yield ("mce", row["icd_code"].replace(".", ""), "", "0", last, str(LIST_EDITS[rule]), "0", f"{ages[0]},{ages[-1]}", "")


def mce_sections(path):
    for line in text_of(path).splitlines()[1:]:
        fields = line.split("\t")
        edit, first, last = SECTION_EDITS[fields[4]]
        until = SEX_EDITS_END if fields[3] in "ABCD" and fields[2] == "5" else "0"
        yield ("mce" if fields[5] == "D" else "mce_procedure", fields[6], "", "0", until, str(edit), "0", f"{first},{last}", "")


NOTES = {"includes": "2", "excludes1": "3", "excludes2": "4", "codeFirst": "5", "useAdditionalCode": "6", "codeAlso": "7"}
CODE = r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?"
SPAN = re.compile(rf"({CODE})(?:[\s.]*-*\s*(?:-|to)\s*({CODE}))?")


def anchors(element, categories):
    """The codes at which the notes of a diag, section or chapter stand."""
    if element.tag == "diag":
        return [element.findtext("name").replace(".", "")]
    span = element.get("id") or re.search(r"\((.*)\)", element.findtext("desc")).group(1)
    first, last = span.split("-") if "-" in span else (span, span)
    return [code for code in categories if first <= code <= last]


def spans(note):
    """First and last codes in the parentheses of a note; a span that runs backwards is a slip of the source and not applied."""
    found = []
    for inside in re.findall(r"\(([^()]*)(?:\)|$)", " ".join(note.split())):
        if not re.search(rf"(?<![A-Za-z0-9]){CODE}", inside) or re.search("with|C3 glomerulopathy|G6PD", inside):
            continue
        found += [(match.group(1).replace(".", ""), (match.group(2) or match.group(1)).replace(".", "")) for match in SPAN.finditer(inside)]
    return found if all(first[:len(last)] <= last for first, last in found) else []


def notes(path):
    root = xml.etree.ElementTree.fromstring(text_of(path).encode())
    categories = [diag.findtext("name") for diag in root.iter("diag") if len(diag.findtext("name")) == 3]
    for element in [element for tag in ("diag", "section", "chapter") for element in root.iter(tag)]:
        for tag, kind in NOTES.items():
            for note in [note for group in element.findall(tag) for note in group.findall("note")]:
                for first, last in spans("".join(note.itertext())):
                    for anchor in anchors(element, categories):
                        yield anchor, kind, first, last


def unconditional(line):
    """Of a stored note: the same four; None: it names no codes, or under a condition."""
    _, anchor, second, _, _, kind, _, numbers, _ = line.split("\t")
    last, mask = numbers.split(",")[:2]
    return "\t".join((anchor, kind, second, last)) if second and mask == "" and kind in NOTES.values() else None


def main():
    kind, path = sys.argv[1:3]
    expected = sorted("\t".join(row) for row in globals()[kind](path))
    stored = [line.rstrip("\n") for line in sys.stdin]
    if kind == "notes":
        stored = [row for row in map(unconditional, stored) if row is not None]
    stored = sorted(stored)
    wrong = 0
    for side, here, there in (("only in the file", expected, stored), ("only in the store", stored, expected)):
        if here == there:
            break
        rest = set(there)
        for row in [row for row in here if row not in rest][:5]:
            print(f"{kind}: {side}: {row}")
            wrong += 1
    if expected != stored:
        print(f"{kind}: {len(expected)} rows in the file, {len(stored)} in the store")
    print(f"{kind}: {len(stored)} rows are the same" if expected == stored else f"{kind}: they differ")
    return 0 if expected == stored and len(expected) > 0 else 1


sys.exit(main())
