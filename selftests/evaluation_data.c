/* SPDX-License-Identifier: BSD-3-Clause */
/* What a filter sees of a call: every field of struct seccomp_data (behaviours 21, 28, 30). */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <link.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/mman.h>

#include "filters/builder.h"
#include "selftests/glue/kit-answer.h"
#include "selftests/glue/kit-calls.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS	     (sizeof(struct seccomp_data) / sizeof(uint32_t))

/*
 * A question is a number that no syscall has: the word of seccomp_data and the byte of it. So all
 * arguments are free to be asked about.
 */
#define FIRST_QUESTION	   0x2000u
#define QUESTION(word, n)  (FIRST_QUESTION + 4 * (word) + (n))
#define TRAP_QUESTION	   0x1fffu
#define QUESTION_WORD_MASK (4 * (WORDS - 1))

/*
 * Where calls are made: nothing but registers, so that another copy of it works as well.
 */
typedef long site_fn(long nr, const unsigned long args[6]);

__attribute__((noinline)) static long site(long nr, const unsigned long args[6])
{
	return arch_syscall6(nr, args[0], args[1], args[2], args[3], args[4], args[5]);
}

static int install_questions(void)
{
	struct builder b;

	builder_init(&b, arch_native());
	build_nr(&b);
	build_if(&b, BPF_JEQ, TRAP_QUESTION, builder_label(&b, "trap"), NEXT);
	build_if(&b, BPF_JGE, FIRST_QUESTION, NEXT, builder_label(&b, "allow"));
	build_if(&b, BPF_JGE, QUESTION(WORDS, 0), builder_label(&b, "allow"), NEXT);
	build_stmt(&b, BPF_ALU | BPF_AND | BPF_K, QUESTION_WORD_MASK);
	for (unsigned int word = 0; word < WORDS; word++) {
		int next = builder_label(&b, NULL);

		build_if(&b, BPF_JEQ, 4 * word, NEXT, next);
		build_stmt(&b, BPF_LD | BPF_W | BPF_ABS, 4 * word);
		build_goto(&b, builder_label(&b, "answer"));
		builder_bind(&b, next);
	}
	build_ret(&b, SECCOMP_RET_KILL_PROCESS);
	builder_bind(&b, builder_label(&b, "answer"));
	build_stmt(&b, BPF_MISC | BPF_TAX, 0);
	build_nr(&b);
	build_stmt(&b, BPF_ALU | BPF_AND | BPF_K, 3);
	build_answer_byte(&b);
	builder_bind(&b, builder_label(&b, "trap"));
	build_ret(&b, SECCOMP_RET_TRAP);
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	return kit_install_built(&b);
}

/* All of it as the filter sees it, of calls made at `at`; false if the filter did not answer. */
static bool read_data(site_fn *at, const unsigned long args[6], struct seccomp_data *data)
{
	uint32_t words[WORDS] = { 0 };

	for (unsigned int word = 0; word < WORDS; word++) {
		for (unsigned int n = 0; n < 4; n++) {
			long result = at(QUESTION(word, n), args);

			if (result > 0 || result < -0xff)
				return false;
			words[word] |= (uint32_t)-result << (8 * n);
		}
	}
	memcpy(data, words, sizeof(*data));
	return true;
}

/* As the ABI has it; the byte of the number that is asked for is part of the number, and 0. */
static struct seccomp_data right_data(uint64_t ip, const unsigned long args[6])
{
	struct seccomp_data data = { .nr = FIRST_QUESTION,
				     .arch = arch_native()->audit,
				     .instruction_pointer = ip };

	for (unsigned int i = 0; i < 6; i++)
		data.args[i] = args[i];
	return data;
}

/* What was wrong first. */
struct data_look {
	unsigned int asked, wrong;
	bool silent; /* the filter did not answer at all */
	struct seccomp_data got, right;
};

