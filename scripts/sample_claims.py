"""Claims out of the 837 samples, as a hospital that writes like them would send them: every claim of a sample is a template,
its loops, segments and situational data stay, and what makes a claim this one claim is new. Independent of common/x12.

What becomes of each stands in tests/data/x12-sample-ends.tsv, a row a template. The samples are not part of the repository:
CLAIMLINE_SAMPLES names their folder, else shared/data beside the repository.
"""
import datetime
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENDS = ROOT / "tests" / "data" / "x12-sample-ends.tsv"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Diagnoses of the built-in edition that may stand beside each other, in this order.
DIAGNOSES = ("J101", "I10", "E119", "Z794", "E785", "M5450", "N390", "K219", "F411", "J45909", "D649", "B351", "L720")
DIAGNOSIS_QUALIFIERS = ("ABK", "ABF", "BK", "BF")
CHARGE = {"SV1": 2, "SV2": 3, "SV3": 2}  # the element of a line's charge
DAYS = 120  # services lie within so many days before the clock of the run


def samples_folder():
    """The folder of the samples, or None when they are not here."""
    named = os.environ.get("CLAIMLINE_SAMPLES")
    folder = pathlib.Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if (folder / "x12" / "837P").is_dir() else None


def base36(number, length):
    text = ""
    for _ in range(length):
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text


def day_of(text):
    try:
        return datetime.datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        return None


def npi_with_check_digit(npi):
    """The samples' numbers of providers are made up, most without the check digit that one has."""
    total = 24  # of the prefix 80840
    for place, digit in enumerate(map(int, npi[:9])):
        counted = digit * 2 if place % 2 == 0 else digit
        total += counted // 10 + counted % 10
    return npi[:9] + str(-total % 10)


def mend(segments, billing):
    """What the samples' makers left open: check digits of NPIs, the last four digits of the billing provider's ZIP code."""
    for segment in segments:
        if segment[0] == "NM1" and len(segment) > 9 and segment[8] == "XX" and segment[9].isdigit() and len(segment[9]) >= 9:
            segment[9] = npi_with_check_digit(segment[9])
        if billing and segment[0] == "N4" and len(segment) > 3 and len(segment[3]) == 5:
            segment[3] += "1000"
    return segments


class Separators:
    """The four of an ISA, by their places."""

    def __init__(self, text):
        self.element, self.repetition, self.component, self.terminator = text[3], text[82], text[104], text[105]


def segments_of(text):
    separators = Separators(text)
    parts = (part.strip("\r\n\t ") for part in text.split(separators.terminator))
    return separators, [part.split(separators.element) for part in parts if part]


class Template:
    """One claim of a sample with all that stands above it. Lists of segments, a segment being a list of elements."""

    def __init__(self, sample, set_header, levels, claim):
        self.sample, self.set_header, self.claim = sample, set_header, claim
        self.billing, self.subscriber, self.patient = levels.get("20", []), levels.get("22", []), levels.get("23")

    def cents(self):
        """CLM02, and the charges of the lines."""
        lines = [segment[CHARGE[segment[0]]] for segment in self.claim if segment[0] in CHARGE]
        return cents_of(self.claim[0][2]), [cents_of(line) for line in lines]

    def last_service(self):
        """Of the lines, of a dental claim as a whole, or the end of the statement."""
        days = [day for segment in self.claim if segment[0] == "DTP" and segment[1] in ("472", "434")
                for day in map(day_of, segment[3].split("-"))]
        return max((day for day in days if day), default=None)


def cents_of(text):
    whole, _, part = text.partition(".")
    return int(whole or 0) * 100 + int((part + "00")[:2])


class Sample:
    """A file of the samples: its envelope, and its claims as templates."""

    def __init__(self, path):
        self.path = path
        self.separators, segments = segments_of(path.read_text(encoding="latin-1").lstrip())
        self.isa, self.gs = segments[0], next(segment for segment in segments if segment[0] == "GS")
        self.templates = []
        header, levels, claim, level = [], {}, None, None
        for segment in segments:
            if segment[0] == "ST":
                header, levels, claim, level = [segment], {}, None, None
            elif segment[0] == "HL":
                level, claim = segment[3], None
                for below in ("20", "22", "23"):
                    if below >= level:
                        levels.pop(below, None)
                levels[level] = [segment]
            elif segment[0] in ("SE", "GE", "IEA", "GS", "ISA"):
                claim = level = None
            elif segment[0] == "CLM":
                claim = [segment]
                self.templates.append(Template(self, header, dict(levels), claim))
            elif claim is not None:
                claim.append(segment)
            elif level is not None:
                levels[level].append(segment)
            elif header:
                header.append(segment)


class Row:
    """A row of the table: a template, what is done with its diagnoses, and where its claims end."""

    def __init__(self, template, diagnoses="kept", end="pass", findings=""):
        self.template, self.diagnoses, self.end, self.findings = template, diagnoses, end, findings


