/* SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz/call.h"

#include "arch/regs.h"

#include "filters/random.h"

static const char *const harmless[] = {
	"getppid", "getpid", "getuid", "geteuid", "getgid", "gettid"
};

#if ARCH_HAS_REGS
static __attribute__((noinline)) long call_native(const struct seccomp_data *data)
{
	return arch_syscall6(data->nr, data->args[0], data->args[1], data->args[2], data->args[3],
			     data->args[4], data->args[5]);
}
#endif

#ifdef ARCH_HAS_INT80
static __attribute__((noinline)) long call_int80(const struct seccomp_data *data)
{
	const unsigned long args[6] = { data->args[0], data->args[1], data->args[2],
					data->args[3], data->args[4], data->args[5] };

	return arch_int80(data->nr, args);
}
#endif

const struct arch *fuzz_route_arch(enum fuzz_route route)
{
#if ARCH_HAS_REGS
	if (route == FUZZ_NATIVE)
		return arch_native();
#endif
#ifdef ARCH_HAS_INT80
	if (route == FUZZ_INT80)
		return arch_twin_of(arch_native());
#endif
	(void)route;
	return NULL;
}

long fuzz_call(enum fuzz_route route, const struct seccomp_data *data)
{
#ifdef ARCH_HAS_INT80
	if (route == FUZZ_INT80)
		return call_int80(data);
#endif
#if ARCH_HAS_REGS
	if (route == FUZZ_NATIVE)
		return call_native(data);
#endif
	(void)route;
	(void)data;
	return 0;
}

uint64_t fuzz_call_argument(enum fuzz_route route, uint64_t value)
{
	/* Registers of the caller's width; int $0x80 shows filters the low halves only. */
	return route == FUZZ_INT80 ? (uint32_t)value : (unsigned long)value;
}

int fuzz_call_number(enum fuzz_route route, uint64_t *state, bool made_up)
{
	const struct arch *arch = fuzz_route_arch(route);

	/* Above every table, also x32's and mips'; none of arm's private calls either. */
	if (made_up)
		return (int)(random_next(state) | 0x10400);
	return (int)arch_syscall_nr(arch, RANDOM_OF(state, harmless));
}
