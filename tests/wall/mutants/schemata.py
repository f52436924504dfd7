#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes copies of C++ files in which every small mistake that could be made is there at once, each
behind `on(number)`: a condition that is always true or always false, a part of one left out, < for
<=, a check, an assignment, a call or an audit row left out, a denial written down as done, a number or
a time off by one or left out, a changed word of SQL. One build then holds all mutants. What only makes
room (reserve) is left alone.

usage: schemata.py OUT FILE...      writes OUT/<name>.cpp for each file, and OUT/mutants.cpp (their list)
"""
import pathlib
import re
import sys

mutants = []


class Source:
    def __init__(self, path, text):
        self.path, self.text = path, text


def mutant(source, at, what, words):
    line = source.text.count("\n", 0, at) + 1 if at >= 0 else 0
    words = re.sub(r"\s+", " ", words).strip()
    mutants.append((source.path, line, what, words[:110]))
    return f"::daybreak::wall::mutants::on({len(mutants)})"


def mask(text):
    """The text with the contents of strings and comments blanked, so that brackets count."""
    out, i = list(text), 0
    while i < len(text):
        if text.startswith("//", i):
            end = text.find("\n", i)
            end = len(text) if end < 0 else end
            out[i:end] = " " * (end - i)
            i = end
        elif text[i] == '"':
            end = i + 1
            while text[end] != '"':
                end += 2 if text[end] == "\\" else 1
            out[i + 1:end] = "_" * (end - i - 1)
            i = end + 1
        elif text[i] == "'" and not (i > 0 and text[i - 1].isdigit()):
            end = i + 1
            while text[end] != "'":
                end += 2 if text[end] == "\\" else 1
            out[i + 1:end] = "_" * (end - i - 1)
            i = end + 1
        else:
            i += 1
    return "".join(out)


def closing(masked, at):
    """Where the bracket that opens at `at` closes."""
    depth = 0
    for i in range(at, len(masked)):
        if masked[i] in "([{":
            depth += 1
        elif masked[i] in ")]}":
            depth -= 1
            if depth == 0:
                return i
    raise ValueError("a bracket does not close")


def top_level(masked, words):
    """Where one of the words stands outside of every bracket."""
    found, depth = [], 0
    for i, letter in enumerate(masked):
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif depth == 0:
            for word in words:
                if masked.startswith(word, i):
                    found.append((i, word))
                    break
    return found


def split(text, masked, word):
    """At the operator, which may stand at the end of a line."""
    parts, begin = [], 0
    for at, _ in top_level(masked, [word]):
        if masked[at - 1:at].isspace() and masked[at + len(word):at + len(word) + 1].isspace():
            parts.append((begin, at))
            begin = at + len(word)
    parts.append((begin, len(text)))
    return parts


RELATIONS = {" == ": " != ", " != ": " == ", " <= ": " < ", " >= ": " > ", " < ": " <= ", " > ": " >= "}


def condition(source, base, text, whole=True):
    """An expression that is true or false, with its mutants."""
    masked = mask(text)
    question = top_level(masked, [" ? "])
    if question:
        at = question[0][0]
        return condition(source, base, text[:at], whole) + block(source, base + at, text[at:])
    made = None
    for word, left_out in (("||", "!{} && "), ("&&", "{} || ")):
        parts = split(text, masked, word)
        if len(parts) == 1:
            continue
        pieces = []
        for begin, end in parts:
            part = text[begin:end]
            name = mutant(source, base + begin, "left out of " + word, part)
            pieces.append("(" + left_out.format(name) + "(" +
                          condition(source, base + begin, part, False) + "))")
        made = f" {word} ".join(pieces)
        break
    if made is None:
        stripped = text.strip()
        lead = len(text) - len(text.lstrip())
        negated = stripped.startswith("!(")
        start = 1 if negated else 0
        if stripped[start:start + 1] == "(" and closing(mask(stripped), start) == len(stripped) - 1:
            inner = condition(source, base + lead + start + 1, stripped[start + 1:-1], False)
            made = ("!" if negated else "") + "(" + inner + ")"
    if made is None:
        relations = top_level(masked, RELATIONS)
        if len(relations) == 1:
            at, word = relations[0]
            name = mutant(source, base + at, f"{word.strip()} as {RELATIONS[word].strip()}", text)
            left, right = text[:at], text[at + len(word):]
            made = (f"({name} ? ({left}{RELATIONS[word]}{right}) : "
                    f"({block(source, base, left)}{word}{block(source, base + at + len(word), right)}))")
    if made is None:
        made = block(source, base, text)
    if whole:
        true, false = (mutant(source, base, "always " + word, text) for word in ("true", "false"))
        made = f"({true} || (!{false} && ({made})))"
    return made


SQL = [(r" <= ", " < "), (r" >= ", " > "), (r" < ", " <= "), (r" > ", " >= "), (r" <> ", " = "),
       (r" = (?=[$'])", " <> "), (r" IS NULL", " IS NOT NULL"), (r" IS NOT NULL", " IS NULL"),
       (r" AND ", " OR "), (r"NOT EXISTS", "EXISTS"), (r"(?<!NOT )EXISTS", "NOT EXISTS")]


def sql(source, base, group):
    """Adjacent literals that are one statement: each word that decides, changed."""
    if not re.match(r'"\s*(SELECT|UPDATE|DELETE)|" (FROM|WHERE)', group):
        return group
    made = group
    start = max(group.find("WHERE"), 0)
    if "WHERE" not in group and not group.startswith('"SELECT'):
        return group
    for pattern, other in SQL:
        for match in re.finditer(pattern, group):
            if match.start() < start:
                continue
            changed = group[:match.start()] + other + group[match.end():]
            name = mutant(source, base + match.start(), f"SQL{match.group()} as{other}",
                          group[max(0, match.start() - 30):match.end() + 20])
            made = f"({name} ? {changed} : {made})"
    return made


BLOCK = re.compile(
    r"\bif \((?!constexpr)"                                  # 1 condition
    r"|(?P<try>\bTRY\()"                                     # 2 perhaps a statement that only checks
    r"|\breturn (?=[^;{}]*;)"                                # 3 what a function says
    r"|\bconst bool \w+ =\s+"                                # 4
    r'|"'                                                    # 5 perhaps SQL
    r"|\(void\)"                                             # 6
    r"|(?P<decided>\w+) \? trust::Outcome"                   # 7
    r"|\.outcome = trust::Outcome::(?P<outcome>k\w+)"        # 8
    r"|\bnow(?:\(\))? [+-] (?!\*)(?P<time>)"                 # 9
    r"|(?<=[\w)\]] [+-] )(?P<number>\d+)\b(?![.'])"          # 10
    r"|(?<=::days\()(?P<days>\d+)(?=\))"                     # 11
    r"|(?<=[;{})])\s+(?P<does>(?!(?:return|if|for|while|switch|case|default|const|auto|static|using|throw"
    r"|continue|break|else|do|try|catch|namespace|struct|class|enum|template|static_assert|[A-Z_]+)\b)"
    r"[A-Za-z_])")                                           # 12 perhaps a statement that changes something

CHANGES = re.compile(r" [+|-]?= (?!default|delete)")

RECORDS = re.compile(r"return [\w.\->]*\b(note|append_audit|insert_projection|insert_disclosure)\(")


def changing(masked, start):
    """The end of the assignment or call that begins here; None when it is something else."""
    i = start
    while i < len(masked):
        arrow = masked.startswith("->", i) or masked.startswith("::", i)
        if arrow:
            i += 2
        elif masked[i].isalnum() or masked[i] in "_.":
            i += 1
        elif masked[i] in "([":
            i = closing(masked, i) + 1
        else:
            break
    called = masked[i - 1:i] == ")" and masked[i:i + 1] == ";"
    if not called and not CHANGES.match(masked, i):
        return None
    if masked[start:i].split("(")[0].endswith("reserve"):
        return None
    depth = 0
    for at in range(i, len(masked)):
        if masked[at] in "([{":
            depth += 1
        elif masked[at] in ")]}":
            depth -= 1
        if depth < 0:
            return None
        if depth == 0 and masked[at] == ";":
            return at
    return None


def block(source, base, text):
    """Statements, or a part of one."""
    masked = mask(text)
    out, at = [], 0
    for match in iter(lambda: BLOCK.search(masked, at), None):
        out.append(text[at:match.start()])
        start, found = match.start(), match.group()
        at = match.end()
        if found.startswith("if ("):
            end = closing(masked, at - 1)
            inner, shown = text[at:end], masked[at:end]
            semicolons = top_level(shown, [";"])
            begin = semicolons[-1][0] + 1 if semicolons else 0
            declares = re.match(r"\s*(const )?(auto|std::\w+|[A-Za-z_:]+)(<.*>)?[&* ]+\w+ =[^=]",
                                inner[begin:])
            out.append("if (" + block(source, base + at, inner[:begin]))
            if declares:
                out.append(block(source, base + at + begin, inner[begin:]))
            else:
                out.append(condition(source, base + at + begin, inner[begin:]))
            out.append(")")
            at = end + 1
        elif match.group("try"):
            opened = at - 1
            end = closing(masked, opened)
            if masked[end + 1:end + 2] != ";" or (masked[:start].rstrip() or ";")[-1] not in ";{})":
                out.append(text[start:at])
                continue
            name = mutant(source, base + opened, "left out", text[opened + 1:end])
            inner = block(source, base + opened + 1, text[opened + 1:end])
            out.append(f"{{ if (!{name}) {{ TRY({inner}); }} }}")
            at = end + 2
        elif found.startswith("return"):
            end = at + top_level(masked[at:], [";"])[0][0]
            value, shown = text[at:end], masked[at:end]
            if RECORDS.match(text[start:end]):
                name = mutant(source, base + start, "left out", value)
                out.append(f"if ({name}) return ::daybreak::Result<void>(); ")
            state = re.fullmatch(r"ReleaseState::k\w+", value)
            if top_level(shown, ["&& ", "&&\n", "|| ", "||\n", *RELATIONS]) and "[&]" not in shown:
                out.append("return " + condition(source, base + at, value) + ";")
            elif state and value != "ReleaseState::kActive":
                name = mutant(source, base + at, "said to be active", value)
                out.append(f"return {name} ? ReleaseState::kActive : {value};")
            else:
                out.append("return " + block(source, base + at, value) + ";")
            at = end + 1
        elif found.startswith("const bool"):
            end = at + top_level(masked[at:], [";"])[0][0]
            out.append(found + condition(source, base + at, text[at:end]) + ";")
            at = end + 1
        elif found == '"':
            group = re.compile(r'"_*"(\s*"_*")*').match(masked, start)
            group = group or re.compile(r'"[^"]*"').match(masked, start)
            at = group.end()
            out.append(sql(source, base + start, text[start:at]))
        elif found == "(void)":
            end = at + top_level(masked[at:], [";"])[0][0]
            name = mutant(source, base + start, "left out", text[at:end])
            out.append(f"if (!{name}) (void)({block(source, base + at, text[at:end])});")
            at = end + 1
        elif match.group("outcome"):
            other = "kDone" if match.group("outcome") != "kDone" else "kDenied"
            name = mutant(source, base + start, "said to be " + other, found)
            out.append(f".outcome = {name} ? trust::Outcome::{other} : "
                       f"trust::Outcome::{match.group('outcome')}")
        elif match.group("time") is not None:
            name = mutant(source, base + start, "time left out", text[start:at + 30])
            out.append(f"{found}::daybreak::wall::mutants::Kept{{!{name}}} * ")
        elif match.group("number") or match.group("days"):
            number = match.group("number") or match.group("days")
            name = mutant(source, base + start, "one more", text[max(0, start - 30):at])
            out.append(f"({name} ? {int(number) + 1} : {number})")
        elif match.group("does"):
            begin = match.start("does")
            end = changing(masked, begin)
            if end is None:
                at = begin
                out.append(text[start:at])
                continue
            name = mutant(source, base + begin, "left out", text[begin:end])
            inner = block(source, base + begin, text[begin:end])
            out.append(text[start:begin] + f"{{ if (!{name}) {{ {inner}; }} }}")
            at = end + 1
        else:
            name = mutant(source, base + start, "outcome turned", found)
            out.append(f"({name} ? !({match.group('decided')}) : bool({match.group('decided')}))"
                       " ? trust::Outcome")
    out.append(text[at:])
    return "".join(out)


def special(source, text):
    """What no rule above finds."""
    for words, change in (("std::chrono::days(terms.days)", "std::chrono::days(terms.days + {})"),):
        at = text.find(words)
        if at >= 0:
            text = text.replace(words, change.format(mutant(source, -1, "one day more", words)))
    return text


def main():
    if len(sys.argv) < 3 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:]:
        text = pathlib.Path(name).read_text()
        path = name[name.rindex("/src/") + 5:]
        source = Source(path, text)
        # Constants of the compiler stay as they are; questions to the store can be made at the start.
        pieces, at = [], 0
        for fixed in re.finditer(r"^(inline )?(constexpr|static const)\b", mask(text), re.M):
            if fixed.start() < at:
                continue
            end = fixed.start() + top_level(mask(text)[fixed.start():], [";"])[0][0]
            pieces.append(block(source, at, text[at:fixed.start()]))
            constant = text[fixed.start():end]
            if '"SELECT' in constant:
                constant = constant.replace("constexpr", "static const", 1)
                constant = block(source, fixed.start(), constant)
            pieces.append(constant)
            at = end
        pieces.append(block(source, at, text[at:]))
        changed = special(source, "".join(pieces))
        (out / path.replace("/", "_")).write_text('#include "tests/wall/mutants/mutants.hpp"\n' + changed)
    rows = ",\n".join('    {"%s:%d", "%s", R"~(%s)~"}' % (path, line, what, words)
                      for path, line, what, words in mutants)
    (out / "mutants.cpp").write_text(
        '#include "tests/wall/mutants/mutants.hpp"\n\nnamespace daybreak::wall::mutants {\n\n'
        "const std::vector<Mutant>& all() {\n  static const std::vector<Mutant> list = {\n" + rows +
        "};\n  return list;\n}\n\n}  // namespace daybreak::wall::mutants\n")


main()
