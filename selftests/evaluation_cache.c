/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The kernel may remember which calls all filters allow whatever their arguments (since 5.11), and
 * then runs no filter for them. That must never show (behaviours 29, 30): nothing here knows
 * whether a kernel does so.
 */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>

#include "filters/builder.h"
#include "selftests/glue/kit-answer.h"
#include "selftests/glue/kit-calls.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SECRET 7u /* any argument 5 but the usual one */

/* What was wrong first. */
struct cache_look {
	unsigned int asked, wrong;
	unsigned int stage; /* what the test calls it */
	uint32_t nr;
	long got, right;
	/* For some tests. */
	unsigned int variant;
};

static void compare(struct cache_look *look, unsigned int stage, uint32_t nr, uint32_t secret,
		    long right)
{
	/* More than once: what was remembered the first time would show the second one. */
	for (int times = 0; times < 2; times++) {
		long got = kit_call(nr, secret);

		look->asked++;
		if (got == right || look->wrong++)
			continue;
		look->stage = stage;
		look->nr = nr;
		look->got = got;
		look->right = right;
	}
}

#define EXPECT_LOOK(look, main)                                                                  \
	do {                                                                                     \
		EXPECT_EQ(kit_exited(0), kit_end(kit_ask(main, &(look), sizeof(look))));         \
		EXPECT_NE(0u, (look).asked);                                                     \
		EXPECT_EQ(0u, (look).wrong)                                                      \
		{                                                                                \
			TH_LOG("of %u; the first, in variant %u, stage %u: call %u (%#x) "       \
			       "returned %ld, expected %ld",                                     \
			       (look).asked, (look).variant, (look).stage, (look).nr, (look).nr, \
			       (look).got, (look).right);                                        \
		}                                                                                \
	} while (0)

/* --- numbers alone --------------------------------------------------------------------------- */

/* The first call: mips' begin at 5000. */
static uint32_t first(void)
{
	return arch_native()->nr_base;
}

#define NUMBERS 1200u /* more than there are calls */

/* The variant: a bit of the number, and whether having it or not having it is refused. */
#define REFUSES(bit, nr, variant) ((((nr) >> (bit)) & 1) == ((variant)&1))

/* These are real calls: no more of them once one was made after all. */
static void compare_refused(struct cache_look *look, uint32_t nr)
{
	if (look->wrong || nr == __NR_exit_group || kit_passes_unasked(nr))
		return;
	if (REFUSES(look->variant / 2, nr, look->variant))
		compare(look, 0, nr, KIT_NO_SECRET, -3000);
}

static int ask_refused_numbers(void *data)
{
	struct cache_look *look = data;
	unsigned int bit = look->variant / 2;
	struct builder b;

	builder_init(&b, arch_native());
	build_nr(&b);
	build_if(&b, BPF_JEQ, __NR_exit_group, builder_label(&b, "allow"), NEXT);
	build_if(&b, BPF_JSET, 1u << bit, builder_label(&b, "set"), NEXT);
	build_ret(&b, look->variant & 1 ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | 3000);
	builder_bind(&b, builder_label(&b, "set"));
	build_ret(&b, look->variant & 1 ? SECCOMP_RET_ERRNO | 3000 : SECCOMP_RET_ALLOW);
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	if (kit_install_built(&b))
		return 2;
	for (uint32_t nr = 0; nr < NUMBERS; nr++)
		compare_refused(look, nr);
	for (uint32_t nr = first(); first() && nr < first() + NUMBERS; nr++)
		compare_refused(look, nr);
	return 0;
}

SC_TEST(refused_numbers,
	.doc = "what a filter refuses by the number alone is refused each time, for every number",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 29 }, .varies = VARY(DIM_ROUTE), .seconds = 60)
{
	for (unsigned int variant = 0; 1u << variant / 2 < first() + NUMBERS; variant++) {
		struct cache_look look = { .variant = variant };

		EXPECT_LOOK(look, ask_refused_numbers);
	}
}

/* Below the limit all is allowed, and remembered; above it nothing. */
static unsigned int limit_bit(void)
{
	return first() ? 13 : 10;
}

