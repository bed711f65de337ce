/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit.h"
#include "selftests/glue/kit-trap.h"

#include "arch/regs.h"

#include <linux/seccomp.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "filters/builder.h"
#include "selftests/glue/kit-answer.h"

/* Without registers there are no kernel tests either. */
#if ARCH_HAS_REGS

#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1
#endif

static struct trap *current;

static void on_sigsys(int signo, siginfo_t *info, void *context)
{
	struct trap *trap = current;
	ucontext_t *uc = context;

	(void)signo;
	if (trap->begin)
		trap->begin();
	trap->count++;
	/* Not an assignment, which may leave out the padding. */
	memcpy(&trap->info, info, sizeof(trap->info));
	trap->tid = (pid_t)syscall(__NR_gettid);
	trap->frame = __builtin_frame_address(0);
	trap->nr = ucontext_nr(uc);
	for (unsigned int i = 0; i < 6; i++)
		trap->args[i] = ucontext_arg(uc, i);
	trap->ip = ucontext_ip(uc);
	if (trap->act)
		trap->act(trap, uc);
}

int trap_handle(struct trap *trap, int flags)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO | flags };

	current = trap;
	action.sa_sigaction = on_sigsys;
	return sigaction(SIGSYS, &action, NULL);
}

int trap_mask(int how)
{
	sigset_t sigsys;

	sigemptyset(&sigsys);
	sigaddset(&sigsys, SIGSYS);
	return sigprocmask(how, &sigsys, NULL);
}

/* In a section of its own, so that its one syscall instruction can be found. */
__attribute__((noinline, section("trap_call_code"))) long trap_call(long nr,
								    const unsigned long a[6])
{
	return arch_syscall6(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}

long trap_call_data(long nr, unsigned int data)
{
	return trap_call(nr, (unsigned long[6]){ TRAP_MARK, 0, 0, 0, 0, data });
}

bool trap_has_args(const struct trap *trap, const unsigned long args[6])
{
	const unsigned int from = trap_lost_arg0(trap->args[0]) ? 1 : 0;

	return !memcmp(trap->args + from, args + from, (6 - from) * sizeof(*args));
}

extern const char __start_trap_call_code[], __stop_trap_call_code[];

static const unsigned char syscall_insn[] = { ARCH_SYSCALL_INSN };
static const unsigned char library_insn[] = { ARCH_LIBRARY_INSN };

uintptr_t trap_call_end(void)
{
	const size_t size = __stop_trap_call_code - __start_trap_call_code;
	const char *found =
		memmem(__start_trap_call_code, size, syscall_insn, sizeof(syscall_insn));

	if (!found)
		return 0;
	found += sizeof(syscall_insn);
	if (memmem(found, __stop_trap_call_code - found, syscall_insn, sizeof(syscall_insn)))
		return 0;
	return (uintptr_t)found;
}

bool trap_is_call_end(uintptr_t end)
{
	const char *after = (const char *)end;

	return !memcmp(after - sizeof(syscall_insn), syscall_insn, sizeof(syscall_insn)) ||
	       !memcmp(after - sizeof(library_insn), library_insn, sizeof(library_insn));
}

siginfo_t trap_siginfo(int nr, int data, uintptr_t end)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	info.si_signo = SIGSYS;
	info.si_errno = data;
	info.si_code = SYS_SECCOMP;
	info.si_call_addr = (void *)end;
	info.si_syscall = nr;
	info.si_arch = arch_native()->audit;
	return info;
}

int trap_marked(void)
{
	const size_t low = offsetof(struct seccomp_data, instruction_pointer) +
			   (arch_native()->big_endian ? 4 : 0);
	uintptr_t end = trap_call_end();
	struct builder b;
	int allow;

	builder_init(&b, arch_native());
	allow = builder_label(&b, "allow");
	build_stmt(&b, BPF_LD | BPF_W | BPF_ABS, low);
	build_if(&b, BPF_JEQ, (uint32_t)end, NEXT, allow);
	build_arg_low(&b, 0);
	build_if(&b, BPF_JEQ, TRAP_MARK, NEXT, allow);
	build_arg_low(&b, 5);
	build_stmt(&b, BPF_ALU | BPF_AND | BPF_K, SECCOMP_RET_DATA);
	build_stmt(&b, BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_TRAP);
	build_stmt(&b, BPF_RET | BPF_A, 0);
	builder_bind(&b, allow);
	build_ret(&b, SECCOMP_RET_ALLOW);
	return kit_install_built(&b);
}

#endif
