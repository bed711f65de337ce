/* SPDX-License-Identifier: BSD-3-Clause */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "probe/listener.h"

#define BOUND_MS 1000

/* --- without anybody who waits --------------------------------------------------------------- */

/* What an ioctl answers for an id that is none: ENOENT if it looked for it, EINVAL if not. */
static void ask_ioctl(struct answer *answer, unsigned long request, void *data)
{
	int fd = listener_open(answer);

	if (fd >= 0)
		ask_decide(answer, listener_ioctl(fd, request, data), ENOENT, EINVAL);
}

void probe_notif_send(struct answer *answer)
{
	struct notif_resp resp = { .id = NOTIF_NO_ID };

	ask_ioctl(answer, NOTIF_SEND, &resp);
}

void probe_notif_continue(struct answer *answer)
{
	struct notif_resp resp = { .id = NOTIF_NO_ID, .flags = NOTIF_FLAG_CONTINUE };

	ask_ioctl(answer, NOTIF_SEND, &resp);
}

void probe_notif_id_valid(struct answer *answer)
{
	uint64_t id = NOTIF_NO_ID;

	ask_ioctl(answer, NOTIF_ID_VALID, &id);
}

void probe_notif_id_valid_wrongdir(struct answer *answer)
{
	uint64_t id = NOTIF_NO_ID;

	ask_ioctl(answer, NOTIF_ID_VALID_WRONG_DIR, &id);
}

/* The flags are the argument itself, no pointer. */
static void ask_set_flags(struct answer *answer, unsigned long flags)
{
	int fd = listener_open(answer);

	if (fd >= 0)
		ask_decide(answer, listener_ioctl(fd, NOTIF_SET_FLAGS, (void *)flags), 0, EINVAL);
}

void probe_notif_setflags(struct answer *answer)
{
	ask_set_flags(answer, 0);
}

void probe_notif_sync_wakeup(struct answer *answer)
{
	ask_set_flags(answer, NOTIF_SYNC_WAKE_UP);
}

/* Something else may be a newer kernel's answer: that the bound is gone is not said. */
void probe_notif_upper(struct answer *answer)
{
	uint64_t id = NOTIF_NO_ID;
	int fd = listener_open(answer);
	long result;

	if (fd < 0)
		return;
	result = listener_ioctl(fd, NOTIF_UNASSIGNED, &id);
	if (result == -EINVAL)
		ask_is(answer, ASKED_PRESENT, result, NULL);
	else
		ask_is_wrong(answer, result, "request 5 is answered %s", ask_result_name(result));
}

void probe_notif_one_listener(struct answer *answer)
{
	struct answer second = { 0 };
	int fd = listener_open(answer);

	if (fd < 0)
		return;
	fd = listener_open(&second);
	if (fd >= 0)
		ask_is(answer, ASKED_ABSENT, 0, "there can be two");
	else
		ask_decide(answer, -second.err, EBUSY, 0);
}

void probe_notif_fd_props(struct answer *answer)
{
	int fd = listener_open(answer);
	char byte;

	if (fd < 0)
		return;
	if (!(fcntl(fd, F_GETFD) & FD_CLOEXEC))
		ask_is(answer, ASKED_ABSENT, 0, "it is kept across execve");
	else
		ask_decide(answer, read(fd, &byte, 1) < 0 ? -errno : 0, EINVAL, 0);
}

/* --- somebody waits -------------------------------------------------------------------------- */

/* Receives the caller's notification: present if it is the right one. */
static void receive_from(int fd, pid_t caller, struct answer *answer)
{
	struct notif notif = { 0 };
	long result = listener_ioctl(fd, NOTIF_RECV, &notif);

	if (result < 0)
		ask_decide(answer, result, 0, EINVAL);
	else if (notif.pid != (uint32_t)caller || notif.data.nr != __NR_getppid)
		ask_is(answer, ASKED_ABSENT, 0, "received pid %u, number %d", notif.pid,
		       notif.data.nr);
	else
		ask_is(answer, ASKED_PRESENT, 0, NULL);
}

/* The same with a caller of its own, which ends as the listener is closed; how, or -1. */
static int receive_one(int fd, struct answer *answer)
{
	pid_t caller = listener_caller(fd, answer);

	if (caller < 0)
		return -1;
	receive_from(fd, caller, answer);
	close(fd);
	return listener_reap(caller);
}

void probe_notif_recv(struct answer *answer)
{
	int fd = listener_open(answer);

	if (fd >= 0)
		receive_one(fd, answer);
}

/* Asked while somebody waits, as a kernel that takes such a buffer waits for it. */
void probe_notif_zero_check(struct answer *answer)
{
	struct notif notif = { .flags = 1 };
	int fd = listener_open(answer);
	pid_t caller;
	long result;

	if (fd < 0)
		return;
	caller = listener_caller(fd, answer);
	if (caller < 0)
		return;
	result = listener_ioctl(fd, NOTIF_RECV, &notif);
	close(fd);
	listener_reap(caller);
	if (result == -EINVAL)
		ask_is(answer, ASKED_PRESENT, result, NULL);
	else if (result)
		ask_is_wrong(answer, result, "a buffer with a flag in it is answered %s",
			     ask_errno_name(-result));
	else
		ask_is(answer, ASKED_ABSENT, result,
		       "a buffer with a flag in it is answered a notification");
}

