/* SPDX-License-Identifier: BSD-3-Clause */
/* filters/builder: labels, long jumps, argument tests for both endiannesses, and each error. */
#include <errno.h>
#include <string.h>

#include "filters/builder.h"
#include "filters/check.h"
#include "filters/sim.h"
#include "tests/unit/unit.h"

#define ALLOW SECCOMP_RET_ALLOW
#define KILL  SECCOMP_RET_KILL_PROCESS

static uint32_t decide(const struct sock_fprog *prog, const struct arch *arch,
		       const struct seccomp_data *data)
{
	struct sim_result result = { .value = 0xdeadbeef };

	sim_run(prog->filter, prog->len, data, arch->big_endian, NULL, NULL, &result);
	return result.value;
}

static uint32_t decide_nr(const struct sock_fprog *prog, const struct arch *arch, int nr)
{
	struct seccomp_data data = { .nr = nr, .arch = arch->audit };

	return decide(prog, arch, &data);
}

/* What is written in the header's example. */
static void check_example(void)
{
	const struct arch *arch = arch_native();
	struct seccomp_data data = { .nr = 7, .arch = arch->audit };
	struct builder b;
	struct sock_fprog prog;
	int err;

	builder_init(&b, arch);
	build_arch(&b, builder_label(&b, "deny"));
	build_nr(&b);
	build_if(&b, BPF_JEQ, 7, builder_label(&b, "allow"), NEXT);
	builder_bind(&b, builder_label(&b, "deny"));
	build_ret(&b, KILL);
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, ALLOW);
	err = builder_finish(&b, &prog);
	check(!err && prog.len == 6, "a filter with two names: %s", b.why);
	check(decide(&prog, arch, &data) == ALLOW, "it allows its syscall");
	data.nr = 8;
	check(decide(&prog, arch, &data) == KILL, "and kills for another");
	data = (struct seccomp_data){ .nr = 7, .arch = ~arch->audit };
	check(decide(&prog, arch, &data) == KILL, "and for another architecture");
	check(builder_finish(&b, &prog) == 0 && prog.len == 6, "it can be finished again");
	builder_free(&b);
}

/* jeq 7 to yes and no, with `between` instructions before yes and as many between yes and no. */
static void check_distance(unsigned int between, unsigned int wanted_len)
{
	const struct arch *arch = arch_native();
	struct builder b;
	struct sock_fprog prog;
	int yes, no, err;

	builder_init(&b, arch);
	yes = builder_label(&b, NULL);
	no = builder_label(&b, NULL);
	build_nr(&b);
	build_if(&b, BPF_JEQ, 7, yes, no);
	for (unsigned int i = 0; i < between; i++)
		build_ret(&b, 1);
	builder_bind(&b, yes);
	build_ret(&b, 2);
	for (unsigned int i = 1; i < between; i++)
		build_ret(&b, 3);
	builder_bind(&b, no);
	build_ret(&b, 4);
	err = builder_finish(&b, &prog);
	check(!err && prog.len == wanted_len &&
		      check_filter(prog.filter, prog.len).reason == CHECK_OK,
	      "branches over %u and %u: %u instructions %s", between, 2 * between, prog.len, b.why);
	check(decide_nr(&prog, arch, 7) == 2 && decide_nr(&prog, arch, 8) == 4,
	      "both arrive where they should");
	builder_free(&b);
}

/* A far jump beside a branch to the next instruction, and an unconditional one. */
static void check_far_and_next(bool far_is_yes)
{
	const struct arch *arch = arch_native();
	struct builder b;
	struct sock_fprog prog;
	int far, err;

	builder_init(&b, arch);
	far = builder_label(&b, "far");
	build_nr(&b);
	build_if(&b, BPF_JEQ, 7, far_is_yes ? far : NEXT, far_is_yes ? NEXT : far);
	build_ret(&b, 1);
	for (int i = 0; i < 300; i++)
		build_ret(&b, 3);
	builder_bind(&b, far);
	build_goto(&b, builder_label(&b, "end"));
	build_ret(&b, 4);
	builder_bind(&b, builder_label(&b, "end"));
	build_ret(&b, 2);
	err = builder_finish(&b, &prog);
	check(!err && prog.len == 307, "a far branch and the next: %u instructions", prog.len);
	check(decide_nr(&prog, arch, 7) == (far_is_yes ? 2u : 1u) &&
		      decide_nr(&prog, arch, 8) == (far_is_yes ? 1u : 2u),
	      "both arrive where they should");
	builder_free(&b);
}