static void compare_data(struct data_look *look, const unsigned long args[6], uint64_t ip)
{
	struct seccomp_data got = { 0 }, right = right_data(ip, args);

	look->asked++;
	if (!read_data(site, args, &got))
		look->silent = true;
	else if (!memcmp(&got, &right, sizeof(got)))
		return;
	if (look->wrong++)
		return;
	look->got = got;
	look->right = right;
}

/* The instruction pointer of site, as the filter has it: what it should be has a test of its own.
 */
static uint64_t site_ip(void)
{
	struct seccomp_data data = { 0 };

	read_data(site, (const unsigned long[6]){ 0 }, &data);
	return data.instruction_pointer;
}

static void print_data(const char *what, const struct seccomp_data *data)
{
	fprintf(stderr, "# %s: nr %#x arch %#x ip %#llx args", what, (unsigned int)data->nr,
		data->arch, (unsigned long long)data->instruction_pointer);
	for (unsigned int i = 0; i < 6; i++)
		fprintf(stderr, " %#llx", (unsigned long long)data->args[i]);
	fprintf(stderr, "\n");
}

#define EXPECT_DATA(look)                                                             \
	do {                                                                          \
		EXPECT_NE(0u, (look).asked);                                          \
		EXPECT_FALSE((look).silent);                                          \
		EXPECT_EQ(0u, (look).wrong)                                           \
		{                                                                     \
			TH_LOG("of %u calls; the first of the wrong:", (look).asked); \
			print_data("got", &(look).got);                               \
			print_data("expected", &(look).right);                        \
		}                                                                     \
	} while (0)

/* Every byte of all six is another one, and all bits are different in the second. */
static int ask_fields(void *data)
{
	struct data_look *look = data;
	unsigned long args[6];
	uint64_t ip;

	if (install_questions())
		return 2;
	ip = site_ip();
	for (unsigned int i = 0; i < 6; i++)
		args[i] = (unsigned long)(0x0706050403020100ull + 0x0808080808080808ull * i);
	compare_data(look, args, ip);
	for (unsigned int i = 0; i < 6; i++)
		args[i] = ~args[i];
	compare_data(look, args, ip);
	return 0;
}

SC_TEST(every_field,
	.doc = "nr, arch, and both halves of all six arguments are what the call was made with",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 21 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_RIGHT) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE) |
		  VARY(DIM_TASK) | VARY(DIM_REPORTER))
{
	struct data_look look = { .asked = 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(ask_fields, &look, sizeof(look))));
	EXPECT_DATA(look);
	EXPECT_EQ(2u, look.asked);
}

static int ask_bits(void *data)
{
	struct data_look *look = data;
	uint64_t ip;

	if (install_questions())
		return 2;
	ip = site_ip();
	for (unsigned int i = 0; i < 6; i++) {
		for (unsigned int bit = 0; bit < 8 * sizeof(long); bit++) {
			unsigned long args[6] = { 0 };

			args[i] = 1ul << bit;
			compare_data(look, args, ip);
			for (unsigned int n = 0; n < 6; n++)
				args[n] = ~args[n];
			compare_data(look, args, ip);
		}
	}
	return 0;
}

SC_TEST(every_bit_of_every_argument,
	.doc = "each bit of each argument, alone set or alone clear, is seen in its place and "
	       "nowhere "
	       "else",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 21, 28 }, .seconds = 10, .varies = VARY(DIM_ENGINE))
{
	struct data_look look = { .asked = 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(ask_bits, &look, sizeof(look))));
	EXPECT_DATA(look);
	EXPECT_EQ(2 * 6 * 8 * sizeof(long), look.asked);
}

/* In a register of 32 bits only the low half is left of each; the high one must be 0 then. */
static int ask_signs(void *data)
{
	static const uint64_t values[] = {
		0,
		0x7fffffff,
		0x80000000,
		0xffffffff,
		0x100000000,
		0x7fffffffffffffff,
		0x8000000000000000,
		0xffffffff00000000,
		0xffffffff7fffffff,
		0xffffffff80000000,
		0xffffffffffffffff,
	};
	struct data_look *look = data;
	uint64_t ip;

	if (install_questions())
		return 2;
	ip = site_ip();
	for (size_t v = 0; v < COUNT(values); v++) {
		for (unsigned int i = 0; i < 6; i++) {
			unsigned long args[6] = { 0 };

			args[i] = (unsigned long)values[v];
			compare_data(look, args, ip);
		}
	}
	return 0;
}

