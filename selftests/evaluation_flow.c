/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a filter goes on, and how it ends (behaviours 23, 24, 25). */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>
#include <pthread.h>

#include "filters/builder.h"
#include "selftests/glue/kit-answer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A question is getppid: the case, and what A and X are. The answer is an errno. */
enum { ARG_CASE, ARG_A, ARG_X };

static long ask(uint32_t number, uint32_t a, uint32_t x)
{
	return arch_syscall6(__NR_getppid, number, a, x, 0, 0, 0);
}

/* What was wrong first. */
struct answers {
	unsigned int asked, wrong;
	uint32_t number, a, x;
	long got, expected;
};

static void compare(struct answers *answers, uint32_t number, uint32_t a, uint32_t x, long expected)
{
	long got = ask(number, a, x);

	answers->asked++;
	if (got == expected || answers->wrong++)
		return;
	answers->number = number;
	answers->a = a;
	answers->x = x;
	answers->got = got;
	answers->expected = expected;
}

#define EXPECT_ANSWERS(count, main)                                                              \
	do {                                                                                     \
		struct answers answers = { .asked = 0 };                                         \
                                                                                                 \
		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(main, &answers, sizeof(answers))));     \
		EXPECT_EQ((unsigned int)(count), answers.asked);                                 \
		EXPECT_EQ(0u, answers.wrong)                                                     \
		{                                                                                \
			TH_LOG("of %u; the first: case %#x, A %#x, X %#x: %ld, expected %ld",    \
			       answers.asked, answers.number, answers.a, answers.x, answers.got, \
			       answers.expected);                                                \
		}                                                                                \
	} while (0)

/* --- conditions ------------------------------------------------------------------------------ */

static const uint32_t edges[] = {
	0,	    1,		2,	    3,		0x80,	    0xff,	0x7ffffffe,
	0x7fffffff, 0x80000000, 0x80000001, 0xaaaaaaaa, 0xfffffffe, 0xffffffff,
};

static const uint16_t conditions[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };

static bool holds(uint16_t condition, uint32_t a, uint32_t b)
{
	switch (condition) {
	case BPF_JEQ:
		return a == b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	default:
		return (a & b) != 0;
	}
}

#define YES 1
#define NO  2

/* The kernel makes other instructions of a jump when one of its branches is the next one. */
enum { NEXT_IS_YES, NEXT_IS_NO, NEXT_IS_NEITHER, LAYOUTS };

static void build_branches(struct builder *b, uint16_t condition, uint32_t k, int layout)
{
	int yes = builder_label(b, NULL), no = builder_label(b, NULL);

	build_if(b, condition, k, layout == NEXT_IS_YES ? NEXT : yes,
		 layout == NEXT_IS_NO ? NEXT : no);
	if (layout == NEXT_IS_NEITHER)
		build_ret(b, SECCOMP_RET_KILL_PROCESS);
	if (layout != NEXT_IS_NO) {
		builder_bind(b, yes);
		build_ret(b, SECCOMP_RET_ERRNO | YES);
	}
	builder_bind(b, no);
	build_ret(b, SECCOMP_RET_ERRNO | NO);
	if (layout == NEXT_IS_NO) {
		builder_bind(b, yes);
		build_ret(b, SECCOMP_RET_ERRNO | YES);
	}
}

static void begin_filter(struct builder *b)
{
	builder_init(b, arch_native());
	build_nr(b);
	build_if(b, BPF_JEQ, __NR_getppid, NEXT, builder_label(b, "allow"));
}

static int end_filter(struct builder *b)
{
	build_ret(b, SECCOMP_RET_KILL_PROCESS);
	builder_bind(b, builder_label(b, "allow"));
	build_ret(b, SECCOMP_RET_ALLOW);
	return kit_install_built(b);
}

static void begin_case(struct builder *b, uint32_t number, int *next)
{
	*next = builder_label(b, NULL);
	build_arg_low(b, ARG_CASE);
	build_if(b, BPF_JEQ, number, NEXT, *next);
}

