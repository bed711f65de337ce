/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How a filter comes from the caller's memory into the kernel, and what is left of one that was
 * refused (behaviours 13, 16, 19 and 20).
 */
#include "selftests/glue/test.h"

#include <sys/mman.h>
#include <linux/seccomp.h>

#include "selftests/glue/kit-insns.h"
#include "selftests/glue/kit-refusals.h"
#include "selftests/glue/kit-task.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- pointers -------------------------------------------------------------------------------- */

static int ask_bad_pointers(struct refusals *refusals)
{
	char *edge = kit_page_edge();
	/* The first page, the last one, and where on 64 bits the kernel begins. */
	uintptr_t wild[] = { 1,
			     8,
			     (uintptr_t)edge,
			     (uintptr_t)-4096,
			     (uintptr_t)-1,
			     (uintptr_t)1 << (sizeof(void *) * 8 - 1) | 4096 };
	struct sock_fprog prog;

	if (!edge || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 1;
	if (refusals->data && kit_install_only(refusals->prog))
		return 1;
	refusals_begin(refusals);
	/* No instructions at all are told from unreadable ones (bpf_check_basics_ok(), since 4.3).
	 */
	refusals_expect(refusals, 0xff, kit_install_only(NULL), EFAULT);
	prog = (struct sock_fprog){ .len = 1 };
	refusals_expect(refusals, 0x1ff, kit_install_only(&prog), EINVAL);
	for (size_t i = 0; i < COUNT(wild); i++) {
		refusals_expect(refusals, i, kit_install_only((void *)wild[i]), EFAULT);
		prog = (struct sock_fprog){ .len = 1, .filter = (void *)wild[i] };
		refusals_expect(refusals, 0x100 + i, kit_install_only(&prog), EFAULT);
		prog.len = BPF_MAXINSNS;
		refusals_expect(refusals, 0x200 + i, kit_install_only(&prog), EFAULT);
		/* The length is looked at first. */
		prog.len = 0;
		refusals_expect(refusals, 0x300 + i, kit_install_only(&prog), EINVAL);
		prog.len = BPF_MAXINSNS + 1;
		refusals_expect(refusals, 0x400 + i, kit_install_only(&prog), EINVAL);
	}
	/* struct sock_fprog with its last byte, then with all but the first, in the bad page */
	for (size_t inside = 1; inside < sizeof(prog); inside++) {
		memcpy(edge - inside, refusals->prog, inside);
		refusals_expect(refusals, 0x500 + inside, kit_install_only((void *)(edge - inside)),
				EFAULT);
	}
	/* The instructions likewise: two, of which only the first, or a part of the second, is
	 * there. */
	for (size_t inside = 1; inside < 2 * sizeof(struct sock_filter); inside++) {
		struct sock_filter two[] = { RET_ALLOW, RET_ALLOW };

		memcpy(edge - inside, two, inside);
		prog = (struct sock_fprog){ .len = 2, .filter = (void *)(edge - inside) };
		refusals_expect(refusals, 0x600 + inside, kit_install_only(&prog), EFAULT);
	}
	return refusals_end(refusals);
}

SC_TEST(bad_pointers,
	.doc = "A program, or instructions, that cannot be read to their last byte are EFAULT, and "
	       "nothing is installed",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 13, 19 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_RIGHT) | VARY(DIM_TASK))
{
	struct kit_filter filter;
	struct refusals refusals;

	kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 21);
	refusals = refusals_ask(ask_bad_pointers, &filter.prog, NULL);
	EXPECT_REFUSALS(refusals);
	/* Likewise over a filter, which stays. */
	refusals = refusals_ask(ask_bad_pointers, &filter.prog, "over a filter");
	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(2, refusals.after.mode);
	EXPECT_EQ(21, refusals.after.getppid_errno);
}

static int install_at_edge(void *data)
{
	struct kit_filter filter;
	const struct sock_fprog *prog =
		kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 22);
	char *edge = kit_page_edge(), *other = kit_page_edge();
	size_t size = prog->len * sizeof(*prog->filter);
	struct sock_fprog copy = { .len = prog->len };

	if (!edge || !other)
		return 1;
	memcpy(edge - size, prog->filter, size);
	copy.filter = (void *)(edge - size);
	memcpy(other - sizeof(copy), &copy, sizeof(copy));
	if (kit_install((void *)(other - sizeof(copy))))
		return 2;
	kit_view_self(data);
	return 0;
}

SC_TEST(not_a_byte_too_many,
	.doc = "A program, and instructions, that end where the readable memory ends are accepted",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 13 }, .varies = VARY(DIM_ROUTE))
{
	struct kit_view view = { .mode = -1 };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(install_at_edge, &view, sizeof(view))));
	EXPECT_EQ(2, view.mode);
	EXPECT_EQ(22, view.getppid_errno);
}

/* The filter is the kernel's own copy: what becomes of ours does not matter. */
static int change_afterwards(void *data)
{
	struct kit_filter filter;

	kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 23);
	if (kit_install(&filter.prog))
		return 1;
	kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 24);
	filter.prog.len = 1;
	kit_view_self(data);
	return 0;
}