static uint32_t limit(void)
{
	return 1u << limit_bit();
}

/* What is left of a number, where the kernel drops bits of it, may be a call below the limit. */
static void compare_beyond(struct cache_look *look, unsigned int stage, uint32_t nr)
{
	if ((nr & ARCH_NR_MASK) >= limit())
		compare(look, stage, nr, KIT_NO_SECRET, -2000);
}

static int ask_numbers_beyond(void *data)
{
	static const uint32_t more[] = { 0, 1, 2, 63, 64, 511, 512, 999, 1023 };
	struct cache_look *look = data;
	struct kit_calls calls;
	struct builder b;

	kit_learn_calls(&calls);
	builder_init(&b, arch_native());
	build_nr(&b);
	build_if(&b, BPF_JGE, limit(), NEXT, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ERRNO | 2000);
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	if (kit_install_built(&b))
		return 2;
	for (unsigned int i = 0; i < calls.count; i++) {
		uint32_t nr = calls.call[i].nr;

		compare(look, 0, nr, KIT_NO_SECRET, calls.call[i].done);
		for (unsigned int bit = limit_bit(); bit < 32; bit++) {
			compare_beyond(look, bit, nr | 1u << bit);
			compare_beyond(look, bit, nr | 0xffffffffu << bit);
		}
		compare_beyond(look, 100, -nr - 1);
	}
	for (unsigned int i = 0; i < COUNT(more); i++)
		for (unsigned int bit = limit_bit(); bit < 32; bit++)
			compare_beyond(look, bit, (first() + more[i]) | 1u << bit);
	for (uint32_t nr = 1; nr <= 1024; nr++) {
		compare_beyond(look, 200, limit() - 1 + nr);
		compare_beyond(look, 201, -nr);
	}
	return 0;
}

SC_TEST(numbers_out_of_range,
	.doc = "numbers that share bits with an allowed one, x32's, negative ones and those behind "
	       "the "
	       "last call are asked about, each time",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 29, 30 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE),
	.seconds = 10)
{
	struct cache_look look = { .asked = 0 };

	EXPECT_LOOK(look, ask_numbers_beyond);
}

/* The other way round: refused below, and allowed above, where nothing is. */
static int ask_refused_below(void *data)
{
	static const uint32_t nothing[] = { 999, 1000, 1023, 2047, 4095 };
	struct cache_look *look = data;
	struct kit_calls calls;
	struct builder b;

	kit_learn_calls(&calls);
	builder_init(&b, arch_native());
	build_nr(&b);
	build_if(&b, BPF_JGE, first() + nothing[0], builder_label(&b, "allow"), NEXT);
	build_if(&b, BPF_JEQ, __NR_exit_group, builder_label(&b, "allow"), NEXT);
	build_ret(&b, SECCOMP_RET_ERRNO | 2000);
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	if (kit_install_built(&b))
		return 2;
	for (unsigned int i = 0; i < COUNT(nothing); i++)
		if (!kit_is_foreign(first() + nothing[i]))
			compare(look, 0, first() + nothing[i], KIT_NO_SECRET, -ENOSYS);
	for (unsigned int i = 0; i < calls.count; i++)
		compare(look, 1, calls.call[i].nr, KIT_NO_SECRET, -2000);
	return 0;
}

SC_TEST(numbers_of_nothing,
	.doc = "numbers behind the last call are allowed if the filter says so: ENOSYS, while real "
	       "ones "
	       "are refused",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.fixes = { FIX_badsys_32 }, .behaviours = { 29, 30 })
{
	struct cache_look look = { .asked = 0 };

	EXPECT_LOOK(look, ask_refused_below);
}

/* --- conditions that can be foretold --------------------------------------------------------- */

/* A variant: what is compared, how, with how much more than itself, and what a yes means. */
enum { OF_NR, OF_MASKED_NR, OF_ARCH, OBJECTS };

#define MASK	 0x3fu
#define VARIANTS (OBJECTS * 4 * 3 * 2)