/* Cases: the condition and the layout. */
static int ask_conditions_of_x(void *data)
{
	struct builder b;
	int next;

	begin_filter(&b);
	for (size_t i = 0; i < COUNT(conditions); i++) {
		for (int layout = 0; layout < LAYOUTS; layout++) {
			begin_case(&b, (uint32_t)layout << 8 | conditions[i], &next);
			build_arg_low(&b, ARG_X);
			build_stmt(&b, BPF_MISC | BPF_TAX, 0);
			build_arg_low(&b, ARG_A);
			build_branches(&b, BPF_X | conditions[i], 0x80000001, layout);
			builder_bind(&b, next);
		}
	}
	if (end_filter(&b))
		return 2;
	for (size_t i = 0; i < COUNT(conditions); i++)
		for (uint32_t layout = 0; layout < LAYOUTS; layout++)
			for (size_t a = 0; a < COUNT(edges); a++)
				for (size_t x = 0; x < COUNT(edges); x++)
					compare(data, layout << 8 | conditions[i], edges[a],
						edges[x],
						holds(conditions[i], edges[a], edges[x]) ? -YES
											 : -NO);
	return 0;
}

#define ALL_CONDITIONS (COUNT(conditions) * LAYOUTS * COUNT(edges) * COUNT(edges))

SC_TEST(conditions_of_x,
	.doc = "JEQ JGT JGE JSET of A and X are unsigned, and take the right branch of both",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 24 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE),
	.seconds = 10)
{
	EXPECT_ANSWERS(ALL_CONDITIONS, ask_conditions_of_x);
}

/* Cases: the constant, the condition and the layout. */
static int ask_conditions_of_k(void *data)
{
	struct builder b;
	int next;

	begin_filter(&b);
	build_stmt(&b, BPF_LDX | BPF_IMM, 0x80000001);
	for (uint32_t k = 0; k < COUNT(edges); k++) {
		for (size_t i = 0; i < COUNT(conditions); i++) {
			for (int layout = 0; layout < LAYOUTS; layout++) {
				begin_case(&b, k << 16 | (uint32_t)layout << 8 | conditions[i],
					   &next);
				build_arg_low(&b, ARG_A);
				build_branches(&b, conditions[i], edges[k], layout);
				builder_bind(&b, next);
			}
		}
	}
	if (end_filter(&b))
		return 2;
	for (uint32_t k = 0; k < COUNT(edges); k++)
		for (size_t i = 0; i < COUNT(conditions); i++)
			for (uint32_t layout = 0; layout < LAYOUTS; layout++)
				for (size_t a = 0; a < COUNT(edges); a++)
					compare(data, k << 16 | layout << 8 | conditions[i],
						edges[a], 0,
						holds(conditions[i], edges[a], edges[k]) ? -YES
											 : -NO);
	return 0;
}

SC_TEST(conditions_of_constants,
	.doc = "JEQ JGT JGE JSET of A and a constant are unsigned, and take the right branch of "
	       "both",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 24 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_ENGINE), .seconds = 10)
{
	EXPECT_ANSWERS(ALL_CONDITIONS, ask_conditions_of_k);
}

/* Where a packet filter has its extensions: as the offset of a load, and nowhere else. */
#define EXTENSIONS 16

static uint32_t extension(uint32_t n)
{
	return (uint32_t)SKF_AD_OFF + 4 * n;
}

/* Two instructions, each with the offset for a constant if it is to be there, and what A is then.
 */
static const struct {
	uint16_t first, second;
	enum { IT, ONE } constant; /* of the first */
	enum { MAKES_IT, MAKES_0, MAKES_1 } result;
} uses[] = {
	{ BPF_LDX | BPF_IMM, BPF_MISC | BPF_TXA, IT, MAKES_IT },
	{ BPF_LD | BPF_IMM, BPF_ALU | BPF_SUB | BPF_K, IT, MAKES_0 },
	{ BPF_LD | BPF_IMM, BPF_ALU | BPF_XOR | BPF_K, IT, MAKES_0 },
	{ BPF_LD | BPF_IMM, BPF_ALU | BPF_MUL | BPF_K, ONE, MAKES_IT },
	{ BPF_LD | BPF_IMM, BPF_ALU | BPF_DIV | BPF_K, IT, MAKES_1 },
	{ BPF_LD | BPF_IMM, BPF_ALU | BPF_AND | BPF_K, IT, MAKES_IT },
};

static uint32_t result_of(size_t use, uint32_t offset)
{
	if (uses[use].result == MAKES_IT)
		return offset;
	return uses[use].result == MAKES_1;
}

