"""Servers in turn: rounds of A B C, A B C, ..., so that what disturbs the machine disturbs all alike."""
import contextlib
import sys


def progress(text):
    print(text, file=sys.stderr, flush=True)


def measure(servers, rounds, seconds):
    """Starts the servers and measures each once a round. @return the samples of each, one a round"""
    with contextlib.ExitStack() as stack:
        for server in servers:
            stack.enter_context(server)
        samples = [[] for _ in servers]
        for _ in range(rounds):
            for server, own in zip(servers, samples):
                own.append(server.measure(seconds))
        return samples