struct condition {
	unsigned int object;
	uint16_t op;
	int more; /* -1, 0, 1 */
	bool yes_refuses;
};

static struct condition condition_of(unsigned int variant)
{
	static const uint16_t ops[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };

	return (struct condition){
		.object = variant % OBJECTS,
		.op = ops[variant / OBJECTS % 4],
		.more = (int)(variant / OBJECTS / 4 % 3) - 1,
		.yes_refuses = variant / OBJECTS / 4 / 3,
	};
}

static uint32_t object_of(const struct condition *condition, uint32_t nr)
{
	if (condition->object == OF_ARCH)
		return arch_native()->audit;
	return condition->object == OF_MASKED_NR ? nr & MASK : nr;
}

static bool is_refused(const struct condition *condition, uint32_t nr)
{
	uint32_t a = object_of(condition, nr), k = a + (uint32_t)condition->more;
	bool yes = condition->op == BPF_JEQ   ? a == k
		   : condition->op == BPF_JGT ? a > k
		   : condition->op == BPF_JGE ? a >= k
					      : (a & k) != 0;

	return yes == condition->yes_refuses;
}

/* A is the number of that call. */
static void build_condition(struct builder *b, const struct condition *condition, uint32_t nr)
{
	uint32_t k = object_of(condition, nr) + (uint32_t)condition->more;
	int refuse = builder_label(b, "refuse"), allow = builder_label(b, "allow");

	if (condition->object == OF_MASKED_NR)
		build_stmt(b, BPF_ALU | BPF_AND | BPF_K, MASK);
	if (condition->object == OF_ARCH)
		build_stmt(b, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	build_if(b, condition->op, k, condition->yes_refuses ? refuse : allow,
		 condition->yes_refuses ? allow : refuse);
}

static int ask_conditions(void *data)
{
	struct cache_look *look = data;
	struct condition condition = condition_of(look->variant);
	struct kit_calls calls;
	struct builder b;

	kit_learn_calls(&calls);
	builder_init(&b, arch_native());
	for (unsigned int i = 0; i < calls.count; i++) {
		int next = builder_label(&b, NULL);

		build_nr(&b);
		build_if(&b, BPF_JEQ, calls.call[i].nr, NEXT, next);
		build_condition(&b, &condition, calls.call[i].nr);
		builder_bind(&b, next);
	}
	build_goto(&b, builder_label(&b, "allow"));
	builder_bind(&b, builder_label(&b, "refuse"));
	build_ret(&b, SECCOMP_RET_ERRNO | 600);
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	if (kit_install_built(&b))
		return 2;
	for (unsigned int i = 0; i < calls.count; i++)
		compare(look, 0, calls.call[i].nr, KIT_NO_SECRET,
			is_refused(&condition, calls.call[i].nr) ? -600 : calls.call[i].done);
	return 0;
}

SC_TEST(conditions_of_number_and_arch,
	.doc = "JEQ JGT JGE JSET of the number, of some of its bits and of the architecture, at "
	       "the "
	       "limits where they change, refuse and allow what they say",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 29 }, .seconds = 60)
{
	for (unsigned int variant = 0; variant < VARIANTS; variant++) {
		struct cache_look look = { .variant = variant };

		EXPECT_LOOK(look, ask_conditions);
	}
}

/* --- filters over filters -------------------------------------------------------------------- */

/* Of the calls, by their index: which ones a filter is about. */
#define OF_THREE(index, n) ((index) % 3 == (n))

enum kind {
	ALLOW_ALL,	   /* by one instruction */
	REFUSE_FIRST,	   /* each third call, by its number */
	REFUSE_SECRETS,	   /* another third, by the number and an argument */
	REFUSE_FOREIGN,	   /* everything, of another architecture only */
	REFUSE_ANY_SECRET, /* everything, by an argument alone */
	KINDS
};

#define ERRNO_OF(kind) (1000 + (kind))

static void build_list(struct builder *b, const struct kit_calls *calls, unsigned int third,
		       int yes)
{
	build_nr(b);
	for (unsigned int i = 0; i < calls->count; i++)
		if (OF_THREE(i, third))
			build_if(b, BPF_JEQ, calls->call[i].nr, yes, NEXT);
}

