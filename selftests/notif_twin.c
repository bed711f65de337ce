/* SPDX-License-Identifier: BSD-3-Clause */
/* Notifications of calls of the other ABI that a 64-bit kernel has (behaviours 73, 74 and 122). */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>

#include "filters/builder.h"
#include "selftests/glue/kit-notif.h"
#include "selftests/glue/kit-task.h"

/* The twin's call of that name is USER_NOTIF, and so is its write. Finish with builder_free. */
static void filter_for_twin(struct builder *b, struct sock_fprog *prog, const char *name)
{
	builder_init(b, kit_twin_arch());
	build_arch(b, builder_label(b, "allow"));
	build_nr(b);
	build_if(b, BPF_JEQ, (uint32_t)arch_syscall_nr(kit_twin_arch(), name),
		 builder_label(b, "notify"), NEXT);
	build_if(b, BPF_JEQ, (uint32_t)arch_syscall_nr(kit_twin_arch(), "write"),
		 builder_label(b, "notify"), builder_label(b, "allow"));
	builder_bind(b, builder_label(b, "notify"));
	build_ret(b, SECCOMP_RET_USER_NOTIF);
	builder_bind(b, builder_label(b, "allow"));
	build_ret(b, SECCOMP_RET_ALLOW);
	if (builder_finish(b, prog))
		test_broke(__FILE__, __LINE__, "no filter could be built: %s", b->why);
}

static long become_twin(void *data)
{
	kit_exec_twin(*(const int *)data);
	return -errno;
}

/* What every call of the twin's has in common. */
#define EXPECT_TWINS(target_, name_, notif_)                                            \
	do {                                                                            \
		EXPECT_EQ((uint32_t)(target_)->pid, (notif_).pid);                      \
		EXPECT_EQ(0, (notif_).flags);                                           \
		EXPECT_EQ(kit_twin_arch()->audit, (notif_).data.arch);                  \
		EXPECT_EQ(arch_syscall_nr(kit_twin_arch(), (name_)), (notif_).data.nr); \
		EXPECT_EQ(0, (notif_).data.instruction_pointer >> 32);                  \
		EXPECT_NE(0, (notif_).data.instruction_pointer);                        \
		for (int i_ = 0; i_ < 6; i_++)                                          \
			EXPECT_EQ(0, (notif_).data.args[i_] >> 32);                     \
	} while (0)

SC_TEST(program_of_the_other_abi,
	.doc = "the calls of a 32-bit program are received with its architecture, its numbers and "
	       "arguments whose high halves are 0; a value, an error and CONTINUE reach it",
	.needs = { F_notif_recv, F_notif_send, F_notif_continue },
	.covers = { F_notif_recv, F_notif_send, F_notif_continue },
	.behaviours = { 73, 74, 77, 122 }, .requires = NEED_TWIN)
{
	static const struct notif_resp answers[] = {
		{ .val = 0 }, { .val = 0x7fffffff }, { .error = -77 }, { .val = -78 }
	};
	static const int expected[] = { 0, 0, 77, 78 };
	struct target_plan plan = { 0 };
	struct sock_fprog prog;
	struct builder b;
	int pipe_fd[2];

	/* Inherited by the program, on purpose. */
	BROKE_UNLESS(kit_twin_arch() && !pipe(pipe_fd), "no twin, or no pipe");
	filter_for_twin(&b, &prog, "getppid");
	plan.prog = &prog;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct notif_resp answer = answers[i];
		struct kit_view view = { .mode = -1 };
		struct target target;
		struct notif notif;

		START_TARGET(&target, &plan);
		target_begin(&target, become_twin, &pipe_fd[1]);
		ASSERT_EQ(0, notif_recv(target.listener, &notif));
		EXPECT_TWINS(&target, "getppid", notif);
		answer.id = notif.id;
		EXPECT_EQ(0, notif_respond(target.listener, answer));
		ASSERT_EQ(0, notif_recv(target.listener, &notif));
		EXPECT_TWINS(&target, "write", notif);
		EXPECT_EQ((uint64_t)pipe_fd[1], notif.data.args[0]);
		EXPECT_NE(0, notif.data.args[1]);
		EXPECT_EQ(sizeof(view), notif.data.args[2]);
		EXPECT_EQ(0, notif_continue(target.listener, notif.id));
		EXPECT_EQ(kit_exited(0), target_wait(&target));
		ASSERT_TRUE(kit_view_read(pipe_fd[0], &view));
		EXPECT_EQ(2, view.mode);
		EXPECT_EQ(expected[i], view.getppid_errno);
		EXPECT_EQ(POLLHUP, notif_events(target.listener));
		target_close(&target);
	}
	builder_free(&b);
}

#if defined(ARCH_HAS_INT80)
struct int80 {
	long nr;
	unsigned long args[6];
};

static long make_int80(void *data)
{
	const struct int80 *call = data;

	return arch_int80(call->nr, call->args);
}

SC_TEST(int80_of_a_64_bit_program,
	.doc = "int $0x80 of a 64-bit program is received as i386's, with all 64 bits of its "
	       "registers for arguments, as filters see them",
	.needs = { F_notif_recv, F_notif_send }, .covers = { F_notif_recv, F_notif_send },
	.behaviours = { 73, 122 }, .requires = NEED_TWIN)
{
	struct int80 call = { arch_syscall_nr(kit_twin_arch(), "getppid"),
			      { target_args[0], target_args[1], target_args[2] } };
	struct target_plan plan = { 0 };
	struct target target;
	struct sock_fprog prog;
	struct notif notif;
	struct builder b;

	filter_for_twin(&b, &prog, "getppid");
	plan.prog = &prog;
	START_TARGET(&target, &plan);
	for (int i = 0; i < 3; i++) {
		target_begin(&target, make_int80, &call);
		ASSERT_EQ(0, notif_recv(target.listener, &notif));
		EXPECT_EQ((uint32_t)target.pid, notif.pid);
		EXPECT_EQ(0, notif.flags);
		EXPECT_EQ(kit_twin_arch()->audit, notif.data.arch);
		EXPECT_EQ(call.nr, notif.data.nr);
		for (int n = 0; n < 3; n++)
			EXPECT_EQ(target_args[n], notif.data.args[n]);
		EXPECT_EQ(0, i == 0   ? notif_answer(target.listener, notif.id, 5)
			     : i == 1 ? notif_refuse(target.listener, notif.id, -5)
				      : notif_continue(target.listener, notif.id));
		EXPECT_EQ(i == 0 ? 5 : i == 1 ? -5 : getpid(), target_finish(&target));
	}
	/* The same number by syscall is another call, and nobody's matter. */
	target_call(&target, call.nr, (unsigned long[6]){ -1ul, -1ul, -1ul, -1ul, -1ul, -1ul });
	EXPECT_GE(0, target_finish(&target));
	EXPECT_EQ(0, notif_events(target.listener));
	builder_free(&b);
}
#endif

TEST_HARNESS_MAIN
