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
SHARES = {"delay-ms": 800, "reject-claims-per-mille": 10, "silent-per-mille": 25, "deny-lines-per-mille": 60,
          "unbalanced-per-mille": 0, "twice-per-mille": 300, "broken-per-mille": 200, "remit-claims": 60,
          "status-silent-per-mille": 100, "status-not-found-per-mille": 200, "status-pend-per-mille": 500,
          "patient-silent-per-mille": 5, "patient-not-found-per-mille": 15, "patient-differs-per-mille": 30}
# Days and weeks of a real payer, in seconds.
PAYER = """eligibility = yes
eligibility_wait = 6s
status_inquiry = yes
status_after = 4s
status_every = 30d
inquiry_wait = 700ms

[edits]
predetermination = 837d: need 2300/REF*G3
"""
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


def release_edits(scenario):
    say("A row of the payer's profile (predetermination = 837d: need 2300/REF*G3) holds the dental claims")
    claims = next(count for _, form, count, _, _ in FORMS if form == "dental")
    wait_until(lambda: len(work_of(scenario, "payer_edit")) >= claims, 10)
    items = work_of(scenario, "payer_edit")
    expect(len(items) == claims and all("row predetermination" in item["sentence"] for item in items),
           f"{len(items)} of {claims} dental claims wait for a biller, and no other claim does")
    if items:
        show(scenario, "work", "show", items[0]["id"])
    for item in items:
        scenario.pipeline.claimline("work", "answer", item["id"], "--act", "release", "--reason", "the payer wants none for these")
    expect(not work_of(scenario, "payer_edit"), "released, they go on")


def show_forms(scenario, found):
    """Each claim of the institutional and the dental file: where its way ended, and by which guide it went out."""
    for name, form, claims, _, _ in FORMS:
        say(f"The {form} claims of {name}")
        first = int(scenario.answered(name)["first_claim_id"])
        ends = [found.get(claim, {}) for claim in range(first, first + claims)]
        for claim, row in zip(range(first, first + claims), ends):
            print(f"   claim {claim}: {row.get('state', 'none'):14} {row.get('cents', 0) / 100:10.2f} billed "
                  f"{row.get('paid_cents', 0) / 100:10.2f} paid")
        # The payer refuses some, says nothing of some, and a denial for its codes goes back to a coder: all are ends of a way here.
        there = sum(1 for row in ends if row.get("state") in ADJUDICATED + ("held", "rejected", "accepted"))
        paid = [claim for claim, row in zip(range(first, first + claims), ends) if row.get("state") in ADJUDICATED[:3]]
        expect(there == claims and len(paid) > claims / 2, f"{there} of {claims} are where they should be, {len(paid)} with a payment")
        if paid:
            show(scenario, "claim", "show", paid[0], lines=16)
    files = [path.name for path in (scenario.payer_folder / "in/done").glob("*.x12")]
    command = [str(scenario.pipeline.bin / "claimline"), "check"]
    bad = [name for name in files if not name.endswith("-broken.x12") and
           subprocess.run(command + [str(scenario.payer_folder / "in/done" / name)], capture_output=True).returncode != 0]
    expect(not bad, f"{len(files)} answers of the payer are read without an error" + (f": not {bad[:3]}" if bad else ""))


def work_of(scenario, *kinds):
    return [row for row in work(scenario) if row.get("kind") in kinds]


def questions(scenario, kind):
    """{claim number or member id: what the payer says} of the questions that came to the payer."""
    rows = [line.split("\t") for line in scenario.journal.read_text().splitlines() if line.startswith("Q\t")]
    return {row[4]: row[5] for row in rows if row[2] == kind}


