/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * compile/: random lists with conditions, for all architectures and several at once, decided by the
 * compiled filter as a second evaluator here decides them; that the proof finds every mistake that
 * is planted; long lists. COMPILE_LISTS=10000 tries more lists, COMPILE_SEED=n others.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compile/compile.h"
#include "compile/prove.h"
#include "compile/read.h"
#include "filters/flow.h"
#include "filters/sim.h"
#include "tests/unit/unit.h"

#define LISTS 15
#define CALLS 600

static uint64_t state;

static uint64_t random_bits(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static unsigned int below(unsigned int limit)
{
	return random_bits() % limit;
}

static const uint32_t values[] = {
	SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW,	  SECCOMP_RET_ALLOW,	   SECCOMP_RET_ERRNO | 1,
	SECCOMP_RET_LOG,   SECCOMP_RET_TRACE | 5, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_ERRNO | 38,
};

#define VALUES (sizeof(values) / sizeof(values[0]))

/* Numbers that go wrong: few of them, so that tests meet each other. */
static uint64_t random_value(void)
{
	static const uint64_t hard[] = {
		0,
		1,
		2,
		3,
		0x7fffffff,
		0x80000000,
		0xffffffff,
		UINT64_C(0x100000000),
		UINT64_C(0x1ffffffff),
		UINT64_C(0x8000000000000000),
		UINT64_C(0xffffffff00000000),
		UINT64_C(0xffffffff80000000),
		UINT64_MAX,
	};

	if (below(3))
		return hard[below(sizeof(hard) / sizeof(hard[0]))];
	return below(2) ? below(20) : random_bits() >> below(64);
}

/* --- a second evaluator, with nothing of compile/'s --------------------------------------------
 */

static bool holds(const struct policy_test *test, uint64_t arg, unsigned int bits)
{
	uint64_t value = test->value;
	uint64_t mask = test->mask;

	if (bits == 32) {
		arg &= 0xffffffff;
		if (value >= UINT64_C(0xffffffff80000000))
			value &= 0xffffffff;
	}
	if (test->op == POLICY_EQ || test->op == POLICY_NE)
		return (arg == value) == (test->op == POLICY_EQ);
	if (test->op == POLICY_LT || test->op == POLICY_GE)
		return (arg < value) == (test->op == POLICY_LT);
	if (test->op == POLICY_GT || test->op == POLICY_LE)
		return (arg > value) == (test->op == POLICY_GT);
	if (test->op == POLICY_ANY)
		return (arg & value) != 0;
	if (test->op == POLICY_IN)
		return (arg | value) == value;
	return (arg & mask) == value;
}

static uint32_t decide(const struct policy *policy, const struct arch *arch, uint32_t nr,
		       const uint64_t *args)
{
	for (size_t i = 0; i < policy->arch_count; i++) {
		const struct policy_arch *on = &policy->archs[i];

		if (on->arch != arch)
			continue;
		for (size_t j = 0; j < on->count; j++) {
			const struct policy_rule *rule = &on->rules[j];

			for (size_t k = 0; rule->nr == nr && k < rule->count; k++) {
				size_t met = 0;

				for (size_t l = 0; l < rule->clauses[k].count; l++) {
					const struct policy_test *test = &rule->clauses[k].tests[l];

					met += holds(test, args[test->arg], arch->bits);
				}
				if (met == rule->clauses[k].count)
					return rule->clauses[k].value;
			}
		}
		return on->otherwise;
	}
	return policy->foreign;
}

/* --- random lists ------------------------------------------------------------------------------
 */

static struct policy_test random_test(void)
{
	struct policy_test test = {
		.op = below(POLICY_OPS),
		.arg = below(below(3) ? 2 : 6),
		.value = random_value(),
		.mask = random_value(),
	};

	if (test.op == POLICY_MASKED && below(4))
		test.value &= test.mask;
	return test;
}

static void add_rule(struct policy *policy, const char *name, unsigned int conditions)
{
	const struct policy_action action = { values[below(VALUES)], NULL };
	unsigned int clauses = below(100) < conditions ? 1 + below(4) : 0;

	for (size_t i = 0; i < policy->arch_count; i++) {
		struct policy_rule *rule = policy_rule(&policy->archs[i], name);

		if (!rule || rule->count)
			continue;
		for (unsigned int j = 0; j < clauses; j++) {
			struct policy_test tests[4];
			unsigned int count = 1 + below(3);

			for (unsigned int k = 0; k < count; k++)
				tests[k] = random_test();
			policy_clause(
				rule, &policy->archs[i], tests, count,
				below(5) ? action
					 : (struct policy_action){ values[below(VALUES)], NULL });
		}
		if (!clauses || !below(3))
			policy_clause(
				rule, &policy->archs[i], NULL, 0,
				clauses ? (struct policy_action){ values[below(VALUES)], NULL }
					: action);
	}
}

struct filler {
	struct policy *policy;
	unsigned int density, conditions;
	bool on; /* a run of neighbours */
};

static int fill(uint32_t nr, const char *name, void *data)
{
	struct filler *filler = data;

	(void)nr;
	if (!below(4))
		filler->on = below(100) < filler->density;
	if (filler->on)
		add_rule(filler->policy, name, filler->conditions);
	return 0;
}

static void random_policy(struct policy *policy)
{
	const struct arch *x86[] = { arch_by_name("x86_64"), arch_by_name("x32"),
				     arch_by_name("i386") };
	const struct arch *arm[] = { arch_by_name("aarch64"), arch_by_name("arm") };
	const struct arch *one = &arches[below(arch_count)];
	struct filler filler = { policy, below(100), below(4) ? below(20) : below(100), false };

	if (!below(4))
		policy_init(policy, x86, 1 + below(3));
	else if (!below(6))
		policy_init(policy, arm, 2);
	else
		policy_init(policy, &one, 1);
	if (filler.conditions > 30)
		filler.density /= 4;
	if (below(2))
		policy_default(policy, (struct policy_action){ values[below(VALUES)], NULL });
	if (below(2))
		policy_foreign(policy, (struct policy_action){ values[below(VALUES)], NULL });
	arch_each_syscall(policy->archs[0].arch, fill, &filler);
}

/* --- calls -------------------------------------------------------------------------------------
 */

static uint32_t random_nr(const struct policy_arch *on)
{
	if (on->count && below(3))
		return on->rules[below(on->count)].nr + (below(3) ? 0 : below(3) - 1);
	if (below(2))
		return below(600) + on->arch->nr_base + on->arch->nr_bit;
	return random_value();
}

/* A value that some condition of the call is about, or next to it. */
static uint64_t random_arg(const struct policy_rule *rule)
{
	const struct policy_clause *clause;
	uint64_t value;

	if (!rule || !rule->count || !below(3))
		return random_value();
	clause = &rule->clauses[below(rule->count)];
	if (!clause->count)
		return random_value();
	value = clause->tests[below(clause->count)].value;
	switch (below(6)) {
	case 0:
		return value + below(3) - 1;
	case 1:
		return value ^ UINT64_C(1) << below(64);
	case 2:
		return (uint32_t)value;
	default:
		return value;
	}
}

static bool same_decision(const struct policy *policy, const struct filter *filter, size_t worst)
{
	const struct policy_arch *on = &policy->archs[below(policy->arch_count)];
	struct seccomp_data data = { .arch = on->arch->audit };
	const struct arch *arch;
	uint64_t args[6];
	struct sim_result got;
	uint32_t wanted;

	data.nr = (int)random_nr(on);
	if (!below(20))
		data.arch = arches[below(arch_count)].audit;
	for (size_t i = 0; i < 6; i++)
		args[i] = data.args[i] = random_arg(policy_rule_for(on, data.nr));
	arch = arch_by_audit(data.arch, data.nr);
	/* 0x80000000 to 0xbfffffff have not x32's bit, but are not x86_64's either. */
	if (data.arch == arch_by_name("x32")->audit && (uint32_t)data.nr >= 0x40000000 &&
	    data.nr != -1)
		arch = arch_by_name("x32");
	wanted = decide(policy, arch, data.nr, args);
	got = sim_run_checked(filter->insns, &data, policy->archs[0].arch->big_endian, NULL, NULL);
	if (wanted != got.value)
		printf("# %s, syscall %u, 0x%llx 0x%llx: 0x%x, not 0x%x\n", on->arch->name,
		       (uint32_t)data.nr, (unsigned long long)args[0], (unsigned long long)args[1],
		       got.value, wanted);
	if (got.executed > worst)
		printf("# %u instructions, %zu at most\n", got.executed, worst);
	return wanted == got.value && got.executed <= worst;
}

struct tally {
	unsigned int compiled, too_long, differ, worse;
	size_t longest;
};

static void try_list(struct tally *tally)
{
	struct compiled compiled;
	struct policy policy = { 0 };
	char why[400];
	bool broke, same = true;

	random_policy(&policy);
	if (compile(&policy, NULL, &compiled, why, sizeof(why), &broke)) {
		tally->too_long += !broke;
		tally->differ += broke;
		if (broke)
			printf("# %s\n", why);
		policy_free(&policy);
		return;
	}
	tally->compiled++;
	for (unsigned int i = 0; i < CALLS && same; i++)
		same = same_decision(&policy, &compiled.filter, compiled.worst);
	tally->differ += !same;
	/* Of tests on the number. A tree that is for x32, too, has a little more. */
	if (compiled.uniform.tests > compiled.uniform.optimum * 1.05 + 0.01) {
		printf("# %.3f tests, the optimum is %.3f\n", compiled.uniform.tests,
		       compiled.uniform.optimum);
		tally->worse++;
	}
	if (compiled.filter.count > tally->longest)
		tally->longest = compiled.filter.count;
	compiled_free(&compiled);
	policy_free(&policy);
}

static void check_random_lists(void)
{
	const char *many = getenv("COMPILE_LISTS"), *seed = getenv("COMPILE_SEED");
	unsigned long lists = many ? strtoul(many, NULL, 10) : LISTS;
	struct tally tally = { 0 };

	state = UINT64_C(0x243f6a8885a308d3) + (seed ? strtoul(seed, NULL, 10) : 0);
	for (unsigned long i = 0; i < lists; i++)
		try_list(&tally);
	check(!tally.differ && tally.compiled > lists * 3 / 4,
	      "%u of %lu random lists compiled (%u too long), up to %zu instructions, none differs",
	      tally.compiled, lists, tally.too_long, tally.longest);
	check(!tally.worse, "%u of them are worse than the best tree of comparisons", tally.worse);
}

/* --- lists from text ---------------------------------------------------------------------------
 */

static bool read_list(struct policy *policy, const char *arch, const char *text)
{
	const struct arch *archs[] = { arch_by_name(arch) };
	const struct read_options options = { 0 };
	struct mix mix = { 0 };
	int err;

	policy_init(policy, archs, 1);
	err = policy_read_text(policy, &mix, "list", text, strlen(text), &options);
	mix_free(&mix);
	return !err;
}

/* How many instructions a list takes, and executes at most; 0 if it cannot be compiled. */
static size_t length_of(const char *arch, const char *text, size_t *worst)
{
	struct compiled compiled = { 0 };
	struct policy policy;
	char why[400] = "";
	bool broke;
	size_t count = 0;

	if (read_list(&policy, arch, text) &&
	    !compile(&policy, NULL, &compiled, why, sizeof(why), &broke))
		count = compiled.filter.count;
	*worst = compiled.worst;
	printf("%s%s%s", *why ? "# " : "", why, *why ? "\n" : "");
	compiled_free(&compiled);
	policy_free(&policy);
	return count;
}

/* Lengths worked out by hand: each saving has a row. */
static const struct length_row {
	const char *text, *arch, *list;
	size_t wanted, worst;
} length_rows[] = {
	/* ld arch, jeq, ld nr, one test, two returns */
	{ "one call is one jeq", "x86_64", "write: 1\n", 6, 5 },
	{ "neighbours are one range", "x86_64", "write: 1\nopen: 1\nclose: 1\n", 7, 6 },
	{ "every other number is one jset", "x86_64", "read: 1\nopen: 1\nstat: 1\nlstat: 1\n", 6,
	  5 },
	/* and high, low: ld, test each */
	{ "a whole argument has two halves", "x86_64", "write: arg0 == 1\n", 10, 9 },
	{ "of which i386 has one", "i386", "write: arg0 == 1\n", 8, 7 },
	{ "alternatives share the high half", "x86_64", "write: arg0 == 1 || arg0 == 2\n", 11, 10 },
	{ "and so do bounds", "x86_64", "write: arg0 > 1 && arg0 < 9\n", 11, 10 },
	{ "equal conditions are there once", "x86_64", "write: arg0 == 1\nclose: arg0 == 1\n", 11,
	  10 },
	{ "a bit is one jset", "x86_64", "write: arg0 & 4\n", 8, 7 },
	{ "what no argument can be needs no test", "i386", "write: arg0 == 0x100000000\n", 1, 1 },
	{ "the same everywhere: nothing to ask but the architecture", "x86_64", "@default kill\n",
	  1, 1 },
};

static void check_lengths(void)
{
	for (size_t i = 0; i < sizeof(length_rows) / sizeof(length_rows[0]); i++) {
		const struct length_row *row = &length_rows[i];
		size_t worst, got = length_of(row->arch, row->list, &worst);

		check(got == row->wanted && worst == row->worst,
		      "%s: %zu instructions, %zu executed at most; %zu and %zu wanted", row->text,
		      got, worst, row->wanted, row->worst);
	}
}

/* --- long lists --------------------------------------------------------------------------------
 */

/* One line with that many conditions that have nothing in common. */
static char *long_list(unsigned int conditions)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fprintf(out, "read: 1\nwrite: ");
	for (unsigned int i = 0; i < conditions; i++)
		fprintf(out, "%sarg%u == %u", i ? " || " : "", i % 6, i * 77777u + 1);
	fprintf(out, "\nclose: return EBADF\nexit_group: 1\nmmap: arg2 in 5\n");
	fclose(out);
	return text;
}

