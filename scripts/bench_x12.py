"""scripts/bench x12: how fast and with how much memory the X12 engine reads, beside the two npm packages that read X12.

The files are made by tests/bench/bench_x12.c, the same at each run. docs/measuring.md says what each figure is.
"""
import argparse
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAPS = ("837p", "837i", "835")
GOALS = {"read_mb_per_second": "at least 0.6 of the floor, or 900", "snip12_mb_per_second": "at least 250",
         "map_837p_mb_per_second": "at least 250", "map_837i_mb_per_second": "at least 250",
         "map_835_mb_per_second": "at least 250", "snip17_mb_per_second": "at least 100", "seen_mb_per_second": "at least 100", "rss_mib": "at most 32",
         "one_set_to_many": "about 1"}
# Each reads the whole file and counts what it was given; the parser's own time, without starting node.
NODE = {
    "node_x12_mb_per_second": """
const { X12Parser } = require('node-x12'); const fs = require('fs');
const text = fs.readFileSync(process.argv[2], 'utf8'); const begun = process.hrtime.bigint();
const interchange = new X12Parser().parse(text);
if (interchange.functionalGroups[0].transactions.length === 0) process.exit(1);
console.log(text.length / 1e6 / (Number(process.hrtime.bigint() - begun) / 1e9));""",
    "x12_parser_mb_per_second": """
const { X12parser } = require('x12-parser'); const fs = require('fs');
const size = fs.statSync(process.argv[2]).size; let count = 0; const begun = process.hrtime.bigint();
fs.createReadStream(process.argv[2]).pipe(new X12parser()).on('data', () => { count++; }).on('end', () => {
  if (count === 0) process.exit(1);
  console.log(size / 1e6 / (Number(process.hrtime.bigint() - begun) / 1e9)); });""",
}


def run(program, *arguments):
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=True).stdout


def rates(program, sets, claims):
    return {key: float(rate) for key, rate in re.findall(r"^(\w+) +(\d+) MB/s", run(program, sets, claims), re.MULTILINE)}


def map_rate(program, name):
    return float(re.search(r"^SNIP 1-2 map +([\d.]+) MB/s", run(program, 2, 5000, 4, name), re.MULTILINE)[1])


def measure_node(program, rounds):
    """None for each where there is no npm, or no way to its registry."""
    found = dict.fromkeys(NODE)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="claimline-npm-"))
    try:
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "node-x12", "x12-parser"]
        if shutil.which("npm") is None or subprocess.run(install, cwd=folder, capture_output=True).returncode != 0:
            print("npm's packages cannot be had here: not compared", file=sys.stderr)
            return found
        sample = folder / "sample.837"
        run(program, "write", sample, 10, 1000)
        for key, source in NODE.items():
            (folder / "run.js").write_text(source)
            done = [subprocess.run(["node", "run.js", sample], cwd=folder, capture_output=True, text=True) for _ in range(rounds)]
            if all(one.returncode == 0 for one in done):
                found[key] = round(statistics.median(float(one.stdout) for one in done), 2)
    finally:
        shutil.rmtree(folder)
    return found


def measure(options):
    bin_folder = (ROOT / options.build / "bin").resolve()
    program = bin_folder / "bench_x12"
    one, many, maps = [], [], []
    for _ in range(options.rounds):
        one.append(rates(program, 1, 100_000))
        many.append(rates(program, 100, 1_000))
        maps.append({name: map_rate(bin_folder / "bench_x12_map", name) for name in MAPS})
    memory = float(re.search(r"rss ([\d.]+)", run(program, "stream", options.megabytes, 100_000))[1])
    middle = {key: round(statistics.median(row[key] for row in many)) for key in many[0]}
    found = {"floor_mb_per_second": middle["floor"], "read_mb_per_second": middle["read"],
             "snip12_mb_per_second": middle["snip12"],
             **{f"map_{name}_mb_per_second": round(statistics.median(row[name] for row in maps)) for name in MAPS},
             "snip17_mb_per_second": middle["snip17"], "seen_mb_per_second": middle["seen"],
             "one_set_to_many": round(statistics.median(a["snip17"] / b["snip17"] for a, b in zip(one, many)), 2),
             "rss_mib": memory}
    return found | ({} if options.no_npm else measure_node(program, options.rounds))


def main():
    parser = argparse.ArgumentParser(prog="bench x12", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--megabytes", type=int, default=2000, help="size of the file whose memory is measured")
    parser.add_argument("--no-npm", action="store_true", help="do not compare with npm's packages")
    parser.add_argument("--build", default="build")
    options = parser.parse_args(sys.argv[2:])
    found = measure(options)
    if options.json:
        print(json.dumps(found))
        return 0
    for key, value in found.items():
        compared = f"{found['snip17_mb_per_second'] / value:.0f} times slower than all checks here" if key in NODE and value else ""
        print(f"{key:<28} {'not measured' if value is None else value!s:>12}   {GOALS.get(key, compared)}")
    return 0
