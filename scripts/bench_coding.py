"""scripts/bench coding: the seven steps over professional claims, on one core, with all published code sets; what the sets cost.

The files are those of a folder of published code sets (--sets, else CLAIMLINE_SAMPLES/codesets), imported anew; without one the starter
edition alone judges. docs/measuring.md says what each figure is.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOALS = {"claims_per_second": "at least 100,000", "lookup_ns": "at most 250", "store_mib": "at most 1024", "open_ms": "at most 10",
         "import_seconds": "at most 20"}
NOT_SETS = {"synthetic-claims"}  # claims, beside the sets


def run(*arguments):
    done = subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def files_of(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and not NOT_SETS & set(path.relative_to(folder).parts))


def pairs_of(files):
    """The pairs of NCCI, of practitioners and hospitals."""
    return [path for path in files if path.name.startswith(("ccipra", "ccioph"))]


def measure(options):
    program, sets = (ROOT / options.build / "bin").resolve(), options.sets
    found = dict.fromkeys([*GOALS, "rules_a_claim", "held_share", "starter_claims_per_second"])
    rounds = [run(program / "bench_coding", "-", options.seconds) for _ in range(options.rounds)]
    found["starter_claims_per_second"] = round(statistics.median(one["claims_per_second"] for one in rounds))
    if sets is None:
        print("no folder of published code sets: the starter edition alone", file=sys.stderr)
        return take(found, rounds)
    temporary = pathlib.Path(tempfile.mkdtemp(prefix="claimline-sets-"))
    try:
        files = files_of(sets)
        if pairs_of(files):
            found["import_seconds"] = run(program / "bench_codeset", temporary / "pairs", *pairs_of(files))["import_seconds"]
            shutil.rmtree(temporary / "pairs")
        costs = run(program / "bench_codeset", temporary / "codes", *files)
        found |= {key: costs[key] for key in ("lookup_ns", "store_mib", "open_ms")}
        return take(found, [run(program / "bench_coding", temporary / "codes", options.seconds) for _ in range(options.rounds)])
    finally:
        shutil.rmtree(temporary)


def take(found, rounds):
    found["claims_per_second"] = round(statistics.median(one["claims_per_second"] for one in rounds))
    found["rules_a_claim"], found["held_share"] = rounds[0]["rules_a_claim"], rounds[0]["held"]
    found["steps_ns"] = {step: round(statistics.median(one["steps_ns"][step] for one in rounds)) for step in rounds[0]["steps_ns"]}
    return found


def folder_of_sets(options):
    samples = os.environ.get("CLAIMLINE_SAMPLES")
    folder = options.sets or (pathlib.Path(samples) / "codesets" if samples else None)
    return folder.resolve() if folder is not None and folder.is_dir() else None


def main():
    parser = argparse.ArgumentParser(prog="bench coding", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="of each round")
    parser.add_argument("--sets", type=pathlib.Path, help="folder of published code sets")
    parser.add_argument("--build", default="build")
    options = parser.parse_args(sys.argv[2:])
    options.sets = folder_of_sets(options)
    found = measure(options)
    if options.json:
        print(json.dumps(found))
        return 0
    steps = found.pop("steps_ns")
    for key, value in found.items():
        print(f"{key:<28} {'not measured' if value is None else value!s:>12}   {GOALS.get(key, '')}")
    print("nanoseconds a claim: " + ", ".join(f"{step} {time}" for step, time in steps.items()))
    return 0
