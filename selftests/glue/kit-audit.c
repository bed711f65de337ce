/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-audit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "arch/arch.h"
#include "probe/records.h"
#include "run/run.h"
#include "selftests/glue/kit-logged.h"
#include "selftests/glue/kit-trap.h"
#include "selftests/glue/kit.h"

#define LAST_MS	   1500
#define BUFFER	   (8 << 20)
#define RECORD_MAX 9000
#define ALLOW	   " allow"

/* --- what is right ---------------------------------------------------------------------------- */

/* The audit system's spelling of what users may choose: quoted, or in hex if that could mislead. */
static void untrusted(char *text, size_t size, const char *value)
{
	bool plain = true;
	size_t used = 0;

	for (const char *c = value; *c; c++)
		plain &= *c != '"' && (unsigned char)*c > ' ' && (unsigned char)*c < 0x7f;
	if (plain) {
		snprintf(text, size, "\"%s\"", value);
		return;
	}
	for (const char *c = value; *c && used + 2 < size; c++)
		used += snprintf(text + used, size - used, "%02X", (unsigned char)*c);
}

/* A number in a file of /proc/self; all bits set, which is audit's "none", if there is none. */
static unsigned int own_number(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/%s", name);
	return kit_number_in(path, UINT_MAX);
}

/* As the kernel is, whatever setarch(8) has it say. */
static int kernel_name(struct utsname *name)
{
	int persona = personality(0xffffffff), result;

	personality(PER_LINUX);
	result = uname(name);
	personality((unsigned int)persona);
	return result;
}

static bool is_compat(void)
{
	const struct arch *own = arch_native(), *kernel;
	struct utsname name;

	if (!own->compat_of || kernel_name(&name))
		return false;
	kernel = arch_by_machine(name.machine);
	return kernel && !strcmp(kernel->name, own->compat_of);
}

void act_expect(struct act *act, const struct act_record *record)
{
	char comm[16] = "", exe[512] = "", comm_text[40], exe_text[1024];
	size_t used = strlen(act->expected);
	ssize_t length = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	exe[length < 0 ? 0 : length] = '\0';
	prctl(PR_GET_NAME, comm, 0, 0, 0);
	untrusted(comm_text, sizeof(comm_text), comm);
	untrusted(exe_text, sizeof(exe_text), exe);
	snprintf(act->expected + used, sizeof(act->expected) - used,
		 "auid=%u uid=%u gid=%u ses=%u pid=%d comm=%s exe=%s sig=%d arch=%x syscall=%d "
		 "compat=%d ip=0x%lx code=0x%x\n",
		 own_number("loginuid"), getuid(), getgid(), own_number("sessionid"), getpid(),
		 comm_text, exe_text, record->signal, record->arch ?: arch_native()->audit,
		 record->nr, is_compat() || record->foreign_entry,
		 (unsigned long)(record->ip ?: trap_call_end()), record->code);
}

/* --- acts ------------------------------------------------------------------------------------- */

long act_call_with(struct act *act, long nr, unsigned long what)
{
	act->acted = true;
	return trap_call(nr, (unsigned long[6]){ what });
}

static int install(const struct act *act, unsigned int i)
{
	const struct sock_fprog *prog;
	struct kit_filter filter;

	prog = kit_on_syscall(&filter, act->nr, act->actions[i]);
	if (act->flags[i])
		return kit_install_flags(act->flags[i], prog) ? -1 : 0;
	return kit_install(prog);
}

int act_filtered(struct act *act)
{
	const struct act_record record = {
		.signal = act->signal,
		.nr = (int)act->nr,
		.code = act->actions[act->decides] & SECCOMP_RET_ACTION_FULL,
	};

	for (unsigned int i = 0; i < act->filters; i++)
		if (install(act, i))
			return 1;
	if (!act->silent)
		act_expect(act, &record);
	act_call(act, act->nr);
	return 0;
}

static int act_main(void *data)
{
	struct act *act = data;
	sigset_t none;

	/* Who has the loan is neither to be ended by a signal nor by its name. */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_NAME, "acts", 0, 0, 0);
	act->pid = getpid();
	return act->fn(act);
}

struct act *stage_add(struct stage *stage, const char *name, int (*fn)(struct act *act))
{
	struct act *act = &stage->acts[stage->count++];

	if (stage->count >= ACTS_MAX)
		abort();
	*act = (struct act){ .name = name, .fn = fn };
	return act;
}

/* --- records ---------------------------------------------------------------------------------- */

/* A call is compat's by x32's bit in its number wherever x32 was built, even if it is off. */
static void forget_x32(char *text)
{
	const struct arch *x32 = arch_by_audit(arch_native()->audit, INT32_MAX);
	char *nr = strstr(text, " syscall="), *compat = strstr(text, " compat=1");

	if (nr && compat && x32 && (atoi(nr + strlen(" syscall=")) & (int)x32->nr_bit))
		compat[strlen(" compat=")] = '0';
}

/* Without what differs by the machine: when it was, its number, and a security module's label. */
static void take_text(char *to, size_t size, char *text)
{
	char *label = strstr(text, " subj="), *pid = strstr(text, " pid=");
	char *start = strstr(text, "): ");
	size_t used = strlen(to);

	forget_x32(text);
	if (label && pid && label < pid)
		memmove(label, pid, strlen(pid) + 1);
	snprintf(to + used, size - used, "%s\n", start ? start + strlen("): ") : text);
}

