"""Serve an account on PORT of this machine; 0 takes a free one. Prints the port when it listens."""

import argparse
import os
import signal
import time
import warnings
from queue import Queue

from tests.engine.stand_in import services
from tests.engine.stand_in.control import Command, Control, table_of_rules
from tests.engine.stand_in.server import StandIn, listen, start

WHILE_THE_ANSWER_LEAVES = 0.2


class Process:
    """An account and its server. Forks and silences are the main thread's: a fork has no other."""

    def __init__(self, port: int) -> None:
        self.account = StandIn()
        self.control = Control(self.account)
        self.server = listen(self.account, self.control, port)
        start(self.account, self.server)

    def run(self) -> None:
        """Serve until the process is ended."""
        while True:
            command, done = self.control.jobs.get()
            if command["cmd"] == "deaf":
                self._fall_silent(command, done)
            else:
                self._fork(command, done)

    def _fall_silent(self, command: Command, done: Queue[Command]) -> None:
        done.put({})
        time.sleep(WHILE_THE_ANSWER_LEAVES)
        self.server.shutdown()
        self.server.server_close()
        time.sleep(command["seconds"])
        self.server = listen(self.account, self.control, self.account.port)
        start(self.account, self.server)

    def _fork(self, command: Command, done: Queue[Command]) -> None:
        try:
            server = listen(self.account, self.control, command.get("port", 0))
        except OSError as error:
            done.put({"error": str(error)})
            return
        with self.account.lock:  # no call is half done in the copy
            process = os.fork()
        if process:
            server.server_close()
            done.put({"pid": process, "port": server.server_port})
            return
        os.setsid()
        self.server.socket.close()
        self.server = server
        self.control.jobs = Queue()
        start(self.account, server)


def main() -> None:
    """Read the port, and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.engine.stand_in", description=__doc__)
    parser.add_argument("port", type=int)
    arguments = parser.parse_args()
    os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    # Some of AWS's errors are in no model.
    warnings.filterwarnings("ignore", message=".* does not match an error shape")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    process = Process(arguments.port)
    rules = f"{len(table_of_rules())} rules in {len(services.MODULES)} modules"
    print(f"stand-in on {process.account.port}: {rules}", flush=True)
    process.run()


if __name__ == "__main__":
    main()
