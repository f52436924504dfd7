#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fails when a translation has other {0}, {1} … places than its English sentence.

usage: check-placeholders.py FILE.po
"""
import ast
import re
import sys


def entries(path):
    """Yields a dict of msgid, msgid_plural, msgstr, msgstr[0], … for each entry."""
    entry, field = {}, None
    for line in open(path, encoding="utf-8").read().split("\n") + [""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if entry.get("msgid"):
                yield entry
            entry, field = {}, None
            continue
        match = re.match(r"(msg[a-z_]+(?:\[\d\])?) (\".*\")$", line)
        if match:
            field = match.group(1)
            entry[field] = ast.literal_eval(match.group(2))
        else:
            entry[field] += ast.literal_eval(line)


def places(text):
    return set(re.findall(r"\{\d\}", text))


def main():
    failed = False
    for entry in entries(sys.argv[1]):
        wanted = places(entry.get("msgid_plural", entry["msgid"]))
        for field, text in entry.items():
            if not field.startswith("msgstr") or not text:
                continue
            # A singular may spell the number out ("un servicio").
            found = places(text) | ({"{0}"} & wanted if field == "msgstr[0]" else set())
            if found != wanted:
                print(f'{sys.argv[1]}: "{entry["msgid"]}" has {sorted(wanted)}, its {field} has {sorted(found)}')
                failed = True
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
