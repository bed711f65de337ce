/* SPDX-License-Identifier: BSD-3-Clause */
/* TSYNC, beyond being accepted. The threads are those of a child, and end with it. */
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

#include "probe/ask.h"

static long install_for_all(void)
{
	struct sock_filter filter[] = {
		EXAMINE_SYSCALL,
		SECCOMP_BPF_CALL(__NR_getppid, SECCOMP_RET_ERRNO | EDOM),
		ALLOW,
	};
	struct sock_fprog prog = { .len = sizeof(filter) / sizeof(filter[0]), .filter = filter };

	return ask_seccomp(OP_SET_MODE_FILTER, FLAG_TSYNC, &prog);
}

/* It is easily said that it was. */
static bool is_installed(void)
{
	return syscall(__NR_getppid) == -1 && errno == EDOM;
}

/* 0 once the first thread has ended: the kernel writes that when it is out of TSYNC's way. */
static volatile pid_t leader;

/* The leader is gone, and had a filter that this thread has not. */
static void *sync_without_leader(void *data)
{
	struct answer *answer = data;
	long result;

	while (leader)
		sched_yield();
	result = ask_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (!result)
		result = install_for_all();
	if (result > 0)
		ask_is(answer, ASKED_ABSENT, 0, "the dead thread is in the way");
	else if (!result && !is_installed())
		ask_is_wrong(answer, 0, "TSYNC succeeds, and installs nothing");
	else
		ask_decide(answer, result, 0, EINVAL);
	_exit(0);
}

void probe_tsync_dead(struct answer *answer)
{
	pthread_t thread;
	long result;
	int err;

	leader = syscall(SYS_set_tid_address, &leader);
	err = pthread_create(&thread, NULL, sync_without_leader, answer);
	if (err)
		ask_is(answer, ASKED_UNKNOWN, err, "no thread could be had: %s",
		       ask_errno_name(err));
	result = err ? 0 : ask_with_filter(SECCOMP_RET_ALLOW);
	if (result)
		ask_no_filter(answer, result);
	else if (!err)
		syscall(SYS_exit, 0);
}

struct sibling {
	sem_t started, go, done;
	long nnp;
};

static void *tell_nnp(void *data)
{
	struct sibling *sibling = data;

	sem_post(&sibling->started);
	sem_wait(&sibling->go);
	sibling->nnp = ask_prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	sem_post(&sibling->done);
	return NULL;
}

/* no_new_privs for this thread, then TSYNC: what the other one has. */
static void ask_sibling(struct answer *answer)
{
	struct sibling sibling = { .nnp = 0 };
	pthread_t thread;
	long result;

	sem_init(&sibling.started, 0, 0);
	sem_init(&sibling.go, 0, 0);
	sem_init(&sibling.done, 0, 0);
	if (pthread_create(&thread, NULL, tell_nnp, &sibling)) {
		ask_is(answer, ASKED_UNKNOWN, 0, "no thread could be had");
		return;
	}
	sem_wait(&sibling.started);
	result = ask_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (!result)
		result = install_for_all();
	sem_post(&sibling.go);
	sem_wait(&sibling.done);
	if (result)
		ask_decide(answer, result < 0 ? result : -EBUSY, 0, EINVAL);
	else
		ask_is(answer, sibling.nnp == 1 ? ASKED_PRESENT : ASKED_ABSENT, 0, NULL);
}

/* Before 4.6 a thread that had a filter already was left out: to have one without no_new_privs
 * takes CAP_SYS_ADMIN. */
void probe_tsync_nnp(struct answer *answer)
{
	struct sock_filter filter[] = { ALLOW };
	struct sock_fprog prog = { .len = 1, .filter = filter };
	long result = ask_prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);

	if (result) {
		ask_is(answer, ASKED_UNKNOWN, result < 0 ? result : 0, "no_new_privs is inherited");
		return;
	}
	result = ask_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (unsigned long)&prog, 0, 0);
	if (result == -EACCES)
		ask_is(answer, ASKED_UNKNOWN, result, "it takes root to ask (CAP_SYS_ADMIN)");
	else if (result)
		ask_no_filter(answer, result);
	else
		ask_sibling(answer);
}

/* Who could tell is being killed. */
void probe_tsync_killed_proc(struct answer *answer)
{
	if (!ask_has_filters(answer))
		return;
	ask_is(answer, ASKED_UNKNOWN, 0, "no process lives to tell");
	answer->untold = true;
}
