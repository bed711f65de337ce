/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A filter for all threads, while they come, go, sleep and race (behaviours 63 to 67, 69). Whom
 * SECCOMP_FILTER_FLAG_TSYNC reaches at rest is tsync.c's.
 */
#include "selftests/glue/test.h"

#include <stdatomic.h>
#include <linux/seccomp.h>

#include "selftests/glue/kit-letters.h"
#include "selftests/glue/kit-threads.h"

#define TSYNC	    SECCOMP_FILTER_FLAG_TSYNC
#define TSYNC_ESRCH SECCOMP_FILTER_FLAG_TSYNC_ESRCH

struct proc_seen {
	long mode[3], nnp[3];
};

static int look_in_proc(void *data)
{
	struct proc_seen *seen = data;
	struct kit_filter filter;
	struct worker workers[2];
	pid_t tids[3];

	tids[0] = getpid();
	for (int i = 0; i < 2; i++) {
		if (worker_start(&workers[i]))
			return 1;
		tids[i + 1] = workers[i].tid;
	}
	if (kit_install_flags(TSYNC, letter_filter(&filter, A)))
		return 2;
	for (int i = 0; i < 3; i++) {
		seen->mode[i] = kit_status(tids[i], "Seccomp");
		seen->nnp[i] = kit_status(tids[i], "NoNewPrivs");
	}
	return 0;
}

SC_TEST(status_of_idle_threads,
	.doc = "/proc shows mode and NNP of synchronised threads that have not run since",
	.needs = { F_flag_tsync, F_proc_seccomp, F_proc_nnp },
	.covers = { F_flag_tsync, F_proc_seccomp, F_proc_nnp }, .behaviours = { 65, 102 })
{
	struct proc_seen seen = { 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(look_in_proc, &seen, sizeof(seen))));
	for (int i = 0; i < 3; i++) {
		EXPECT_EQ(2, seen.mode[i]);
		EXPECT_EQ(1, seen.nnp[i]);
	}
}

struct after_exit {
	long blocked, synced;
	struct look leader, worker;
};

static long install_own(void *data)
{
	struct kit_filter filter;

	return kit_install(letter_filter(&filter, *(enum letter *)data));
}

static int diverged_then_gone(void *data)
{
	struct worker diverged, other;
	struct after_exit *seen = data;
	struct kit_filter filter;
	enum letter letter = B;

	if (worker_start(&diverged) || worker_start(&other) ||
	    worker_do(&diverged, install_own, &letter))
		return 1;
	seen->blocked = kit_install_flags(TSYNC, letter_filter(&filter, C)) - diverged.tid;
	worker_stop(&diverged);
	seen->synced = kit_install_flags(TSYNC, letter_filter(&filter, C));
	look(&seen->leader);
	worker_do(&other, look, &seen->worker);
	return 0;
}

SC_TEST(diverged_sibling_exits,
	.doc = "once the thread with filters of its own is gone, TSYNC succeeds",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 64 })
{
	struct after_exit seen = { .blocked = -1, .synced = -1 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(diverged_then_gone, &seen, sizeof(seen))));
	EXPECT_EQ(0, seen.blocked) TH_LOG("not the TID, but off by so much");
	EXPECT_EQ(0, seen.synced);
	EXPECT_STREQ("2 1 --C", seen.leader.text);
	EXPECT_STREQ("2 1 --C", seen.worker.text);
}

struct strict_sibling {
	int to[2], from[2];
	pid_t tid;
	long ret, ret_esrch, ret_after;
	int err_esrch;
	long mode, count;
	struct look leader, worker, leader_after;
};

/* In strict mode there is nothing but read, write and exit. */
static void *strict_main(void *data)
{
	struct strict_sibling *s = data;
	char byte = 0;

	s->tid = (pid_t)syscall(SYS_gettid);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0))
		byte = 1;
	if (syscall(__NR_write, s->from[1], &byte, 1) == 1)
		syscall(__NR_read, s->to[0], &byte, 1);
	syscall(__NR_exit, 0);
	return NULL;
}

static int beside_strict(void *data)
{
	struct strict_sibling *s = data;
	struct kit_filter filter;
	struct worker worker;
	pthread_t thread;
	char byte;

	if (pipe(s->to) || pipe(s->from) || worker_start(&worker) ||
	    pthread_create(&thread, NULL, strict_main, s) || read(s->from[0], &byte, 1) != 1 ||
	    byte)
		return 1;
	s->ret = kit_install_flags(TSYNC, letter_filter(&filter, C));
	s->ret_esrch = kit_install_flags(TSYNC | TSYNC_ESRCH, letter_filter(&filter, C));
	s->err_esrch = errno;
	look(&s->leader);
	worker_do(&worker, look, &s->worker);
	s->mode = kit_status(s->tid, "Seccomp");
	s->count = kit_status(s->tid, "Seccomp_filters");
	close(s->to[1]);
	thread_gone(s->tid);
	s->ret_after = kit_install_flags(TSYNC, letter_filter(&filter, C));
	look(&s->leader_after);
	return 0;
}

