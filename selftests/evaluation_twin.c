/* SPDX-License-Identifier: BSD-3-Clause */
/* A filter that two architectures are under: their numbers are not mixed up (behaviours 21, 29). */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/audit.h>
#include <linux/seccomp.h>

#include "arch/tiny.h"
#include "filters/builder.h"
#include "probe/tiny.h"
#include "selftests/glue/kit-answer.h"
#include "selftests/glue/kit-calls.h"
#include "selftests/glue/kit-task.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

SC_TEST(other_programs_make_calls,
	.doc = "a program of the other word size is refused (ENOEXEC), or makes its calls: none is "
	       "executed that then has none",
	.covers = { F_compat_arch }, .behaviours = { 122 },
	.requires = NEED_UNFILTERED | NEED_MEMORY_PROGRAMS)
{
	unsigned char file[TINY_MAX];
	const char *name;
	const size_t size = tiny_foreign(file, &name);
	const int status = size ? tiny_run(file, size, NULL) : -ENOEXEC;

	EXPECT_TRUE(status <= 0 && status != -EINTR)
	{
		TH_LOG("a program of %s, which only exits, ends with %d", name, status);
	}
}

/* To the architecture `of`, nothing else, the number of the call is refused. */
struct twin_trial {
	const struct arch *of;
	uint32_t refused;
	int fd[2];
};

static int run_twin(void *data)
{
	struct twin_trial *trial = data;
	struct builder b;

	builder_init(&b, trial->of);
	build_arch(&b, builder_label(&b, "allow"));
	build_nr(&b);
	build_if(&b, BPF_JEQ, trial->refused, NEXT, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ERRNO | 77);
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	if (kit_install_built(&b))
		return 2;
	kit_exec_twin(trial->fd[1]);
	return 3;
}

static struct kit_view twin_under(const struct arch *of, const char *refused, int *end)
{
	struct twin_trial trial = { .of = of, .refused = (uint32_t)arch_syscall_nr(of, refused) };
	struct kit_view view = { .mode = -1, .getppid_errno = -1, .getsid_errno = -1 };

	*end = -1;
	/* Inherited by the program, on purpose. */
	if (pipe(trial.fd))
		return view;
	*end = kit_end(kit_child(run_twin, &trial));
	close(trial.fd[1]);
	if (!kit_view_read(trial.fd[0], &view))
		*end = -1;
	close(trial.fd[0]);
	return view;
}

SC_TEST(numbers_of_the_twin,
	.doc = "the same filter allows a number to one architecture and refuses it to the other "
	       "one, in "
	       "a program of each",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 21, 29 }, .requires = NEED_TWIN, .varies = VARY(DIM_ROUTE))
{
	static const struct {
		bool native;
		const char *refused;
		int getppid_errno, getsid_errno;
	} rows[] = {
		{ false, "getppid", 77, 0 },
		{ false, "getsid", 0, 77 },
		{ true, "getppid", 0, 0 },
		{ true, "getsid", 0, 0 },
	};

	BROKE_UNLESS(kit_twin_arch() != NULL, "no architecture is the twin's");
	for (size_t i = 0; i < COUNT(rows); i++) {
		int end;
		struct kit_view view = twin_under(rows[i].native ? arch_native() : kit_twin_arch(),
						  rows[i].refused, &end);

		EXPECT_EQ(kit_exited(0), end);
		EXPECT_EQ(2, view.mode);
		EXPECT_EQ(rows[i].getppid_errno, view.getppid_errno);
		EXPECT_EQ(rows[i].getsid_errno, view.getsid_errno);
	}
}

#ifdef ARCH_HAS_INT80
/* In one program: i386's getpid has the number of writev, and its mkdir that of getpid. */
#define NR_I386_GETPID 20u
#define NR_I386_MKDIR  39u

struct two_tables {
	uint32_t refused_arch, refused_nr;
	long native[2], i386[2]; /* of both numbers */
	long pid;
};

static int ask_two_tables(void *data)
{
	static const unsigned long nothing[6];
	struct two_tables *tables = data;
	struct builder b;

	tables->pid = getpid();
	builder_init(&b, arch_native());
	build_stmt(&b, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	build_if(&b, BPF_JEQ, tables->refused_arch, NEXT, builder_label(&b, "allow"));
	build_nr(&b);
	build_if(&b, BPF_JEQ, tables->refused_nr, NEXT, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ERRNO | 77);
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	if (kit_install_built(&b))
		return 2;
	for (int times = 0; times < 2; times++) {
		tables->native[0] = kit_call(NR_I386_GETPID, KIT_NO_SECRET);
		tables->native[1] = kit_call(NR_I386_MKDIR, KIT_NO_SECRET);
		tables->i386[0] = arch_int80(NR_I386_GETPID, nothing);
		tables->i386[1] = arch_int80(NR_I386_MKDIR, nothing);
	}
	return 0;
}

SC_TEST(two_tables_in_one_program,
	.doc = "a number that is refused to int $0x80 is allowed to syscall, and the other way "
	       "round",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 21, 29 }, .requires = NEED_TWIN,
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE) | VARY(DIM_TASK))
{
	static const uint32_t numbers[] = { NR_I386_GETPID, NR_I386_MKDIR };

	for (int of_i386 = 0; of_i386 < 2; of_i386++) {
		for (int n = 0; n < 2; n++) {
			struct two_tables tables = {
				.refused_arch = of_i386 ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64,
				.refused_nr = numbers[n],
			};

			ASSERT_EQ(kit_exited(0),
				  kit_end(kit_ask(ask_two_tables, &tables, sizeof(tables))));
			EXPECT_EQ(!of_i386 && n == 0 ? -77 : -EBADF, tables.native[0]);
			EXPECT_EQ(!of_i386 && n == 1 ? -77 : tables.pid, tables.native[1]);
			EXPECT_EQ(of_i386 && n == 0 ? -77 : tables.pid, tables.i386[0]);
			EXPECT_EQ(of_i386 && n == 1 ? -77 : -EFAULT, tables.i386[1]);
		}
	}
}
#endif

TEST_HARNESS_MAIN
