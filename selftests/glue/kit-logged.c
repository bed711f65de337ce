/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-logged.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "run/sweep.h"
#include "selftests/glue/kit.h"

/* The one who restores waits longer than what it waits for. */
#define STEP_MS	 2000
#define GUARD_MS 6000
#define LOCK_MS	 10000

int actions_read(const char *path, struct action_names *names)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	names->text[0] = '\0';
	if (fd < 0)
		return errno;
	got = read(fd, names->text, sizeof(names->text) - 1);
	close(fd);
	if (got < 0)
		return errno;
	names->text[got] = '\0';
	if (got && names->text[got - 1] == '\n')
		names->text[got - 1] = '\0';
	return 0;
}

/* No names are a line without any, as a write of nothing is none. */
int logged_write(const char *names)
{
	return kit_write(ACTIONS_LOGGED, *names ? names : "\n", 0);
}

/* Bounded, so that the caller is not ended by its own bound in the middle of a loan. */
int logged_lock(bool exclusive)
{
	const int operation = (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB;
	const double end = run_now() + run_scaled_ms(LOCK_MS) / 1e3;
	int fd = open(ACTIONS_LOGGED, O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && flock(fd, operation)) {
		if (errno == EWOULDBLOCK && run_now() < end) {
			sched_yield();
			continue;
		}
		close(fd);
		return -1;
	}
	return fd;
}

/* Shared with the guard, which puts there what came of it. */
struct loan {
	int (*fn)(void *data);
	void *data;
	size_t size;
	struct run_end end;
	bool restored;
};

static int guard(void *data)
{
	struct action_names before, after;
	struct loan *loan = data;
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	prctl(PR_SET_NAME, SWEEP_AWAITED, 0, 0, 0);
	if (actions_read(ACTIONS_LOGGED, &before))
		return 1;
	loan->end = run_ask(loan->fn, loan->data, loan->size, STEP_MS);
	loan->restored = !logged_write(before.text) && !actions_read(ACTIONS_LOGGED, &after) &&
			 !strcmp(before.text, after.text);
	return 0;
}

struct run_end logged_borrow(int (*fn)(void *data), void *data, size_t size, bool *restored)
{
	struct loan loan = { .fn = fn, .size = size, .end = { .how = RUN_NOT_STARTED } };
	int lock = logged_lock(true);

	loan.data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (lock < 0 || loan.data == MAP_FAILED) {
		loan.end.value = errno;
		goto out;
	}
	memcpy(loan.data, data, size);
	run_ask(guard, &loan, sizeof(loan), GUARD_MS);
	memcpy(data, loan.data, size);
out:
	if (loan.data != MAP_FAILED)
		munmap(loan.data, size);
	close(lock);
	*restored = loan.restored;
	return loan.end;
}