/* Every test fails over to the next, and leads to a return that is far away. */
static void check_long(const char *arch, unsigned int conditions, bool fits)
{
	char *text = long_list(conditions);
	size_t worst, got = length_of(arch, text, &worst);

	free(text);
	check(fits ? got > 2 * conditions : !got, "%s: %u conditions%s: %zu instructions", arch,
	      conditions, fits ? "" : " are too many", got);
}

/* --- the proof ---------------------------------------------------------------------------------
 */

/*
 * A filter with one mistake: the proof must see it. Bits, and the boundary of a range that nothing
 * leads to, may be others.
 */
static unsigned int survivors(const struct policy *policy, struct filter *filter)
{
	struct flow_state *states = flow_follow(filter->insns, filter->count);
	unsigned int survived = 0;

	for (size_t i = 0; i < filter->count; i++) {
		struct sock_filter *insn = &filter->insns[i], good = *insn;
		struct proof proof;

		if (BPF_CLASS(good.code) == BPF_RET)
			insn->k ^= 1;
		else if (BPF_CLASS(good.code) == BPF_JMP && BPF_OP(good.code) != BPF_JA)
			*insn = (struct sock_filter){ good.code, good.jf, good.jt, good.k };
		else
			continue;
		if (prove(policy, filter, &proof)) {
			printf("# a mistake in instruction %zu is not seen\n", i);
			survived++;
		}
		*insn = good;
		if (BPF_CLASS(good.code) != BPF_JMP || BPF_OP(good.code) == BPF_JSET ||
		    (BPF_OP(good.code) == BPF_JGE && !states[i].a.number))
			continue;
		insn->k++;
		if (prove(policy, filter, &proof)) {
			printf("# instruction %zu may compare with one more\n", i);
			survived++;
		}
		*insn = good;
	}
	free(states);
	return survived;
}