/* Cases: the extension; from bit 8, the use. */
static int ask_constants_of_extensions(void *data)
{
	struct builder b;
	int next;

	begin_filter(&b);
	for (uint32_t n = 0; n < EXTENSIONS; n++) {
		for (uint32_t i = 0; i < COUNT(uses); i++) {
			begin_case(&b, i << 8 | n, &next);
			build_stmt(&b, uses[i].first, uses[i].constant == ONE ? 1 : extension(n));
			build_stmt(&b, uses[i].second, extension(n));
			build_branches(&b, BPF_JEQ, result_of(i, extension(n)), NEXT_IS_YES);
			builder_bind(&b, next);
		}
	}
	if (end_filter(&b))
		return 2;
	for (uint32_t n = 0; n < EXTENSIONS; n++)
		for (uint32_t i = 0; i < COUNT(uses); i++)
			compare(data, i << 8 | n, 0, 0, -YES);
	return 0;
}

SC_TEST(constants_of_extensions,
	.doc = "A constant is what it is also where it looks like the offset of a packet filter's "
	       "extension (SKF_AD_OFF)",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 22, 24 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_ENGINE))
{
	EXPECT_ANSWERS(COUNT(uses) * EXTENSIONS, ask_constants_of_extensions);
}

/* --- jumps far and near ---------------------------------------------------------------------- */

/* A program whose every instruction, but for those that jump, tells where it stands. */
static void fill_with_places(struct sock_filter *program, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		program[i] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | i);
}

/* Everything but getppid is allowed; then A is the case. Returns its length. */
static uint32_t put_head(struct sock_filter *program)
{
	const struct sock_filter head[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_getppid, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		/* The low half of argument 0. */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args) + (arch_native()->big_endian ? 4 : 0)),
	};

	memcpy(program, head, sizeof(head));
	return COUNT(head);
}

static const uint16_t far_places[] = { 100,  126,  127,	 128,  129,  130,  131,	 132,  254,
				       255,  256,  257,	 258,  259,  260,  511,	 512,  1000,
				       1023, 1024, 2047, 2048, 3000, 4000, 4093, 4094, 4095 };

static int ask_far_jumps(void *data)
{
	static struct sock_filter program[BPF_MAXINSNS];
	struct sock_fprog prog = { .len = BPF_MAXINSNS, .filter = program };
	uint32_t at = put_head(program);

	fill_with_places(program, at, BPF_MAXINSNS);
	for (uint32_t i = 0; i < COUNT(far_places); i++) {
		program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, i, 0, 1);
		program[at] =
			(struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, far_places[i] - at - 1);
		at++;
	}
	if (at > far_places[0] || kit_install(&prog))
		return 2;
	for (uint32_t i = 0; i < COUNT(far_places); i++)
		compare(data, i, 0, 0, -(long)far_places[i]);
	return 0;
}

SC_TEST(far_jumps,
	.doc = "JA leads to exactly the instruction that it names, up to the last of 4096",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 24 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE))
{
	EXPECT_ANSWERS(COUNT(far_places), ask_far_jumps);
}

/* Distances at which instruction sets have another form of the jump, and all the small ones; and,
 * by the other branch, what each lacks of 255. */
static const uint8_t distances[] = { 0,	 1,  2,	 3,  4,	 5,  7,	 8,  10,  15,  16,
				     20, 31, 32, 42, 63, 64, 84, 85, 100, 126, 127 };

/* Which branch of the jump is taken over the distance. */
enum branch { BY_YES, BY_NO };

struct distance_trial {
	struct answers answers;
	enum branch branch;
	uint16_t source;
	uint8_t distance;
};

/* The jump is the last of the head: what is behind it is full of places. */
static int ask_distance(void *data)
{
	struct distance_trial *trial = data;
	struct sock_filter program[300];
	struct sock_fprog prog = { .len = COUNT(program), .filter = program };
	uint32_t at = put_head(program);
	uint8_t other = 255 - trial->distance;

	fill_with_places(program, at, COUNT(program));
	program[at++] = (struct sock_filter)BPF_STMT(BPF_LDX | BPF_IMM, 5);
	program[at] = (struct sock_filter)BPF_JUMP(
		BPF_JMP | BPF_JGT | trial->source, trial->source == BPF_K ? 5 : 0,
		trial->branch == BY_YES ? trial->distance : other,
		trial->branch == BY_YES ? other : trial->distance);
	if (kit_install(&prog))
		return 2;
	for (uint32_t a = 5; a < 7; a++) {
		bool taken = (a > 5) == (trial->branch == BY_YES);

		compare(&trial->answers, a, a, 0,
			-(long)(at + 1 + (taken ? trial->distance : other)));
	}
	return 0;
}

