#!/usr/bin/env python3
"""Claims made from a sample: what is new in each, and what stays. Where the samples are (CLAIMLINE_SAMPLES), every row of the
table names a claim that is there."""
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "scripts"))
from sample_claims import (DIAGNOSES, Row, Sample, SampleClaims, npi_with_check_digit, read_rows, samples_folder,  # noqa: E402
                           segments_of)


class Made(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.sample = Sample(ROOT / "tests" / "data" / "x12" / "837p.edi")
        self.rows = [Row(template) for template in self.sample.templates]

    def tearDown(self):
        self.temporary.cleanup()

    def make(self, rows, claims=60, seed=5):
        self.maker = SampleClaims(rows, seed, "20260315")
        path = self.maker.write(Path(self.temporary.name) / "made.x12", claims, 17)
        _, segments = segments_of(path.read_text(encoding="latin-1"))
        manifest = [line.split("\t") for line in path.with_name("made.x12.expect").read_text().splitlines()]
        return segments, manifest

    def test_every_claim_has_a_number_and_a_member_of_its_own(self):
        segments, manifest = self.make(self.rows)
        numbers = [segment[1] for segment in segments if segment[0] == "CLM"]
        members = [segment[9] for segment in segments if segment[:2] == ["NM1", "IL"]]
        self.assertEqual(len(set(numbers)), 60)
        self.assertGreaterEqual(len(set(members)), 60)
        self.assertEqual(numbers, [line[0] for line in manifest])
        self.assertLessEqual(max(map(len, numbers)), 20)

    def test_control_numbers_and_counts_agree(self):
        segments, _ = self.make(self.rows)
        self.assertEqual((segments[0][13], segments[-1][2]), ("000000017", "000000017"))
        self.assertEqual((segments[1][6], segments[-2][2], segments[-2][1]), ("17", "17", "3"))
        begun = None
        for place, segment in enumerate(segments):
            if segment[0] == "ST":
                begun = place
            if segment[0] == "SE":
                self.assertEqual(int(segment[1]), place - begun + 1)
                self.assertEqual(segment[2], segments[begun][2])

    def test_levels_are_numbered_without_gap_and_know_their_parent(self):
        segments, _ = self.make(self.rows)
        number = 0
        for segment in segments:
            if segment[0] == "ST":
                number = 0
            if segment[0] == "HL":
                number += 1
                self.assertEqual(int(segment[1]), number)
                self.assertEqual(segment[2] == "", segment[3] == "20")

    def test_services_lie_before_the_day_of_the_run_and_inside_the_edition(self):
        segments, _ = self.make(self.rows)
        days = [day for segment in segments if segment[:2] == ["DTP", "472"] for day in segment[3].split("-")]
        self.assertTrue(days and all("20251001" < day < "20260315" for day in days), days)

    def test_the_manifest_has_the_charges_of_the_lines(self):
        segments, manifest = self.make(self.rows, claims=1)
        lines = [round(float(segment[2]) * 100) for segment in segments if segment[0] == "SV1"]
        self.assertEqual(manifest[0][1:4], ["sample", "accepted", "pass"])
        self.assertEqual(list(map(int, manifest[0][5].split(","))), lines)
        self.assertEqual(int(manifest[0][4]), sum(lines))

    def test_institutional_and_dental_lines_are_counted_by_their_own_charge(self):
        for name, line, element in (("837i.edi", "SV2", 3), ("837d.edi", "SV3", 2)):
            with self.subTest(name=name):
                template = Sample(ROOT / "tests" / "data" / "x12" / name).templates[0]
                segments, manifest = self.make([Row(template)], claims=1)
                lines = [round(float(segment[element]) * 100) for segment in segments if segment[0] == line]
                self.assertEqual(list(map(int, manifest[0][5].split(","))), lines)
                days = [day for segment in segments if segment[:2] in (["DTP", "472"], ["DTP", "434"])
                        for day in segment[3].split("-")]
                self.assertTrue(days and all("20251001" < day < "20260315" for day in days), days)

    def test_diagnoses_are_replaced_and_their_count_stays(self):
        def diagnoses(segments):
            return [part.split(":")[1] for segment in segments if segment[0] == "HI" for part in segment[1:]
                    if part.split(":")[0] in ("ABK", "ABF", "BK", "BF")]
        kept, _ = self.make(self.rows[:1], claims=1)
        replaced, _ = self.make([Row(self.rows[0].template, "replaced", "held", "3110")], claims=1)
        self.assertEqual(diagnoses(replaced), list(DIAGNOSES[:len(diagnoses(kept))]))
        self.assertEqual([s[0] for s in kept], [s[0] for s in replaced])
        self.assertEqual(list(self.maker.findings.values()), ["3110"])

    def test_a_made_up_npi_gets_its_check_digit(self):
        self.assertEqual(npi_with_check_digit("1234567890"), "1234567893")
        self.assertEqual(npi_with_check_digit("1912301953"), "1912301953")

    @unittest.skipUnless(samples_folder(), "the samples are not here")
    def test_every_row_of_the_table_is_a_claim_of_a_sample(self):
        rows = read_rows(samples_folder())
        self.assertGreater(len(rows), 20)
        for place in range(len(rows)):
            with self.subTest(row=place):
                segments, manifest = self.make(rows[place:] + rows[:place], claims=2, seed=0)
                self.assertEqual(len(manifest), 2)
                self.assertEqual(manifest[0][4] == str(sum(map(int, manifest[0][5].split(",")))), True)


if __name__ == "__main__":
    unittest.main()
