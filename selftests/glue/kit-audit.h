/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Acts, and the records that the kernel makes of them (type AUDIT_SECCOMP):
 *
 *	static int fail(struct act *act)
 *	{
 *		if (kit_filter_syscall(__NR_getppid, SECCOMP_RET_LOG))
 *			return 1;
 *		act_expect(act, &(struct act_record){ .nr = __NR_getppid, .code = SECCOMP_RET_LOG
 *}); act_call(act, __NR_getppid); return 0;
 *	}
 *
 *	static struct stage stage;
 *
 *	stage_add(&stage, "LOG", fail);
 *	EXPECT_RECORDED(stage);
 *
 * Records come in the order in which they were made, so those of an act are complete once that of a
 * later one is there: silence is seen, not waited for. Who records is found by its pid, so others
 * may be logged meanwhile.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_AUDIT_H
#define SECCOMPAT_SELFTESTS_KIT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "selftests/glue/info.h"

/* A test that does this changes actions_logged for the time. */
#define NEED_RECORDS (NEED_ROOT | NEED_SYSCTL)

#define ACT_TEXT 4096

struct act {
	const char *name;
	const char *logged; /* actions_logged meanwhile; NULL: all that there are */
	/* In a process of its own; 0. */
	int (*fn)(struct act *act);
	/* For fn. */
	uint32_t nr, actions[2];
	unsigned int flags[2], filters, decides; /* an index of actions[] */
	int signal;
	bool silent;
	unsigned int mask;
	/* What came of it. */
	pid_t pid; /* whose records count: of the process itself, unless fn says another one */
	bool acted;
	int end; /* as kit_end() */
	char expected[ACT_TEXT], recorded[ACT_TEXT];
};

/* What is recorded of a call, beside who makes it. */
struct act_record {
	int signal, nr;
	uint32_t code;
	uint32_t arch;	    /* 0: the program's own */
	bool foreign_entry; /* of a program of the kernel's own ABI */
	uintptr_t ip;	    /* 0: act_call() makes the call */
};

/*
 * That record is right, of the calling task as it is now: who it is (its uid, name, program) is
 * looked up here. Before a filter forbids that.
 */
void act_expect(struct act *act, const struct act_record *record);

/* Makes the call; argument 0 is `what`, all others are 0. */
long act_call_with(struct act *act, long nr, unsigned long what);

static inline long act_call(struct act *act, long nr)
{
	return act_call_with(act, nr, 0);
}

/*
 * The usual fn: installs actions[] for nr, as one filter each with flags[]; without any flag by the
 * pass's route; then calls nr. Expects a record of actions[decides] with signal, unless silent.
 */
int act_filtered(struct act *act);

#define ACTS_MAX 128

struct stage {
	struct act acts[ACTS_MAX]; /* one behind the last of them is ours */
	unsigned int count;
	/*
	 * The audit system is switched on meanwhile, which it cannot be without a trace: tasks that
	 * are born after that make more of each call (NEED_DISPOSABLE).
	 */
	bool audited;
	char changes[2048]; /* then: the records of changes of actions_logged */
	int err;	    /* of a step that is not the kernel's matter here */
	bool complete;	    /* the last record, that of an act of its own, has come */
	bool restored;
};

/* One act more, to be filled in further. */
struct act *stage_add(struct stage *stage, const char *name, int (*fn)(struct act *act));

/* Has them all acted, one after the other, and reads the records. */
void stage_run(struct stage *stage);

/* The first record that is not as expected, or too many, or missing; or "". */
const char *act_difference(const struct act *act);

/* In a test's body, test.h being included: just those records were made. */
#define EXPECT_RECORDED(stage)                                                               \
	do {                                                                                 \
		stage_run(&(stage));                                                         \
		errno = (stage).err;                                                         \
		BROKE_UNLESS(!(stage).err, "the records cannot be read");                    \
		EXPECT_TRUE((stage).restored);                                               \
		ASSERT_TRUE((stage).complete)                                                \
		{                                                                            \
			TH_LOG("the record of a call with the action LOG did not come");     \
		}                                                                            \
		for (unsigned int i_ = 0; i_ < (stage).count; i_++) {                        \
			const struct act *act_ = &(stage).acts[i_];                          \
                                                                                             \
			EXPECT_TRUE(act_->acted)                                             \
			{                                                                    \
				TH_LOG("%s: ended with %d before it could act", act_->name,  \
				       act_->end);                                           \
			}                                                                    \
			EXPECT_STREQ("", act_difference(act_))                               \
			{                                                                    \
				TH_LOG("%s, logged: %s", act_->name, act_->logged ?: "all"); \
			}                                                                    \
		}                                                                            \
	} while (0)

/* Each act came to its end, and what it checked itself was right. */
#define EXPECT_ENDED(stage)                                            \
	do {                                                           \
		for (unsigned int i_ = 0; i_ < (stage).count; i_++) {  \
			EXPECT_EQ(kit_exited(0), (stage).acts[i_].end) \
			{                                              \
				TH_LOG("%s", (stage).acts[i_].name);   \
			}                                              \
		}                                                      \
	} while (0)

#endif