def read_rows(folder, ends=ENDS):
    samples, rows = {}, []
    for line in ends.read_text().splitlines():
        if not line or line.startswith("#") or line.startswith("file\t"):
            continue
        file, claim, diagnoses, end, findings = line.split("\t")[:5]
        if file not in samples:
            samples[file] = Sample(folder / "x12" / (file if "/" in file else f"837P/{file}"))
        rows.append(Row(samples[file].templates[int(claim) - 1], diagnoses, end, findings))
    return rows


class SampleClaims:
    """Makes files out of rows, a row a file, the rows in turn; where it begins depends on the seed."""

    def __init__(self, rows, seed, day):
        self.rows, self.seed, self.day = rows, seed, datetime.datetime.strptime(day, "%Y%m%d").date()
        self.made, self.files = 0, 0
        self.findings = {}  # number of a claim that is to be held -> the findings that hold it

    def write(self, path, claims, control, per_set=25):
        """Writes a file of the next row and its manifest beside it."""
        row = self.rows[(self.seed + self.files) % len(self.rows)]
        self.files += 1
        sample = row.template.sample
        out, manifest, sets = [self.isa(sample, control), self.gs(sample, control)], [], 0
        for first in range(0, claims, per_set):
            sets += 1
            out += self.set_of(row, sets, min(per_set, claims - first), manifest)
        out += [["GE", str(sets), str(control)], ["IEA", "1", f"{control:09d}"]]
        joined = "".join(sample.separators.element.join(segment) + sample.separators.terminator + "\n" for segment in out)
        path.write_text(joined, encoding="latin-1")
        path.with_name(path.name + ".expect").write_text("".join(manifest))
        return path

    def isa(self, sample, control):
        isa = list(sample.isa)
        isa[9], isa[13] = f"{self.day:%y%m%d}", f"{control:09d}"
        return isa

    def gs(self, sample, control):
        gs = list(sample.gs)
        gs[4], gs[6] = f"{self.day:%Y%m%d}", str(control)
        return gs

    def set_of(self, row, number, claims, manifest):
        template, levels = row.template, 1
        segments = [list(segment) for segment in template.set_header]
        segments[0][2] = f"{number:04d}"
        for segment in segments:
            if segment[0] == "BHT":
                segment[3], segment[4] = f"{self.files}-{number}", f"{self.day:%Y%m%d}"
        segments += mend(self.level(template.billing, 1, None), True)
        for _ in range(claims):
            subscriber = levels = levels + 1
            segments += self.own(self.level(template.subscriber, subscriber, 1), "M")
            if template.patient is not None:
                levels += 1
                segments += self.level(template.patient, levels, subscriber)
            segments += self.claim(row, manifest)
            self.made += 1
        return segments + [["SE", str(len(segments) + 1), f"{number:04d}"]]

    @staticmethod
    def level(segments, number, parent):
        own = [list(segment) for segment in segments]
        own[0][1], own[0][2] = str(number), str(parent or "")
        return own

    def name(self, letter):
        return letter + base36(self.seed, 8) + base36(self.made, 7)

    def own(self, segments, letter):
        """The subscriber's member number is this claim's own."""
        for segment in segments:
            if segment[:2] == ["NM1", "IL"] and len(segment) > 9:
                segment[9] = self.name(letter)
        return segments

    def claim(self, row, manifest):
        segments = mend([list(segment) for segment in row.template.claim], False)
        number, place = self.name("S"), 0
        segments[0][1] = number
        last = row.template.last_service()
        shift = self.day - datetime.timedelta(days=1 + self.made * 37 % DAYS) - last if last else datetime.timedelta()
        for segment in segments:
            if segment[:2] == ["REF", "D9"]:  # by it the payer knows the sender's claim
                segment[2] = number
            elif segment[0] == "DTP" and segment[2] in ("D8", "RD8"):
                segment[3] = "-".join(self.moved(day, shift) for day in segment[3].split("-"))
            elif segment[0] == "HI" and row.diagnoses == "replaced":
                place = self.replace(segment, row.template.sample.separators.component, place)
        total, lines = row.template.cents()
        charges = ",".join(map(str, lines))
        intake, coding = ("refused-277ca", "-") if row.end == "refused" else ("accepted", row.end)
        manifest.append(f"{number}\tsample\t{intake}\t{coding}\t{total}\t{charges}\n")
        if row.end == "held":
            self.findings[number] = row.findings
        return segments

    def moved(self, text, shift):
        day = day_of(text)
        return f"{min(day + shift, self.day):%Y%m%d}" if day else text

    @staticmethod
    def replace(segment, separator, place):
        for i in range(1, len(segment)):
            parts = segment[i].split(separator)
            if parts[0] in DIAGNOSIS_QUALIFIERS:
                qualifier = "ABK" if parts[0].endswith("BK") else "ABF"
                segment[i] = separator.join([qualifier, DIAGNOSES[place]] + parts[2:])
                place += 1
        return place
