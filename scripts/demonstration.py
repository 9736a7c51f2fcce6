#!/usr/bin/env python3
"""The whole pipeline on real input in a throwaway folder, without systemd: a hospital's claims go in, a simulated payer
answers, payments are posted. Shows each claim's way. Exit 1 when any claim is not where it should be.

usage: scripts/demo [--build build] [--no-build] [--keep]
"""
import argparse
import collections
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
from harness import wait_until  # noqa: E402
from scenario import Scenario  # noqa: E402

FAULTS = ["npi=4", "sum=4", "pointer=4", "duplicate=4", "unknown-code=3", "header-code=3", "future-date=3", "ended-code=3",
          "symptom=3"]
# No simulated accident that needs a person of the payer to mend: these belong to the crash run.
SHARES = {"delay-ms": 800, "reject-claims-per-mille": 10, "silent-per-mille": 0, "deny-lines-per-mille": 60,
          "unbalanced-per-mille": 0, "twice-per-mille": 300, "broken-per-mille": 200, "remit-claims": 60}
# name, form, claims, seed, control number
FORMS = [("stays.x12", "institutional", 12, 21, 4), ("teeth.x12", "dental", 8, 22, 5)]
ADJUDICATED = ("paid", "reduced", "partly_denied", "denied")
wrong = []


def say(title):
    print(f"\n\033[1m== {title}\033[0m" if sys.stdout.isatty() and "NO_COLOR" not in os.environ else f"\n== {title}")


def expect(condition, sentence):
    print(f"   {'ok   ' if condition else 'WRONG'}  {sentence}")
    if not condition:
        wrong.append(sentence)


def show(scenario, *arguments, lines=14):
    """Prints what a person would see."""
    command = [str(scenario.pipeline.bin / "claimline"), "--config", str(scenario.pipeline.config), *map(str, arguments)]
    print(f"   $ claimline {' '.join(map(str, arguments))}")
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "COLUMNS": "140"})
    text = (done.stdout + done.stderr).splitlines()
    for line in text[:lines]:
        print("   " + line)
    if len(text) > lines:
        print(f"   ... {len(text) - lines} more lines")
    return done.returncode


def feed(scenario):
    say("The hospital puts files into the spool folder")
    faults = [part for fault in FAULTS for part in ("--fault-count", fault)]
    files = [scenario.generate("batch.x12", 300, 7, "--per-set", 100, *faults),
             scenario.generate("bad-set.x12", 60, 8, "--per-set", 20, "--bad-set", 2, "--control", 2),
             scenario.generate("broken-envelope.x12", 20, 9, "--broken-envelope", "control", "--control", 3)]
    files += [scenario.generate(name, claims, seed, "--form", form, "--control", control, "--lines", 3)
              for name, form, claims, seed, control in FORMS]
    for name in ("influenza-visit.json", "chest-pain-visit.json"):
        target = scenario.folder / "made" / name
        shutil.copy(ROOT / "tests/data/fhir" / name, target)
        files.append(target)
    for path in files:
        print(f"   {path.name}")
        scenario.feed(path)
    names = [path.name for path in files]
    expect(wait_until(lambda: all(scenario.answered(name) for name in names), 15), "intake answered every file")
    return names


def show_answers(scenario, names):
    say("What intake answered, beside the files in spool/done and spool/refused")
    for name in names:
        receipt = scenario.answered(name) or {}
        print(f"   {name}: {receipt.get('outcome')}, {receipt.get('accepted_sets', 0)} of {receipt.get('sets', 0)} sets, "
              f"{receipt.get('accepted_claims', 0)} of {receipt.get('claims', 0)} claims accepted")
        for finding in (receipt.get("findings") or [])[:3]:
            print(f"      claim {finding.get('claim')}, {finding.get('place')}: {finding.get('sentence')}")
    for name, ending in (("bad-set.x12", "999"), ("broken-envelope.x12", "ta1")):
        print(f"   {name}.{ending}:")
        for segment in scenario.answer(name, ending).splitlines():
            if segment.startswith(("TA1", "AK", "IK", "CTX")):
                print(f"      {segment}")
    expect("IK5*R" in scenario.answer("bad-set.x12", "999") and "IK5*A" in scenario.answer("bad-set.x12", "999"),
           "the 999 rejects the bad set and accepts its neighbours")
    expect("*R*" in scenario.answer("broken-envelope.x12", "ta1"), "the TA1 rejects the broken envelope")
    claims = scenario.answer("batch.x12", "277ca")
    rejected = sum(1 for line in claims.splitlines() if line.startswith("STC*A") and line[4:6] in ("A3", "A6", "A7", "A8"))
    expect(rejected >= 16, f"the 277CA refuses the claims with faults of SNIP type 3 and up ({rejected} STC segments)")


def answer_query(scenario):
    say("The chest-pain visit is held: a symptom stands beside the diagnosis that explains it")
    receipt = scenario.answered("chest-pain-visit.json")
    claim = int(receipt["first_claim_id"])
    wait_until(lambda: any(row.get("claim_id") == claim for row in work(scenario)), 5)
    item = next((row for row in work(scenario) if row.get("claim_id") == claim), None)
    expect(item is not None, "the coder has a query")
    if item is None:
        return claim
    show(scenario, "work", "show", item["id"])
    show(scenario, "work", "answer", item["id"], "--set", "diagnosis.2=", "--reason",
         "chest pain is integral to the confirmed angina, guideline I.B.5")
    expect(wait_until(lambda: state_of(scenario, claim) not in ("held", "none"), 5), "the claim goes on after the answer")
    return claim


