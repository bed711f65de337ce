/* SPDX-License-Identifier: BSD-3-Clause */
/* The mitigation of speculative store bypass, which filters may switch on (behaviour 104). */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "selftests/glue/kit-model.h"
#include "selftests/glue/kit-threads.h"

#ifndef PR_GET_SPECULATION_CTRL
#define PR_GET_SPECULATION_CTRL 52
#define PR_SET_SPECULATION_CTRL 53
#define PR_SPEC_STORE_BYPASS	0
#define PR_SPEC_PRCTL		(1UL << 0)
#define PR_SPEC_ENABLE		(1UL << 1)
#define PR_SPEC_DISABLE		(1UL << 2)
#define PR_SPEC_FORCE_DISABLE	(1UL << 3)
#endif

#define FORCED ((int)(PR_SPEC_PRCTL | PR_SPEC_FORCE_DISABLE))

/* What prctl says of store bypass: its value or -errno. */
static int store_bypass(void)
{
	int value = prctl(PR_GET_SPECULATION_CTRL, PR_SPEC_STORE_BYPASS, 0UL, 0UL, 0UL);

	return value < 0 ? -errno : value;
}

static const char *bypass_word(int value)
{
	switch (value) {
	case -EINVAL:
		return "\tunknown";
	case 0:
		return "\tnot vulnerable";
	case FORCED:
		return "\tthread force mitigated";
	case PR_SPEC_PRCTL | PR_SPEC_DISABLE:
		return "\tthread mitigated";
	case PR_SPEC_PRCTL | PR_SPEC_ENABLE:
		return "\tthread vulnerable";
	case PR_SPEC_DISABLE:
		return "\tglobally mitigated";
	default:
		return "\tvulnerable";
	}
}

/* Whether this machine mitigates for whoever is under a filter, as it says itself. */
static bool seccomp_mitigates(void)
{
	struct status_text says;

	return status_read(&says, "/sys/devices/system/cpu/vulnerabilities/spec_store_bypass") >
		       0 &&
	       strstr(says.text, "seccomp");
}

static int bypass_of_child(void *data)
{
	*(int *)data = store_bypass();
	return 0;
}

/* The line is there once and is the word for what prctl says; that is value. */
#define EXPECT_BYPASS(value)                                                             \
	do {                                                                             \
		struct status_text text_;                                                \
		const char *word_;                                                       \
		EXPECT_EQ((value), store_bypass());                                      \
		BROKE_UNLESS(status_read(&text_, "/proc/self/status") > 0, "no status"); \
		EXPECT_EQ(1u, status_count(&text_, "Speculation_Store_Bypass"));         \
		word_ = status_value(&text_, "Speculation_Store_Bypass");                \
		EXPECT_STREQ(bypass_word(store_bypass()), word_ ?: "no line");           \
	} while (0)

SC_TEST(store_bypass_line,
	.doc = "Speculation_Store_Bypass says what prctl does, and a filter changes both only "
	       "where "
	       "the machine mitigates for seccomp, and not with SPEC_ALLOW",
	.needs = { F_flag_spec_allow, F_proc_ssb, F_nnp },
	.covers = { F_flag_spec_allow, F_proc_ssb }, .behaviours = { 104 },
	.requires = NEED_UNFILTERED)
{
	const int fresh = store_bypass();
	const bool forces = seccomp_mitigates() && fresh == (PR_SPEC_PRCTL | PR_SPEC_ENABLE);
	const int filtered = forces ? FORCED : fresh;
	struct kit_filter filter;
	int child = -1;

	kit_always(&filter, SECCOMP_RET_ALLOW);
	EXPECT_BYPASS(fresh);
	ASSERT_EQ(0, kit_install_flags(SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter.prog));
	EXPECT_BYPASS(fresh);
	ASSERT_EQ(0, kit_install_flags(0, &filter.prog));
	EXPECT_BYPASS(filtered);
	ASSERT_EQ(0, kit_install_flags(SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter.prog));
	EXPECT_BYPASS(filtered);
	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(bypass_of_child, &child, sizeof(child))));
	EXPECT_EQ(filtered, child);
}

static long install_here(void *data)
{
	struct kit_filter filter;

	(void)data;
	return kit_install(kit_always(&filter, SECCOMP_RET_ALLOW)) ? -1 : store_bypass();
}

/* Of a thread of this process; word: of size bytes. */
static void read_line_of(pid_t tid, char *word, size_t size)
{
	struct status_text text;
	const char *value = NULL;

	if (status_read(&text, "/proc/self/task/%d/status", tid) > 0)
		value = status_value(&text, "Speculation_Store_Bypass");
	snprintf(word, size, "%s", value ?: "no line");
}

SC_TEST(line_of_each_thread,
	.doc = "Speculation_Store_Bypass is of the thread that is asked about, not of who reads it",
	.needs = { F_proc_ssb }, .covers = { F_proc_ssb }, .behaviours = { 104 },
	.requires = NEED_UNFILTERED)
{
	const int fresh = store_bypass();
	struct worker worker;
	char own[64], its[64];
	long value;

	BROKE_UNLESS(!worker_start(&worker), "no thread");
	value = worker_do(&worker, install_here, NULL);
	read_line_of(gettid(), own, sizeof(own));
	read_line_of(worker.tid, its, sizeof(its));
	EXPECT_STREQ(bypass_word(fresh), own);
	EXPECT_STREQ(bypass_word((int)value), its);
	worker_stop(&worker);
}

