#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs the worked examples of the documentation against a daybreak program.

    run_examples.py PROGRAM DOCS_FOLDER_OR_FILE [--write]

In a Markdown file, a block fenced as ```file NAME is a file of that name; a block fenced as
```console holds commands, each on a line that starts with "$ daybreak ", followed by what it prints.
A line "..." in the output stands for any lines. The files of one document share a folder. --write
puts what the program prints into the document instead (blocks with "..." are left alone).
"""
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```(file (\S+)|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def matches(expected, printed):
    """Whether the printed lines are the expected ones, "..." standing for any."""
    if not expected:
        return not printed
    if expected[0] == "...":
        return any(matches(expected[1:], printed[i:]) for i in range(len(printed) + 1))
    return bool(printed) and expected[0].rstrip() == printed[0].rstrip() and matches(expected[1:], printed[1:])


def run(program, line, folder):
    words = shlex.split(line[2:])
    assert words[0] == "daybreak", line
    done = subprocess.run([program] + words[1:], cwd=folder, text=True, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.rstrip("\n").split("\n") if done.stdout else []


def check(program, document, write):
    text = document.read_text(encoding="utf-8")
    failures = examples = 0
    replacements = []
    with tempfile.TemporaryDirectory() as folder:
        for block in BLOCK.finditer(text):
            if block[2]:
                (pathlib.Path(folder) / block[2]).write_text(block[3], encoding="utf-8")
                continue
            parts = re.split(r"(?m)^(?=\$ )", block[3])
            fresh = []
            for part in filter(str.strip, parts):
                command, *expected = part.rstrip("\n").split("\n")
                if not command.startswith("$ daybreak "):
                    continue
                printed = run(program, command, folder)
                examples += 1
                fresh.append("\n".join([command] + (expected if "..." in expected else printed)) + "\n")
                if not write and not matches(expected, printed):
                    failures += 1
                    print(f"{document}: {command}\n--- expected\n" + "\n".join(expected) +
                          "\n--- printed\n" + "\n".join(printed))
            replacements.append((block.span(3), "".join(fresh)))
    if write:
        for (start, end), fresh in reversed(replacements):
            text = text[:start] + fresh + text[end:]
        document.write_text(text, encoding="utf-8")
    return examples, failures


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    path = pathlib.Path(sys.argv[2])
    documents = sorted(path.rglob("*.md")) if path.is_dir() else [path]
    totals = [check(program, document, "--write" in sys.argv) for document in documents]
    examples, failures = (sum(column) for column in zip(*totals))
    print(f"{examples} examples, {failures} failed")
    sys.exit(1 if failures or not examples else 0)


main()
