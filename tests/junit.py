# SPDX-License-Identifier: BSD-3-Clause
"""python3 tests/junit.py FILE: the testsuites and testcases of a JUnit file, a line each; fails if the
file is malformed or a count does not hold. tests/report.t calls it."""
import sys
import xml.etree.ElementTree

for suite in xml.etree.ElementTree.parse(sys.argv[1]).getroot():
    found = {"failure": 0, "error": 0, "skipped": 0}
    cases = suite.findall("testcase")
    counts = [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]
    print("suite {} tests {} failures {} errors {} skipped {}".format(suite.get("name"), *counts))
    for case in cases:
        what, message = "passed", ""
        for element in case:
            what, message = element.tag, element.get("message")
            found[what] += 1
        print(case.get("classname"), case.get("name"), what, message)
    if [int(count) for count in counts] != [len(cases), *found.values()]:
        sys.exit(suite.get("name") + ": the counts do not hold")
