"""Running a command while its wall time, processor time and memory are watched (Linux only)."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

INTERVAL = 0.2  # seconds between two looks at the memory
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Watched:
    """What a command took: `samples` are moments (seconds since 1970) and resident bytes of its processes."""

    returncode: int
    seconds: float
    cpu_seconds: float
    samples: list[tuple[float, int]]
    output: str

    def peak(self, start: float = 0.0, end: float = float("inf")) -> int:
        """Return the most resident bytes between two moments; 0 if it was never looked at there."""
        return max((size for moment, size in self.samples if start <= moment <= end), default=0)


def watch(command: Sequence[str], environment: dict[str, str] | None = None) -> Watched:
    """Run a command in a process group of its own and look at the group's memory five times a second.

    Memory that processes share is counted once for each of them.
    """
    samples: list[tuple[float, int]] = []
    highest = 0
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
        )
        try:
            while True:
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if pid:
                    break
                samples.append((time.time(), resident_bytes(process.pid)))
                highest = max(highest, highest_resident_bytes(process.pid))
                time.sleep(INTERVAL)
        except BaseException:
            # The harness is stopped: what it started must not go on without it.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    samples.append((time.time(), highest))
    return Watched(process.returncode, seconds, usage.ru_utime + usage.ru_stime, samples, text)


def highest_resident_bytes(pid: int) -> int:
    """Return the most bytes that a process has held since its program began, or 0 where it has ended.

    The kernel's note misses nothing between two looks. That of `wait4` would count what the parent held
    when it started the process.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def resident_bytes(group: int) -> int:
    """Return the resident bytes of all processes of a group."""
    total = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended meanwhile
            if int(fields[2]) == group:
                total += int(fields[21]) * PAGE
    return total


def disk_bytes(folder: Path) -> int:
    """Return the bytes of the files below a folder; a file of several names counts once."""
    files = {(s.st_dev, s.st_ino): s.st_size for p in folder.rglob("*") if p.is_file() for s in [p.stat()]}
    return sum(files.values())
