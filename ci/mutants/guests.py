# SPDX-License-Identifier: BSD-3-Clause
"""Boots a kernel with the suite and says what came of it."""
import concurrent.futures
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
from collections import namedtuple

# As a filter is to mitigate; as this kernel, without PCI, cannot switch the machine off; and that a lost wake-up is
# not waited for as long as an emulated CPU would be given; and that an oops ends it, which may have left a lock behind.
APPEND = "oops=panic SECCOMPAT_SLOWNESS=6 mitigations=auto spec_store_bypass_disable=seccomp -- --restart"
PART = 4  # a check of some of the tests may use a quarter of the time
PASSED, NOTICED, CRASHED, HUNG, UNBOOTABLE = "passed", "noticed", "crashed", "hung", "does not boot"

# by: the test that noticed it first; why: what was said.
Verdict = namedtuple("Verdict", "outcome by why")


class Stopped(Exception):
	"""Told so by stop()."""


class Broken(Exception):
	"""The lab itself does not work."""


class Guests:
	"""The guests of one program; kept is where initramfs lie that are used again."""

	def __init__(self, ci, arch, program, init, seconds, kept):
		self.ci, self.arch, self.init, self.seconds, self.kept = ci, arch, init, seconds, kept
		self.running, self.stopped, self.lock = set(), False, threading.Lock()
		self.without = []
		self.program = os.path.join(kept, os.path.basename(program))
		subprocess.run(["strip", "-o", self.program, program], check=True)

	def stop(self):
		"""Ends those that run, and any that would begin."""
		with self.lock:
			self.stopped = True
			for process in self.running:
				os.killpg(process.pid, signal.SIGTERM)

	def run(self, command, enough=None):
		"""(status, standard output, standard error) of a command that stop() ends, and a line of its output that is
		enough, in a process group of its own."""
		with self.lock:
			if self.stopped:
				raise Stopped
			process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
				stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True)
			self.running.add(process)
		with concurrent.futures.ThreadPoolExecutor(1) as pool:
			err = pool.submit(process.stderr.read)
			out = []
			for line in process.stdout:
				out.append(line)
				if enough and enough(line):
					os.killpg(process.pid, signal.SIGTERM)
					enough = None
		process.wait()
		with self.lock:
			self.running.discard(process)
			if self.stopped:
				raise Stopped
		return process.returncode, "".join(out), err.result()

	def pack(self, words, path):
		status, _, err = self.run([self.ci + "/mkinitramfs", path, self.init, self.program, *words])
		if status:
			raise Broken(err.strip())
		return path

	def initramfs(self, arguments, folder):
		"""Of a check; kept if it is without a pattern."""
		words = ["check", *arguments, *("!" + fix for fix in self.without)]
		if any(not word.startswith("-") for word in arguments):
			return self.pack(words, os.path.join(folder, "initramfs"))
		path = os.path.join(self.kept, "initramfs" + "".join(arguments))
		with self.lock:
			ready = os.path.exists(path)
		if not ready:
			with tempfile.NamedTemporaryFile(dir=self.kept, delete=False) as new:
				pass
			os.rename(self.pack(words, new.name), path)
		return path

	def boot(self, image, initramfs, folder, *options, seconds=0, enough=None):
		"""What ci/boot brought back: (status, standard output, standard error, run)."""
		saw = os.path.join(folder, "run")
		if os.path.exists(saw):
			os.unlink(saw)
		done = self.run([self.ci + "/boot", *options, "--run", saw, "--append", APPEND,
			"--seconds", str(seconds or self.seconds), self.arch, image, initramfs], enough)
		return (*done, read_json(saw))

	def check(self, image, arguments, folder):
		"""The verdict of the tests that arguments choose, less those of the fixes in without. That one fails is enough:
		what the mistake has broken may keep the guest from its end."""
		failure = Failure()
		seconds = self.seconds // PART if arguments else 0
		status, out, err, saw = self.boot(image, self.initramfs(["--fail-fast", *arguments], folder), folder,
			seconds=seconds, enough=failure.read)
		if failure.test:
			return Verdict(NOTICED, failure.test, failure.why)
		return no_result(err, saw) or (complaint(status, err) if status not in (0, 4) else Verdict(PASSED, "", ""))

	def command(self, image, words, folder):
		"""The verdict of another command than check: these words."""
		return judge_command(words, *self.boot(image, self.pack(words, os.path.join(folder, "initramfs")), folder))

	def tap(self, image, folder):
		"""(cases that passed, verdict if there is one without them) of a program that prints TAP."""
		_, out, err, saw = self.boot(image, self.pack([], os.path.join(folder, "initramfs")), folder)
		return passed_cases(out), no_result(err, saw) or (complaint(0, err) if kernel_complaint(err) else None)

	def leave_out_lacks(self, image, folder):
		"""Sets without to the fixes that this kernel lacks."""
		results = os.path.join(folder, "json")
		self.boot(image, self.initramfs(["--json", "/result.json", "fixes"], folder), folder, "--json", results)
		lacks = (test["name"].partition(".fixes.")[2] for test in read_json(results).get("tests", []) if test["result"] == "fail")
		self.without = sorted({fix for fix in lacks if fix})


def read_json(path):
	try:
		with open(path, encoding="utf-8") as file:
			return json.load(file)
	except (OSError, ValueError):
		return {}


def passed_cases(out):
	"""The names in a TAP's lines that are ok, and were not skipped."""
	return set(re.findall(r"^ok \d+ (?:- )?(?!.*# SKIP)(\S+)", out, re.MULTILINE))


def no_result(err, saw):
	"""The verdict of a guest that brought none back, or None."""
	if not saw:
		raise Broken(err.strip() or "ci/boot said nothing")
	if "error" not in saw:
		return None
	if saw["error"].startswith("no end"):
		return Verdict(HUNG, "", saw["error"])
	return Verdict(CRASHED if "boot_seconds" in saw else UNBOOTABLE, "", saw["error"])


def kernel_complaint(err):
	return next((line for line in err.splitlines() if "complains" in line), "")


def complaint(status, err):
	return Verdict(CRASHED, "", kernel_complaint(err) or "status %d" % status)


class Failure:
	"""The test that a KTAP names first as failed, and why, as the line after it says."""

	def __init__(self):
		self.family = self.test = self.why = ""

	def read(self, line):
		"""Whether it is known now."""
		if self.test:
			self.why = line.strip(" #\n")
			return True
		begun = re.match(r" +# Subtest: (\S+)", line)
		failed = re.match(r" +not ok \d+ (\S+)", line)
		if begun:
			self.family = begun.group(1)
		if failed:
			self.test = self.family + "." + failed.group(1)
		return False


def judge_command(words, status, out, err, saw):
	"""What a command brought back that tells differences, and then ends with 1."""
	verdict = no_result(err, saw)
	if verdict:
		return verdict
	told = next((line for line in out.splitlines() if line.startswith("DIFFERENCE")), "")
	if status == 1 and told:
		return Verdict(NOTICED, words[0], told)
	if status == 4:
		raise Broken("%s: %s" % (words[0], err.strip()))
	return complaint(status, err) if status else Verdict(PASSED, "", "")