static struct act *act_of(struct stage *stage, struct act *last, const char *text)
{
	const char *pid = strstr(text, " pid=");
	pid_t number = pid ? atoi(pid + strlen(" pid=")) : 0;

	for (unsigned int i = 0; i < stage->count; i++)
		if (stage->acts[i].pid == number)
			return &stage->acts[i];
	return last->pid == number ? last : NULL;
}

/* All that is there; errno of the read that ended it. */
static int take_records(int fd, struct stage *stage, struct act *last)
{
	union {
		struct nlmsghdr head;
		char bytes[RECORD_MAX + 1];
	} buf;
	ssize_t got;

	while ((got = recv(fd, buf.bytes, RECORD_MAX, 0)) >= 0) {
		char *text = (char *)NLMSG_DATA(&buf.head);
		struct act *act;

		buf.bytes[got] = '\0';
		if (buf.head.nlmsg_type == AUDIT_CONFIG_CHANGE &&
		    strstr(text, "op=seccomp-logging"))
			take_text(stage->changes, sizeof(stage->changes), text);
		if (buf.head.nlmsg_type != AUDIT_SECCOMP)
			continue;
		act = act_of(stage, last, text);
		if (act)
			take_text(act->recorded, sizeof(act->recorded), text);
	}
	return errno;
}

static int drain(int fd, struct stage *stage, struct act *last)
{
	int err;

	do
		err = take_records(fd, stage, last);
	while (err == EINTR);
	return err == EAGAIN ? 0 : err;
}

static int act_last(struct act *act)
{
	if (kit_filter_syscall(__NR_getppid, SECCOMP_RET_LOG))
		return 1;
	act_call(act, __NR_getppid);
	return 0;
}

static int wait_for_last(int fd, struct stage *stage, struct act *last)
{
	const double end = run_now() + run_scaled_ms(LAST_MS) / 1e3;
	int err = 0;

	while (!err && !last->recorded[0] && run_now() < end) {
		struct pollfd pollfd = { .fd = fd, .events = POLLIN };

		poll(&pollfd, 1, 100);
		err = drain(fd, stage, last);
	}
	stage->complete = last->recorded[0];
	return err;
}

/* All actions there are but allow, which cannot be. */
static int all_logged(struct action_names *names)
{
	int err = actions_read(ACTIONS_AVAIL, names);
	char *allow = err ? NULL : strstr(names->text, ALLOW);

	if (allow)
		memmove(allow, allow + strlen(ALLOW), strlen(allow + strlen(ALLOW)) + 1);
	return err;
}

static int run_act(struct act *act, const char *all)
{
	int err = logged_write(act->logged ?: all);

	if (!err)
		act->end = kit_end(kit_child(act_main, act));
	return err;
}

static int run_acts(int fd, struct stage *stage)
{
	struct act *last = &stage->acts[stage->count];
	struct action_names all;
	int err = all_logged(&all);

	*last = (struct act){ .fn = act_last };
	for (unsigned int i = 0; i < stage->count && !err; i++) {
		err = run_act(&stage->acts[i], all.text);
		err = err ?: drain(fd, stage, last);
	}
	err = err ?: run_act(last, all.text);
	return err ?: wait_for_last(fd, stage, last);
}

/* 0 or an errno. */
static int switch_audit(bool on)
{
	const struct audit_status status = { .mask = AUDIT_STATUS_ENABLED, .enabled = on };
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char more[1024]; /* cppcheck-suppress unusedStructMember ; the kernel fills it */
	} reply = { .error.error = -EPROTO };
	int err = records_ask(AUDIT_SET, NLM_F_ACK, &status, sizeof(status), &reply, sizeof(reply));

	return err ? -err : -reply.error.error;
}

/* With actions_logged on loan. */
static int stage_main(void *data)
{
	struct stage *stage = data;
	int fd = records_open(), size = BUFFER;

	if (fd < 0) {
		stage->err = -fd;
		return 1;
	}
	/* The records of a whole machine under test. */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	stage->err = stage->audited ? switch_audit(true) : 0;
	stage->err = stage->err ?: run_acts(fd, stage);
	if (stage->audited)
		switch_audit(false);
	close(fd);
	return 0;
}

void stage_run(struct stage *stage)
{
	struct run_end end = logged_borrow(stage_main, stage, sizeof(*stage), &stage->restored);

	if (kit_end(end) != kit_exited(0) && !stage->err)
		stage->err = end.how == RUN_NOT_STARTED ? end.value : ETIMEDOUT;
}

const char *act_difference(const struct act *act)
{
	const char *right = act->expected, *seen = act->recorded;
	static char text[768];
	int number = 1;

	while (*right || *seen) {
		int right_length = strcspn(right, "\n"), seen_length = strcspn(seen, "\n");

		if (right_length != seen_length || memcmp(right, seen, right_length)) {
			snprintf(text, sizeof(text), "record %d: \"%.*s\" instead of \"%.*s\"",
				 number, seen_length, seen, right_length, right);
			return text;
		}
		right += right_length + (right[right_length] == '\n');
		seen += seen_length + (seen[seen_length] == '\n');
		number++;
	}
	return "";
}