SC_TEST(strict_sibling,
	.doc = "a thread in strict mode blocks TSYNC as long as it lives, and stays as it is",
	.needs = { F_flag_tsync, F_flag_tsync_esrch, F_mode_strict, F_proc_filters },
	.covers = { F_flag_tsync, F_flag_tsync_esrch }, .behaviours = { 67 },
	.requires = NEED_NO_NNP)
{
	struct strict_sibling s = { 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(beside_strict, &s, sizeof(s))));
	EXPECT_EQ(s.tid, s.ret);
	EXPECT_EQ(-1, s.ret_esrch);
	EXPECT_EQ(ESRCH, s.err_esrch);
	EXPECT_STREQ("0 1 ---", s.leader.text);
	EXPECT_STREQ("0 0 ---", s.worker.text);
	EXPECT_EQ(1, s.mode);
	EXPECT_EQ(0, s.count);
	EXPECT_EQ(0, s.ret_after);
	EXPECT_STREQ("2 1 --C", s.leader_after.text);
}

struct blocked_reader {
	int fds[2];
	long first, second;
	int second_errno;
	char byte;
};

static long read_twice(void *data)
{
	struct blocked_reader *r = data;

	r->first = syscall(__NR_read, r->fds[0], &r->byte, 1);
	r->second = syscall(__NR_read, r->fds[0], &r->byte, 1);
	r->second_errno = errno;
	return 0;
}

static int sync_while_blocked(void *data)
{
	struct blocked_reader *r = data;
	struct kit_filter filter;
	struct worker worker;

	if (pipe(r->fds) || worker_start(&worker))
		return 1;
	worker_begin(&worker, read_twice, r);
	thread_asleep(worker.tid);
	if (kit_install_flags(TSYNC, kit_on_syscall(&filter, __NR_read, SECCOMP_RET_ERRNO | 77)))
		return 2;
	if (write(r->fds[1], "x", 1) != 1)
		return 3;
	worker_finish(&worker);
	return 0;
}

SC_TEST(sibling_inside_syscall,
	.doc = "a syscall that a thread is in goes on undisturbed; its next one is filtered",
	.needs = { F_flag_tsync, F_proc_seccomp }, .covers = { F_flag_tsync }, .behaviours = { 63 })
{
	struct blocked_reader r = { 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(sync_while_blocked, &r, sizeof(r))));
	EXPECT_EQ(1, r.first);
	EXPECT_EQ('x', r.byte);
	EXPECT_EQ(-1, r.second);
	EXPECT_EQ(77, r.second_errno);
}

static int started_later(void *data)
{
	struct look *seen = data;
	struct kit_filter filter;
	struct worker before, after;

	if (worker_start(&before) || kit_install_flags(TSYNC, letter_filter(&filter, A)) ||
	    worker_start(&after))
		return 1;
	worker_do(&after, look, &seen[0]);
	if (kit_install_flags(TSYNC, letter_filter(&filter, B)))
		return 2;
	worker_do(&before, look, &seen[1]);
	worker_do(&after, look, &seen[2]);
	return 0;
}

SC_TEST(threads_started_later,
	.doc = "a thread started after TSYNC is under the filter, and part of the next TSYNC",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 63, 114 })
{
	struct look seen[3] = { 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(started_later, seen, sizeof(seen))));
	EXPECT_STREQ("2 1 A--", seen[0].text);
	EXPECT_STREQ("2 1 AB-", seen[1].text);
	EXPECT_STREQ("2 1 AB-", seen[2].text);
}

static long tsync_letter(void *data)
{
	struct kit_filter filter;

	return kit_install_flags(TSYNC, letter_filter(&filter, *(enum letter *)data));
}

#define ROUNDS 20

/* Each round the filter's installer goes, and others come: what holds the filters are the rest. */
static int installers_exit(void *data)
{
	struct look *seen = data;
	struct worker stays, installer;
	enum letter letter = C;

	if (worker_start(&stays))
		return 1;
	for (int i = 0; i < ROUNDS; i++) {
		if (worker_start(&installer) || worker_do(&installer, tsync_letter, &letter))
			return 2;
		worker_stop(&installer);
		worker_do(&stays, look, &seen[0]);
		look(&seen[1]);
		if (strcmp(seen[0].text, "2 1 --C") || strcmp(seen[1].text, "2 1 --C"))
			return 3;
	}
	seen[2].text[0] = '0' + (kit_status(0, "Seccomp_filters") == ROUNDS);
	return 0;
}

