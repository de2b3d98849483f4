"""Processes that are measured: started on chosen cores, read from /proc, ended by pid."""
import contextlib
import os
import pathlib
import resource
import signal
import socket
import subprocess
import time

PATIENCE = 60  # seconds: a server that takes longer to start or to stop hangs


def raise_file_limit():
    """As many open files as the system allows; what is started from here inherits it. @return how many"""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def free_port():
    """A port that was free just now. Only for servers that cannot choose one and say which."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(holds, what, process):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if process.exited():
            raise RuntimeError(f"{what} ended at once: {process.log()}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not start within {PATIENCE} s: {process.log()}")
        time.sleep(0.01)


def accepts(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _group_of(pid):
    """The group of a process that runs: a server leads one, so it finds the server's workers."""
    state, _, group = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:3]
    return None if state in "ZX" else int(group)


def _cpu_seconds(pid):
    """User and system time of all threads that a process has now. The servers measured keep theirs."""
    nanoseconds = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        nanoseconds += int((task / "schedstat").read_text().split()[0])
    return nanoseconds / 1e9


def _resident_bytes(pid):
    pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize()


class Process:
    """A process on some cores, and those that it started. Its output goes into a file of `folder`."""

    def __init__(self, arguments, folder, cores):
        self._log = pathlib.Path(folder, f"{pathlib.Path(arguments[0]).name}.log")
        with self._log.open("wb") as log:
            # A group of its own: a Ctrl-C at the terminal is for the harness, which then stops all in order. But no
            # session: Linux gives each session the same share of a core, and a server would be measured against that.
            self._process = subprocess.Popen(
                arguments,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=lambda: os.sched_setaffinity(0, cores),
            )

    def exited(self):
        return self._process.poll() is not None

    def log(self):
        return self._log.read_text(errors="replace")[-2000:]

    def pids(self):
        """Its own and its workers'."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and _group_of(entry.name) == self._process.pid:
                    found.append(int(entry.name))
        return found

    def cpu_seconds(self):
        return sum(map(_cpu_seconds, self.pids()))

    def resident_bytes(self):
        return sum(map(_resident_bytes, self.pids()))

    def kill(self):
        """Ends it at once."""
        self._process.kill()
        self._process.wait()

    def stop(self):
        """Ends it and its workers, by force where asking is not enough."""
        if not self.exited():
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
        while left := self.pids():
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)


def run_client(arguments, cores, seconds_max):
    """Runs a load generator to its end. @return its output, and the CPU time it took in seconds"""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # No group of its own: it ends by the same Ctrl-C.
    done = subprocess.run(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds_max,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise RuntimeError(f"{arguments[0]} failed: {done.stdout[-2000:]}")
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
