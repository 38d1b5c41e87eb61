"""`lookervault` without its start-up time: a process that has it loaded forks one child per command.

    python prefork.py serve SOCKET      the process
    python prefork.py SOCKET WORD...    a command; folder, environment, streams and exit code are the caller's

Loading the package takes longer than most commands, and the documents hold dozens of them.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from pathlib import Path


def serve(path: str) -> None:
    import importlib
    import pkgutil

    import lookervault

    for module in pkgutil.walk_packages(lookervault.__path__, "lookervault."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    while True:
        caller, _ = listener.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os._exit(answer(caller))
        caller.close()


def answer(caller: socket.socket) -> int:
    from lookervault.cli.main import main

    said, streams, _, _ = socket.recv_fds(caller, 1 << 20, 3)
    words, folder, environment = json.loads(said)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    code = 0
    try:
        main(words)
    except SystemExit as ended:
        code = int(ended.code or 0)
    sys.stdout.flush()
    sys.stderr.flush()
    caller.sendall(bytes([code]))
    return code


def call(path: str, words: list[str]) -> int:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        said = json.dumps([words, str(Path.cwd()), dict(os.environ)]).encode()
        socket.send_fds(line, [said], [0, 1, 2])
        answered = line.recv(1)
    return answered[0] if answered else 1


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    sys.exit(call(sys.argv[1], sys.argv[2:]))
