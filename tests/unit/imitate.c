/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What seccompat as refuses, as a table: each call of the interface by its numbers, until which
 * version mainline refused it, and with which errno; for all architectures of this machine's
 * kernel.
 */
#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ioctl.h>

#include "filters/check.h"
#include "filters/sim.h"
#include "probe/imitate.h"
#include "report/expect.h"
#include "tests/unit/unit.h"
#include "verdict/verdict.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
#define ALL	   "99.0" /* a version that has all that is known */

static const char *const versions[] = { "2.6.12", "2.6.23", "3.4",  "3.5",  "3.17", "4.3", "4.4",
					"4.14",	  "4.16",   "4.17", "5.0",  "5.3",  "5.5", "5.7",
					"5.8",	  "5.9",    "5.11", "5.14", "5.19", "6.1", "6.4",
					"6.6",	  "6.16",   "6.18", ALL };

#define EVER "100.0" /* no version takes it */

struct row {
	const char *what, *call;
	uint64_t args[4];
	struct {
		const char *version; /* NULL: from there on it is the kernel's business */
		int err;
	} until[3];
};

static const struct row rows[] = {
	{ "get seccomp", "prctl", { 21 }, { { "2.6.23", EINVAL } } },
	{ "strict", "prctl", { 22, 1 }, { { "2.6.23", EINVAL } } },
	{ "filter", "prctl", { 22, 2 }, { { "3.5", EINVAL } } },
	{ "a mode above 32 bits", "prctl", { 22, 0x100000002 }, { { "2.6.23", EINVAL } } },
	{ "an option above 32 bits", "prctl", { 0xf00000016, 2 }, { { "3.5", EINVAL } } },
	{ "set nnp", "prctl", { 38, 1 }, { { "3.5", EINVAL } } },
	{ "get nnp", "prctl", { 39 }, { { "3.5", EINVAL } } },
	{ "another option", "prctl", { 15 }, { { NULL, 0 } } },
	{ "dispatch off", "prctl", { 59, 0 }, { { "5.11", EINVAL } } },
	{ "dispatch", "prctl", { 59, 1 }, { { "5.11", EINVAL } } },
	{ "dispatch, inclusive", "prctl", { 59, 2 }, { { "6.18", EINVAL } } },

	{ "strict", "seccomp", { 0 }, { { "3.17", ENOSYS } } },
	{ "filter", "seccomp", { 1, 0 }, { { "3.17", ENOSYS } } },
	{ "get action avail", "seccomp", { 2 }, { { "3.17", ENOSYS }, { "4.14", EINVAL } } },
	{ "get notif sizes", "seccomp", { 3 }, { { "3.17", ENOSYS }, { "5.0", EINVAL } } },
	{ "operation 4", "seccomp", { 4 }, { { "3.17", ENOSYS }, { EVER, EINVAL } } },
	{ "operation -1", "seccomp", { -1 }, { { "3.17", ENOSYS }, { EVER, EINVAL } } },
	{ "an operation above 32 bits",
	  "seccomp",
	  { 0x100000002 },
	  { { "3.17", ENOSYS }, { "4.14", EINVAL } } },
	{ "tsync", "seccomp", { 1, 1 }, { { "3.17", ENOSYS } } },
	{ "log", "seccomp", { 1, 2 }, { { "3.17", ENOSYS }, { "4.14", EINVAL } } },
	{ "log among others", "seccomp", { 1, 3 }, { { "3.17", ENOSYS }, { "4.14", EINVAL } } },
	{ "spec allow", "seccomp", { 1, 4 }, { { "3.17", ENOSYS }, { "4.17", EINVAL } } },
	{ "listener", "seccomp", { 1, 8 }, { { "3.17", ENOSYS }, { "5.0", EINVAL } } },
	{ "tsync esrch", "seccomp", { 1, 16 }, { { "3.17", ENOSYS }, { "5.7", EINVAL } } },
	{ "wait killable", "seccomp", { 1, 40 }, { { "3.17", ENOSYS }, { "5.19", EINVAL } } },
	{ "flag 6", "seccomp", { 1, 64 }, { { "3.17", ENOSYS }, { EVER, EINVAL } } },
	{ "flag 31", "seccomp", { 1, 1U << 31 }, { { "3.17", ENOSYS }, { EVER, EINVAL } } },
	{ "a flag above 32 bits", "seccomp", { 1, 0x200000000 }, { { "3.17", ENOSYS } } },
	/* What the kernel says of flags here has not changed. */
	{ "strict, and flags", "seccomp", { 0, 2 }, { { "3.17", ENOSYS } } },

	{ "recv", "ioctl", { 3, _IOC(3, '!', 0, 80) }, { { "5.0", ENOTTY } } },
	{ "send", "ioctl", { 3, _IOC(3, '!', 1, 24) }, { { "5.0", ENOTTY } } },
	{ "id valid",
	  "ioctl",
	  { 3, _IOW('!', 2, uint64_t) },
	  { { "5.0", ENOTTY }, { "5.8", EINVAL } } },
	{ "id valid, wrong", "ioctl", { 3, _IOR('!', 2, uint64_t) }, { { "5.0", ENOTTY } } },
	{ "addfd",
	  "ioctl",
	  { 3, _IOC(_IOC_WRITE, '!', 3, 24) },
	  { { "5.0", ENOTTY }, { "5.9", EINVAL } } },
	{ "addfd, larger",
	  "ioctl",
	  { 3, _IOC(_IOC_WRITE, '!', 3, 32) },
	  { { "5.0", ENOTTY }, { "5.9", EINVAL } } },
	{ "set flags",
	  "ioctl",
	  { 3, _IOW('!', 4, uint64_t) },
	  { { "5.0", ENOTTY }, { "6.6", EINVAL } } },
	{ "request 5",
	  "ioctl",
	  { 3, _IOW('!', 5, uint64_t) },
	  { { "5.0", ENOTTY }, { EVER, EINVAL } } },
	{ "request 255", "ioctl", { 3, _IO('!', 255) }, { { "5.0", ENOTTY }, { EVER, EINVAL } } },
	{ "a terminal's", "ioctl", { 0, 0x5401 }, { { NULL, 0 } } },

	{ "trace seccomp", "ptrace", { 0x4200, 1, 0, 0x80 }, { { "3.5", EINVAL } } },
	{ "trace seccomp, old", "ptrace", { 21, 1, 0, 0x81 }, { { "3.5", EINVAL } } },
	{ "trace seccomp, seize", "ptrace", { 0x4206, 1, 0, 0x80 }, { { "3.5", EIO } } },
	{ "suspend", "ptrace", { 0x4200, 1, 0, 1 << 21 }, { { "4.3", EINVAL } } },
	{ "suspend, seize", "ptrace", { 0x4206, 1, 0, 1 << 21 }, { { "4.3", EIO } } },
	{ "another option", "ptrace", { 0x4200, 1, 0, 1 }, { { NULL, 0 } } },
	{ "get filter", "ptrace", { 0x420c }, { { "4.4", EIO } } },
	{ "get metadata", "ptrace", { 0x420d }, { { "4.16", EIO } } },
	{ "get info", "ptrace", { 0x420e }, { { "5.3", EIO } } },
	{ "set dispatch", "ptrace", { 0x4210 }, { { "6.4", EIO } } },
	{ "get dispatch", "ptrace", { 0x4211 }, { { "6.4", EIO } } },
	{ "set info", "ptrace", { 0x4212 }, { { "6.16", EIO } } },
	{ "cont, and data like an option", "ptrace", { 7, 1, 0, 0x80 }, { { NULL, 0 } } },

	{ "another call", "getppid", { 22, 2 }, { { NULL, 0 } } },
};

