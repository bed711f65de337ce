/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/run.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "run/audit.h"
#include "run/cpus.h"
#include "run/jobs.h"
#include "run/sweep.h"
#include "tests/unit/unit.h"

static int exit_with(void *data)
{
	return *(int *)data;
}

static int die_of(void *data)
{
	signal(SIGUSR1, SIG_DFL);
	raise(*(int *)data);
	return 0;
}

static int sleep_for_ever(void *data)
{
	(void)data;
	while (pause())
		;
	return 0;
}

/* A grandchild that holds on when its parent has ended. */
static int leave_a_child(void *data)
{
	pid_t pid = fork();

	if (pid == 0)
		sleep_for_ever(NULL);
	*(int *)data = pid;
	return 3;
}

static int answer(void *data)
{
	*(int *)data = 42;
	raise(SIGKILL);
	return 0;
}

static void test_ends(void)
{
	int status = 7, signal = SIGUSR1;
	struct run_end end = run_child(exit_with, &status, 5000);
	char text[64];

	check(end.how == RUN_EXITED && end.value == 7, "the exit status comes back");
	check(!strcmp(run_end_text(&end, text, sizeof(text)), "exited with 7"), "in words: %s",
	      text);
	end = run_child(die_of, &signal, 5000);
	check(end.how == RUN_SIGNALED && end.value == SIGUSR1, "the signal comes back");
	check(!strcmp(run_end_text(&end, text, sizeof(text)), "killed by SIGUSR1"), "in words: %s",
	      text);
	end = run_child(sleep_for_ever, NULL, 50);
	check(end.how == RUN_TIMED_OUT, "what does not end is ended");
	check(end.seconds >= 0.05, "after its bound, not before");
	check(!strncmp(run_end_text(&end, text, sizeof(text)), "did not end within ", 19),
	      "in words: %s", text);
	check(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "no child is left");
}

static int take_a_while(void *data)
{
	poll(NULL, 0, *(int *)data);
	return 0;
}

/* The slowness of the start is known by now; from here on the machine is told to be a slower one.
 */
static void test_load(void)
{
	int a_while = 200 * run_slowness();
	struct run_end end;

	setenv("SECCOMPAT_SLOWNESS", "1000", 1);
	end = run_child(take_a_while, &a_while, 100);
	unsetenv("SECCOMPAT_SLOWNESS");
	check(end.how == RUN_EXITED && end.seconds >= 0.2, "load that comes later is no hang");
}

/* As a kernel whose sets are larger refuses it: 0 if there is a CPU all the same. */
static int ask_without_affinity(void *data)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sched_getaffinity, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { .len = 4, .filter = insns };
	cpu_set_t set;

	(void)data;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0))
		return 2;
	cpus_usable(&set);
	return CPU_COUNT(&set) != 1;
}

static void test_cpus(void)
{
	cpu_set_t all, usable;
	struct run_end end;

	CPU_ZERO(&all);
	cpus_usable(&usable);
	if (sched_getaffinity(0, sizeof(all), &all))
		skip("the CPUs that are usable", "there are too many");
	else
		check(CPU_EQUAL(&all, &usable), "the CPUs that are usable: %d", CPU_COUNT(&usable));
	end = run_child(ask_without_affinity, NULL, 5000);
	if (end.how == RUN_EXITED && end.value == 2)
		skip("one CPU, if they cannot be told", "no filter can be installed");
	else
		check(end.how == RUN_EXITED && !end.value, "one CPU, if they cannot be told");
}

/* Seizes the process that *data says, and holds on to what is left of it. */
static int hold(void *data)
{
	pid_t *pids = data;

	while (!pids[1])
		sched_yield();
	pids[0] = ptrace(PTRACE_SEIZE, pids[1], 0, 0) ? -1 : getpid();
	return sleep_for_ever(NULL);
}

static int be_held(void *data)
{
	pid_t *pids = data;

	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
	pids[1] = getpid();
	return sleep_for_ever(NULL);
}

/* Whom another process traces is its tracer's first: to its parent it is as if it did not die. */
static void test_stuck(void)
{
	pid_t *pids = mmap(NULL, 2 * sizeof(*pids), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 7;
	struct run_end end;
	char text[96];
	pid_t tracer;

	tracer = fork();
	if (tracer == 0)
		_exit(hold(pids));
	end = run_child(be_held, pids, 100);
	if (pids[0] == tracer) {
		check(end.how == RUN_STUCK, "what outlives SIGKILL is stuck");
		check(!strncmp(run_end_text(&end, text, sizeof(text)),
			       "cannot be killed, it hangs in ", 30),
		      "in words: %s", text);
		end = run_child(exit_with, &status, 5000);
		check(end.how == RUN_STUCK && end.seconds < 1, "no other is thrown after it");
	} else {
		skip("what outlives SIGKILL is stuck", "ptrace(2) is refused here");
	}
	kill(tracer, SIGKILL);
	waitpid(tracer, NULL, 0);
	/* Its tracer gone, it is its parent's. */
	while (waitpid(pids[1], NULL, WNOHANG) == 0)
		sched_yield();
	end = run_child(exit_with, &status, 5000);
	check(end.how == RUN_EXITED && end.value == 7, "once it is gone, others can be had");
	munmap(pids, 2 * sizeof(*pids));
}

static void test_ask(void)
{
	int word = 0;
	struct run_end end = run_ask(answer, &word, sizeof(word), 5000);

	check(word == 42 && end.how == RUN_SIGNALED, "what a child wrote survives its death");
}

static void test_orphan(void)
{
	int pid = 0, status;
	struct run_end end;

	end = run_ask(leave_a_child, &pid, sizeof(pid), 5000);
	check(end.how == RUN_EXITED && end.value == 3 && end.seconds < 5,
	      "a grandchild that stays does not hold up the answer");
	check(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status), "and is ended with it");
}