static int install_kind(enum kind kind, const struct kit_calls *calls)
{
	struct builder b;
	int refuse;

	builder_init(&b, arch_native());
	refuse = builder_label(&b, "refuse");
	switch (kind) {
	case ALLOW_ALL:
		build_ret(&b, SECCOMP_RET_ALLOW);
		return kit_install_built(&b);
	case REFUSE_FIRST:
		build_list(&b, calls, 0, refuse);
		break;
	case REFUSE_SECRETS:
		build_list(&b, calls, 1, builder_label(&b, "listed"));
		build_ret(&b, SECCOMP_RET_ALLOW);
		builder_bind(&b, builder_label(&b, "listed"));
		build_arg_low(&b, 5);
		build_if(&b, BPF_JEQ, SECRET, refuse, NEXT);
		break;
	case REFUSE_FOREIGN:
		build_arch(&b, refuse);
		break;
	default:
		build_arg_low(&b, 5);
		build_if(&b, BPF_JEQ, SECRET, refuse, NEXT);
		break;
	}
	build_ret(&b, SECCOMP_RET_ALLOW);
	builder_bind(&b, refuse);
	build_ret(&b, SECCOMP_RET_ERRNO | (uint32_t)ERRNO_OF(kind));
	return kit_install_built(&b);
}

static bool refuses(enum kind kind, unsigned int index, uint32_t secret)
{
	switch (kind) {
	case REFUSE_FIRST:
		return OF_THREE(index, 0);
	case REFUSE_SECRETS:
		return OF_THREE(index, 1) && secret == SECRET;
	case REFUSE_ANY_SECRET:
		return secret == SECRET;
	default:
		return false;
	}
}

/* installed: the oldest first. */
static void compare_all(struct cache_look *look, unsigned int stage, const struct kit_calls *calls,
			const enum kind *installed, unsigned int filters)
{
	static const uint32_t secrets[] = { KIT_NO_SECRET, SECRET, KIT_NO_SECRET };

	for (size_t s = 0; s < COUNT(secrets); s++) {
		for (unsigned int i = 0; i < calls->count; i++) {
			long right = calls->call[i].done;

			for (unsigned int f = 0; f < filters; f++)
				if (refuses(installed[f], i, secrets[s]))
					right = -(long)ERRNO_OF(installed[f]);
			compare(look, stage, calls->call[i].nr, secrets[s], right);
		}
	}
}

/* The variant: an order of the kinds, as digits to the base of their number. */
static int ask_orders(void *data)
{
	struct cache_look *look = data;
	enum kind installed[3];
	struct kit_calls calls;

	kit_learn_calls(&calls);
	for (unsigned int f = 0, digits = look->variant; f < COUNT(installed); f++) {
		installed[f] = (enum kind)(digits % KINDS);
		digits /= KINDS;
		if (install_kind(installed[f], &calls))
			return 2;
		/* What is allowed so far is made, and then maybe no more. */
		compare_all(look, f, &calls, installed, f + 1);
	}
	return 0;
}

SC_TEST(constant_filters_and_others,
	.doc = "filters that decide by the number, by the architecture, by an argument or not at "
	       "all, "
	       "three in any order: each call has the result that all of them give, also when it "
	       "was "
	       "allowed before",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 26, 29 }, .seconds = 60)
{
	for (unsigned int variant = 0; variant < KINDS * KINDS * KINDS; variant++) {
		struct cache_look look = { .variant = variant };

		EXPECT_LOOK(look, ask_orders);
	}
}

/* --- everything that is not constant --------------------------------------------------------- */

/* Words of seccomp_data; the arguments begin with word 4. */
#define WORDS (sizeof(struct seccomp_data) / 4)

/* Argument `of` has a value that each half of it tells. */
static void fill_args(unsigned long args[6], unsigned int of)
{
	for (unsigned int i = 0; i < 6; i++)
		args[i] = i == of ? (unsigned long)0x2222222222222222ull : 0;
}