/* What the filter has to say: of the steps the first that the version has not reached. */
static uint32_t wanted(const struct row *row, const char *version)
{
	struct version now, bound;

	version_parse(version, &now);
	for (size_t i = 0; i < LEN(row->until) && row->until[i].version; i++) {
		version_parse(row->until[i].version, &bound);
		if (version_compare(&now, &bound) < 0)
			return SECCOMP_RET_ERRNO | row->until[i].err;
	}
	return SECCOMP_RET_ALLOW;
}

static uint32_t decide(const struct sock_fprog *prog, const struct seccomp_data *data)
{
	return sim_run_checked(prog->filter, data, arch_native()->big_endian, NULL, NULL).value;
}

/* A register of 32 bits holds no more. */
static struct seccomp_data call_of(const struct arch *arch, const struct row *row)
{
	struct seccomp_data data = { .arch = arch->audit, .nr = arch_syscall_nr(arch, row->call) };

	for (size_t i = 0; i < LEN(row->args); i++)
		data.args[i] = arch->bits == 32 ? (uint32_t)row->args[i] : row->args[i];
	return data;
}

/* Of 32 bits, what is above them is not there to be seen. */
static bool fits(const struct arch *arch, const struct row *row)
{
	for (size_t i = 0; i < LEN(row->args); i++)
		if (arch->bits == 32 && row->args[i] > UINT32_MAX && row->args[i] != UINT64_MAX)
			return false;
	return true;
}

