# SPDX-License-Identifier: BSD-3-Clause
"""python3 tests/schema.py SCHEMA: each line of standard input is a name, a tab and a JSON text; prints
the name and "good", or "bad" and what is wrong with it. A schema may refer to parts of others in its
folder. tests/report.t, tests/probe.t and tests/environment.t call it."""
import json
import pathlib
import sys

import jsonschema

folder = pathlib.Path(sys.argv[1]).parent


def whole(node):
    """The node with what it refers to in its place."""
    if isinstance(node, list):
        return [whole(part) for part in node]
    if not isinstance(node, dict):
        return node
    if "$ref" not in node:
        return {key: whole(value) for key, value in node.items()}
    file, pointer = node["$ref"].split("#/")
    part = json.loads((folder / file).read_text())
    for key in pointer.split("/"):
        part = part[key]
    return whole(part)


schema = whole(json.loads(pathlib.Path(sys.argv[1]).read_text()))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
for line in sys.stdin:
    name, text = line.split("\t", 1)
    error = next(validator.iter_errors(json.loads(text)), None)
    print(name, "bad: " + error.message[:200] if error else "good")
