# SPDX-License-Identifier: BSD-3-Clause
"""Boots a kernel with the suite and says what came of it."""
import json
import os
import signal
import subprocess
import tempfile
import threading
from collections import namedtuple

# As a filter is to mitigate; and as this kernel, without PCI, cannot switch the machine off.
APPEND = "mitigations=auto spec_store_bypass_disable=seccomp -- --restart"
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

	def run(self, command):
		"""(status, standard error) of a command that stop() ends, in a process group of its own."""
		with self.lock:
			if self.stopped:
				raise Stopped
			process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
				stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True)
			self.running.add(process)
		err = process.communicate()[1]
		with self.lock:
			self.running.discard(process)
			if self.stopped:
				raise Stopped
		return process.returncode, err

	def pack(self, arguments, path):
		status, err = self.run([self.ci + "/mkinitramfs", path, self.init, self.program, "check",
			"--json", "/result.json", *arguments, *("!" + fix for fix in self.without)])
		if status:
			raise Broken(err.strip())
		return path

	def initramfs(self, arguments, folder):
		"""Kept if it is without a pattern."""
		if any(not word.startswith("-") for word in arguments):
			return self.pack(arguments, os.path.join(folder, "initramfs"))
		path = os.path.join(self.kept, "initramfs" + "".join(arguments))
		with self.lock:
			ready = os.path.exists(path)
		if not ready:
			with tempfile.NamedTemporaryFile(dir=self.kept, delete=False) as new:
				pass
			os.rename(self.pack(arguments, new.name), path)
		return path

	def boot(self, image, arguments, folder):
		"""What ci/boot brought back of a check with these arguments: (status, standard error, results, run)."""
		results, saw = os.path.join(folder, "json"), os.path.join(folder, "run")
		for path in (results, saw):
			if os.path.exists(path):
				os.unlink(path)
		status, err = self.run([self.ci + "/boot", "--json", results, "--run", saw, "--append", APPEND,
			"--seconds", str(self.seconds), self.arch, image, self.initramfs(arguments, folder)])
		return status, err, read_json(results), read_json(saw)

	def check(self, image, arguments, folder):
		"""The verdict of the tests that arguments choose, less those of the fixes in without."""
		return judge(*self.boot(image, ["--fail-fast", *arguments], folder))

	def leave_out_lacks(self, image, folder):
		"""Sets without to the fixes that this kernel lacks."""
		_, _, results, _ = self.boot(image, ["fixes"], folder)
		lacks = (test["name"].partition(".fixes.")[2] for test in results.get("tests", []) if test["result"] == "fail")
		self.without = sorted({fix for fix in lacks if fix})


def read_json(path):
	try:
		with open(path, encoding="utf-8") as file:
			return json.load(file)
	except (OSError, ValueError):
		return {}


def judge(status, err, results, saw):
	"""What ci/boot brought back, as one word and a test."""
	if not saw:
		raise Broken(err.strip() or "ci/boot: status %d" % status)
	if "error" in saw:
		if saw["error"].startswith("no end"):
			return Verdict(HUNG, "", saw["error"])
		return Verdict(CRASHED if "boot_seconds" in saw else UNBOOTABLE, "", saw["error"])
	for wrong in ("fail", "broke"):
		for test in results["tests"]:
			if test["result"] == wrong:
				return Verdict(NOTICED, test["name"], ("" if wrong == "fail" else "BROKE: ") + test["message"])
	if status in (0, 4):
		return Verdict(PASSED, "", "")
	return Verdict(CRASHED, "", next((line for line in err.splitlines() if "complains" in line), "status %d" % status))