static int tell_and_sleep(void *data)
{
	*(volatile int *)data = getpid();
	return sleep_for_ever(NULL);
}

/* Ctrl-C reaches the caller only, as the child has a process group of its own. */
static void test_interrupted(void)
{
	volatile int *pid =
		mmap(NULL, sizeof(*pid), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0;
	pid_t caller;

	fflush(NULL);
	caller = fork();
	if (caller == 0) {
		signal(SIGINT, SIG_DFL);
		run_child(tell_and_sleep, (void *)pid, 60000);
		_exit(0);
	}
	while (!*pid)
		sched_yield();
	kill(caller, SIGINT);
	check(waitpid(caller, &status, 0) == caller && WIFSIGNALED(status) &&
		      WTERMSIG(status) == SIGINT,
	      "who is interrupted while a child runs ends by that");
	check(waitpid(*pid, &status, 0) == *pid && WIFSIGNALED(status) &&
		      WTERMSIG(status) == SIGKILL,
	      "and takes the child along");
	munmap((void *)pid, sizeof(*pid));
}

struct lines {
	int count, ended;
	char last[64];
	struct run_end end;
};

static int print_lines(void *data)
{
	(void)data;
	printf("one\ntwo\nthree without a newline");
	fflush(stdout);
	return 5;
}

static int close_and_stay(void *data)
{
	(void)data;
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	return sleep_for_ever(NULL);
}

static void take_line(void *data, const char *line)
{
	struct lines *lines = data;

	lines->count++;
	snprintf(lines->last, sizeof(lines->last), "%s", line);
}

static void take_end(void *data, const struct run_end *end)
{
	struct lines *lines = data;

	lines->ended++;
	lines->end = *end;
}

static void test_jobs(void)
{
	struct lines lines[4] = { 0 };
	struct job jobs[4];

	for (int i = 0; i < 4; i++)
		jobs[i] = (struct job){ .main = i == 3 ? close_and_stay : print_lines,
					.line = take_line,
					.ended = take_end,
					.data = &lines[i],
					.silence_ms = i == 3 ? 50 : 5000 };
	check(jobs_run(jobs, 4, 2) == 0, "jobs run to their end");
	for (int i = 0; i < 3; i++)
		check(lines[i].count == 3 && lines[i].ended == 1 && lines[i].end.value == 5 &&
			      !strcmp(lines[i].last, "three without a newline"),
		      "job %d: all its lines, then its end", i);
	check(lines[3].ended == 1 && lines[3].end.how == RUN_TIMED_OUT, "a silent job is ended");
}

static void test_sweep(void)
{
	char names[64];
	pid_t child;
	int status;

	child = fork();
	if (child == 0) {
		if (fork() == 0)
			sleep_for_ever(NULL);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	check(sweep_children(names, sizeof(names)) == 1 && names[0], "a grandchild is swept: %s",
	      names);
	check(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "none is left");
	check(sweep_children(names, sizeof(names)) == 0 && !names[0], "nothing to sweep is 0");

	child = fork();
	if (child == 0) {
		nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
		_exit(3);
	}
	sweep_wait();
	check(waitpid(child, &status, WNOHANG) == child && status == 3 << 8,
	      "who ends by itself is let");
	child = fork();
	if (child == 0)
		_exit(sleep_for_ever(NULL));
	sweep_wait();
	check(sweep_children(names, sizeof(names)) == 1, "who does not is swept");
}

/* What kernels say, by the words of lib/, mm/kasan/ and kernel/locking/. */
static void test_trouble(void)
{
	static const char *const troubles[] = {
		"BUG: KASAN: slab-use-after-free in seccomp_notify_ioctl+0x3c/0x5f0",
		"WARNING: CPU: 1 PID: 77 at lib/list_debug.c:62 __list_del_entry_valid+0x9c/0xd0",
		"WARNING: possible recursive locking detected",
		"WARNING: inconsistent lock state",
		"WARNING: suspicious RCU usage",
		"BUG: sleeping function called from invalid context at mm/slab.h:274",
		"[ BUG: Invalid wait context ]",
		"turning off the locking correctness validator.",
		"rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
		"INFO: task seccompat:77 blocked for more than 120 seconds.",
		"general protection fault, maybe for address 0x1: 0000 [#1] PREEMPT SMP",
	};
	static const char *const talk[] = {
		"audit: type=1326 audit(1.2:3): auid=0 uid=0 comm=\"seccompat\" sig=31",
		"Lock dependency validator: Copyright (c) 2006 Red Hat, Inc., Ingo Molnar",
		"kasan: KernelAddressSanitizer initialized",
		"seccompat[77]: segfault at 0 ip 0 sp 0 error 14",
	};

	for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++)
		check(audit_is_trouble(troubles[i]), "trouble: %s", troubles[i]);
	for (size_t i = 0; i < sizeof(talk) / sizeof(talk[0]); i++)
		check(!audit_is_trouble(talk[i]), "no trouble: %s", talk[i]);
}

int main(void)
{
	test_ends();
	test_trouble();
	test_load();
	test_cpus();
	test_stuck();
	test_ask();
	test_jobs();
	/* qemu-user 7.2 knows no PR_SET_CHILD_SUBREAPER: there, orphans are out of our reach. */
	if (sweep_adopt() == 0) {
		test_orphan();
		test_interrupted();
		test_sweep();
	} else {
		skip("orphans fall to us", strerror(errno));
	}
	return unit_end();
}