static void check_proof(const char *arch)
{
	static const char text[] = "read: 1\nwrite: arg0 == 1 || arg0 == 0x200000003\n"
				   "close: arg0 > 7; return EBADF\nmmap: arg2 in 3 && arg3 & 6\n"
				   "openat: arg2 < 0x100000002\nexit_group: 1\nfutex: log\n"
				   "fcntl: arg1 != 4 && arg1 <= 0x1f; return EPERM\n";
	struct compiled compiled = { 0 };
	struct policy policy;
	struct proof proof;
	char why[400];
	bool broke;

	if (!check(read_list(&policy, arch, text) &&
			   !compile(&policy, NULL, &compiled, why, sizeof(why), &broke),
		   "%s: a list is compiled", arch)) {
		policy_free(&policy);
		return;
	}
	broke = !prove(&policy, &compiled.filter, &proof);
	check(!broke && proof.calls > 5000, "%s: %lu calls are compared", arch, proof.calls);
	check(!survivors(&policy, &compiled.filter), "%s: the proof sees each planted mistake",
	      arch);
	compiled.filter.insns[compiled.filter.count - 1].code = 0xffff;
	check(!prove(&policy, &compiled.filter, &proof), "%s: and what is no filter", arch);
	compiled_free(&compiled);
	policy_free(&policy);
}

