# SPDX-License-Identifier: BSD-3-Clause
"""python3 tests/page.py FILE: what a page of results holds, as lines for tests/report.t; fails if a tag
is not closed or the embedded data are no JSON."""
import html.parser
import json
import sys

VOID = {"meta", "link", "input", "wbr", "br"}
KNOWN = VOID | set("""html head title style body h1 h2 form label select option optgroup fieldset legend small div
    table thead tbody tr th td button dl dt dd p dialog script""".split())


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.tables, self.scripts, self.foreign, self.external = [], {}, [], set(), set()
        self.row = None

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag not in KNOWN:
            self.foreign.add(tag)
        for name in ("src", "href"):
            if values.get(name, "data:").split(":")[0] != "data":
                self.external.add(values[name])
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.table = values["id"]
            self.tables[self.table] = 0
        elif tag == "tr":
            self.row = []
        elif tag in ("th", "td"):
            self.row.append("")
        elif tag == "script":
            self.scripts.append([values.get("id"), ""])

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            sys.exit(f"{self.getpos()}: </{tag}> closes nothing")
        if tag == "thead":
            self.tables[self.table] = len(self.head)
        elif tag == "tr":
            if "thead" in self.open:
                self.head = self.row
            else:
                print("row", *[cell or "-" for cell in self.row])
            self.row = None

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts[-1][1] += data
        elif self.row:
            self.row[-1] += data


with open(sys.argv[1]) as file:
    page = Page()
    page.feed(file.read())
    page.close()
if page.open:
    sys.exit(f"left open: {page.open}")
print("tables", *[f"{name}/{count}" for name, count in page.tables.items()])
print("external", *page.external)
print("foreign", *page.foreign)
print("scripts", len(page.scripts))
data = json.loads(next(text for name, text in page.scripts if name == "data"))
for row in data["rows"]:
    for cell in row["cells"]:
        for case, state, _, message, *reason in cell or []:
            print("case", data["strings"][case], state, data["strings"][message], *[data["strings"][r] for r in reason])
for kernel in data["kernels"]:
    print("console", kernel["console"])
    for fact in kernel["facts"]:
        print("fact", *fact)
