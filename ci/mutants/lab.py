# SPDX-License-Identifier: BSD-3-Clause
"""A small kernel, built once by ci/build, and variants of it: the saved compile command of one object is
replayed on a changed copy of its source, and the kernel linked again. Sources and objects are only read;
all that is made lies in a scratch folder."""
import hashlib
import os
import re
import shlex
import subprocess
from collections import namedtuple

import edits

SECONDS = 300  # that a compiler or a linker may take

Built = namedtuple("Built", "image why")  # image None: why says what the compiler said, or SAME
SAME = "the compiler makes the same code of it"


def digest(*texts):
	"""A name for what these texts say, in this order."""
	whole = hashlib.sha256()
	for text in texts:
		text = text.encode() if isinstance(text, str) else text
		whole.update(b"%d:" % len(text) + text)
	return whole.hexdigest()[:24]


def run(command, folder):
	"""The words of a failure, or None."""
	try:
		done = subprocess.run(["bash", "-c", command], cwd=folder, stdin=subprocess.DEVNULL, timeout=SECONDS,
			stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
	except subprocess.TimeoutExpired:
		return "no end after %d s" % SECONDS
	if not done.returncode:
		return None
	errors = [line for line in done.stdout.splitlines() if "error" in line.lower() or "undefined" in line]
	return (errors or done.stdout.splitlines() or ["status %d" % done.returncode])[0]


def sections(path):
	"""What an object holds, but not the name of the file that it was compiled from."""
	listing = subprocess.run(["objdump", "-sr", path], stdout=subprocess.PIPE, check=True).stdout
	return listing.partition(b"\n\n")[2]


class Lab:
	"""sources and objects as ci/build leaves them; base are rows that every variant has."""

	def __init__(self, sources, objects, base):
		self.sources, self.objects = sources, objects
		self.base, self.normal = {}, {}
		listing = subprocess.run(["ar", "t", "vmlinux.a"], cwd=self.objects, stdout=subprocess.PIPE, text=True, check=True)
		self.members = listing.stdout.split()
		for row in base:
			self.base[row.file] = edits.applied(self.source(row.file), row)
		self.version = digest(self.saved("vmlinux"), *(self.read(self.objects, name) for name in (".config", "vmlinux.a")),
			*(text for pair in sorted(self.base.items()) for text in pair))

	@staticmethod
	def read(*path):
		with open(os.path.join(*path), "rb") as file:
			return file.read()

	def source(self, file):
		"""A source file as every variant has it before its own mistake."""
		return self.base.get(file) or self.read(self.sources, file).decode()

	def saved(self, target):
		"""The command that made a target."""
		folder, name = os.path.split(target)
		text = self.read(self.objects, folder, ".%s.cmd" % name).decode()
		return re.match(r"(?:saved)?cmd_\S+ := (.*)\n", text).group(1).replace("$(pound)", "#").replace("$$", "$")

	def compile(self, file, source, scratch):
		"""(object, why not)."""
		target = file[:-2] + ".o"
		if target not in self.members:
			return None, "not in this kernel"
		path = os.path.join(scratch, os.path.basename(file))
		with open(path, "w", encoding="utf-8") as copy:
			copy.write(source)
		command = self.saved(target)
		made = os.path.join(scratch, os.path.basename(target))
		# Its own folder is where a source looks for "..." first, and its name what WARN() tells. The dependencies
		# are of no use.
		home = "-iquote %s -fmacro-prefix-map=%s/=%s/" % tuple(shlex.quote(name) for name in
			(os.path.dirname(os.path.join(self.sources, file)), scratch, os.path.dirname(file)))
		command = re.sub(r"-Wp,-MMD,\S+", lambda dependencies: home, command)
		command = command.replace(os.path.join(self.sources, file), path)
		command = re.sub(r"(?<!\S)%s(?!\S)" % re.escape(target), made, command)
		return made, run(command, self.objects)

	def same(self, file, made):
		"""Whether it is what the kernel has without the mistake."""
		return sections(made) == sections(self.normal.get(file) or os.path.join(self.objects, file[:-2] + ".o"))

	def prepare(self, scratch):
		"""Compiles the base, which every link takes."""
		for file, source in self.base.items():
			folder = os.path.join(scratch, digest(file))
			os.makedirs(folder)
			self.normal[file], why = self.compile(file, source, folder)
			if why:
				raise edits.Wrong("%s: %s" % (file, why))

	def link(self, replaced, image):
		"""What link-vmlinux.sh does, in one pass instead of three: the table of symbols is that of the
		kernel as it was built, whose addresses are off by the few bytes that a mistake adds."""
		words = shlex.split(self.saved("vmlinux").rpartition(";")[0] or self.saved("vmlinux"))
		at = next(i for i, word in enumerate(words) if word.endswith("link-vmlinux.sh"))
		linker, flags, more = words[at + 1:at + 4]
		replaced = {file[:-2] + ".o": path for file, path in replaced.items()}
		objects = [replaced.get(name, name) for name in self.members]
		if os.path.exists(os.path.join(self.objects, ".vmlinux.export.o")):
			objects.append(".vmlinux.export.o")
		response = image + ".objects"
		with open(response, "w", encoding="utf-8") as file:
			file.write("\n".join(objects))
		command = "%s %s %s --script=arch/x86/kernel/vmlinux.lds --strip-debug -o %s --whole-archive @%s " \
			"init/version-timestamp.o --no-whole-archive --start-group %s --end-group .tmp_vmlinux.kallsyms2.o && " \
			"scripts/sorttable %s && strip %s" % (linker, flags, more, shlex.quote(image), shlex.quote(response),
			"lib/lib.a arch/x86/lib/lib.a", shlex.quote(image), shlex.quote(image))
		why = run(command, self.objects)
		os.unlink(response)
		return why

	def build(self, file, source, folder):
		"""A kernel with that source in the place of file (None: none), in a new folder."""
		os.makedirs(folder)
		replaced, image = dict(self.normal), os.path.join(folder, "vmlinux")
		if file:
			replaced[file], why = self.compile(file, source, folder)
			if why:
				return Built(None, why)
			if self.same(file, replaced[file]):
				return Built(None, SAME)
		why = self.link(replaced, image)
		return Built(None if why else image, why)