def check_patients(scenario):
    say("Before a claim is built the payer is asked by a 270 whether the patient is covered")
    def asked():
        return sum(1 for event in scenario.pipeline.claimline("events", "--from", 1) if event["data"]["kind"] == "eligibility_told")
    wait_until(lambda: questions(scenario, "270") and len(work_of(scenario, "eligibility")) > 0, 10)
    wait_until(lambda: not any(row["state"] == "coded" for row in states(scenario).values()), 20, 0.3)
    told = collections.Counter(questions(scenario, "270").values())
    print(f"   the payer was asked about {sum(told.values())} patients: " +
          ", ".join(f"{count} {word}" for word, count in sorted(told.items())))
    items = work_of(scenario, "eligibility")
    expect(told["differs"] > 0 and told["not_found"] > 0 and told["silent"] > 0 and told["plain"] > 0,
           "he confirms, contradicts, does not find, and leaves out")
    expect(len(items) == told["differs"] + told["not_found"],
           f"{len(items)} claims wait for a biller: those that differ and those whose patient is not found")
    expect(asked() >= sum(told.values()), "every patient's claim was held against his word, or his silence")
    correctable = [item for item in items if "name" in item["sentence"] or "birth" in item["sentence"] or "member id" in item["sentence"]]
    expect(len(correctable) > 0, "both values can be seen and the payer's taken")
    if correctable:
        show(scenario, "work", "show", correctable[0]["id"], "--reveal", lines=30)
        show(scenario, "work", "answer", correctable[0]["id"], "--act", "correct", "--reason", "typing error at registration")
    for item in work_of(scenario, "eligibility"):
        scenario.pipeline.claimline("work", "answer", item["id"], "--act", "release", "--reason", "seen on the card")
    expect(not work_of(scenario, "eligibility"), "answered, they go on")


def check_silence(scenario):
    say("Of some claims the payer says nothing: he is asked by a 276")
    clm01 = {row["clm01"]: row for row in states(scenario).values() if row.get("clm01")}
    silent = [number for number, row in clm01.items() if row["state"] == "accepted"]
    wait_until(lambda: set(silent) <= set(questions(scenario, "276")), 15, 0.3)
    words = {number: word for number, word in questions(scenario, "276").items() if number in silent}
    told = collections.Counter(words.values())
    print(f"   {len(silent)} claims: " + ", ".join(f"{count} {word}" for word, count in sorted(told.items())))
    expect(set(words) == set(silent), "each of them was asked about")
    expect(told["pended"] > 0 and told["not_found"] > 0 and told["plain"] > 0, "pended, not found, finalised: one of each at least")
    def found():
        return {kind: {row["clm01"] for row in work_of(scenario, kind)} for kind in ("status_pended", "status_not_found")}
    wanted = {"status_pended": {n for n, word in words.items() if word == "pended"},
              "status_not_found": {n for n, word in words.items() if word == "not_found"}}
    expect(wait_until(lambda: all(wanted[kind] <= found()[kind] for kind in wanted), 10),
           "what is pended or not found is work with the payer's code")
    for item in work_of(scenario, "status_pended")[:1]:
        show(scenario, "work", "show", item["id"])
        show(scenario, "claim", "show", item["claim_id"], lines=40)
    plain = next((clm01[n]["claim_id"] for n, word in words.items() if word == "plain"), None)
    if plain is not None:
        rows = [row for row in scenario.pipeline.claimline("claim", "show", plain) if row.get("status")]
        expect(rows and rows[0]["status"] == "F0:3", "what is finalised is noted")
    traces = [line.split("\t")[3] for line in scenario.journal.read_text().splitlines() if line.startswith("Q\t")]
    expect(len(traces) == len(set(traces)), "no question was put twice")
    return set(silent)


def work(scenario):
    return scenario.pipeline.claimline("work", "list", check=False)


def states(scenario):
    return {row["claim_id"]: row for row in scenario.pipeline.claimline("claim", "list")}


def state_of(scenario, claim):
    return states(scenario).get(claim, {}).get("state", "none")


def wait_for_payments(scenario, expected):
    """All but those of which the payer says nothing, and about which he was asked."""
    open_states = ("received", "coded", "built", "batched", "sent", "acknowledged", "accepted", "none", "edit")
    def done():
        found, asked = states(scenario), questions(scenario, "276")
        return len(found) >= expected and not any(
            row["state"] in open_states and not (row["state"] == "accepted" and row["clm01"] in asked) for row in found.values())
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
    scenario = Scenario(build=options.build, seed=11, shares=SHARES, keep=options.keep, batch_claims=200, batch_wait="700ms",
                        payer_more=PAYER)
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
    release_edits(scenario)
    check_patients(scenario)
    accepted = sum((scenario.answered(name) or {}).get("accepted_claims", 0) for name in names)
    say("Claims go out as 837P, 837I and 837D, TA1, 999, 277CA and 835 come back, payments are posted")
    expect(wait_for_payments(scenario, accepted), "every accepted claim is held, rejected, adjudicated, or asked about")
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
    check_silence(scenario)
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
