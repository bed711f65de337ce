/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-notif.h"

#include "arch/regs.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arch/arch.h"
#include "selftests/glue/kit-birth.h"
#include "selftests/glue/kit-trap.h"
#include "selftests/glue/kit.h"

#define BOUND_MS 3000
#define GLANCE_S 0.05 /* how often to see whether who is waited for is still there */

#define SLOTS 16

/* Shared by the supervisor and one task. */
struct target_slot {
	sem_t go, done;
	long (*fn)(void *data); /* NULL: it shall end */
	void *data;
	long result;
	enum { AT_REST, AT_WORK } _Atomic phase;
	/* Of target_call. */
	long nr;
	unsigned long args[6];
	/* Of the birth: what the task knows of itself, and of the first one the listener. */
	pid_t tid;
	long listener;
	struct target_pool *pool;
};

/* All of the tasks under one listener. */
struct target_pool {
	struct target_plan plan;
	int used;
	struct target_slot slots[SLOTS];
};

#define BOTH(high, low) ((unsigned long)((uint64_t)(high) << 32 | (low)))

const unsigned long target_args[6] = {
	BOTH(0x81828384, 0x91929394), BOTH(0x71727374, 0xa1a2a3a4), BOTH(0xe1e2e3e4, 0x11121314),
	BOTH(0x21222324, 0xf1f2f3f4), BOTH(0xb1b2b3b4, 0x31323334), BOTH(0x41424344, 0xc1c2c3c4),
};

/* --- in the target -------------------------------------------------------------------------- */

static void wait_for(sem_t *sem)
{
	while (sem_wait(sem) && errno == EINTR)
		;
}

static void serve(struct target_slot *slot)
{
	slot->tid = (pid_t)syscall(__NR_gettid);
	sem_post(&slot->done);
	for (;;) {
		wait_for(&slot->go);
		if (!slot->fn)
			return;
		slot->phase = AT_WORK;
		slot->result = slot->fn(slot->data);
		slot->phase = AT_REST;
		sem_post(&slot->done);
	}
}

static int serve_process(void *data)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	serve(data);
	return 0;
}

static void *serve_thread(void *data)
{
	serve(data);
	return NULL;
}

static long install(const struct target_plan *plan)
{
	struct kit_filter filter;
	const struct sock_fprog *prog = plan->prog;
	long listener;

	if (!prog)
		prog = kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_USER_NOTIF);
	listener = kit_install_flags(SECCOMP_FILTER_FLAG_NEW_LISTENER | plan->flags, prog);
	return listener < 0 ? -errno : listener;
}

/* The table of files is the supervisor's until the listener is in it. */
static int first_main(void *data)
{
	struct target_slot *slot = data;
	const struct target_plan *plan = &slot->pool->plan;

	slot->result = plan->prepare ? plan->prepare(plan->data) : 0;
	if (slot->result)
		return 1;
	slot->listener = install(plan);
	if (unshare(CLONE_FILES)) {
		slot->result = errno;
		return 1;
	}
	if (slot->listener >= 0)
		close((int)slot->listener);
	return serve_process(slot);
}

static long give_birth(void *data)
{
	static const struct birth as_sibling = { .by = BY_SYSCALL,
						 .flags = CLONE_PARENT | SIGCHLD };
	struct born born;

	return birth_start(&born, &as_sibling, serve_process, data) ? -errno : born.pid;
}

static long give_thread(void *data)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, serve_thread, data);

	if (!err)
		pthread_detach(thread);
	return -err;
}

#if ARCH_HAS_REGS
static long make_call(void *data)
{
	const struct target_slot *slot = data;

	return trap_call(slot->nr, slot->args);
}
#endif

/* --- in the supervisor ---------------------------------------------------------------------- */

static bool is_gone(const struct target *target)
{
	char state = target_state(target);

	return state == 0 || state == 'Z' || state == 'X';
}

