"""An independent, slow, obvious reading of one published file, compared with what the store says, row by row, all rows.

check_relations.py KIND SOURCE < EXPORT. KIND: pairs, mue, mce_list, mce_sections, add_on. EXPORT: a line a row of the edition:
set, first, second, first day, last day, kind, flags, numbers, words, separated by tabs (test_codeset_published.c writes it).
Prints what differs and ends with 1. Shares nothing with the importers: the layouts are told in the header of each.
"""
import csv
import io
import lzma
import re
import sys
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


def main():
    kind, path = sys.argv[1:3]
    expected = sorted("\t".join(row) for row in globals()[kind](path))
    stored = sorted(line.rstrip("\n") for line in sys.stdin)
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
