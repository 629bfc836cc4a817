"""The counting backend, Benchmarks/sink/sink.c."""

import json
import signal
import subprocess
import time

import process


class Sink:
    def __init__(self, program):
        self.process = subprocess.Popen([program, "0"], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])

    def counts(self):
        self.process.send_signal(signal.SIGUSR1)
        return json.loads(self.process.stdout.readline())

    def wait(self, items, patience=5):
        """The counts once they have reached `items`, or have stood still for `patience` seconds."""
        counts, changed = self.counts(), time.monotonic()
        while counts["items"] < items and time.monotonic() - changed < patience:
            time.sleep(0.02)
            now = self.counts()
            if now != counts:
                counts, changed = now, time.monotonic()
        return counts

    def close(self):
        process.end(self.process, 5)
        self.process.stdout.close()