/* --- a kernel ----------------------------------------------------------------------------------
 */

/* In a child: 0 if the kernel decides as the list says, 1 if not, 2 if it takes no filter. */
static int try_kernel(const struct filter *filter)
{
	struct sock_fprog prog = { filter->count, filter->insns };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0))
		return 2;
	if (syscall(SYS_getppid) != -1 || errno != 77)
		return 1;
	if (syscall(SYS_dup, 1000000) != -1 || errno != EBADF)
		return 1;
	return syscall(SYS_dup, 7) != -1 || errno != 78;
}

static void check_kernel(void)
{
	static const char list[] = "@default allow\ngetppid: return 77\n"
				   "dup: arg0 != 7; return 78\n";
	struct compiled compiled = { 0 };
	struct policy policy;
	char why[400];
	bool broke;
	int status = 0;
	pid_t child;

	if (!check(read_list(&policy, arch_native()->name, list) &&
			   !compile(&policy, NULL, &compiled, why, sizeof(why), &broke),
		   "a list for this machine is compiled"))
		return;
	fflush(stdout);
	child = fork();
	if (!child)
		_exit(try_kernel(&compiled.filter));
	waitpid(child, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		skip("a kernel decides so, too", "this one takes no filters");
	else
		check(!status, "a kernel decides so, too");
	compiled_free(&compiled);
	policy_free(&policy);
}

int main(void)
{
	check_lengths();
	check_proof("x86_64");
	check_proof("s390x");
	check_long("x86_64", 100, true);
	check_long("i386", 1000, true);
	check_long("x86_64", 3000, false);
	check_random_lists();
	check_kernel();
	return unit_end();
}