/* Goes on as long as the bound of a short step holds, and the task is there. */
struct patience {
	double start, deadline;
};

static struct patience patience_new(void)
{
	double now = run_now();

	return (struct patience){ now, now + run_scaled_ms(BOUND_MS) / 1e3 };
}

static bool patient(struct patience *patience)
{
	if (run_now() < patience->deadline)
		return true;
	patience->deadline = run_deadline_now(patience->start, BOUND_MS);
	return patience->deadline > 0;
}

static bool wait_a_moment(sem_t *sem)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += (long)(GLANCE_S * 1e9);
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	return !sem_timedwait(sem, &until);
}

static bool wait_done(const struct target *target)
{
	struct patience patience = patience_new();

	while (!is_gone(target) && patient(&patience))
		if (wait_a_moment(&target->slot->done))
			return true;
	/* It may have been its last word. */
	return !sem_trywait(&target->slot->done);
}

static struct target_slot *new_slot(struct target_pool *pool)
{
	struct target_slot *slot = &pool->slots[pool->used++];

	slot->pool = pool;
	sem_init(&slot->go, 1, 0);
	sem_init(&slot->done, 1, 0);
	return slot;
}

int target_start(struct target *target, const struct target_plan *plan)
{
	static const struct birth sharing_files = { .by = BY_SYSCALL,
						    .flags = CLONE_FILES | SIGCHLD };
	struct target_pool *pool = mmap(NULL, sizeof(*pool), PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct born born;

	if (pool == MAP_FAILED)
		return -1;
	if (plan)
		pool->plan = *plan;
	*target = (struct target){ .slot = new_slot(pool), .listener = -ECHILD };
	if (birth_start(&born, &sharing_files, first_main, target->slot))
		return -1;
	target->pid = born.pid;
	if (wait_done(target)) {
		target->listener = (int)target->slot->listener;
		return 0;
	}
	target_kill(target);
	errno = (int)target->slot->result;
	return -1;
}

static bool add(struct target *added, struct target *target, long (*give)(void *data))
{
	long given;

	if (target->slot->pool->used == SLOTS) {
		errno = ENOSPC;
		return false;
	}
	*added = (struct target){ .slot = new_slot(target->slot->pool),
				  .listener = target->listener };
	given = target_do(target, give, added->slot);
	if (given < 0) {
		errno = (int)-given;
		return false;
	}
	added->pid = (pid_t)given;
	return true;
}

int target_fork(struct target *child, struct target *target)
{
	return add(child, target, give_birth) && wait_done(child) ? 0 : -1;
}

int target_thread(struct target *thread, struct target *target)
{
	if (!add(thread, target, give_thread))
		return -1;
	/* Until it knows its tid, that it lives is that its process does. */
	thread->pid = target->pid;
	if (!wait_done(thread))
		return -1;
	thread->thread = true;
	thread->pid = thread->slot->tid;
	return 0;
}

void target_begin(struct target *target, long (*fn)(void *data), void *data)
{
	struct target_slot *slot = target->slot;

	slot->fn = fn;
	slot->data = data;
	slot->result = TARGET_STUCK;
	sem_post(&slot->go);
}

long target_finish(struct target *target)
{
	return wait_done(target) ? target->slot->result : TARGET_STUCK;
}

long target_do(struct target *target, long (*fn)(void *data), void *data)
{
	target_begin(target, fn, data);
	return target_finish(target);
}

#if ARCH_HAS_REGS
void target_call(struct target *target, long nr, const unsigned long args[6])
{
	target->slot->nr = nr;
	memcpy(target->slot->args, args ? args : target_args, sizeof(target->slot->args));
	target_begin(target, make_call, target->slot);
}

struct notif target_notif(const struct target *target)
{
	const struct target_slot *slot = target->slot;
	struct notif notif = {
		.pid = (uint32_t)target->pid,
		.data = {
			.nr = (int)slot->nr,
			.arch = arch_native()->audit,
			.instruction_pointer = trap_call_end(),
		},
	};

	for (int i = 0; i < 6; i++)
		notif.data.args[i] = slot->args[i];
	return notif;
}
#endif

bool target_is_back(const struct target *target)
{
	int value;

	return !sem_getvalue(&target->slot->done, &value) && value > 0;
}

char target_state(const struct target *target)
{
	return kit_task_state(target->pid);
}

bool target_hold_back(const struct target *target)
{
	const struct sched_param param = { 0 };
	int here = sched_getcpu();

	return !kit_stay_on(0, here) && !kit_stay_on(target->pid, here) &&
	       !sched_setscheduler(target->pid, SCHED_IDLE, &param);
}

void target_let_run(const struct target *target)
{
	const struct sched_param param = { 0 };
	cpu_set_t all;

	memset(&all, 0xff, sizeof(all));
	sched_setaffinity(target->pid, sizeof(all), &all);
	sched_setscheduler(target->pid, SCHED_OTHER, &param);
}

/* At work before and after it was looked at: neither what it slept in before is meant, nor its
 * rest. */
static bool works_in_state(const struct target *target, char state)
{
	return target->slot->phase == AT_WORK && target_state(target) == state &&
	       target->slot->phase == AT_WORK;
}

bool target_reaches(const struct target *target, char state)
{
	struct patience patience = patience_new();

	while (!target_is_back(target) && !is_gone(target) && patient(&patience)) {
		if (works_in_state(target, state))
			return true;
		sched_yield();
	}
	return false;
}

bool target_asleep(const struct target *target)
{
	return target_reaches(target, 'S');
}

/* It is nobody's child: gone is what its kernel has no number for. */
static int wait_thread(const struct target *target)
{
	struct patience patience = patience_new();

	while (target_state(target) && patient(&patience))
		sched_yield();
	return target_state(target) ? KIT_HUNG : TARGET_ENDED;
}

int target_wait(struct target *target)
{
	struct patience patience = patience_new();
	int status;
	pid_t got;

	if (target->thread)
		return wait_thread(target);
	do {
		got = waitpid(target->pid, &status, WNOHANG);
		if (!got)
			sched_yield();
	} while (!got && patient(&patience));
	if (got != target->pid)
		return KIT_HUNG;
	return WIFEXITED(status) ? kit_exited(WEXITSTATUS(status)) : kit_killed(WTERMSIG(status));
}

int target_stop(struct target *target)
{
	target_begin(target, NULL, NULL);
	return target_wait(target);
}

int target_kill(struct target *target)
{
	kill(target->pid, SIGKILL);
	return target_wait(target);
}

void target_close(struct target *target)
{
	close(target->listener);
	target->listener = -EBADF;
}

long notif_recv(int listener, struct notif *notif)
{
	memset(notif, 0, sizeof(*notif));
	return listener_ioctl(listener, NOTIF_RECV, notif);
}

long notif_respond(int listener, struct notif_resp resp)
{
	return listener_ioctl(listener, NOTIF_SEND, &resp);
}

long notif_answer(int listener, uint64_t id, int64_t val)
{
	return notif_respond(listener, (struct notif_resp){ .id = id, .val = val });
}

long notif_refuse(int listener, uint64_t id, int32_t error)
{
	return notif_respond(listener, (struct notif_resp){ .id = id, .error = error });
}

long notif_continue(int listener, uint64_t id)
{
	return notif_respond(listener,
			     (struct notif_resp){ .id = id, .flags = NOTIF_FLAG_CONTINUE });
}

long notif_id_valid(int listener, uint64_t id)
{
	return listener_ioctl(listener, NOTIF_ID_VALID, &id);
}

int notif_events(int listener)
{
	struct pollfd ask = { .fd = listener, .events = SHRT_MAX };

	return poll(&ask, 1, 0) < 0 ? -errno : ask.revents;
}