SC_TEST(no_sign_is_extended,
	.doc = "an argument of 64 bits is seen as it is, with whatever its high half is; one of 32 "
	       "bits "
	       "(of a compat program too) has a high half of 0",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 28 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_ENGINE))
{
	struct data_look look = { .asked = 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(ask_signs, &look, sizeof(look))));
	EXPECT_DATA(look);
}

/* --- the instruction pointer ----------------------------------------------------------------- */

static volatile uint64_t resume_at;

static void on_sigsys(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)info;
	resume_at = ucontext_ip(context);
}

/* Where in the file of this program the code at `of` stands. */
struct place {
	uintptr_t of;
	uint64_t offset;
	bool found;
};

static int find_place(struct dl_phdr_info *info, size_t size, void *data)
{
	struct place *place = data;

	(void)size;
	for (unsigned int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + segment->p_vaddr;

		if (segment->p_type != PT_LOAD || place->of - start >= segment->p_filesz)
			continue;
		place->offset = segment->p_offset + (place->of - start);
		place->found = true;
		return 1;
	}
	return 0;
}

/*
 * site once more, at another address: where the kernel puts mappings, so that the high half is not
 * 0 (and in 32 bits the sign is set on most machines). NULL and errno.
 */
static site_fn *map_site_again(void)
{
	struct place place = { .of = (uintptr_t)site };
	size_t page = (size_t)sysconf(_SC_PAGESIZE), within;
	char *map;
	int fd;

	errno = ENOENT;
	if (!dl_iterate_phdr(find_place, &place) || !place.found)
		return NULL;
	within = place.offset % page;
	fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	map = mmap(NULL, within + 256, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd,
		   (off_t)(place.offset - within));
	close(fd);
	return map == MAP_FAILED ? NULL : (site_fn *)(uintptr_t)(map + within);
}

struct ip_look {
	uint64_t distance; /* from site to its copy */
	uint64_t site;
	uint64_t resumed; /* at the end of the handler of SIGSYS */
	struct seccomp_data here, there;
	bool answered;
	unsigned char before[4]; /* the instruction pointer of `here` */
};

static int ask_ip(void *data)
{
	static const unsigned long args[6] = { 0 };
	struct ip_look *look = data;
	struct sigaction action = { .sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO };
	site_fn *copy = map_site_again();

	if (!copy || sigaction(SIGSYS, &action, NULL) || install_questions())
		return 2;
	look->site = (uintptr_t)site;
	look->distance = (uint64_t)(uintptr_t)copy - look->site;
	look->answered = read_data(site, args, &look->here) && read_data(copy, args, &look->there);
	site(TRAP_QUESTION, args);
	look->resumed = resume_at;
	/* Only what may be read. */
	if (look->here.instruction_pointer - look->site < 256)
		memcpy(look->before, (char *)(uintptr_t)look->here.instruction_pointer - 4, 4);
	return 0;
}

/* The instruction that makes a call, up to the byte before the instruction pointer. */
static bool ends_with_a_call(const unsigned char before[4])
{
	static const unsigned char insn[] = { ARCH_SYSCALL_INSN };

	return !memcmp(before + 4 - sizeof(insn), insn, sizeof(insn));
}

