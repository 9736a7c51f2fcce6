#!/usr/bin/env python3
"""The generators and the lock: a golden header and table, what they refuse, and what a changed schema may do.

usage: test_schemas.py [--golden]   (--golden writes the golden files anew, to be read in the diff)
"""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / 'tests' / 'data' / 'schemas'
FINDINGS = 'number\tname\tseverity\tsnip\tstep\tsentence\tremedy\n'
STREAMS = 'number\tname\tproducer\tconsumer\trank\trecords\tsentence\n'
LEAF = 'record leaf 5 A leaf.\n1 word text:4 optional clear A word.\n'


def run(script, *arguments):
    return subprocess.run([sys.executable, str(ROOT / 'scripts' / script), *map(str, arguments)],
                          capture_output=True, text=True, timeout=60)


class Folder(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        (self.folder / 'records').mkdir()

    def tearDown(self):
        self.temporary.cleanup()

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return self.folder / name

    def records(self, **files):
        for name, text in files.items():
            self.write(f'records/{name}.rec', text)
        return run('generate-records', self.folder / 'records', self.folder / 'out', '--page', self.folder / 'page.md')

    def generated(self, name):
        return (self.folder / 'out' / 'schemas' / name).read_text()


class Records(Folder):
    def test_the_sample_gives_the_golden_files(self):
        result = run('generate-records', GOLDEN, self.folder / 'out', '--page', self.folder / 'page.md')
        self.assertEqual(result.returncode, 0, result.stderr)
        for made, golden in (('records/sample.h', 'sample.h.golden'), ('records.c', 'records.c.golden')):
            if os.environ.get('GOLDEN'):
                (GOLDEN / golden).write_text(self.generated(made))
            self.assertEqual(self.generated(made), (GOLDEN / golden).read_text(), golden)
        self.assertIn('| 11 | *branch* | retired | |', (self.folder / 'page.md').read_text())

    def test_records_of_another_file_are_included(self):
        result = self.records(a='record holder 0 H.\n1 inner one:leaf required clear L.\n', b=LEAF)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn('#include "schemas/records/b.h"', self.generated('records/a.h'))

    def test_nothing_is_written_anew_that_did_not_change(self):
        self.records(a=LEAF)
        path = self.folder / 'out' / 'schemas' / 'records.c'
        os.utime(path, (1, 1))
        self.records(a=LEAF)
        self.assertEqual(path.stat().st_mtime, 1)

    def test_faults_name_file_and_line(self):
        faults = {
            'id twice': ('record x 0 X.\n1 a u64 optional clear A.\n1 b u64 optional clear B.\n', 'a.rec:3: id 1 of x'),
            'name twice': ('record x 0 X.\n1 a u64 optional clear A.\n2 a u64 optional clear B.\n', 'a.rec:3: x already'),
            'retired id': ('record x 0 X.\nretired 1 old\n1 a u64 optional clear A.\n', 'was retired with old'),
            'kind': ('record x 0 X.\n1 a float optional clear A.\n', 'a.rec:2: no such kind "float"'),
            'bound': ('record x 0 X.\n1 a text:0 optional clear A.\n', 'a.rec:2: a largest length'),
            'use': ('record x 0 X.\n1 a u64 maybe clear A.\n', 'a.rec:2: use must be'),
            'privacy': ('record x 0 X.\n1 a u64 optional public A.\n', 'a.rec:2: privacy must be'),
            'sentence': ('record x 0 X.\n1 a u64 optional clear\n', 'a.rec:2: a field is'),
            'word of C': ('record x 0 X.\n1 int u64 optional clear A.\n', 'no word of C'),
            'no record': ('record x 0 X.\n1 a one:y optional clear A.\n', 'a.rec:2: no record y'),
            'no code': ('record x 0 X.\n1 a code:y optional clear A.\n', 'a.rec:2: no code y'),
            'itself': ('record x 0 X.\n1 a list:x:3 optional clear A.\n', 'x holds itself'),
            'member': ('record x 0 X.\n1 a list:y:3 optional clear A.\n2 a_count u64 optional clear B.\n'
                       'record y 0 Y.\n1 b u64 optional clear B.\n', 'two members a_count'),
            'number twice': (LEAF + 'record y 5 Y.\n1 b u64 optional clear B.\n', 'record number 5 is already'),
            'record twice': (LEAF + LEAF, 'leaf is already defined in a.rec:1'),
            'code twice': ('code c C.\n1 a A.\n1 b B.\n', 'c already has 1 a'),
            'empty code': ('code c C.\n', 'c has no values'),
            'empty record': ('record x 0 X.\n', 'x must have 1 to 64 fields'),
            'too many': ('record x 0 X.\n' + ''.join(f'{i} f{i} u64 optional clear F.\n' for i in range(1, 66)),
                         'x must have 1 to 64 fields'),
            'too deep': (''.join(f'record r{i} 0 R.\n1 a list:r{i + 1}:2 optional clear A.\n' for i in range(4)) +
                         'record r4 0 R.\n1 a u64 optional clear A.\n', 'r0 is nested deeper than 8'),
        }
        for name, (text, expected) in faults.items():
            with self.subTest(name):
                result = self.records(a=text)
                self.assertEqual(result.returncode, 1, name)
                self.assertIn(expected, result.stderr)
                self.assertNotIn('Traceback', result.stderr)

    def test_files_that_need_each_other_are_refused(self):
        result = self.records(a='record a1 0 A.\n1 x one:b1 optional clear X.\nrecord a2 0 A.\n1 y u64 optional clear Y.\n',
                              b='record b1 0 B.\n1 x one:a2 optional clear X.\n')
        self.assertEqual(result.returncode, 1)
        self.assertIn("files need each other's types", result.stderr)


class Tables(Folder):
    def check(self, script, head, rows, expected):
        result = run(script, self.write('table.tsv', head + rows), self.folder / 'out')
        self.assertEqual(result.returncode, 1, rows)
        self.assertIn(expected, result.stderr)
        self.assertNotIn('Traceback', result.stderr)

    def test_findings_become_numbers_and_a_sorted_table(self):
        rows = '20\tB\terror\t3\t\tB is %s.\tMend "B".\n10\tA\tinfo\t\t5\tA.\tNothing.\n'
        result = run('generate-findings', self.write('table.tsv', FINDINGS + '# note\n\n' + rows), self.folder / 'out')
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn('FINDING_A = 10,', self.generated('findings.h'))
        table = self.generated('findings.c')
        self.assertLess(table.index('.number = 10'), table.index('.number = 20'))
        self.assertIn('.snip = 3, .step = 0, .name = "B"', table)
        self.assertIn('finding_kind_count = 2;', table)

    def test_findings_that_are_wrong_are_refused(self):
        good = '10\tA\tinfo\t\t\tA.\tDo.\n'
        for rows, expected in ((good + '10\tB\tinfo\t\t\tB.\tDo.\n', 'table.tsv:3: 10 was already given in line 2'),
                               (good + '11\tA\tinfo\t\t\tB.\tDo.\n', 'A was already given'),
                               ('10\tA\tbad\t\t\tA.\tDo.\n', 'severity must be'),
                               ('10\tERROR\terror\t\t\tA.\tDo.\n', 'the name "ERROR"'),
                               ('10\tA\terror\t8\t\tA.\tDo.\n', 'a SNIP type'),
                               ('10\tA\terror\t\t\tA %d.\tDo.\n', '%s once'),
                               ('10\tA\terror\t\t\tA %s %s.\tDo.\n', '%s once'),
                               ('10\tA\terror\t\t\tA.\n', '6 columns'),
                               ('10\tA\terror\t\t\tA.\t\n', 'must not be empty'),
                               ('70000\tA\terror\t\t\tA.\tDo.\n', 'a finding number')):
            with self.subTest(rows):
                self.check('generate-findings', FINDINGS, rows, expected)
        self.check('generate-findings', '', good, 'the header must be')

    def test_streams_become_numbers_and_a_cycle_is_refused(self):
        rows = '1\ta_b\ta\tb\tforward\tleaf\tAB.\n2\tb_c\tb\tc\tforward\tleaf\tBC.\n'
        result = run('generate-streams', self.write('table.tsv', STREAMS + rows + '3\tc_a\tc\ta\tfeedback\tleaf\tCA.\n'),
                     self.folder / 'out')
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn('STREAM_C_A = 3,', self.generated('streams.h'))
        self.assertIn('.rank = 0}', self.generated('streams.c'))
        self.check('generate-streams', STREAMS, rows + '3\tc_a\tc\ta\tforward\tleaf\tCA.\n', 'a cycle: a > b > c > a')
        self.check('generate-streams', STREAMS, rows + '1\tc_a\tc\ta\tfeedback\tleaf\tCA.\n', '1 was already given')


class Lock(Folder):
    def schemas(self, record=LEAF, finding='10\tA\tinfo\t\t\tA.\tDo.\n', stream='1\ta_b\ta\tb\tforward\tleaf\tAB.\n'):
        self.write('records/a.rec', record)
        self.write('findings.tsv', FINDINGS + finding)
        self.write('streams.tsv', STREAMS + stream)

    def setUp(self):
        super().setUp()
        self.schemas(LEAF + 'code c C.\n1 a A.\n2 b B.\n')
        self.assertEqual(run('check-schemas', '--update', self.folder).returncode, 0)
        self.assertEqual(run('check-schemas', self.folder).returncode, 0)

    def refused(self, expected):
        for update in ([], ['--update']):
            before = (self.folder / 'schemas.lock').read_text()
            result = run('check-schemas', *update, self.folder)
            self.assertEqual(result.returncode, 1)
            self.assertIn(expected, result.stderr)
            self.assertEqual((self.folder / 'schemas.lock').read_text(), before)

    def test_what_is_new_must_be_added_to_the_lock(self):
        self.schemas(LEAF + '2 more u64 optional clear M.\ncode c C.\n1 a A.\n2 b B.\n3 d D.\n')
        result = run('check-schemas', self.folder)
        self.assertEqual(result.returncode, 1)
        self.assertIn('field leaf 2 = more u64 is not in the lock', result.stderr)
        self.assertEqual(run('check-schemas', '--update', self.folder).returncode, 0)
        self.assertEqual(run('check-schemas', self.folder).returncode, 0)

    def test_a_field_may_be_retired_but_not_removed_renamed_or_changed(self):
        codes = 'code c C.\n1 a A.\n2 b B.\n'
        keep = 'record leaf 5 A leaf.\n2 more u64 optional clear M.\n'
        self.schemas(keep + codes)
        self.refused('field leaf 1 = word text is in the lock but no longer')
        self.schemas('record leaf 5 A leaf.\n1 word bytes:4 optional clear W.\n' + codes)
        self.refused('was published as "word text" and is now "word bytes"')
        self.schemas('record leaf 5 A leaf.\n1 other text:4 optional clear W.\n' + codes)
        self.refused('is now "other text"')
        self.schemas(keep + 'retired 1 word\n' + codes)
        self.assertEqual(run('check-schemas', '--update', self.folder).returncode, 0)

    def test_codes_findings_and_streams_keep_their_numbers(self):
        self.schemas(LEAF + 'code c C.\n1 b B.\n2 a A.\n')
        self.refused('code c 1 was published as "a" and is now "b"')
        self.schemas(LEAF + 'code c C.\n1 a A.\n2 b B.\n', finding='10\tB\tinfo\t\t\tA.\tDo.\n')
        self.refused('finding 10 was published as "A"')
        self.schemas(LEAF + 'code c C.\n1 a A.\n2 b B.\n', stream='1\tb_a\tb\ta\tforward\tleaf\tAB.\n')
        self.refused('stream 1 was published as "a_b"')

    def test_a_stream_of_an_unknown_record_is_refused(self):
        self.schemas(LEAF + 'code c C.\n1 a A.\n2 b B.\n', stream='1\ta_b\ta\tb\tforward\ttwig\tAB.\n')
        self.refused('carries twig')


class Situations(Folder):
    """scripts/generate-x12-situations: what it takes, what it refuses, and the page for people."""

    def rules(self, *rows):
        head = 'finding\tguides\tscope\tmust\twhen\tsource\n'
        self.write('situations.tsv', '# rules\n' + head + ''.join('\t'.join(('X12_A', *row, 'X222A1')) + '\n' for row in rows))
        self.write('services.tsv', head)
        return run('generate-x12-situations', self.folder, self.folder / 'out')

    def refused(self, words, *row):
        result = self.rules(row)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(words, result.stderr)

    def test_a_rule_hangs_on_the_code_that_it_asks_for(self):
        result = self.rules(('837p', '2400', '2400/REF*X4', '2400/SV1 and 2400/SV1-01-3..6 = QW'))
        self.assertEqual(result.returncode, 0, result.stderr)
        made = (self.folder / 'out' / 'x12_situations.c').read_text()
        self.assertIn('{0, 1, 1, 3, 6, 0, 1, 0, 0, 0, 0},', made)  # the look: element 1, components 3 to 6, one code
        self.assertIn('{22353u, 1},', made)  # QW gives mark 1
        self.assertIn('trigger_masks_837p[] = {0u, 0u, 2u}', made)  # on which the rule of the line hangs
        self.assertIn('{FINDING_X12_A, 0, "2400", 0, 2, 1, NULL},', made)

    def test_a_span_of_codes_compares_as_texts_do(self):
        result = self.rules(('837p', '2400', '2400/REF*X4', '2400/SV1-01-2 = A1..A3,B7'))
        self.assertEqual(result.returncode, 0, result.stderr)
        made = (self.folder / 'out' / 'x12_situations.c').read_text()
        low, high = (int.from_bytes(code.encode().ljust(8, b'\0'), 'big') for code in ('A1', 'A3'))
        self.assertIn(f'    {{{low}u, {high}u, 0}},', made)
        self.assertIn(f"    {{{int.from_bytes(b'B7', 'little')}u, 0}},", made)  # the same mark

    def test_what_cannot_be_asked_is_refused(self):
        self.refused('ends before it begins', '837p', '2400', '2400/REF*X4', '2400/SV1-01-2 = A3..A1')
        self.refused('cannot be asked for twice', '837p', '2400', '2400/REF*X4', '2400/SV1-01-2 = A1..A3 twice')
        self.refused("cannot read the term '2400/SV1-01-3 ~ QW'", '837p', '2400', '2400/REF*X4', '2400/SV1-01-3 ~ QW')
        self.refused('up to eight characters', '837p', '2400', '2400/REF*X4', '2400/SV1-01-2 = TOOLONGCODE')
        self.refused('the lines come behind the other payers', '837p', '2320', '2320/AMT*D', '2430/SVD')
        self.refused('a loop is judged', '837p', '2000B', 'never', '2000B/SBR')
        self.refused('X12_A', '270', '2300', 'never', '2000C/TRN')

    def test_the_page_shows_the_rules_as_they_are(self):
        page = self.folder / 'page.md'
        result = run('generate-x12-situations', ROOT / 'schemas' / 'x12', self.folder / 'out', page)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(page.read_text(), (ROOT / 'docs' / 'x12' / 'situations.md').read_text(),
                         'scripts/generate-x12-situations schemas/x12 OUTPUT docs/x12/situations.md')


if __name__ == '__main__':
    if '--golden' in sys.argv:
        sys.argv.remove('--golden')
        os.environ['GOLDEN'] = '1'
    unittest.main()