void probe_notif_poll(struct answer *answer)
{
	int fd = listener_open(answer), before, waiting, received;
	pid_t caller;

	if (fd < 0)
		return;
	before = listener_poll(fd, 0);
	caller = listener_caller(fd, answer);
	if (caller < 0)
		return;
	waiting = listener_poll(fd, BOUND_MS);
	receive_from(fd, caller, answer);
	received = listener_poll(fd, 0);
	close(fd);
	listener_reap(caller);
	if (answer->asked == ASKED_PRESENT && (before || waiting != POLLIN || received != POLLOUT))
		ask_is(answer, ASKED_ABSENT, 0, "poll() told %#x, %#x, %#x", before, waiting,
		       received);
}

void probe_notif_listener_close(struct answer *answer)
{
	int fd = listener_open(answer);

	if (fd >= 0 && receive_one(fd, answer) != 0 && answer->asked == ASKED_PRESENT)
		ask_is(answer, ASKED_ABSENT, 0, "the call was not answered ENOSYS");
}

/* As /proc says it; '?' if it does not. */
static char state_of(pid_t pid)
{
	char path[64], state = '?';
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return '?';
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	fclose(file);
	return state;
}

/* Nothing but the notification puts a caller to sleep; a tracer may stop it before. False if /proc
 * cannot tell. */
static bool waits(pid_t caller)
{
	char state;

	do
		state = state_of(caller);
	while (state == 'R' || state == 't');
	return state == 'S' || state == 'D';
}

/* Two callers that wait; then whose notification comes first? */
static void ask_order(int fd, const pid_t callers[2], struct answer *answer)
{
	struct notif notif = { 0 };
	long result = listener_ioctl(fd, NOTIF_RECV, &notif);

	if (result < 0)
		ask_decide(answer, result, 0, EINVAL);
	else if (notif.pid == (uint32_t)callers[0])
		ask_is(answer, ASKED_PRESENT, 0, NULL);
	else
		ask_is(answer, ASKED_ABSENT, 0, "the second call's notification came first");
}

/* A caller, once it waits; -1 if there is none or that cannot be told, and *answer says why. */
static pid_t waiting_caller(int fd, struct answer *answer)
{
	pid_t caller = listener_caller(fd, answer);

	if (caller < 0 || waits(caller))
		return caller;
	ask_is(answer, ASKED_UNKNOWN, 0, "/proc does not tell whether a call waits");
	kill(caller, SIGKILL);
	listener_reap(caller);
	return -1;
}

void probe_notif_fifo(struct answer *answer)
{
	int fd = listener_open(answer);
	pid_t callers[2] = { -1, -1 };

	if (fd < 0)
		return;
	callers[0] = waiting_caller(fd, answer);
	if (callers[0] > 0)
		callers[1] = waiting_caller(fd, answer);
	if (callers[1] > 0)
		ask_order(fd, callers, answer);
	close(fd);
	for (int i = 0; i < 2; i++)
		if (callers[i] > 0)
			listener_reap(callers[i]);
}

/* The caller is the first process of a pid namespace: 1 to itself, and another number to us. */
void probe_notif_pidns(struct answer *answer)
{
	int fd = listener_open(answer);

	if (fd < 0)
		return;
	if (unshare(CLONE_NEWPID) && unshare(CLONE_NEWUSER | CLONE_NEWPID))
		ask_is(answer, ASKED_UNKNOWN, errno, "no pid namespace could be had: %s",
		       ask_errno_name(errno));
	else
		receive_one(fd, answer);
}

/* --- nobody has the filter any more ---------------------------------------------------------- */

void probe_notif_pollhup(struct answer *answer)
{
	int fd = listener_orphan(answer), events;

	if (fd < 0)
		return;
	events = listener_poll(fd, 0);
	if (events & POLLHUP)
		ask_is(answer, ASKED_PRESENT, 0, NULL);
	else
		ask_is(answer, ASKED_ABSENT, 0, "poll() told %#x", events);
}

static void nothing(int signal)
{
	(void)signal;
}

/* Where it would wait for ever, a signal ends that: again and again, as one might come too early.
 */
static void interrupt_me(void)
{
	struct sigaction action = { .sa_handler = nothing };
	struct itimerval often = { { 0, 20000 }, { 0, 20000 } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

void probe_notif_recv_hup(struct answer *answer)
{
	struct notif notif = { 0 };
	int fd = listener_orphan(answer);

	if (fd < 0)
		return;
	interrupt_me();
	ask_decide(answer, listener_ioctl(fd, NOTIF_RECV, &notif), ENOENT, EINTR);
	if (answer->asked == ASKED_ABSENT)
		ask_is(answer, ASKED_ABSENT, answer->err, "it waits for those that are gone");
}
