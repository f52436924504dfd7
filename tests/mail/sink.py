#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mail server on this machine that keeps what it is given: one line "<recipient> <Message-ID>" a mail.

usage: sink.py FILE      prints its port; ends when its input ends
The line is on the disk before the server answers, so what it took is what the file says.
"""
import os
import re
import socket
import sys

from aiosmtpd.controller import Controller


class Sink:
    def __init__(self, path):
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def handle_DATA(self, server, session, envelope):
        found = re.search(rb"^Message-ID:\s*(<[^>]*>)", envelope.content, re.M | re.I)
        name = found.group(1).decode() if found else "-"
        for address in envelope.rcpt_tos:
            os.write(self.file, f"{address} {name}\n".encode())
        return "250 taken"


with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
controller = Controller(Sink(sys.argv[1]), hostname="127.0.0.1", port=port)
controller.start()
print(port, flush=True)
sys.stdin.read()
controller.stop()
