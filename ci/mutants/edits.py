# SPDX-License-Identifier: BSD-3-Clause
"""Mistakes as data: the rows of the catalogue, and what each does to a source file of the kernel.

A row of catalogue/*.tsv says: in this function of that file, these words become those. Words are
compared as the compiler reads them, without white space and comments; they must be there once.
"""
import os
import re
from collections import namedtuple

TOKEN = re.compile(
	r"""(?P<space>(?:\s|\\\n|/\*.*?\*/|//[^\n]*)+)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\w+|"""
	r"""<<=|>>=|->|\+\+|--|&&|\|\||[-+*/%&|^=!<>]=|<<|>>|.""", re.S)
COLUMNS = ("id", "file", "function", "old", "new", "meaning")
NOTHING = "-"  # a column that is empty; in function: anywhere in the file

Token = namedtuple("Token", "text start end")
Row = namedtuple("Row", ("family",) + COLUMNS)


class Wrong(Exception):
	"""A row that cannot be used; its text names the row."""


def tokens(source, start=0, end=None):
	"""What the compiler reads of source[start:end]."""
	return [Token(match.group(), match.start(), match.end())
		for match in TOKEN.finditer(source, start, len(source) if end is None else end)
		if match.group("space") is None]


def bodies(source, name):
	"""Where the definitions of name begin and end: a line at the margin has it, then comes a brace."""
	for match in re.finditer(r"^(?=\w)[^\n;{}]*?\b%s\b" % re.escape(name), source, re.M):
		brace = re.compile(r"[;{]").search(source, match.end())
		if brace and brace.group() == "{":
			yield match.start(), source.index("\n}", brace.end()) + 2


def places(source, row):
	"""Where the words of row.old stand."""
	wanted = [token.text for token in tokens(row.old)]
	spans = [(0, len(source))] if row.function == NOTHING else bodies(source, row.function)
	for start, end in spans:
		there = tokens(source, start, end)
		for at in range(len(there) - len(wanted) + 1):
			if [token.text for token in there[at:at + len(wanted)]] == wanted:
				yield there[at].start, there[at + len(wanted) - 1].end


def applied(source, row):
	"""The source with that mistake in it."""
	found = list(places(source, row))
	if len(found) != 1:
		times = "%d times" % len(found) if found else "not"
		raise Wrong("%s: `%s` is %s in %s of %s" % (row.id, row.old, times, row.function, row.file))
	start, end = found[0]
	return source[:start] + ("" if row.new == NOTHING else row.new) + source[end:]


def lines_of(path):
	"""The lines of a table, and their numbers, without its remarks."""
	with open(path, encoding="utf-8") as table:
		for number, line in enumerate(table, 1):
			line = line.rstrip("\n")
			if line.strip() and not line.startswith("#"):
				yield number, line


def remark(path, name):
	"""The words of a table's remark `# NAME: ...`. `first` has the patterns of the tests that most of its mistakes are
	noticed by; `run` a command of the program's that must notice them, in place of the check."""
	with open(path, encoding="utf-8") as table:
		found = re.search(r"^# %s: (.*)$" % name, table.read(), re.M)
	return found.group(1).split() if found else []


def read_rows(path):
	"""The rows of one table; its name is their family."""
	family = os.path.splitext(os.path.basename(path))[0]
	for number, line in lines_of(path):
		columns = line.split("\t")
		row = Row(family, *columns) if len(columns) == len(COLUMNS) else None
		if not row or not all(columns) or row.old == NOTHING or not tokens(row.old):
			raise Wrong("%s:%d: %s: needs %s, one tab between two" % (path, number, columns[0], ", ".join(COLUMNS)))
		if not re.fullmatch(r"[a-z0-9_.-]+", row.id):
			raise Wrong("%s:%d: %s: not a name" % (path, number, row.id))
		if [token.text for token in tokens(row.old)] == [token.text for token in tokens(row.new)]:
			raise Wrong("%s:%d: %s: changes nothing" % (path, number, row.id))
		yield row


def read_catalogue(folder):
	"""All tables of a folder, in the order of their names."""
	rows, seen = [], set()
	for name in sorted(os.listdir(folder)):
		if not name.endswith(".tsv"):
			continue
		for row in read_rows(os.path.join(folder, name)):
			if row.id in seen:
				raise Wrong("%s: %s: there is another one of that name" % (name, row.id))
			seen.add(row.id)
			rows.append(row)
	return rows


def read_proofs(path):
	"""Variants that no program can tell from the right kernel, and why: {id: proof}."""
	proofs = {}
	for number, line in lines_of(path):
		name, _, proof = line.partition("\t")
		if not proof or name in proofs:
			raise Wrong("%s:%d: %s: needs an id, once, and a proof" % (path, number, name))
		proofs[name] = proof
	return proofs