SC_TEST(instruction_pointer,
	.doc = "instruction_pointer is the address just after the syscall instruction, where the "
	       "program goes on, with its high half",
	.needs = { F_act_errno, F_act_trap },
	.covers = { F_mode_filter_prctl, F_op_set_mode_filter }, .behaviours = { 21 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE) | VARY(DIM_TASK))
{
	struct ip_look look = { .answered = false };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(ask_ip, &look, sizeof(look))));
	ASSERT_TRUE(look.answered);
	EXPECT_EQ(look.resumed, look.here.instruction_pointer);
	EXPECT_EQ(look.here.instruction_pointer + look.distance, look.there.instruction_pointer);
	EXPECT_TRUE(ends_with_a_call(look.before))
	{
		TH_LOG("before %#llx, in a function at %#llx, stands %02x %02x %02x %02x",
		       (unsigned long long)look.here.instruction_pointer,
		       (unsigned long long)look.site, look.before[0], look.before[1],
		       look.before[2], look.before[3]);
	}
	if (sizeof(long) == 8) {
		BROKE_UNLESS((look.site + look.distance) >> 32, "the copy lies below 4 GB");
	}
}

/* --- the number ------------------------------------------------------------------------------ */

/* Argument 4 of a question; what else the process calls does not have it. */
#define MAGIC 0x5ecc0de5u

static int install_nr_answer(void)
{
	struct builder b;

	builder_init(&b, arch_native());
	build_arg_low(&b, 4);
	build_if(&b, BPF_JEQ, MAGIC, NEXT, builder_label(&b, "allow"));
	build_nr(&b);
	build_answer(&b);
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	return kit_install_built(&b);
}

struct nr_look {
	unsigned long junk; /* what to add to the number, in its register */
	unsigned int asked, wrong;
	uint32_t nr;
	uint64_t got;
};

static void compare_nr(struct nr_look *look, uint32_t nr)
{
	/* No call does anything with these, should it be made after all. */
	uint64_t got = 0;

	/* These are real calls: no more of them once one was made after all. */
	if (kit_passes_unasked(nr) || kit_is_foreign(nr) || look->wrong)
		return;
	for (unsigned int n = 0; n < 4; n++) {
		long result =
			arch_syscall6((long)(nr | look->junk), -1ul, -1ul, -1ul, -1ul, MAGIC, n);

		if (result > 0 || result < -0xff)
			got = KIT_NO_ANSWER | (uint32_t)-result;
		else
			got |= (uint64_t)-result << (8 * n);
	}
	look->asked++;
	if (got == (nr & ARCH_NR_MASK))
		return;
	look->wrong++;
	look->nr = nr;
	look->got = got;
}

/* Ends of ranges, arm's private calls among them. */
static const uint32_t odd_numbers[] = {
	999,	    1000,	4095,	    4096,	0x7fff,	    0x8000,	0xffff,
	0x10000,    0xeffff,	0xf0000,    0xf0001,	0xf0005,    0xf07ff,	0xf0800,
	0xf7fff,    0xfffff,	0x100000,   0x1fffffff, 0x20000000, 0x3fffffff, 0x40000000,
	0x40000001, 0x40000027, 0x400001ff, 0x40000200, 0x4fffffff, 0x50000000, 0x7ffffffe,
	0x7fffffff, 0x80000000, 0x80000001, 0x80000027, 0xbfffffff, 0xc0000000, 0xc0000027,
	0xfffffc18, 0xfffffff0, 0xfffffffd, 0xfffffffe, 0xffffffff,
};

static int ask_numbers(void *data)
{
	struct nr_look *look = data;

	if (install_nr_answer())
		return 2;
	for (uint32_t nr = 0; nr < 1100; nr++) {
		compare_nr(look, nr);
		compare_nr(look, arch_native()->nr_base + nr);
	}
	for (size_t i = 0; i < COUNT(odd_numbers); i++)
		compare_nr(look, odd_numbers[i]);
	for (unsigned int bit = 0; bit < 32; bit++) {
		compare_nr(look, 1u << bit);
		compare_nr(look, ~(1u << bit));
	}
	/* What is left in the arguments' registers must not be a question about the call that ends
	 * us. */
	arch_syscall6(__NR_getppid, 0, 0, 0, 0, 0, 0);
	return 0;
}

