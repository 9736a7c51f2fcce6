"""A hospital that feeds claims in and a payer that answers: the independent programs of tests/pipeline around a Pipeline
of scripts/harness.py. Used by demo, crash-run, power-run and bench."""
import datetime
import json
import pathlib
import subprocess
import time

from harness import Pipeline

DAY = "20260315"  # the clock of the runs stands inside the built-in code-set edition


def clock_shift(day=DAY, hour=9):
    """Seconds that move the present to this day."""
    target = datetime.datetime.strptime(day, "%Y%m%d").replace(hour=hour, tzinfo=datetime.timezone.utc)
    return int(target.timestamp() - time.time())


PAYER = """[payer]
title = INVENTED HEALTH PLAN
id = {id}
matching_ids = {matching}
receiver = INVENTEDPAYER
sender = CLAIMLINE
submitter_name = CLAIMLINE GENERAL HOSPITAL
submitter_phone = 5555550100
usage = P
folder = {folder}
batch_claims = {batch_claims}
batch_wait = {batch_wait}
ack_wait = {ack_wait}
{more}
"""


class Scenario:
    def __init__(self, build="build", settings=None, seed=1, shares=None, folder=None, keep=False, batch_claims=5000,
                 batch_wait="1s", ack_wait="30s", payer_more="", payer_options=(), day=DAY, environment=None):
        base = {"claimline": {"clock_shift_seconds": clock_shift(day), "zone": "America/New_York", "log_level": "notice"}}
        for section, values in (settings or {}).items():
            base.setdefault(section, {}).update(values)
        self.pipeline = Pipeline(build=build, settings=base, folder=folder, keep=keep, environment=environment)
        self.folder = self.pipeline.folder
        self.spool = self.folder / "spool"
        self.payer_folder = self.folder / "payer"
        self.journal = self.payer_folder / "payer.journal"
        self.seed, self.day, self.shares = seed, day, shares or {}
        self.payer_settings = dict(batch_claims=batch_claims, batch_wait=batch_wait, ack_wait=ack_wait, more=payer_more)
        self.payer_options = list(payer_options)
        self.payer = None
        self.manifests = {}  # name in the spool -> manifest

    def make(self):
        base = self.pipeline.settings
        base.setdefault("intake", {}).setdefault("spool", self.spool)
        base["intake"].setdefault("accept_test", "yes")
        for folder in (self.spool, self.payer_folder / "out", self.payer_folder / "in", self.folder / "made",
                       self.folder / "etc/payers", self.folder / "etc/providers"):
            folder.mkdir(parents=True, exist_ok=True)
        text = PAYER.format(id="INVENTED1", matching="*", folder=self.payer_folder, **self.payer_settings)
        (self.folder / "etc/payers/invented.conf").write_text(text)
        self.pipeline.make()

    def program(self, name):
        return str(self.pipeline.bin / name)

    # ---- the payer ----
    def start_payer(self):
        command = [self.program("payer-simulator"), "--folder", self.payer_folder, "--seed", self.seed, "--journal",
                   self.journal, "--date", self.day, "--cpu"]
        for key, value in self.shares.items():
            command += [f"--{key}", value]
        log = open(self.folder / "log" / "payer.log", "ab")
        self.payer = subprocess.Popen([str(part) for part in command + self.payer_options], stdout=log, stderr=log)
        log.close()

    def kill_payer(self):
        self.payer.kill()
        self.payer.wait()

    def stop_payer(self):
        if self.payer and self.payer.poll() is None:
            self.payer.terminate()
            self.payer.wait(timeout=20)

    # ---- the hospital ----
    def generate(self, name, claims, seed, *options):
        """Makes NAME and its manifest outside the spool."""
        path, expect = self.folder / "made" / name, self.folder / "made" / f"{name}.expect"
        command = [self.program("claim-generator"), "--claims", claims, "--seed", seed, "--out", path, "--expect", expect,
                   "--from", "20251101", "--to", self.day, "--file-date", self.day, "--payer", "INVENTED1", *options]
        subprocess.run([str(part) for part in command], check=True)
        return path

    def feed(self, path):
        """Puts a file into the spool, by rename; its manifest counts from now."""
        target = self.spool / path.name
        path.rename(target)
        manifest = path.with_name(path.name + ".expect")
        if manifest.exists():
            self.manifests[path.name] = manifest
        return target

    def answered(self, name):
        """The receipt of a file that was taken or refused, or None."""
        for place in ("done", "refused"):
            receipt = self.spool / place / f"{name}.receipt.json"
            if receipt.exists():
                return json.loads(receipt.read_text())
        return None

    def answer(self, name, ending):
        for place in ("done", "refused"):
            path = self.spool / place / f"{name}.{ending}"
            if path.exists():
                return path.read_text()
        return ""

    # ---- the history ----
    def claim_numbers(self, events):
        """{our claim id: the sender's number}. The 277CA beside a taken file names the sender's number of each claim in the
        file's order; intake's own events name file (digest) and place of each claim id."""
        traces = {}
        for path in self.spool.glob("done/*.277ca"):
            receipt = self.answered(path.name[:-len(".277ca")])
            found, level = [], ""
            for segment in path.read_text().replace("\n", "").split("~"):
                parts = segment.split("*")
                if parts[0] == "HL":
                    level = parts[3]
                elif parts[0] == "TRN" and parts[1] == "2" and level == "PT":
                    found.append(parts[2])
            traces[receipt["sha256"][:16]] = found
        places = {}
        for event in events:
            data = event["data"]
            if data["kind"] in ("encounter_received", "encounter_refused") and "/" in data.get("detail", ""):
                digest, ordinal = data["detail"].rsplit("/", 1)
                places.setdefault(digest, []).append((int(ordinal), int(data["claim_id"])))
        numbers = {}
        for digest, found in places.items():
            for (_, claim), number in zip(sorted(found), traces.get(digest, [])):
                numbers[claim] = number
        return numbers

    def write_history(self):
        """Events, with the sender's number where it is known, and balance, for history-check."""
        events = self.pipeline.claimline("events", "--from", 1)
        self.numbers = numbers = self.claim_numbers(events)
        with open(self.folder / "events.jsonl", "w") as out:
            for event in events:
                data = dict(event.get("data", event))
                number = numbers.get(int(data.get("claim_id") or 0))
                if number is not None:
                    data["patient_control_number"] = number
                if data["kind"] == "claim_built":
                    data["clm01"] = data["detail"]
                out.write(json.dumps(data) + "\n")
        with open(self.folder / "balance.jsonl", "w") as out:
            for row in self.pipeline.claimline("balance"):
                out.write(json.dumps(row) + "\n")
        return events

    def questions(self):
        """{(set, CLM01, or member id and digest of the patient): traces} of the questions that came to the payer, by his own
        journal."""
        asked = {}
        for line in self.journal.read_text().splitlines():
            if line.startswith("Q\t"):
                _, _, kind, trace, key, _, patient = line.split("\t")
                asked.setdefault((kind, f"{key} {patient}"), set()).add(trace)
        return asked

    @staticmethod
    def disordered(events):
        """Claim versions whose events do not stand in the order in which they must have happened."""
        order = {"encounter_received": 0, "coding_passed": 1, "coding_released": 1, "claim_built": 2, "claim_batched": 3,
                 "claim_accepted": 4, "claim_rejected": 4, "claim_paid": 5, "claim_reduced": 5, "claim_denied": 5,
                 "claim_partly_denied": 5}
        reached, bad = {}, set()
        for event in events:
            data = event["data"]
            place = order.get(data["kind"])
            if place is None:
                continue
            claim = (data["claim_id"], data["version"])
            # An 835 may be read before the 277CA of the same claim: the payer's files have no order of their own.
            if place < min(reached.get(claim, 0), 4):
                bad.add(claim)
            reached[claim] = max(reached.get(claim, 0), place)
        return sorted(bad)

    def held_otherwise(self, expected):
        """Of the claims that coding was to hold ({sender's number: findings}) those that it held for something else."""
        wrong = []
        for event in self.events:
            data = event["data"]
            number = self.numbers.get(int(data.get("claim_id") or 0))
            if data["kind"] == "coding_held" and number in expected and data.get("code", "") != expected[number]:
                wrong.append(f"unexpected {number}: held for {data.get('code', '')}, not {expected[number]}")
        return wrong

    def check_history(self, *options, held_for=None):
        self.events = self.write_history()
        command = [self.program("history-check"), "--journal", self.journal, "--events", self.folder / "events.jsonl",
                   "--balance", self.folder / "balance.jsonl", *options]
        for manifest in self.manifests.values():
            command += ["--manifest", manifest]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if done.returncode == 2:
            raise RuntimeError(done.stderr)
        result = json.loads(done.stdout.splitlines()[-1])
        disordered = self.disordered(self.events)
        result["disordered"] = len(disordered)
        for claim in disordered[:5]:
            kinds = [event["data"]["kind"] for event in self.events
                     if (event["data"].get("claim_id"), event["data"].get("version")) == claim]
            result["details"].append(f"disordered {claim[0]}, version {claim[1]}: {' '.join(kinds)}")
        wrong = self.held_otherwise(held_for or {})
        result["unexpected"] += len(wrong)
        result["details"] += wrong[:20]
        return result

    def close(self):
        self.stop_payer()
        self.pipeline.close()