/* Each branch that becomes long makes others longer: the size settles, and all still arrive. */
static void check_many_branches(void)
{
	const struct arch *arch = arch_native();
	struct builder b;
	struct sock_fprog prog;
	bool right = true;

	builder_init(&b, arch);
	build_nr(&b);
	for (int nr = 0; nr < 1000; nr++)
		build_if(&b, BPF_JEQ, nr, builder_label(&b, nr % 2 ? "odd" : "even"), NEXT);
	build_ret(&b, 3);
	builder_bind(&b, builder_label(&b, "odd"));
	build_ret(&b, 1);
	builder_bind(&b, builder_label(&b, "even"));
	build_ret(&b, 2);
	right = builder_finish(&b, &prog) == 0 && prog.len > 1004;
	for (int nr = 0; nr <= 1000; nr++)
		right &= decide_nr(&prog, arch, nr) == (nr == 1000 ? 3u : nr % 2 ? 1u : 2u);
	check(right, "1000 branches to two far places, %u instructions", prog.len);
	builder_free(&b);
}

struct arg_test {
	const char *name;
	void (*build)(struct builder *b, uint64_t value, int yes, int no);
	bool (*holds)(uint64_t arg, uint64_t value);
};

#define MASK 0x0000000f0000000fULL

static void build_eq(struct builder *b, uint64_t value, int yes, int no)
{
	build_if_arg_eq(b, 2, value, yes, no);
}

static bool holds_eq(uint64_t arg, uint64_t value)
{
	return arg == value;
}

static void build_masked(struct builder *b, uint64_t value, int yes, int no)
{
	build_if_arg_masked(b, 2, MASK, value & MASK, yes, no);
}

static bool holds_masked(uint64_t arg, uint64_t value)
{
	return (arg & MASK) == (value & MASK);
}

static void build_gt(struct builder *b, uint64_t value, int yes, int no)
{
	build_if_arg_gt(b, 2, value, yes, no);
}

static bool holds_gt(uint64_t arg, uint64_t value)
{
	return arg > value;
}

static void build_ge(struct builder *b, uint64_t value, int yes, int no)
{
	build_if_arg_ge(b, 2, value, yes, no);
}

static bool holds_ge(uint64_t arg, uint64_t value)
{
	return arg >= value;
}

static const struct arg_test arg_tests[] = {
	{ "equal", build_eq, holds_eq },
	{ "masked", build_masked, holds_masked },
	{ "greater", build_gt, holds_gt },
	{ "greater or equal", build_ge, holds_ge },
};

/* which: 0 both targets are labels, 1 yes is NEXT, 2 no is NEXT. */
static bool arg_test_right(const struct arg_test *test, const struct arch *arch, uint64_t value,
			   uint64_t arg, int which)
{
	struct seccomp_data data = { .args = { 9, 9, arg, 9, 9, 9 } };
	uint32_t wanted = test->holds(arg, value) ? 1 : 2;
	struct builder b;
	struct sock_fprog prog;
	bool right;

	builder_init(&b, arch);
	test->build(&b, value, which == 1 ? NEXT : builder_label(&b, "yes"),
		    which == 2 ? NEXT : builder_label(&b, "no"));
	if (which == 0)
		build_ret(&b, 3);
	for (int i = 0; i < 2; i++) {
		bool yes = (which == 2) == (i == 1);

		if (which != (yes ? 1 : 2))
			builder_bind(&b, builder_label(&b, yes ? "yes" : "no"));
		build_ret(&b, yes ? 1 : 2);
	}
	right = builder_finish(&b, &prog) == 0 && decide(&prog, arch, &data) == wanted;
	builder_free(&b);
	return right;
}

static void check_args(const struct arch *arch)
{
	static const uint64_t numbers[] = {
		0,	     5,		  6,	       0xffffffff,   0x300000004,
		0x300000005, 0x300000006, 0x400000005, 0x1300000015, UINT64_MAX,
	};
	size_t count = sizeof(numbers) / sizeof(numbers[0]);

	for (size_t t = 0; t < sizeof(arg_tests) / sizeof(arg_tests[0]); t++) {
		bool right = true;

		for (size_t i = 0; i < count * count * 3; i++)
			right &= arg_test_right(&arg_tests[t], arch, numbers[i / 3 % count],
						numbers[i / 3 / count], i % 3);
		check(right, "%s, arguments of %s", arg_tests[t].name, arch->name);
	}
}

