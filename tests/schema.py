# SPDX-License-Identifier: BSD-3-Clause
"""python3 tests/schema.py SCHEMA: each line of standard input is a name, a tab and a JSON text; prints
the name and "good", or "bad" and what is wrong with it. tests/report.t calls it."""
import json
import sys

import jsonschema

with open(sys.argv[1]) as file:
    schema = json.load(file)
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
for line in sys.stdin:
    name, text = line.split("\t", 1)
    error = next(validator.iter_errors(json.loads(text)), None)
    print(name, "bad: " + error.message[:200] if error else "good")