SC_TEST(near_jumps,
	.doc = "both branches of a conditional jump, by a constant or X, lead to exactly the "
	       "instruction that they name, of 0 to 255 further",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 24 }, .seconds = 30, .varies = VARY(DIM_ENGINE))
{
	for (size_t i = 0; i < COUNT(distances); i++) {
		for (int branch = BY_YES; branch <= BY_NO; branch++) {
			struct distance_trial trial = { .branch = (enum branch)branch,
							.source = i % 2 ? BPF_X : BPF_K,
							.distance = distances[i] };

			ASSERT_EQ(kit_exited(0),
				  kit_end(kit_ask(ask_distance, &trial, sizeof(trial))));
			EXPECT_EQ(2u, trial.answers.asked);
			EXPECT_EQ(0u, trial.answers.wrong)
			{
				TH_LOG("distance %u, branch %d, source %#x: %ld, expected %ld",
				       trial.distance, branch, trial.source, trial.answers.got,
				       trial.answers.expected);
			}
		}
	}
}

/* --- division by zero ------------------------------------------------------------------------ */

/* How X comes to be 0; all but the last that it is not. */
enum zero { NEVER_SET, IMMEDIATE, FROM_A, FROM_MEMORY, FROM_OVERFLOW, NOT_ZERO, ZEROS };

static void build_zero(struct builder *b, enum zero zero)
{
	switch (zero) {
	case NEVER_SET:
		return;
	case IMMEDIATE:
		build_stmt(b, BPF_LDX | BPF_IMM, 0);
		return;
	case FROM_A:
		build_arg_low(b, ARG_X);
		break;
	case FROM_MEMORY:
		build_arg_low(b, ARG_X);
		build_stmt(b, BPF_ST, 15);
		build_stmt(b, BPF_LDX | BPF_MEM, 15);
		return;
	case FROM_OVERFLOW:
		build_stmt(b, BPF_LD | BPF_IMM, 0xffffffff);
		build_stmt(b, BPF_ALU | BPF_ADD | BPF_K, 1);
		break;
	default:
		build_stmt(b, BPF_LD | BPF_IMM, 1);
		break;
	}
	build_stmt(b, BPF_MISC | BPF_TAX, 0);
}

struct division {
	enum zero zero;
	uint32_t a;
	bool returned; /* the call did, with this */
	long result;
	int installed;
};

/* What comes behind the division would let the program live. */
static int divide(void *data)
{
	struct division *division = data;
	struct builder b;

	begin_filter(&b);
	build_zero(&b, division->zero);
	build_arg_low(&b, ARG_A);
	build_stmt(&b, BPF_ALU | BPF_DIV | BPF_X, 1);
	build_ret(&b, SECCOMP_RET_ERRNO | 9);
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	if (kit_install_built(&b))
		return 2;
	division->installed = 1;
	division->result = ask(0, division->a, 0);
	division->returned = true;
	return 0;
}

SC_TEST(division_by_zero,
	.doc = "a division by an X of 0, wherever it came from, ends the program with 0: the "
	       "call's "
	       "thread is killed",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 23 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE) | VARY(DIM_REPORTER))
{
	static const uint32_t dividends[] = { 0, 1, 0xffffffff };

	for (int zero = 0; zero < ZEROS; zero++) {
		for (size_t a = 0; a < COUNT(dividends); a++) {
			struct division division = { .zero = (enum zero)zero, .a = dividends[a] };
			int end = kit_end(kit_ask(divide, &division, sizeof(division)));

			EXPECT_EQ(1, division.installed);
			EXPECT_EQ(zero == NOT_ZERO ? kit_exited(0) : kit_killed(SIGSYS), end)
			{
				TH_LOG("%#x divided; 0 of kind %d", dividends[a], zero);
			}
			EXPECT_EQ(zero == NOT_ZERO, division.returned);
			EXPECT_EQ(zero == NOT_ZERO ? -9 : 0, division.result);
		}
	}
}

static void *divide_in_thread(void *data)
{
	divide(data);
	return NULL;
}

/* The filter is the thread's only, and so must its end be. */
static int divide_beside(void *data)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, divide_in_thread, data))
		return 2;
	pthread_join(thread, NULL);
	return 0;
}

SC_TEST(division_by_zero_in_a_thread,
	.doc = "where other threads are, a division by an X of 0 ends only the thread of the call: "
	       "the "
	       "program's value is 0, KILL_THREAD, and not KILL_PROCESS",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_act_kill_thread },
	.behaviours = { 23 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE))
{
	struct division division = { .zero = FROM_A, .a = 1 };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(divide_beside, &division, sizeof(division))));
	EXPECT_EQ(1, division.installed);
	EXPECT_FALSE(division.returned);
}

/* --- the end --------------------------------------------------------------------------------- */