def show_forms(scenario, found):
    """Each claim of the institutional and the dental file: where its way ended, and by which guide it went out."""
    for name, form, claims, _, _ in FORMS:
        say(f"The {form} claims of {name}")
        first = int(scenario.answered(name)["first_claim_id"])
        ends = [found.get(claim, {}) for claim in range(first, first + claims)]
        for claim, row in zip(range(first, first + claims), ends):
            print(f"   claim {claim}: {row.get('state', 'none'):14} {row.get('cents', 0) / 100:10.2f} billed "
                  f"{row.get('paid_cents', 0) / 100:10.2f} paid")
        # The payer refuses some, and a denial for its codes goes back to a coder: both are ends of a way here.
        there = sum(1 for row in ends if row.get("state") in ADJUDICATED + ("held", "rejected"))
        paid = [claim for claim, row in zip(range(first, first + claims), ends) if row.get("state") in ADJUDICATED[:3]]
        expect(there == claims and len(paid) > claims / 2, f"{there} of {claims} are adjudicated, {len(paid)} with a payment")
        if paid:
            show(scenario, "claim", "show", paid[0], lines=16)
    files = [path.name for path in (scenario.payer_folder / "in/done").glob("*.x12")]
    command = [str(scenario.pipeline.bin / "claimline"), "check"]
    bad = [name for name in files if not name.endswith("-broken.x12") and
           subprocess.run(command + [str(scenario.payer_folder / "in/done" / name)], capture_output=True).returncode != 0]
    expect(not bad, f"{len(files)} answers of the payer are read without an error" + (f": not {bad[:3]}" if bad else ""))


def work(scenario):
    return scenario.pipeline.claimline("work", "list", check=False)


def states(scenario):
    return {row["claim_id"]: row for row in scenario.pipeline.claimline("claim", "list")}


def state_of(scenario, claim):
    return states(scenario).get(claim, {}).get("state", "none")


def wait_for_payments(scenario, expected):
    open_states = ("received", "coded", "built", "batched", "sent", "acknowledged", "accepted", "none")
    def done():
        found = states(scenario)
        return len(found) >= expected and not any(row["state"] in open_states for row in found.values())
    return wait_until(done, 20, 0.3)


def main():
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build")
    parser.add_argument("--no-build", action="store_true")
    parser.add_argument("--keep", action="store_true", help="leave the throwaway folder")
    options = parser.parse_args()
    if not options.no_build:
        say("Building a release into build/")
        subprocess.run([str(ROOT / "scripts/build")], check=True)
    begun = time.monotonic()
    scenario = Scenario(build=options.build, seed=11, shares=SHARES, keep=options.keep, batch_claims=200, batch_wait="700ms")
    try:
        run(scenario)
    finally:
        scenario.close()
    say("Result")
    print(f"   {time.monotonic() - begun:.1f} seconds after the build")
    if options.keep:
        print(f"   folder: {scenario.folder}")
    for sentence in wrong:
        print(f"   WRONG: {sentence}")
    print("   every claim is where it should be" if not wrong else "   the demo FAILED")
    return 1 if wrong else 0


def run(scenario):
    say("A throwaway folder, six daemons, one payer")
    scenario.make()
    scenario.pipeline.start_all()
    scenario.start_payer()
    print(f"   {scenario.folder}")
    names = feed(scenario)
    show_answers(scenario, names)
    chest_pain = answer_query(scenario)
    accepted = sum((scenario.answered(name) or {}).get("accepted_claims", 0) for name in names)
    say("Claims go out as 837P, 837I and 837D, TA1, 999, 277CA and 835 come back, payments are posted")
    expect(wait_for_payments(scenario, accepted), "every accepted claim is held, rejected or adjudicated")
    for place in ("in/done", "taken"):
        kinds = collections.Counter(path.name.split("-")[1].split(".")[0] if "-" in path.name else "837"
                                    for path in (scenario.payer_folder / place).glob("*.x12"))
        print(f"   payer/{place}: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
    found = states(scenario)
    for state, count in sorted(collections.Counter(row["state"] for row in found.values()).items()):
        print(f"   {count:4d} claims {state}")
    show_forms(scenario, found)
    flu = int(scenario.answered("influenza-visit.json")["first_claim_id"])
    expect(found.get(flu, {}).get("state") in ADJUDICATED,
           f"the influenza claim is adjudicated ({found.get(flu, {}).get('state')})")
    expect(found.get(chest_pain, {}).get("state") in ADJUDICATED,
           f"the chest-pain claim is adjudicated ({found.get(chest_pain, {}).get('state')})")
    say("Denied lines, with reason, amount and deadline")
    show(scenario, "work", "list", "--queue", "biller", lines=12)
    say("The timeline of the influenza claim")
    expect(show(scenario, "claim", "show", flu, lines=40) == 0, "claim show answers")
    say("Status and balance")
    expect(show(scenario, "status", lines=20) in (0, 1), "status answers")
    expect(show(scenario, "balance", lines=20) == 0, "counts and money balance (P6)")
    say("The history against the hospital's manifests and the payer's own journal")
    result = scenario.check_history("--allow-unknown", "--allow-released")
    print(f"   {result}")
    expect(result["lost"] == 0 and result["doubled"] == 0 and result["unexpected"] == 0 and
           result["disordered"] == 0,
           f"{result['claims']} claims: none lost, none doubled, none unexpected")


if __name__ == "__main__":
    sys.exit(main())
