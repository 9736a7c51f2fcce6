"""What scripts/demo, bench, crash-run and power-run share: a throwaway folder with configuration and keys, the daemons
as plain processes, and their end whatever happens."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHAIN = ["intake", "coding", "claims", "submission", "remittance"]
DAEMONS = CHAIN + ["events"]


class Pipeline:
    """Daemons in a folder of their own. `chain`: the frame with no domain (claimline-chain NAME)."""

    def __init__(self, build="build", chain=False, settings=None, folder=None, keep=False, environment=None):
        self.bin = (ROOT / build / "bin").resolve()
        self.chain = chain
        self.names = CHAIN if chain else DAEMONS
        self.keep = keep
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="claimline-"))
        self.config = self.folder / "etc" / "claimline.conf"
        self.state, self.run = self.folder / "state", self.folder / "run"
        self.processes, self.starts = {}, {name: 0 for name in self.names}
        self.environment = environment or {}
        self.settings = settings or {}

    # ---- making ----
    def make(self):
        for name in ("etc/keys", "state", "run", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.write_config()
        for name in self.names:
            key = self.folder / "etc/keys" / f"claimline-{name}.key"
            if not key.exists():
                key.write_bytes(os.urandom(32))
                key.chmod(0o400)
        for name in self.names:
            self.make_store(name)

    def make_store(self, name):
        done = subprocess.run(self.command(name) + ["--init"], capture_output=True, text=True,
                              env={**os.environ, **self.environment})
        if done.returncode != 0:
            raise RuntimeError(f"{name} --init: {done.stderr}")

    def write_config(self):
        sections = {"claimline": {"state": self.state, "runtime": self.run, "keys": self.folder / "etc/keys"}}
        for section, values in self.settings.items():
            sections.setdefault(section, {}).update(values)
        lines = []
        for section, values in sections.items():
            lines += [f"[{section}]"] + [f"{key} = {value}" for key, value in values.items()] + [""]
        self.config.write_text("\n".join(lines))

    def command(self, name):
        program = [self.bin / "claimline-chain", name] if self.chain else [self.bin / f"claimline-{name}"]
        return [str(part) for part in program] + ["--config", str(self.config)]

    # ---- processes ----
    def start(self, name):
        log = open(self.folder / "log" / f"{name}.log", "ab")
        self.processes[name] = subprocess.Popen(
            self.command(name), stdout=log, stderr=log, stdin=subprocess.DEVNULL, env={**os.environ, **self.environment})
        log.close()
        self.starts[name] += 1

    def start_all(self):
        for name in reversed(self.names):
            self.start(name)

    def kill(self, name):
        process = self.processes[name]
        process.send_signal(signal.SIGKILL)
        process.wait()

    def revive(self):
        """Starts what has ended by itself, as systemd would. Returns the names with their exit codes."""
        ended = [(name, process.returncode) for name, process in self.processes.items() if process.poll() is not None]
        for name, _ in ended:
            self.start(name)
        return ended

    def stop(self):
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        for name, process in self.processes.items():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                print(f"{name} did not end within 10 s of SIGTERM; killed", file=sys.stderr)
                process.kill()
                process.wait()
        codes = {name: process.returncode for name, process in self.processes.items()}
        self.processes = {}
        return codes

    def close(self):
        self.stop()
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    # ---- asking ----
    def claimline(self, *arguments, check=True):
        """Runs the command; JSON Lines as a list."""
        command = [str(self.bin / "claimline"), "--config", str(self.config), *map(str, arguments), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if check and done.returncode not in (0, 1):
            raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: {done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines() if line.strip()]

    def taken(self, name):
        """How many records a daemon of the bare chain has taken; None when it does not answer."""
        done = subprocess.run([str(self.bin / "claimline-chain"), "taken", str(self.run / "control" / f"{name}.sock")],
                              capture_output=True, text=True)
        return int(done.stdout) if done.returncode == 0 and done.stdout.strip() else None

    def processor_seconds(self, name):
        fields = pathlib.Path(f"/proc/{self.processes[name].pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mib(self, name):
        """RssAnon + RssShmem: what the process holds beside its mapped store."""
        text = pathlib.Path(f"/proc/{self.processes[name].pid}/status").read_text()
        kib = sum(int(line.split()[1]) for line in text.splitlines() if line.startswith(("RssAnon", "RssShmem")))
        return kib / 1024

    def bytes_written(self, name):
        text = pathlib.Path(f"/proc/{self.processes[name].pid}/io").read_text()
        return int(next(line.split()[1] for line in text.splitlines() if line.startswith("write_bytes")))


def wait_until(condition, seconds, pause=0.05):
    """True as soon as the condition holds, False when the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(pause)
    return condition()