SC_TEST(installer_exits, .doc = "synchronised filters outlive the thread that installed them",
	.needs = { F_flag_tsync, F_proc_filters }, .covers = { F_flag_tsync },
	.behaviours = { 63, 117 })
{
	struct look seen[3] = { 0 };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(installers_exit, seen, sizeof(seen))));
	EXPECT_STREQ("2 1 --C", seen[0].text);
	EXPECT_STREQ("2 1 --C", seen[1].text);
	EXPECT_STREQ("1", seen[2].text) TH_LOG("Seccomp_filters is not %d", ROUNDS);
}

struct outsiders {
	int go[2];
	struct look forked, shares_memory;
};

/* A process that shares the memory and nothing else is no thread of the caller's. */
static int outsider(void *data)
{
	struct outsiders *o = data;
	char byte;

	if (syscall(__NR_read, o->go[0], &byte, 1) == 1)
		look(&o->shares_memory);
	syscall(__NR_exit, 0);
	return 0;
}

static int sync_beside_processes(void *data)
{
	static char stack[65536] __attribute__((aligned(64)));
	struct outsiders *o = data;
	struct kit_filter filter;
	pid_t forked, shares;
	struct look me;
	int status;
	char byte;

	if (pipe(o->go))
		return 1;
	shares = clone(outsider, stack + sizeof(stack), CLONE_VM | SIGCHLD, o);
	forked = fork();
	if (forked == 0) {
		if (read(o->go[0], &byte, 1) == 1)
			look(&o->forked);
		_exit(0);
	}
	if (shares < 0 || forked < 0 || kit_install_flags(TSYNC, letter_filter(&filter, C)))
		return 2;
	look(&me);
	if (strcmp(me.text, "2 1 --C") || write(o->go[1], "xx", 2) != 2)
		return 3;
	if (waitpid(shares, &status, 0) != shares || waitpid(forked, &status, 0) != forked)
		return 4;
	return 0;
}

SC_TEST(other_processes_untouched,
	.doc = "TSYNC ends at the thread group: neither a child nor who shares the memory changes",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 63 },
	.requires = NEED_NO_NNP)
{
	struct outsiders o = { 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(sync_beside_processes, &o, sizeof(o))));
	EXPECT_STREQ("0 0 ---", o.forked.text);
	EXPECT_STREQ("0 0 ---", o.shares_memory.text);
}

/* --- races --- */

/* Two threads that start together, and what they say. */
struct racers {
	struct worker worker[2];
	atomic_int ready;
	enum letter letter[2];
	unsigned int flags[2];
	long ret[2];
};

struct racer {
	struct racers *race;
	int i;
};

static long race_one(void *data)
{
	struct racer *racer = data;
	struct racers *race = racer->race;
	struct kit_filter filter;
	const struct sock_fprog *prog = letter_filter(&filter, race->letter[racer->i]);

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	atomic_fetch_add(&race->ready, 1);
	while (atomic_load(&race->ready) < 2)
		sched_yield();
	race->ret[racer->i] =
		kit_seccomp(SECCOMP_SET_MODE_FILTER, race->flags[racer->i], (void *)prog);
	return 0;
}

static void race_both(struct racers *race)
{
	struct racer racers[2] = { { race, 0 }, { race, 1 } };

	atomic_store(&race->ready, 0);
	for (int i = 0; i < 2; i++)
		worker_begin(&race->worker[i], race_one, &racers[i]);
	for (int i = 0; i < 2; i++)
		worker_finish(&race->worker[i]);
}

struct race_seen {
	int rounds; /* that were right */
	long ret[2];
	long count[3];
	char text[96]; /* of the round that was not */
};

static int both_sync(void *data)
{
	struct racers race = { .letter = { A, B }, .flags = { TSYNC, TSYNC } };
	struct race_seen *seen = data;
	struct look looks[3];

	if (worker_start(&race.worker[0]) || worker_start(&race.worker[1]))
		return 1;
	for (seen->rounds = 0; seen->rounds < ROUNDS; seen->rounds++) {
		race_both(&race);
		memcpy(seen->ret, race.ret, sizeof(race.ret));
		for (int i = 0; i < 2; i++) {
			worker_do(&race.worker[i], look, &looks[i]);
			seen->count[i] = kit_status(race.worker[i].tid, "Seccomp_filters");
		}
		look(&looks[2]);
		seen->count[2] = kit_status(0, "Seccomp_filters");
		snprintf(seen->text, sizeof(seen->text), "%ld %ld, %s, %s, %s", race.ret[0],
			 race.ret[1], looks[0].text, looks[1].text, looks[2].text);
		for (int i = 0; i < 3; i++)
			if (seen->count[i] != 2 * (seen->rounds + 1) ||
			    strcmp(looks[i].text, "2 1 AB-"))
				return 2;
		if (race.ret[0] || race.ret[1])
			return 3;
	}
	return 0;
}