#define EXPECT_NUMBERS(look)                                                             \
	do {                                                                             \
		EXPECT_NE(0u, (look).asked);                                             \
		EXPECT_EQ(0u, (look).wrong)                                              \
		{                                                                        \
			TH_LOG("of %u numbers; the first was %#x, seen as %#llx "        \
			       "(from 0x100000000 on: not asked)",                       \
			       (look).asked, (look).nr, (unsigned long long)(look).got); \
		}                                                                        \
	} while (0)

SC_TEST(every_number_reaches_the_filter,
	.doc = "nr is the number of the call, of those too that no call has: 999, -1, INT_MIN, "
	       "0x40000000|n",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 21, 30 }, .varies = VARY(DIM_ROUTE))
{
	struct nr_look look = { .asked = 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(ask_numbers, &look, sizeof(look))));
	EXPECT_NUMBERS(look);
}

#if __SIZEOF_LONG__ == 8
SC_TEST(number_has_32_bits,
	.doc = "nr is the low half of the register that has the number, whatever is in the high "
	       "half",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 21, 28 }, .varies = VARY(DIM_DEPTH) | VARY(DIM_ENGINE))
{
	static const unsigned long junk[] = { 1ul << 32, 0x7ffffffful << 32, 1ul << 63,
					      0xfffffffful << 32 };

	for (size_t i = 0; i < COUNT(junk); i++) {
		struct nr_look look = { .junk = junk[i] };

		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(ask_numbers, &look, sizeof(look))));
		EXPECT_NUMBERS(look);
	}
}
#endif

/* --- a call of the other ABI ----------------------------------------------------------------- */

#if defined(__x86_64__) && !defined(__ILP32__)
/* i386's way to call, made by a program whose registers have high halves. */
static long i386_site(long nr, const unsigned long args[6])
{
	register unsigned long a5 __asm__("r12") = args[5];
	long ret;

	__asm__ volatile("xchg %%r12, %%rbp\n\t"
			 "int $0x80\n\t"
			 "xchg %%r12, %%rbp"
			 : "=a"(ret), "+r"(a5)
			 : "a"(nr), "b"(args[0]), "c"(args[1]), "d"(args[2]), "S"(args[3]),
			   "D"(args[4])
			 : "r8", "r9", "r10", "r11", "memory", "cc");
	return ret;
}

struct i386_look {
	unsigned long args[6];
	bool answered;
	struct seccomp_data data;
};

static int ask_i386(void *data)
{
	struct i386_look *look = data;

	if (install_questions())
		return 2;
	look->answered = read_data(i386_site, look->args, &look->data);
	return 0;
}

/*
 * The call itself uses the low halves only. Of the registers' high ones, which no program of that
 * ABI has, kernels up to now show the filter what is there, and they are free not to.
 */
SC_TEST(junk_in_high_halves,
	.doc = "int $0x80 of a program of 64 bits is a call of i386: its number there, and the low "
	       "halves of its arguments exactly; the high ones are 0 or the registers'",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 28 }, .requires = NEED_TWIN,
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE) | VARY(DIM_TASK))
{
	static const unsigned long junk[] = { 0, 0xffffffff, 0x80000000, 0x12345678 };

	for (size_t j = 0; j < COUNT(junk); j++) {
		struct i386_look look = { .answered = false };

		for (unsigned int i = 0; i < 6; i++)
			look.args[i] = junk[j] << 32 | (i % 2 ? 0x7fffff00u : 0x80000000u) | i;
		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(ask_i386, &look, sizeof(look))));
		ASSERT_TRUE(look.answered);
		EXPECT_EQ((int)FIRST_QUESTION, look.data.nr);
		EXPECT_EQ(AUDIT_ARCH_I386, look.data.arch);
		for (unsigned int i = 0; i < 6; i++) {
			uint64_t high = look.data.args[i] >> 32;

			EXPECT_EQ((uint32_t)look.args[i], (uint32_t)look.data.args[i]);
			EXPECT_TRUE(high == 0 || high == junk[j])
			{
				TH_LOG("argument %u is %#llx", i,
				       (unsigned long long)look.data.args[i]);
			}
		}
	}
}
#endif

TEST_HARNESS_MAIN
