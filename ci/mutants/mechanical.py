# SPDX-License-Identifier: BSD-3-Clause
"""Mistakes that nobody chooses: in each function of a source file each condition negated, each comparison with its boundary
on the other side, each "and" an "or", each errno swapped, each assignment and each call dropped. They are named
KIND.FUNCTION.N, in the order of the source."""
import re
from collections import Counter, namedtuple

from edits import NOTHING, Wrong, lines_of, tokens

# functions: none for all that no other place of the file names; first: patterns of the tests that are asked first.
Place = namedtuple("Place", "file functions first")
Variant = namedtuple("Variant", "id meaning start end new")

DEFINITION = re.compile(r"^(?!struct\b|union\b|enum\b|typedef\b)(?:\w[^\n;{}=]*\n?)?\b(\w+)\([^;{}]*\)\s*\n\{", re.M)
ASSIGNMENTS = ("=", "|=", "&=", "+=", "-=", "^=", "<<=", ">>=")
# Calls that say what is true already, that a task misses only when another is there in the same instant, or that are
# another subsystem's own (what audit's rules tell of a call).
UNSEEN = r"(BUILD_)?BUG(_ON)?|WARN_ON(_ONCE)?|lockdep_assert_\w+|assert_spin_locked|unreachable|instrumentation_\w+|" \
	r"kmemleak_\w+|(mutex|spin)_lock(_irq(save)?)?|smp_\w*mb\w*|syscall_enter_audit"
OPEN, CLOSE = "([{", ")]}"


def functions(source):
	"""(name, tokens of the body, without the preprocessor's lines) of each definition; SYSCALL_DEFINEn(name, ...) is name."""
	def is_directive(token):
		return source[source.rfind("\n", 0, token.start) + 1:token.end].lstrip().startswith("#")

	for match in DEFINITION.finditer(source):
		name = match.group(1)
		if name.startswith("SYSCALL_DEFINE") or name.startswith("COMPAT_SYSCALL_DEFINE"):
			name = "sys_" + re.match(r"\w+", match.group().partition("(")[2]).group()
		body = tokens(source, match.end() - 1, source.index("\n}", match.end()) + 2)
		yield name, [token for token in body if not is_directive(token)]


def closing(body, at):
	"""The index of what closes the bracket at body[at]."""
	depth = 0
	for i in range(at, len(body)):
		depth += (body[i].text in OPEN) - (body[i].text in CLOSE)
		if not depth:
			return i
	return len(body) - 1


def negations(source, body):
	for i, token in enumerate(body[:-1]):
		if token.text in ("if", "while") and body[i + 1].text == "(":
			start, end = body[i + 1].end, body[closing(body, i + 1)].start
			yield token, start, end, "!(%s)" % source[start:end]


def swaps(_, body):
	for i, token in enumerate(body[1:], 1):
		if re.fullmatch("E[A-Z0-9]{3,}", token.text) and body[i - 1].text == "-":
			yield token, token.start, token.end, "EPERM" if token.text == "EINVAL" else "EINVAL"


def others(pairs):
	"""Finds each token that has another to stand for it."""
	other = dict(pairs) | {new: old for old, new in pairs}

	def find(_, body):
		for token in body:
			if token.text in other:
				yield token, token.start, token.end, other[token.text]
	return find


def statements(body):
	"""What a semicolon ends, without the heads of loops and conditions."""
	heads = {closing(body, i + 1) for i, token in enumerate(body[:-1])
		if token.text in ("if", "while", "for", "switch") and body[i + 1].text == "("}
	start = 0
	for i, token in enumerate(body):
		if token.text not in ("{", "}", ";", ":", "else", "do") and i not in heads:
			continue
		if token.text == ";":
			yield body[start:i]
		start = i + 1


def drops(wanted):
	"""Finds each statement that is wanted, to leave it out. What a declaration or the head of a loop does stays."""
	def find(_, body):
		for statement in statements(body):
			if wanted(statement):
				yield statement[0], statement[0].start, statement[-1].end, ""
	return find


def is_call(statement):
	"""A call whose result nobody takes, and without which a task would see something else."""
	texts = [token.text for token in statement]
	return len(texts) > 2 and texts[1] == "(" and texts[-1] == ")" and closing(statement, 1) == len(texts) - 1 and \
		re.fullmatch(r"[A-Za-z_]\w*", texts[0]) and not re.fullmatch(UNSEEN, texts[0])


def is_assignment(statement):
	"""An expression whose first operator, on the level of the statement, assigns; no declaration."""
	texts = [token.text for token in statement]
	if not texts or texts[0] == "return":
		return False
	if texts[-1] in ("++", "--") or texts[0] in ("++", "--"):
		return True
	depth = 0
	for i, text in enumerate(texts):
		depth += (text in OPEN) - (text in CLOSE)
		if depth < 0:
			return False
		if not depth and text in ASSIGNMENTS:
			left = [word for word in texts[:i] if re.fullmatch(r"\w+", word)]
			return texts[0] == "*" or not two_words(texts[:i]) and bool(left)
	return False


def two_words(texts):
	"""A type and a name stand side by side, or with a star between: a declaration."""
	words = [bool(re.fullmatch(r"\w+", text)) for text in texts]
	return any(words[i] and (words[i + 1] or texts[i + 1] == "*") for i in range(len(texts) - 1))


KINDS = (("negated", negations, "the condition is negated"),
	("boundary", others((("<", "<="), (">", ">="))), "the boundary belongs to the other side"),
	("joined", others((("&&", "||"),)), "and for or, or for and"),
	("errno", swaps, "another errno"),
	("dropped", drops(is_assignment), "the assignment is missing"),
	("uncalled", drops(is_call), "the call is missing"))


def variants(source, place, places):
	"""Those of a place's functions. Where two definitions have one name, numbers go on."""
	found = list(functions(source))
	wanted = place.functions or {name for name, _ in found}.difference(
		*(other.functions for other in places if other.file == place.file))
	strangers = sorted(set(wanted) - {name for name, _ in found})
	if strangers:
		raise Wrong("%s: no such function: %s" % (place.file, ", ".join(strangers)))
	count = Counter()
	for name, body in found:
		if name not in wanted:
			continue
		for kind, find, meaning in KINDS:
			for token, start, end, new in find(source, body):
				count[kind, name] += 1
				line = source.count("\n", 0, token.start) + 1
				yield Variant("%s.%s.%d" % (kind, name, count[kind, name]),
					"line %d, %s: %s" % (line, " ".join(source[start:end].split())[:60], meaning), start, end, new)


def read_places(path):
	"""The rows of a table."""
	for number, line in lines_of(path):
		columns = line.split("\t")
		if len(columns) != 3 or not all(columns):
			raise Wrong("%s:%d: %s: needs a source file, functions and tests, one tab between two" % (path, number, columns[0]))
		yield Place(columns[0], *([] if names == NOTHING else names.split() for names in columns[1:]))