/* What became of a call whose filter returned `value` in that way. */
struct ending {
	uint32_t value;
	enum { BY_K, BY_A, BY_A_COMPUTED } way;
	int end; /* of the process */
	long result;
	int trapped; /* si_errno, in a handler of SIGSYS; -1: it did not run */
};

static volatile int trapped;

static void on_sigsys(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)context;
	trapped = info->si_errno;
}

static int end_by(void *data)
{
	struct ending *ending = data;
	struct sigaction action = { .sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO };
	struct builder b;

	begin_filter(&b);
	switch (ending->way) {
	case BY_K:
		/* A is something else. */
		build_stmt(&b, BPF_LD | BPF_IMM, SECCOMP_RET_ERRNO | 77);
		build_ret(&b, ending->value);
		break;
	case BY_A:
		build_stmt(&b, BPF_LD | BPF_IMM, ending->value);
		build_stmt(&b, BPF_RET | BPF_A, SECCOMP_RET_ERRNO | 77);
		break;
	case BY_A_COMPUTED:
		build_arg_low(&b, ARG_A);
		build_stmt(&b, BPF_ALU | BPF_XOR | BPF_K, 0xffffffff);
		build_stmt(&b, BPF_RET | BPF_A, 0);
		break;
	}
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	trapped = -1;
	if (sigaction(SIGSYS, &action, NULL) || kit_install_built(&b))
		return 2;
	ending->result = ask(0, ~ending->value, 0);
	ending->trapped = trapped;
	/* The registers are the call's own again; what they held there is no result. */
	if (trapped >= 0)
		ending->result = 0;
	return 0;
}

static struct ending end_of(uint32_t value, int way)
{
	struct ending ending = { .value = value, .way = way, .result = 0x5a5a, .trapped = -1 };
	int end = kit_end(kit_ask(end_by, &ending, sizeof(ending)));

	ending.end = end;
	return ending;
}

#define KILLED 1000 + SIGSYS /* kit_killed(), as a constant */

/* LOG is left out: it would write to the log. */
static const struct {
	uint32_t value;
	int end;
	long result; /* 1: the call ran */
	int trapped;
} endings[] = {
	{ SECCOMP_RET_KILL_THREAD, KILLED, 0x5a5a, -1 },
	{ SECCOMP_RET_KILL_THREAD | 0xffff, KILLED, 0x5a5a, -1 },
	{ SECCOMP_RET_KILL_PROCESS, KILLED, 0x5a5a, -1 },
	{ SECCOMP_RET_TRAP, 0, 0, 0 },
	{ SECCOMP_RET_TRAP | 0x1234, 0, 0, 0x1234 },
	{ SECCOMP_RET_TRAP | 0xffff, 0, 0, 0xffff },
	{ SECCOMP_RET_ERRNO, 0, 0, -1 },
	{ SECCOMP_RET_ERRNO | 1, 0, -1, -1 },
	{ SECCOMP_RET_ERRNO | 0xffe, 0, -0xffe, -1 },
	{ SECCOMP_RET_TRACE | 0xfff, 0, -ENOSYS, -1 },
	{ SECCOMP_RET_ALLOW, 0, 1, -1 },
	{ SECCOMP_RET_ALLOW | 0xffff, 0, 1, -1 },
};

SC_TEST(ret_a_is_ret_k,
	.doc = "RET A ends the program with all 32 bits of A, as RET K does with its constant, for "
	       "each "
	       "action and its data",
	.needs = { F_act_kill_process, F_act_errno, F_act_trap },
	.covers = { F_mode_filter_prctl, F_op_set_mode_filter }, .behaviours = { 25 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE))
{
	for (size_t i = 0; i < COUNT(endings); i++) {
		for (int way = BY_K; way <= BY_A_COMPUTED; way++) {
			struct ending ending = end_of(endings[i].value, way);

			/* Its caller is its parent, whoever that is now. */
			if (endings[i].result == 1)
				ending.result = ending.result == getpid() ? 1 : -1;
			EXPECT_EQ(endings[i].end, ending.end)
			{
				TH_LOG("of %#x, returned in way %d", endings[i].value, way);
			}
			EXPECT_EQ(endings[i].result, ending.result)
			{
				TH_LOG("of %#x, returned in way %d", endings[i].value, way);
			}
			EXPECT_EQ(endings[i].trapped, ending.trapped)
			{
				TH_LOG("of %#x, returned in way %d", endings[i].value, way);
			}
		}
	}
}

TEST_HARNESS_MAIN
