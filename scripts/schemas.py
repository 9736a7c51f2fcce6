"""What the generators and checks of schemas/ share: reading .rec and .tsv files, with faults that name file and line."""
import re
import sys
from pathlib import Path

NAME = re.compile(r'[a-z][a-z0-9_]*$')
C_KEYWORDS = set('''auto break case char const continue default do double else enum extern float for goto if inline int
long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
bool true false'''.split())
DEPTH_LIMIT = 8      # RECORD_DEPTH_LIMIT of common/record/record.h
FIELDS_LIMIT = 64    # the engine keeps what it has seen of a record in one word
BYTES_LIMIT = 1 << 20
CODE_LIMIT = 4095
FIXED_KINDS = {'u64', 'i64', 'money', 'date', 'instant', 'bool'}


class Fault(Exception):
    """Something is wrong in a schema file; the text says where and what."""


def fail(path, line, what):
    raise Fault(f'{path}:{line}: {what}' if line else f'{path}: {what}')


def run(main):
    """Runs a script's main; a fault is one line on stderr and exit status 1."""
    try:
        return main()
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 1


def write_if_changed(path, content):
    """Keeps the time of a file that would not change, so that nothing is rebuilt for it."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != content:
        path.write_text(content)


def c_string(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'


def c_comment(text):
    """Text as it may stand inside a comment."""
    return text.replace('*/', '* /').replace('/*', '/ *')


class Enum:
    def __init__(self, name, sentence, path, line):
        self.name, self.sentence, self.path, self.line = name, sentence, path, line
        self.values = []  # (value, name, sentence)


class Field:
    def __init__(self, number, name, kind, target, bound, required, private, sentence, line):
        self.id, self.name, self.kind, self.target, self.bound = number, name, kind, target, bound
        self.required, self.private, self.sentence, self.line = required, private, sentence, line


class Record:
    def __init__(self, name, number, sentence, path, line):
        self.name, self.number, self.sentence, self.path, self.line = name, number, sentence, path, line
        self.fields, self.retired = [], []


class Schema:
    """All .rec files: files[stem] = (enums, records) in the order written; enums and records by name."""

    def __init__(self):
        self.files, self.enums, self.records = {}, {}, {}

    def file_of(self, thing):
        return thing.path.stem


def number_of(word, path, line, low, high, what):
    if not word.isdigit() or not low <= int(word) <= high:
        fail(path, line, f'{what} must be a number from {low} to {high}, not "{word}"')
    return int(word)


def name_of(word, path, line, what):
    if not NAME.match(word) or word in C_KEYWORDS:
        fail(path, line, f'{what} "{word}" must be lower case letters, digits and underscores, and no word of C')
    return word


def parse_kind(word, path, line):
    """(kind, target or None, bound) of the third word of a field line."""
    parts = word.split(':')
    kind = parts[0]
    if kind in FIXED_KINDS and len(parts) == 1:
        return kind, None, 0
    if kind == 'u64' and len(parts) == 2:
        return kind, None, number_of(parts[1], path, line, 1, 2**32 - 1, 'a largest value')
    if kind in ('text', 'bytes') and len(parts) == 2:
        return kind, None, number_of(parts[1], path, line, 1, BYTES_LIMIT, 'a largest length')
    if kind in ('code', 'one') and len(parts) == 2:
        return kind, parts[1], 0
    if kind in ('list', 'section') and len(parts) == 3:
        return kind, parts[1], number_of(parts[2], path, line, 1, BYTES_LIMIT, 'a bound')
    fail(path, line, f'no such kind "{word}"; there are u64[:MAX] i64 money date instant bool text:N bytes:N code:ENUM '
                     'one:RECORD list:RECORD:N section:RECORD:N')


def parse_field(words, path, line):
    if len(words) < 6:
        fail(path, line, 'a field is: ID NAME KIND required|optional clear|private SENTENCE')
    number, name, kind, use, privacy, sentence = words[0], words[1], words[2], words[3], words[4], words[5]
    if use not in ('required', 'optional'):
        fail(path, line, f'use must be required or optional, not "{use}"')
    if privacy not in ('clear', 'private'):
        fail(path, line, f'privacy must be clear or private, not "{privacy}"')
    kind, target, bound = parse_kind(kind, path, line)
    return Field(number_of(number, path, line, 1, 65535, 'a field id'), name_of(name, path, line, 'the field name'),
                 kind, target, bound, use == 'required', privacy == 'private', sentence, line)


def add_member(record, field, path, line):
    for other in record.fields:
        if other.id == field.id:
            fail(path, line, f'id {field.id} of {record.name} is already the id of {other.name}')
        if other.name == field.name:
            fail(path, line, f'{record.name} already has a field {field.name}')
    record.fields.append(field)


def parse_file(path, schema):
    enums, records, current = [], [], None
    for line, raw in enumerate(path.read_text().splitlines(), 1):
        text = raw.strip()
        if not text or text.startswith('#'):
            continue
        words = text.split(None, 5)
        if words[0] in ('code', 'record'):
            current = begin(text, path, line, schema)
            (enums if isinstance(current, Enum) else records).append(current)
        elif current is None:
            fail(path, line, 'a line before the first "code" or "record"')
        elif isinstance(current, Enum):
            add_value(current, text, path, line)
        elif words[0] == 'retired':
            if len(words) < 3:
                fail(path, line, 'retired ID NAME')
            current.retired.append((number_of(words[1], path, line, 1, 65535, 'a field id'), words[2]))
        else:
            add_member(current, parse_field(words, path, line), path, line)
    schema.files[path.stem] = (enums, records)


def begin(text, path, line, schema):
    words = text.split(None, 3 if text.startswith('record') else 2)
    if len(words) < 2 or (words[0] == 'record' and len(words) < 3):
        fail(path, line, 'code NAME [SENTENCE], or record NAME NUMBER SENTENCE')
    name = name_of(words[1], path, line, 'the name')
    other = schema.enums.get(name) or schema.records.get(name)
    if other:
        fail(path, line, f'{name} is already defined in {other.path.name}:{other.line}')
    if words[0] == 'code':
        thing = Enum(name, words[2] if len(words) > 2 else '', path, line)
        schema.enums[name] = thing
    else:
        number = number_of(words[2], path, line, 0, 65535, 'a record number')
        thing = Record(name, number, words[3] if len(words) > 3 else '', path, line)
        for other in schema.records.values():
            if number and other.number == number:
                fail(path, line, f'record number {number} is already the number of {other.name}')
        schema.records[name] = thing
    return thing


def add_value(enum, text, path, line):
    words = text.split(None, 2)
    if len(words) < 2:
        fail(path, line, 'a code value is: VALUE NAME SENTENCE')
    value = number_of(words[0], path, line, 0, CODE_LIMIT, 'a code value')
    if not re.match(r'[a-z0-9][a-z0-9_]*$', words[1]) or words[1] == 'count':
        fail(path, line, f'the code name "{words[1]}" must be lower case letters, digits and underscores, not "count"')
    for other, name, _ in enum.values:
        if other == value or name == words[1]:
            fail(path, line, f'{enum.name} already has {other} {name}')
    enum.values.append((value, words[1], words[2] if len(words) > 2 else ''))


def check_record(record, schema):
    for number, name in record.retired:
        for field in record.fields:
            if field.id == number:
                fail(record.path, field.line, f'id {number} of {record.name} was retired with {name}')
    if not 0 < len(record.fields) <= FIELDS_LIMIT:
        fail(record.path, record.line, f'{record.name} must have 1 to {FIELDS_LIMIT} fields')
    members = {'unknown'}
    for field in record.fields:
        for member in [field.name] + ([field.name + '_count'] if field.kind == 'list' else []):
            if member in members:
                fail(record.path, field.line, f'{record.name} would have two members {member}')
            members.add(member)
        known = schema.enums if field.kind == 'code' else schema.records
        if field.target and field.target not in known:
            fail(record.path, field.line, f'no {"code" if field.kind == "code" else "record"} {field.target}')
    record.fields.sort(key=lambda field: field.id)


def depth_of(record, schema, above=()):
    """Containers inside each other on the wire; a section is bytes and starts anew."""
    if record.name in above:
        fail(record.path, record.line, f'{record.name} holds itself: {" > ".join(above + (record.name,))}')
    deepest = 1
    for field in record.fields:
        if field.kind in ('one', 'list'):
            inner = depth_of(schema.records[field.target], schema, above + (record.name,))
            deepest = max(deepest, inner + (2 if field.kind == 'list' else 1))
    return deepest


def read_records(folder):
    schema = Schema()
    for path in sorted(Path(folder).glob('*.rec')):
        parse_file(path, schema)
    for enum in schema.enums.values():
        if not enum.values:
            fail(enum.path, enum.line, f'{enum.name} has no values')
        enum.values.sort()
    for record in schema.records.values():
        check_record(record, schema)
    for record in schema.records.values():
        if depth_of(record, schema) > DEPTH_LIMIT:
            fail(record.path, record.line, f'{record.name} is nested deeper than {DEPTH_LIMIT}')
    return schema


def read_table(path, columns):
    """Rows of a tab-separated file with a header line, as (line, {column: value}); '#' lines and blank ones skipped."""
    rows, header = [], None
    for line, raw in enumerate(Path(path).read_text().splitlines(), 1):
        if not raw.strip() or raw.startswith('#'):
            continue
        cells = [cell.strip() for cell in raw.split('\t')]
        if header is None:
            if cells != columns:
                fail(path, line, f'the header must be: {" ".join(columns)} (separated by tabs)')
            header = cells
            continue
        if len(cells) != len(columns):
            fail(path, line, f'{len(cells)} columns where there must be {len(columns)}: {" ".join(columns)}')
        rows.append((line, dict(zip(columns, cells))))
    if header is None:
        fail(path, 0, 'the header line is missing')
    return rows


SEVERITIES = {'info': 0, 'warning': 1, 'query': 2, 'error': 3}
FINDING_COLUMNS = ['number', 'name', 'severity', 'snip', 'step', 'sentence', 'remedy']


def read_findings(path):
    """Rows of findings.tsv as dictionaries with checked values, sorted by number."""
    rows, numbers, names = [], {}, {}
    for line, row in read_table(path, FINDING_COLUMNS):
        row['number'] = number_of(row['number'], path, line, 1, 65535, 'a finding number')
        if not re.match(r'[A-Z][A-Z0-9_]*$', row['name']) or row['name'] in (
                'INFO', 'WARNING', 'QUERY', 'ERROR', 'SEVERITY_COUNT'):
            fail(path, line, f'the name "{row["name"]}" must be upper case letters, digits and underscores, no severity')
        for seen, key in ((numbers, row['number']), (names, row['name'])):
            if key in seen:
                fail(path, line, f'{key} was already given in line {seen[key]}')
            seen[key] = line
        if row['severity'] not in SEVERITIES:
            fail(path, line, f'severity must be one of {" ".join(SEVERITIES)}, not "{row["severity"]}"')
        row['snip'] = number_of(row['snip'] or '0', path, line, 0, 7, 'a SNIP type')
        row['step'] = number_of(row['step'] or '0', path, line, 0, 7, 'a step')
        if not row['sentence'] or not row['remedy']:
            fail(path, line, 'sentence and remedy must not be empty')
        if row['sentence'].count('%') != row['sentence'].count('%s') or row['sentence'].count('%s') > 1:
            fail(path, line, 'a sentence may hold %s once and no other %')
        if '%' in row['remedy']:
            fail(path, line, 'a remedy holds no %')
        rows.append(row)
    return sorted(rows, key=lambda row: row['number'])


CODING_FIRST, CODING_LAST = 3000, 3899  # findings of the coding rules
CODING_SETTINGS = 'POID'                # enum coding_setting
CODING_COLUMNS = ['number', 'settings', 'payers', 'from', 'until', 'source']


def day_of(word, path, line):
    """A day yyyymmdd, 0 when empty."""
    if not word:
        return 0
    if not re.match(r'[12][0-9]{3}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$', word):
        fail(path, line, f'"{word}" is no day yyyymmdd')
    return int(word)


CODE_ALPHABET = ' !-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ~'  # codeset_key.c
CODE_LENGTH = 12


def code_key(word, path, line):
    """The key of a code, as codeset_key makes it."""
    if not 1 <= len(word) <= CODE_LENGTH or any(character not in CODE_ALPHABET[1:] for character in word):
        fail(path, line, f'"{word}" is no code')
    key = 0
    for character in word.ljust(CODE_LENGTH):
        key = key * len(CODE_ALPHABET) + CODE_ALPHABET.index(character)
    return key


def code_key_after(word, path, line):
    """The first key that does not begin with the word, as codeset_key_after makes it."""
    return code_key(word, path, line) + len(CODE_ALPHABET) ** (CODE_LENGTH - len(word))


def read_coding_rules(path, findings_path):
    """Rows of coding-rules.tsv with the step of their finding, sorted; each finding of a step has one and the other way round."""
    steps = {row['number']: row['step'] for row in read_findings(findings_path)
             if CODING_FIRST <= row['number'] <= CODING_LAST and row['step']}
    rows, seen = [], {}
    for line, row in read_table(path, CODING_COLUMNS):
        row['number'] = number_of(row['number'], path, line, CODING_FIRST, CODING_LAST, 'a rule number')
        if row['number'] in seen:
            fail(path, line, f'{row["number"]} was already given in line {seen[row["number"]]}')
        seen[row['number']] = line
        if row['number'] not in steps:
            fail(path, line, f'{row["number"]} is no finding of a step in {findings_path}')
        letters = row['settings']
        if not letters or len(set(letters)) != len(letters) or set(letters) - set(CODING_SETTINGS):
            fail(path, line, f'settings are letters of {CODING_SETTINGS}, each once, not "{letters}"')
        row['settings'] = sum(1 << CODING_SETTINGS.index(letter) for letter in letters)
        if row['payers'] not in ('*', 'medicare'):
            fail(path, line, f'payers must be * or medicare, not "{row["payers"]}"')
        row['medicare'] = int(row['payers'] == 'medicare')
        row['from'], row['until'] = (day_of(row[column], path, line) for column in ('from', 'until'))
        if row['until'] and row['until'] < row['from']:
            fail(path, line, 'until is before from')
        if not row['source']:
            fail(path, line, 'a rule has a source')
        row['step'] = steps[row['number']]
        rows.append(row)
    for number in steps:
        if number not in seen:
            fail(path, 0, f'the finding {number} is of step {steps[number]} and has no row here')
    return sorted(rows, key=lambda row: row['number'])


RANKS = {'feedback': 0, 'forward': 1, 'events': 2}
STREAM_COLUMNS = ['number', 'name', 'producer', 'consumer', 'rank', 'records', 'sentence']


def read_streams(path):
    """Rows of streams.tsv with checked values, sorted by number; the forward graph has no cycle."""
    rows, seen = [], {}
    for line, row in read_table(path, STREAM_COLUMNS):
        row['number'] = number_of(row['number'], path, line, 1, 65535, 'a stream number')
        for column in ('name', 'producer', 'consumer'):
            name_of(row[column], path, line, f'the {column}')
        for key in (row['number'], row['name']):
            if key in seen:
                fail(path, line, f'{key} was already given in line {seen[key]}')
            seen[key] = line
        if row['rank'] not in RANKS:
            fail(path, line, f'rank must be one of {" ".join(RANKS)}, not "{row["rank"]}"')
        row['records'] = [name for name in row['records'].split(',') if name]
        if not row['records']:
            fail(path, line, 'a stream carries at least one record')
        rows.append(row)
    check_forward(path, rows)
    return sorted(rows, key=lambda row: row['number'])


def check_forward(path, rows):
    after = {}
    for row in rows:
        if row['rank'] != 'feedback':
            after.setdefault(row['producer'], []).append(row['consumer'])

    def walk(daemon, above):
        if daemon in above:
            fail(path, 0, f'the forward streams make a cycle: {" > ".join(above[above.index(daemon):] + [daemon])}; '
                          'one of them must be feedback')
        for consumer in after.get(daemon, []):
            walk(consumer, above + [daemon])

    for daemon in after:
        walk(daemon, [])