SC_TEST(two_threads_race,
	.doc = "of two threads that TSYNC at once both succeed, and all threads have both filters",
	.needs = { F_flag_tsync, F_proc_filters }, .covers = { F_flag_tsync },
	.behaviours = { 63, 66 })
{
	struct race_seen seen = { 0 };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(both_sync, &seen, sizeof(seen))))
	{
		TH_LOG("round %d: %s; counts %ld %ld %ld, expected 2 each round", seen.rounds,
		       seen.text, seen.count[0], seen.count[1], seen.count[2]);
	}
	EXPECT_EQ(ROUNDS, seen.rounds);
}

/* One for all, the other one for itself: either comes first, and each has an outcome of its own. */
static int sync_against_own(void *data)
{
	struct racers race = { .letter = { A, B }, .flags = { TSYNC, 0 } };
	struct race_seen *seen = data;
	struct look looks[2];
	const char *wanted[2];

	if (worker_start(&race.worker[0]) || worker_start(&race.worker[1]))
		return 1;
	race_both(&race);
	for (int i = 0; i < 2; i++)
		worker_do(&race.worker[i], look, &looks[i]);
	snprintf(seen->text, sizeof(seen->text), "%ld %ld, %s, %s", race.ret[0], race.ret[1],
		 looks[0].text, looks[1].text);
	if (race.ret[1])
		return 2;
	wanted[0] = race.ret[0] ? "0 1 ---" : "2 1 A--";
	wanted[1] = race.ret[0] ? "2 1 -B-" : "2 1 AB-";
	if (race.ret[0] && race.ret[0] != race.worker[1].tid)
		return 3;
	return strcmp(looks[0].text, wanted[0]) || strcmp(looks[1].text, wanted[1]) ? 4 : 0;
}

SC_TEST(race_with_own_filter,
	.doc = "a thread that installs a filter for itself while another one synchronises loses "
	       "neither",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 63, 64 })
{
	for (int i = 0; i < ROUNDS; i++) {
		struct race_seen seen = { 0 };

		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(sync_against_own, &seen, sizeof(seen))))
		TH_LOG("round %d: %s", i, seen.text);
	}
}

#define BORN 12

struct birth {
	atomic_int born, synced;
	int escaped, started;
	struct look looks[BORN];
};

struct newborn {
	struct birth *birth;
	struct look *look;
};

static void *newborn_main(void *data)
{
	struct newborn *me = data;

	atomic_fetch_add(&me->birth->born, 1);
	while (!atomic_load(&me->birth->synced))
		sched_yield();
	look(me->look);
	return NULL;
}

static long give_birth(void *data)
{
	struct birth *birth = data;
	struct newborn newborns[BORN];
	pthread_t threads[BORN];
	int n = 0;

	for (; n < BORN; n++) {
		newborns[n] = (struct newborn){ birth, &birth->looks[n] };
		if (pthread_create(&threads[n], NULL, newborn_main, &newborns[n]))
			break;
	}
	birth->started = n;
	while (n-- > 0)
		pthread_join(threads[n], NULL);
	return 0;
}

static int sync_among_births(void *data)
{
	struct birth *birth = data;
	struct kit_filter filter;
	struct worker mother;
	long ret;

	if (worker_start(&mother))
		return 1;
	worker_begin(&mother, give_birth, birth);
	while (atomic_load(&birth->born) < 2)
		sched_yield();
	ret = kit_install_flags(TSYNC, letter_filter(&filter, C));
	atomic_store(&birth->synced, 1);
	worker_finish(&mother);
	for (int i = 0; i < birth->started; i++)
		birth->escaped += !!strcmp(birth->looks[i].text, "2 1 --C");
	if (ret)
		return 2;
	return birth->started == BORN ? 0 : 3;
}

SC_TEST(no_newborn_escapes,
	.doc = "threads that are being started while another one synchronises are under the filter "
	       "too",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 63, 69 },
	.seconds = 10, .slow = true)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct birth birth = { 0 };

		ASSERT_EQ(kit_exited(0),
			  kit_end(kit_ask(sync_among_births, &birth, sizeof(birth))));
		ASSERT_EQ(0, birth.escaped) TH_LOG("round %d, of %d threads", i, birth.started);
	}
}

TEST_HARNESS_MAIN