static void check_x32(void)
{
	for (size_t i = 0; i < arch_count; i++) {
		const struct arch *arch = &arches[i];
		bool twin = !strcmp(arch->name, "x86_64");
		struct builder b;
		struct sock_fprog prog;

		builder_init(&b, arch);
		build_nr(&b);
		build_reject_x32(&b, builder_label(&b, "deny"));
		build_ret(&b, ALLOW);
		builder_bind(&b, builder_label(&b, "deny"));
		build_ret(&b, KILL);
		check(builder_finish(&b, &prog) == 0 &&
			      decide_nr(&prog, arch, 0x40000000) == (twin ? KILL : ALLOW) &&
			      decide_nr(&prog, arch, -1) == ALLOW &&
			      decide_nr(&prog, arch, 1) == ALLOW,
		      "x32's numbers and -1 on %s", arch->name);
		builder_free(&b);
	}
}

static void unbound(struct builder *b)
{
	build_goto(b, builder_label(b, "nowhere"));
	build_ret(b, ALLOW);
}

static void bound_twice(struct builder *b)
{
	for (int i = 0; i < 2; i++) {
		builder_bind(b, builder_label(b, "here"));
		build_ret(b, ALLOW);
	}
}

static void backward(struct builder *b)
{
	builder_bind(b, builder_label(b, "loop"));
	build_nr(b);
	build_goto(b, builder_label(b, "loop"));
	build_ret(b, ALLOW);
}

static void behind_the_end(struct builder *b)
{
	build_if(b, BPF_JEQ, 0, builder_label(b, "end"), NEXT);
	build_ret(b, ALLOW);
	builder_bind(b, builder_label(b, "end"));
}

static void no_label(struct builder *b)
{
	build_goto(b, 5);
}

static void bind_next(struct builder *b)
{
	builder_bind(b, NEXT);
}

static void empty(struct builder *b)
{
	(void)b;
}

static void argument_6(struct builder *b)
{
	build_arg_low(b, 6);
	build_ret(b, ALLOW);
}

static void too_long(struct builder *b)
{
	for (int i = 0; i < BPF_MAXINSNS + 1; i++)
		build_ret(b, ALLOW);
}

static void too_long_by_jumps(struct builder *b)
{
	build_if(b, BPF_JEQ, 0, builder_label(b, "far"), NEXT);
	for (int i = 0; i < BPF_MAXINSNS - 2; i++)
		build_ret(b, ALLOW);
	builder_bind(b, builder_label(b, "far"));
	build_ret(b, ALLOW);
}

static void error_then_more(struct builder *b)
{
	no_label(b);
	too_long(b);
}

static const struct {
	void (*build)(struct builder *b);
	int err;
	const char *why;
} errors[] = {
	{ unbound, -EINVAL, "label nowhere is used but never bound" },
	{ bound_twice, -EINVAL, "label here is bound twice" },
	{ backward, -EINVAL, "label loop is bound before a jump to it; BPF jumps forward only" },
	{ behind_the_end, -EINVAL, "label end is bound behind the last instruction" },
	{ no_label, -EINVAL, "instruction 0: 5 is no label" },
	{ bind_next, -EINVAL, "NEXT is no label to bind" },
	{ empty, -EINVAL, "no instructions" },
	{ argument_6, -EINVAL, "instruction 0: a syscall has arguments 0 to 5, not 6" },
	{ too_long, -E2BIG, "more than 4096 instructions" },
	{ too_long_by_jumps, -E2BIG, "4097 instructions with the long jumps; 4096 is the limit" },
	{ error_then_more, -EINVAL, "instruction 0: 5 is no label" },
};

static void check_errors(void)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		struct sock_fprog prog = { .len = 9 };
		struct builder b;
		int err;

		builder_init(&b, arch_native());
		errors[i].build(&b);
		err = builder_finish(&b, &prog);
		check(err == errors[i].err && !strcmp(b.why, errors[i].why) && !prog.len &&
			      !prog.filter,
		      "error: %s", b.why);
		builder_free(&b);
	}
}

int main(void)
{
	check_example();
	check_distance(1, 5);
	check_distance(127, 257);
	check_distance(128, 260); /* no is 256 away: one jump, and yes still near */
	check_distance(254, 512); /* with that jump, yes is 255 away */
	check_distance(255, 515);
	check_distance(256, 517);
	check_far_and_next(true);
	check_far_and_next(false);
	check_many_branches();
	check_args(arch_by_name("x86_64"));
	check_args(arch_by_name("s390x"));
	check_x32();
	check_errors();
	return unit_end();
}
