#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads mails as another program does: Python's own parser, with every defect an error.

usage: validate.py FOLDER [--bulk]     each *.eml of the folder; says what is wrong, exits 1 if any is
With --bulk each mail must also carry the headers of a one-click stop (RFC 8058).
"""
import re
import sys
from email import policy
from email.parser import BytesParser
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit


class Remote(HTMLParser):
    """Whatever a mail program would fetch, run or send without being asked."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        if tag in {"script", "img", "iframe", "link", "object", "embed", "form", "style", "video", "audio", "base"}:
            self.found.append(tag)
        for name, value in attributes:
            if name in {"src", "srcset", "background", "poster", "style"} or name.startswith("on"):
                self.found.append(f"{tag} {name}")
            if name == "href" and urlsplit(value or "").scheme not in {"https", "http", "mailto", "tel"}:
                self.found.append(f"href {value}")


def faults_of(data, bulk):
    head = data.split(b"\r\n\r\n", 1)[0]
    if b"\n" in data.replace(b"\r\n", b""):
        yield "a line ends without CR LF"
    if any(len(line) > 998 for line in data.split(b"\r\n")):
        yield "a line is longer than 998 octets"
    if any(byte > 126 for byte in head):
        yield "a header is not ASCII"
    message = BytesParser(policy=policy.strict.clone(raise_on_defect=True, utf8=False)).parsebytes(data)
    for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version"):
        if len(message.get_all(name, [])) != 1:
            yield f"{name} is there {len(message.get_all(name, []))} times"
    if not message["To"].addresses or not message["From"].addresses or message["Date"].datetime is None:
        yield "a header cannot be read"
    plain = message.get_body(preferencelist=("plain",))
    if plain is None or not plain.get_content().strip():
        yield "there is no text part"
    rich = message.get_body(preferencelist=("html",))
    if rich is not None:
        remote = Remote()
        remote.feed(rich.get_content())
        for found in remote.found:
            yield f"the HTML holds {found}"
    if any(part.get_content_disposition() == "attachment" for part in message.walk()):
        yield "there is an attachment"
    if bulk:
        stop = message.get("List-Unsubscribe", "")
        if not re.fullmatch(r"<https://[^>\s]+>", stop.strip()):
            yield f"List-Unsubscribe is {stop!r}"
        if message.get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click":
            yield "List-Unsubscribe-Post is missing"


def main():
    files = sorted(Path(sys.argv[1]).glob("*.eml"))
    bad = 0
    for file in files:
        data = file.read_bytes()
        # The folder's own envelope lines are no part of the mail.
        while data.startswith(b"X-Envelope-"):
            data = data.split(b"\r\n", 1)[1]
        try:
            faults = list(faults_of(data, "--bulk" in sys.argv))
        except Exception as error:  # what the strict parser objects to
            faults = [f"{type(error).__name__}: {error}"]
        bad += bool(faults)
        for fault in faults:
            print(f"{file.name}: {fault}")
    print(f"{len(files)} mails, {bad} with faults")
    return 1 if bad or not files else 0


sys.exit(main())
