/* SPDX-License-Identifier: BSD-3-Clause */
/* A supervisor: another thread, which answers each call of this one. */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "bench/child.h"
#include "bench/programs.h"
#include "probe/ask.h"
#include "probe/notif.h"

#define BUFFER 512 /* for the structs of any kernel */

static struct supervisor {
	enum load_id load;
	int cpu;
	int start[2]; /* a pipe: the listener is known */
	int listener;
	int file[2]; /* for ADDFD: a file, and the number that it is given again and again */
} supervisor;

/* Before 5.5 the kernel refuses a buffer that is not zeroed. */
static bool receive(uint64_t *id)
{
	uint64_t buffer[BUFFER / sizeof(uint64_t)];
	long err;

	do {
		memset(buffer, 0, sizeof(buffer));
		err = listener_ioctl(supervisor.listener, NOTIF_RECV, buffer);
	} while (err == -EINTR || err == -ENOENT);
	*id = buffer[offsetof(struct notif, id) / sizeof(uint64_t)];
	return !err;
}

static long add_file(uint64_t id, uint32_t flags)
{
	struct notif_addfd add = {
		.id = id,
		.flags = ADDFD_FLAG_SETFD | flags,
		.srcfd = supervisor.file[0],
		.newfd = supervisor.file[1],
	};

	return listener_ioctl(supervisor.listener, NOTIF_ADDFD, &add);
}

static long answer(uint64_t id)
{
	struct notif_resp resp = { .id = id };

	if (supervisor.load == L_notif_addfd_send)
		return add_file(id, ADDFD_FLAG_SEND);
	if (supervisor.load == L_notif_addfd)
		add_file(id, 0);
	if (supervisor.load == L_notif_continue)
		resp.flags = NOTIF_FLAG_CONTINUE;
	return listener_ioctl(supervisor.listener, NOTIF_SEND, &resp);
}

static void *supervise(void *data)
{
	uint64_t id;
	char byte;

	(void)data;
	child_pin(supervisor.cpu);
	if (read(supervisor.start[0], &byte, 1) != 1)
		return NULL;
	while (receive(&id))
		answer(id);
	return NULL;
}

/* Asked with an id that is none: ENOENT from a kernel that has it, EINVAL from others. */
static int needs(struct bench_child *child)
{
	struct notif_resp resp = { .id = NOTIF_NO_ID, .flags = NOTIF_FLAG_CONTINUE };
	long err = -ENOENT;

	switch (supervisor.load) {
	case L_notif_continue:
		err = listener_ioctl(supervisor.listener, NOTIF_SEND, &resp);
		break;
	case L_notif_addfd:
		err = add_file(NOTIF_NO_ID, 0);
		break;
	case L_notif_addfd_send:
		err = add_file(NOTIF_NO_ID, ADDFD_FLAG_SEND);
		break;
	case L_notif_sync:
		err = listener_ioctl(supervisor.listener, NOTIF_SET_FLAGS,
				     (void *)(long)NOTIF_SYNC_WAKE_UP);
		return err ? child_cannot(child, "this kernel has no SYNC_WAKE_UP", err) : 0;
	default:
		break;
	}
	return err == -ENOENT ? 0 : child_cannot(child, "this kernel's listener lacks it", err);
}

static int install(struct bench_child *child)
{
	struct sock_fprog prog;
	struct builder b;
	long fd;

	fd = program_action(&b, SECCOMP_RET_USER_NOTIF, &prog);
	if (!fd)
		fd = child_install(child, &prog, FLAG_NEW_LISTENER);
	builder_free(&b);
	return fd < 0 ? child_cannot(child, "no listener can be had", fd) : (int)fd;
}

LOAD_SETUP(notif)
{
	pthread_t thread;
	int err;

	supervisor.load = child->config->load;
	supervisor.cpu = child_peer_cpu(child);
	if (supervisor.cpu < 0 || child_needs_action(child, SECCOMP_RET_USER_NOTIF, "USER_NOTIF"))
		return -1;
	if (pipe2(supervisor.start, O_CLOEXEC) || pipe2(supervisor.file, O_CLOEXEC))
		return child_cannot(child, "no pipe", errno);
	/* Before the filter, which a supervisor is not under. */
	err = pthread_create(&thread, NULL, supervise, NULL);
	if (err)
		return child_cannot(child, "no thread for a supervisor", err);
	supervisor.listener = install(child);
	if (supervisor.listener < 0 || needs(child))
		return -1;
	return write(supervisor.start[1], "", 1) == 1 ? 0 : -1;
}
