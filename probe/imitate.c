/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/imitate.h"

#include <string.h>

#include "probe/listener.h"
#include "probe/ptrace-numbers.h"

/* --- the table ---------------------------------------------------------------------------- */

enum refused_call { CALL_SECCOMP, CALL_PRCTL, CALL_IOCTL, CALL_PTRACE, CALL_COUNT };

static const char *const call_names[CALL_COUNT] = {
	[CALL_SECCOMP] = "seccomp",
	[CALL_PRCTL] = "prctl",
	[CALL_IOCTL] = "ioctl",
	[CALL_PTRACE] = "ptrace",
};

struct arg_test {
	enum { TEST_NONE, TEST_IS, TEST_ANY, TEST_FROM } kind;
	unsigned int arg;
	uint64_t mask, value;
};

#define TESTS_MAX    2
#define REFUSALS_MAX 3

struct refusal {
	int err; /* 0 ends a list */
	enum refused_call call;
	struct arg_test tests[TESTS_MAX];
};

struct row {
	enum imitation kind;
	struct refusal refusals[REFUSALS_MAX];
	enum feature followed;
	enum hidden_by hidden_by;
};

/* clang-format off */
#define REFUSE(err, call, ...)	{ err, call, { __VA_ARGS__ } }
#define IS(n, mask, value)	{ TEST_IS, n, mask, value }
#define ANY(n, mask)		{ TEST_ANY, n, mask, 0 }
#define FROM(n, mask, value)	{ TEST_FROM, n, mask, value }
/* clang-format on */

/* What the kernel takes as an int has 32 bits, whatever is in the register. */
#define INT	       UINT64_C(0xffffffff)
#define LONG	       UINT64_MAX
#define OP(op)	       IS(0, INT, op)
#define FLAG(flag)     IS(1, flag, flag)
#define OPTION(option) IS(0, INT, option)
#define MODE(mode)     IS(1, LONG, mode)
#define REQUEST(nr)    IS(0, LONG, nr)

#define FLAGS_UNASSIGNED (INT & ~((UINT64_C(1) << FLAG_BIT_UNASSIGNED) - 1))

#define IOCTL_TYPE	     IS(1, 0xff00, '!' << 8)
#define IOCTL_FROM(nr)	     FROM(1, 0xff, nr)
#define IOCTL(request)	     IS(1, INT, request)
#define ANY_SIZE	     (INT & ~((uint64_t)_IOC_SIZEMASK << _IOC_SIZESHIFT))
#define IOCTL_SIZED(request) IS(1, ANY_SIZE, (request)&ANY_SIZE)

/* An option that is not known: two errnos, for as long as there are two ways to set it. */
#define PTRACE_OPTION(option)                                                               \
	REFUSE(EINVAL, CALL_PTRACE, REQUEST(SETOPTIONS), IS(3, option, option)),            \
		REFUSE(EINVAL, CALL_PTRACE, REQUEST(OLDSETOPTIONS), IS(3, option, option)), \
		REFUSE(EIO, CALL_PTRACE, REQUEST(SEIZE), IS(3, option, option))

static const struct row rows[F_COUNT] = {
#define REFUSED(id, ...)   [F_##id] = { .kind = IMITATION_REFUSED, .refusals = { __VA_ARGS__ } },
#define FOLLOWS(id, other) [F_##id] = { .kind = IMITATION_FOLLOWS, .followed = F_##other },
#define HIDDEN(id, by)	   [F_##id] = { .kind = IMITATION_HIDDEN, .hidden_by = by },
#include "probe/imitations.def"
};

const char *const hidden_by_text[HIDDEN_BY_COUNT] = {
	[BY_POINTER] = "the call names it behind a pointer",
	[BY_PATH] = "it is a file, and a path is behind a pointer",
	[BY_RETURN] = "it is what becomes of a filter's result",
	[BY_EFFECT] = "it is what the kernel does, not what it is asked for",
	[BY_ENTRY] = "it is a way into the kernel, and not of seccomp",
	[BY_FILTER_MODE] = "below a filter there is no strict mode",
};

