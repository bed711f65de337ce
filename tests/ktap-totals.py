#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""ktap-totals.py FOLDER FILE: what the kernel's kunit_parser.py (in FOLDER) makes of a KTAP file."""
import contextlib
import importlib
import io
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])

with open(sys.argv[2], encoding="utf-8") as file, contextlib.redirect_stdout(io.StringIO()):
    # The module keeps the standard output that it finds when it is loaded.
    parser = importlib.import_module("kunit_parser")
    total = parser.parse_run_tests(file.read().splitlines())
print(f"{total.counts.total()} tests, {total.counts.errors} errors")