SC_TEST(not_by_default,
	.doc = "a filter mitigates only if the kernel's command line asks for it (5.16)",
	.needs = { F_ssb_default_516 }, .covers = { F_ssb_default_516 }, .behaviours = { 139 },
	.requires = NEED_UNFILTERED)
{
	const int fresh = store_bypass();
	struct kit_filter filter;

	kit_always(&filter, SECCOMP_RET_ALLOW);
	ASSERT_EQ(0, kit_install(&filter.prog));
	EXPECT_EQ(fresh, store_bypass());
}

/* Whether a filter mitigates here, as it does not by default since 5.16. */
static bool filters_force(void)
{
	return seccomp_mitigates() && store_bypass() == (PR_SPEC_PRCTL | PR_SPEC_ENABLE);
}

static int under_flags(void *data)
{
	struct kit_filter filter;
	int *flags_or_value = data;

	kit_always(&filter, SECCOMP_RET_ALLOW);
	if (kit_install_flags((unsigned int)*flags_or_value, &filter.prog) < 0)
		return 1;
	*flags_or_value = store_bypass();
	return 0;
}

SC_TEST(only_spec_allow_lifts_it,
	.doc = "of the flags only SPEC_ALLOW, also beside others, keeps a filter from mitigating",
	.needs = { F_flag_spec_allow, F_flag_log, F_flag_tsync, F_flag_new_listener },
	.covers = { F_flag_spec_allow }, .behaviours = { 104 }, .requires = NEED_UNFILTERED)
{
	static const unsigned int others[] = {
		0,
		SECCOMP_FILTER_FLAG_TSYNC,
		SECCOMP_FILTER_FLAG_LOG,
		SECCOMP_FILTER_FLAG_NEW_LISTENER,
		SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG,
	};
	const int fresh = store_bypass(), filtered = filters_force() ? FORCED : fresh;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		int value = (int)others[i];

		EXPECT_EQ(kit_exited(0), kit_end(kit_ask(under_flags, &value, sizeof(value))));
		EXPECT_EQ(filtered, value);
		value = (int)(others[i] | SECCOMP_FILTER_FLAG_SPEC_ALLOW);
		EXPECT_EQ(kit_exited(0), kit_end(kit_ask(under_flags, &value, sizeof(value))));
		EXPECT_EQ(fresh, value);
	}
}

static long ask_bypass(void *data)
{
	(void)data;
	return store_bypass();
}

/* What the other thread says before and after; first the flags beside TSYNC. */
struct pair {
	unsigned int flags;
	int before, after;
};

static int synchronises(void *data)
{
	struct pair *pair = data;
	struct kit_filter filter;
	struct worker other;

	kit_always(&filter, SECCOMP_RET_ALLOW);
	if (worker_start(&other))
		return 1;
	pair->before = (int)worker_do(&other, ask_bypass, NULL);
	if (kit_install_flags(SECCOMP_FILTER_FLAG_TSYNC | pair->flags, &filter.prog))
		return 2;
	pair->after = (int)worker_do(&other, ask_bypass, NULL);
	worker_stop(&other);
	return 0;
}

SC_TEST(tsync_mitigates_all_threads,
	.doc = "TSYNC mitigates for the threads that get their first filter as for the caller, and "
	       "not with SPEC_ALLOW",
	.needs = { F_flag_spec_allow, F_flag_tsync }, .covers = { F_flag_spec_allow, F_flag_tsync },
	.behaviours = { 104 }, .requires = NEED_UNFILTERED)
{
	const int fresh = store_bypass(), filtered = filters_force() ? FORCED : fresh;
	struct pair pair = { 0 };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(synchronises, &pair, sizeof(pair))));
	EXPECT_EQ(fresh, pair.before);
	EXPECT_EQ(filtered, pair.after);
	pair.flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(synchronises, &pair, sizeof(pair))));
	EXPECT_EQ(fresh, pair.after);
}

/* 0 or errno. */
static int lift(void)
{
	return prctl(PR_SET_SPECULATION_CTRL, PR_SPEC_STORE_BYPASS, PR_SPEC_ENABLE, 0UL, 0UL)
		       ? errno
		       : 0;
}

SC_TEST(a_forced_mitigation_stays,
	.doc = "what a filter has forced cannot be lifted by PR_SET_SPECULATION_CTRL: EPERM; a "
	       "filter that forces nothing does not change its answer",
	.needs = { F_flag_spec_allow, F_nnp }, .covers = { F_flag_spec_allow },
	.behaviours = { 104 }, .requires = NEED_UNFILTERED)
{
	const int before = lift(), fresh = store_bypass();
	const bool forces = filters_force();
	struct kit_filter filter;

	ASSERT_EQ(0, kit_install_flags(0, kit_always(&filter, SECCOMP_RET_ALLOW)));
	EXPECT_EQ(forces ? EPERM : before, lift());
	EXPECT_EQ(forces ? FORCED : fresh, store_bypass());
}

TEST_HARNESS_MAIN