enum imitation imitation_of(enum feature feature)
{
	return rows[feature].kind;
}

enum feature imitation_followed(enum feature feature)
{
	return rows[feature].followed;
}

enum hidden_by imitation_hidden_by(enum feature feature)
{
	return rows[feature].hidden_by;
}

/* --- the filter --------------------------------------------------------------------------- */

/* To next unless the test holds. */
static void build_test(struct builder *b, const struct arg_test *test, int next)
{
	switch (test->kind) {
	case TEST_NONE:
		break;
	case TEST_IS:
		build_if_arg_masked(b, test->arg, test->mask, test->value, NEXT, next);
		break;
	case TEST_ANY:
		build_if_arg_masked(b, test->arg, test->mask, 0, next, NEXT);
		break;
	case TEST_FROM:
		build_arg_low(b, test->arg);
		build_stmt(b, BPF_ALU | BPF_AND | BPF_K, test->mask);
		build_if(b, BPF_JGE, test->value, NEXT, next);
		break;
	}
}

static void build_refusal(struct builder *b, const struct refusal *refusal)
{
	int next = builder_label(b, NULL);

	for (size_t i = 0; i < TESTS_MAX; i++)
		build_test(b, &refusal->tests[i], next);
	build_ret(b, SECCOMP_RET_ERRNO | refusal->err);
	builder_bind(b, next);
}

/* What becomes of one of the calls: the first refusal that fits it, or it is allowed. */
static void build_call(struct builder *b, enum refused_call call, const bool has[F_COUNT])
{
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
		for (size_t i = 0; !has[f] && i < REFUSALS_MAX && rows[f].refusals[i].err; i++)
			if (rows[f].refusals[i].call == call)
				build_refusal(b, &rows[f].refusals[i]);
	build_ret(b, SECCOMP_RET_ALLOW);
}

/* The name of the architecture whose kernels run this one's programs, too. */
static const char *kernel_of(const struct arch *arch)
{
	return arch->compat_of ? arch->compat_of : arch->name;
}

static bool same_kernel(const struct arch *a, const struct arch *b)
{
	return !strcmp(kernel_of(a), kernel_of(b));
}

/* To the label of each of the calls by its number, which is in A. */
static void build_numbers(struct builder *b, const struct arch *arch)
{
	for (enum refused_call call = 0; call < CALL_COUNT; call++) {
		int64_t nr = arch_syscall_nr(arch, call_names[call]);

		if (nr >= 0)
			build_if(b, BPF_JEQ, nr, builder_label(b, call_names[call]), NEXT);
	}
}

/* The numbers of all architectures with this one's token, as x86_64's and x32's; not twice. */
static void build_token(struct builder *b, const struct arch *first)
{
	int next;

	for (const struct arch *arch = arches; arch < first; arch++)
		if (arch->audit == first->audit && same_kernel(arch, b->arch))
			return;
	next = builder_label(b, NULL);
	build_stmt(b, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	build_if(b, BPF_JEQ, first->audit, NEXT, next);
	build_nr(b);
	for (const struct arch *arch = first; arch < arches + arch_count; arch++)
		if (arch->audit == first->audit && same_kernel(arch, b->arch))
			build_numbers(b, arch);
	build_ret(b, SECCOMP_RET_ALLOW);
	builder_bind(b, next);
}

void imitate(struct builder *b, const bool has[F_COUNT])
{
	for (size_t i = 0; i < arch_count; i++)
		if (same_kernel(&arches[i], b->arch))
			build_token(b, &arches[i]);
	/* Whose numbers are not known would be answered by the kernel itself. */
	build_ret(b, SECCOMP_RET_ERRNO | ENOSYS);
	for (enum refused_call call = 0; call < CALL_COUNT; call++) {
		builder_bind(b, builder_label(b, call_names[call]));
		build_call(b, call, has);
	}
}
