/* SPDX-License-Identifier: BSD-3-Clause */
/* What the bodies of kernel tests are made of. Nothing here asserts; bodies do. */
#ifndef SECCOMPAT_SELFTESTS_KIT_H
#define SECCOMPAT_SELFTESTS_KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <linux/filter.h>

#include "run/run.h"
#include "selftests/glue/info.h"

/* First thing in a test: false when this pass does not include it; else bounds and names it. */
bool test_begin(const struct test_info *info);

/* Says on stderr that the test itself broke; see BROKE_UNLESS. */
void test_broke(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Whether the pass's route is prctl(2). */
bool test_by_prctl(void);

/* seccomp(2) itself: -1 and errno. */
long kit_seccomp(unsigned int operation, unsigned int flags, void *args);

/*
 * NNP (or by the pass's other right), then the filter by the pass's route, and as deep in a stack
 * as the pass has it: 0, or -1 and errno.
 */
int kit_install(const struct sock_fprog *prog);

/* As kit_install, but always by seccomp(2) and with flags; returns what it returned. */
long kit_install_flags(unsigned int flags, const struct sock_fprog *prog);

/* As kit_install, NNP left as it is. */
int kit_install_only(const struct sock_fprog *prog);

/* That one filter by the pass's route, and nothing else. */
int kit_install_one(const struct sock_fprog *prog);

/*
 * "Everything is allowed, but for syscall nr of this ABI the value `action` (with data) is
 * returned". A whole program, in storage of the returned object.
 */
struct kit_filter {
	struct sock_filter code[16];
	struct sock_fprog prog;
};

/* Fills filter and returns its program, which points into it. */
const struct sock_fprog *kit_on_syscall(struct kit_filter *filter, uint32_t nr, uint32_t action);

/* The program that returns `action` for everything. */
const struct sock_fprog *kit_always(struct kit_filter *filter, uint32_t action);

/* NNP, then "nr -> action, else allow" by the pass's route: 0, or -1 and errno. */
int kit_filter_syscall(uint32_t nr, uint32_t action);

/*
 * A number of a line such as "Seccomp:" in /proc/<pid>/task/<tid>/status (0: the caller); -1 if
 * there is no such line. Call it before a filter forbids open and read.
 */
long kit_status(pid_t tid, const char *key);

/*
 * kB of address space that the kernel has in use for its own (VmallocUsed of /proc/meminfo), of
 * which each filter has some; 0 from a kernel that does not count, -1 if nothing says it.
 */
long kit_vmalloc_used(void);

/* The kernel's log, see run/kmsg.h. */
bool kit_can_read_log(void);

/*
 * The last record with that text among those of the kernel's log that were not read yet; "" if
 * there is none.
 */
void kit_find_record(int fd, const char *text, char *record, size_t size);

/* One write to a file, at that offset: 0 or an errno. */
int kit_write(const char *path, const char *text, off_t at);

/* Has the task pid (0: the caller) run on that CPU alone: 0, or -1 and errno. */
int kit_stay_on(pid_t pid, int cpu);

/* The decimal number that a file begins with; `otherwise` if it cannot be read. */
unsigned long kit_number_in(const char *path, unsigned long otherwise);

/* The state of a process or thread as /proc says it, 'S' if it sleeps; 0 if there is none. */
char kit_task_state(pid_t tid);

/* Runs fn in a child, as run_child with the bound of a short step (3 s, scaled). */
struct run_end kit_child(int (*fn)(void *data), void *data);
struct run_end kit_ask(int (*fn)(void *data), void *data, size_t size);

/*
 * How many rounds of something random: n, or a quarter of it where that would take too long, as on
 * an emulated CPU.
 */
unsigned int kit_rounds(unsigned int n);

/* How the child ended, in one number to compare: kit_exited(3), kit_killed(SIGSYS), KIT_HUNG. */
int kit_end(struct run_end end);
static inline int kit_exited(int status)
{
	return status;
}
static inline int kit_killed(int signal)
{
	return 1000 + signal;
}

/* For texts that are compared: a number, or the name of one that differs by architecture (mips). */
const char *kit_errno_text(long number);
const char *kit_signal_text(int number);
#define KIT_HUNG 2000

/* The number that the next open file will have; -1 if there is none left. */
int kit_free_fd(void);

/* The end of two pages, the second of which nobody may touch; NULL if there is no memory. */
char *kit_page_edge(void);

/* Drops to an unprivileged uid (65534) and all capabilities, for good: 0, or -1 and errno. */
int kit_drop_privileges(void);

#endif