static void check_rows(const char *version, const struct sock_fprog *prog, const struct arch *arch)
{
	unsigned int wrong = 0;

	for (size_t i = 0; i < LEN(rows); i++) {
		const struct seccomp_data data = call_of(arch, &rows[i]);
		uint32_t value = decide(prog, &data);

		if (!fits(arch, &rows[i]) || value == wanted(&rows[i], version))
			continue;
		wrong++;
		printf("# %s, %s: %s(%s) is decided %#x, not %#x\n", version, arch->name,
		       rows[i].call, rows[i].what, value, wanted(&rows[i], version));
	}
	check(!wrong, "%s on %s: each call is refused until it was there", version, arch->name);
}

static bool same_kernel(const struct arch *a, const struct arch *b)
{
	return !strcmp(a->compat_of ? a->compat_of : a->name,
		       b->compat_of ? b->compat_of : b->name);
}

/* Tokens of other machines, which no call can have; but one of another ABI might. */
static bool refuses_foreign(const struct sock_fprog *prog)
{
	for (size_t i = 0; i < arch_count; i++) {
		const struct seccomp_data data = { .arch = arches[i].audit };

		if (!same_kernel(&arches[i], arch_native()) &&
		    decide(prog, &data) != (SECCOMP_RET_ERRNO | ENOSYS))
			return false;
	}
	return true;
}

static bool passes_no_call(const struct sock_fprog *prog)
{
	const struct seccomp_data data = { .arch = arch_native()->audit, .nr = -1 };

	return decide(prog, &data) == SECCOMP_RET_ALLOW;
}

static void check_version(const char *version)
{
	bool has[F_COUNT] = { 0 };
	struct sock_fprog prog;
	struct builder b;

	builder_init(&b, arch_native());
	if (!check(!expect_version("unit", version, true, has), "%s is a version", version))
		return;
	imitate(&b, has);
	if (check(!builder_finish(&b, &prog) &&
			  check_filter(prog.filter, prog.len).reason == CHECK_OK,
		  "%s is a filter: %s", version, b.why)) {
		for (size_t i = 0; i < arch_count; i++)
			if (same_kernel(&arches[i], arch_native()))
				check_rows(version, &prog, &arches[i]);
		check(refuses_foreign(&prog), "%s: other architectures cannot slip by", version);
		check(passes_no_call(&prog), "%s: -1 is nobody's number", version);
	}
	builder_free(&b);
}

/* What a feature alone changes: a kernel with a backport, and one with a hole. */
static void check_one(const char *version, enum feature feature, bool with, const char *call,
		      uint64_t arg0, uint64_t arg1, uint32_t value)
{
	struct seccomp_data data = { .arch = arch_native()->audit,
				     .nr = arch_syscall_nr(arch_native(), call),
				     .args = { arg0, arg1 } };
	bool has[F_COUNT] = { 0 };
	struct sock_fprog prog;
	struct builder b;

	expect_version("unit", version, true, has);
	has[feature] = with;
	builder_init(&b, arch_native());
	imitate(&b, has);
	check(!builder_finish(&b, &prog) && decide(&prog, &data) == value, "%s %s %s", version,
	      with ? "with" : "without", features[feature].id);
	builder_free(&b);
}

static void check_table(void)
{
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++) {
		enum feature followed = imitation_followed(f);

		check(imitation_of(f) != IMITATION_NONE, "imitations.def knows of %s",
		      features[f].id);
		if (imitation_of(f) == IMITATION_FOLLOWS)
			check(imitation_of(followed) == IMITATION_REFUSED &&
				      !strcmp(features[f].since, features[followed].since),
			      "%s is as old as %s", features[f].id, features[followed].id);
	}
	for (enum hidden_by by = 0; by < HIDDEN_BY_COUNT; by++)
		check(hidden_by_text[by], "reason %d has a text", by);
}

int main(void)
{
	check_table();
	for (size_t i = 0; i < LEN(versions); i++)
		check_version(versions[i]);
	check_one("5.0", F_flag_tsync_esrch, true, "seccomp", 1, 25, SECCOMP_RET_ALLOW);
	check_one("5.0", F_flag_tsync_esrch, false, "seccomp", 1, 25, SECCOMP_RET_ERRNO | EINVAL);
	check_one(ALL, F_flag_tsync, false, "seccomp", 1, 1, SECCOMP_RET_ERRNO | EINVAL);
	check_one(ALL, F_flag_tsync, false, "seccomp", 1, 2, SECCOMP_RET_ALLOW);
	check_one(ALL, F_op_upper_bound, true, "seccomp", 4, 0, SECCOMP_RET_ALLOW);
	return unit_end();
}