SC_TEST(program_is_copied, .doc = "Changing the program's memory afterwards changes nothing",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 16 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_ENGINE))
{
	struct kit_view view = { .mode = -1 };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(change_afterwards, &view, sizeof(view))));
	EXPECT_EQ(23, view.getppid_errno);
}

/* --- what a refusal leaves ------------------------------------------------------------------- */

static int ask_bad_programs(struct refusals *refusals)
{
	static struct sock_filter bad[][2] = {
		{ INSN(BPF_LD | BPF_W | BPF_ABS, 64), RET_ALLOW },
		{ INSN(BPF_LD | BPF_W | BPF_ABS, 2), RET_ALLOW },
		{ INSN(BPF_LD | BPF_B | BPF_ABS, 0), RET_ALLOW },
		{ INSN(BPF_ALU | BPF_DIV | BPF_K, 0), RET_ALLOW },
		{ INSN(BPF_ALU | BPF_LSH | BPF_K, 32), RET_ALLOW },
		{ INSN(BPF_ALU | BPF_MOD | BPF_K, 3), RET_ALLOW },
		{ LD_M(0), RET_ALLOW },
		{ ST_M(16), RET_ALLOW },
		{ JA(1), RET_ALLOW },
		{ RET_ALLOW, JA(0) },
		{ INSN(0xffff, 0), RET_ALLOW },
	};
	const char *state = refusals->data;

	if (strchr(state, 'n') && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 1;
	if (strchr(state, 'f') &&
	    (kit_install_only(refusals->prog) || kit_install_only(refusals->prog)))
		return 1;
	refusals_begin(refusals);
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < COUNT(bad); i++) {
			struct sock_fprog prog = { .len = 2, .filter = bad[i] };

			refusals_expect(refusals, i, kit_install_only(&prog), EINVAL);
		}
	return refusals_end(refusals);
}

SC_TEST(refusal_changes_nothing,
	.doc = "After programs that were refused mode, NNP and count are as before, at 0 and over "
	       "filters, and these still work",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 19 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_RIGHT))
{
	struct kit_filter filter;
	struct refusals refusals;

	kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 25);
	refusals = refusals_ask(ask_bad_programs, &filter.prog, "n");
	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(1, refusals.after.nnp);
	refusals = refusals_ask(ask_bad_programs, &filter.prog, "nf");
	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(2, refusals.after.mode);
	EXPECT_EQ(25, refusals.after.getppid_errno);
}

SC_TEST(refusal_sets_no_nnp,
	.doc = "With CAP_SYS_ADMIN and without NNP, programs that are refused leave NNP at 0 too",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 19 }, .requires = NEED_ROOT | NEED_NO_NNP, .varies = VARY(DIM_ROUTE))
{
	struct kit_filter filter;
	struct refusals refusals;

	kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 26);
	refusals = refusals_ask(ask_bad_programs, &filter.prog, "");
	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(0, refusals.after.nnp);
	refusals = refusals_ask(ask_bad_programs, &filter.prog, "f");
	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(0, refusals.after.nnp);
	EXPECT_EQ(26, refusals.after.getppid_errno);
}

/* --- struct sock_fprog ----------------------------------------------------------------------- */

static int install_from(void *data)
{
	struct kit_filter filter;
	const struct sock_fprog *prog =
		kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 27);
	struct sock_fprog copy;

	/* Between the length and the pointer there are bytes that mean nothing. */
	memset(&copy, 0xff, sizeof(copy));
	copy.len = prog->len;
	copy.filter = *(void **)data ?: prog->filter;
	memcpy(copy.filter, prog->filter, prog->len * sizeof(*prog->filter));
	if (kit_install(&copy))
		return 255;
	return syscall(SYS_getppid) < 0 ? errno : 0;
}

/*
 * The same layout as the kernel's is the caller's matter only where they are of one size. A 32-bit
 * program under a 64-bit kernel has another one, whose pointer must become one of 64 bits by zeros,
 * also when it has its top bit set: on the stack, or high up.
 */
SC_TEST(program_of_any_address,
	.doc = "The caller's own layout of sock_fprog is understood (the compat one too), its "
	       "padding ignored, and the pointer widened with zeros",
	.needs = { F_mode_filter_prctl, F_act_errno },
	.covers = { F_mode_filter_prctl, F_op_set_mode_filter }, .behaviours = { 20 },
	.varies = VARY(DIM_ROUTE))
{
	static const uintptr_t hints[] = { 0x10000000, 0x7fff0000, 0x80000000, 0xa0000000,
					   0xf0000000 };
	void *address = NULL;

	EXPECT_EQ(kit_exited(27), kit_end(kit_child(install_from, &address)));
	for (size_t i = 0; i < COUNT(hints); i++) {
		/* A hint: what is not free, or not the user's, is some other address. */
		address = mmap((void *)hints[i], 4096, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		BROKE_UNLESS(address != MAP_FAILED, "no memory");
		EXPECT_EQ(kit_exited(27), kit_end(kit_child(install_from, &address)))
		{
			TH_LOG("instructions at %p", address);
		}
	}
}

TEST_HARNESS_MAIN
