/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs a seccomp filter in user space, as the kernel of any architecture would. */
#ifndef SECCOMPAT_FILTERS_SIM_H
#define SECCOMPAT_FILTERS_SIM_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One executed instruction, and the registers after it. */
struct sim_step {
	size_t pc;
	const struct sock_filter *insn;
	uint32_t a, x;
};

struct sim_result {
	uint32_t value;	       /* what the filter returned: an action and its data */
	unsigned int executed; /* instructions, the return included */
	size_t pc;	       /* of the last one */
};

/*
 * Runs prog on data. data's fields are numbers of this machine; big_endian says in which order the
 * filter's architecture keeps the halves of the 64-bit ones (struct arch has it). step, if not
 * NULL, is called with step_data after each instruction.
 *
 * As in the kernel A and X start at 0, division by an X of 0 ends the filter with 0 (KILL_THREAD),
 * and a shift by X looks at the lowest 5 bits of X only: that is the kernel's interpreter and the
 * JITs of x86, aarch64, riscv64 and mips64; those of arm and ppc64le differ there.
 *
 * Returns 0, or -EINVAL for a program that check_filter refuses; result and step see nothing of it
 * then. Costs one pass over the program more than running it does: see sim_run_checked.
 */
int sim_run(const struct sock_filter *prog, size_t len, const struct seccomp_data *data,
	    bool big_endian, void (*step)(void *step_data, const struct sim_step *step),
	    void *step_data, struct sim_result *result);

/* The same without the check: for a program that has passed check_filter, and only that. */
struct sim_result sim_run_checked(const struct sock_filter *prog, const struct seccomp_data *data,
				  bool big_endian,
				  void (*step)(void *step_data, const struct sim_step *step),
				  void *step_data);

#endif
