/* SPDX-License-Identifier: BSD-3-Clause */
/* The mitigation of speculative store bypass, which filters may switch on (behaviour 104). */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "selftests/glue/kit-model.h"

#ifndef PR_GET_SPECULATION_CTRL
#define PR_GET_SPECULATION_CTRL 52
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

TEST_HARNESS_MAIN