static int ask_word(void *data)
{
	struct cache_look *look = data;
	unsigned int word = look->variant, of = (word - 4) / 2;
	unsigned long args[6];
	pid_t parent = getppid();
	struct builder b;

	builder_init(&b, arch_native());
	build_nr(&b);
	build_if(&b, BPF_JEQ, __NR_getppid, NEXT, builder_label(&b, "allow"));
	build_stmt(&b, BPF_LD | BPF_W | BPF_ABS, word * 4);
	build_if(&b, BPF_JEQ, 0x22222222, NEXT, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ERRNO | 500);
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	if (kit_install_built(&b))
		return 2;
	for (int times = 0; times < 3; times++) {
		for (unsigned int i = 0; i < 7; i++) {
			/* In registers of 32 bits one of the two halves is always 0. */
			bool seen = i == of &&
				    (sizeof(long) == 8 || (word & 1) == arch_native()->big_endian);
			long right = seen ? -500 : parent, got;

			fill_args(args, i);
			got = arch_syscall6(__NR_getppid, args[0], args[1], args[2], args[3],
					    args[4], args[5]);
			look->asked++;
			if (got == right || look->wrong++)
				continue;
			look->nr = i;
			look->got = got;
			look->right = right;
		}
	}
	return 0;
}

SC_TEST(every_argument_is_asked,
	.doc = "a filter that refuses one call for one half of one argument does so, however often "
	       "the "
	       "call was allowed with other ones",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 29 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE) | VARY(DIM_TASK))
{
	for (unsigned int word = 4; word < WORDS; word++) {
		struct cache_look look = { .variant = word };

		EXPECT_LOOK(look, ask_word);
	}
}

/* Two places that make the same call; the comment keeps the compiler from making one of them. */
__attribute__((noinline)) static long call_here(void)
{
	return arch_syscall6(__NR_getppid, 0, 0, 0, 0, 0, 0);
}

__attribute__((noinline)) static long call_there(void)
{
	__asm__ volatile("/* there */");
	return arch_syscall6(__NR_getppid, 0, 0, 0, 0, 0, 0);
}

struct places {
	uintptr_t here;
	unsigned int wrong;
};

static volatile uintptr_t trapped_at;

static void on_sigsys(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)info;
	trapped_at = ucontext_ip(context);
}

static int find_here(void *data)
{
	struct sigaction action = { .sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO };
	struct places *places = data;

	if (sigaction(SIGSYS, &action, NULL) || kit_filter_syscall(__NR_getppid, SECCOMP_RET_TRAP))
		return 2;
	call_here();
	places->here = trapped_at;
	return 0;
}

static int call_from_places(void *data)
{
	struct places *places = data;
	pid_t parent = getppid();
	struct builder b;

	builder_init(&b, arch_native());
	build_nr(&b);
	build_if(&b, BPF_JEQ, __NR_getppid, NEXT, builder_label(&b, "allow"));
	build_stmt(&b, BPF_LD | BPF_W | BPF_ABS,
		   offsetof(struct seccomp_data, instruction_pointer) +
			   (arch_native()->big_endian ? 4 : 0));
	build_if(&b, BPF_JEQ, (uint32_t)places->here, NEXT, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ERRNO | 500);
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	if (kit_install_built(&b))
		return 2;
	for (int times = 0; times < 3; times++) {
		places->wrong += call_there() != parent;
		places->wrong += call_here() != -500;
	}
	return 0;
}

SC_TEST(every_place_is_asked,
	.doc = "a filter that refuses a call at one instruction pointer does so, however often it "
	       "was "
	       "allowed at another one",
	.needs = { F_act_errno, F_act_trap },
	.covers = { F_mode_filter_prctl, F_op_set_mode_filter }, .behaviours = { 29 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE))
{
	struct places places = { .wrong = 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(find_here, &places, sizeof(places))));
	ASSERT_NE(0ul, places.here);
	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(call_from_places, &places, sizeof(places))));
	EXPECT_EQ(0u, places.wrong);
}

TEST_HARNESS_MAIN
