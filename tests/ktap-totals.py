#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""ktap-totals.py FOLDER FILE: what the kernel's kunit_parser.py (in FOLDER) makes of a KTAP file."""
import contextlib
import io
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import kunit_parser  # noqa: E402

with open(sys.argv[2], encoding="utf-8") as file, contextlib.redirect_stdout(io.StringIO()):
    total = kunit_parser.parse_run_tests(file.read().splitlines())
print(f"{total.counts.total()} tests, {total.counts.errors} errors")
