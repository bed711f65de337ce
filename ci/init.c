// SPDX-License-Identifier: BSD-3-Clause
/*
 * The first and only program of a guest: runs what /cmdline says (one argument a line) and powers
 * the machine off. A serial console is one stream for everything, so each line on it begins with
 * where it comes from, which ci/boot sorts out again:
 *
 *   @run SECONDS    the program starts, so long after the kernel did
 *   @out TEXT       a line of its standard output; with + for the space a piece of one that goes on
 *   @err TEXT       the same of its standard error
 *   @kmsg TEXT      the kernel complained while the program ran
 *   @file TEXT      a line of the file that the program left as /result.json
 *   @size BYTES     how long that file is, after its last line
 *   @hex DIGITS     some bytes of the file that the kernel's command line names by bring=PATH
 *   @brought BYTES  how long that one is, after its last byte
 *   @end WORD N     how the program ended: status, signal, or error (an errno) when it never ran
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "run/audit.h"
#include "run/kmsg.h"

#define RESULT "/result.json"

enum { MAX_ARGS = 63 };

/* One origin of lines; a line longer than buf is passed on in pieces. */
struct stream {
	const char *tag;
	int fd; /* -1 once it is at its end */
	size_t used;
	char buf[4096];
};

static int console = 2;

static void put(const char *text, size_t size)
{
	while (size) {
		ssize_t n = write(console, text, size);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			text += n;
			size -= n;
		}
	}
}

__attribute__((format(printf, 1, 2))) static void put_line(const char *format, ...)
{
	char line[512];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (n > 0)
		put(line, strnlen(line, sizeof(line) - 1));
}

/* A whole line ends the piece with its newline; any other piece goes on in the next one. */
static void put_piece(const char *tag, const char *text, size_t size, bool whole)
{
	char line[4096 + 16];
	int n = snprintf(line, sizeof(line), "@%s%c", tag, whole ? ' ' : '+');

	memcpy(line + n, text, size);
	line[n + size] = '\n';
	put(line, n + size + 1);
}

static void flush_lines(struct stream *s, bool at_end)
{
	char *start = s->buf, *newline;

	while ((newline = memchr(start, '\n', s->buf + s->used - start))) {
		put_piece(s->tag, start, newline - start, true);
		start = newline + 1;
	}
	s->used -= start - s->buf;
	memmove(s->buf, start, s->used);
	if (s->used == sizeof(s->buf) || (at_end && s->used)) {
		put_piece(s->tag, s->buf, s->used, false);
		s->used = 0;
	}
}

static void relay(struct stream *s)
{
	ssize_t n = read(s->fd, s->buf + s->used, sizeof(s->buf) - s->used);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0)
		s->used += n;
	flush_lines(s, n <= 0);
	if (n > 0)
		return;
	close(s->fd);
	s->fd = -1;
}

static void read_kmsg(int fd)
{
	char record[16384];
	const char *text;

	while ((text = kmsg_next(fd, record, sizeof(record))))
		if (audit_is_trouble(text))
			put_line("@kmsg %s\n", text);
}

/* The kernel's configuration, if it came along, is where a distribution has it. */
static void link_config(void)
{
	struct utsname name;
	char path[128];

	if (access("/config", R_OK) || uname(&name))
		return;
	mkdir("/boot", 0755);
	snprintf(path, sizeof(path), "/boot/config-%s", name.release);
	if (symlink("/config", path))
		put("@err no /boot/config\n", 21);
}

/*
 * Each first event of perf's that belongs to a task has the kernel's code patched, and its last one
 * again: with an int3 that the other CPU may run into. Emulated CPUs of some QEMUs (7.2, several
 * threads) then take it for somebody else's, and __schedule() dies of it. One event that lives as
 * long as we do leaves one such moment, at which nothing else runs.
 */
static void hold_perf_event(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
	};

	syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static void set_up(void)
{
	static const char *const mounts[][2] = {
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "securityfs", "/sys/kernel/security" },
		{ "debugfs", "/sys/kernel/debug" },
		{ "devtmpfs", "/dev" },
		{ "tmpfs", "/tmp" },
	};
	struct termios raw;
	int fd;

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i][1], 0755);
		mount(mounts[i][0], mounts[i][1], mounts[i][0], 0, NULL);
	}
	chmod("/tmp", 01777);
	link_config();
	hold_perf_event();

	fd = open("/dev/console", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0)
		console = fd;
	/* The bytes as they are, and no line of the kernel's in the middle of one of ours. */
	if (!tcgetattr(console, &raw)) {
		cfmakeraw(&raw);
		tcsetattr(console, TCSANOW, &raw);
	}
	klogctl(8, NULL, 1);
	put("\n", 1); /* firmware and kernel may have left a line unfinished */
}

/* The words of /cmdline; argv points into text. */
static int read_cmdline(char *text, size_t size, char **argv)
{
	int fd = open("/cmdline", O_RDONLY | O_CLOEXEC), n = 0;
	ssize_t length;

	if (fd < 0)
		return -1;
	length = read(fd, text, size - 1);
	close(fd);
	text[length < 0 ? 0 : length] = 0;
	for (char *line; n < MAX_ARGS && (line = strsep(&text, "\n"));)
		if (*line)
			argv[n++] = line;
	argv[n] = NULL;
	return n ? 0 : -1;
}

/* Of our own, which is what the kernel does not know of its command line, it gets one thing. */
static void set_environment(void)
{
	static char *const env[] = { "PATH=/", "HOME=/", "TMPDIR=/tmp", "TERM=dumb",
				     "SECCOMPAT_DISPOSABLE=1" };
	const char *slowness = getenv("SECCOMPAT_SLOWNESS");

	clearenv();
	for (size_t i = 0; i < sizeof(env) / sizeof(env[0]); i++)
		putenv(env[i]);
	if (slowness)
		setenv("SECCOMPAT_SLOWNESS", slowness, 1);
}

static pid_t spawn(char **argv, int out, int err)
{
	pid_t pid = fork();
	sigset_t none;
	int null;

	if (pid)
		return pid;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	null = open("/dev/null", O_RDONLY);
	dup2(null, 0);
	dup2(out, 1);
	dup2(err, 2);
	if (null > 2)
		close(null);
	set_environment();
	execv(argv[0], argv);
	_exit(127);
}

/* As the first process we inherit every orphan. True once pid itself has ended. */
static bool reap(pid_t pid, int *status)
{
	bool ended = false;
	int value;

	for (pid_t child; (child = waitpid(-1, &value, WNOHANG)) > 0;) {
		if (child != pid)
			continue;
		*status = value;
		ended = true;
	}
	return ended;
}

/* Until pid has ended and all its output is out. What it left running is killed. */
static int watch(pid_t pid, struct stream *streams, int signals, int kmsg)
{
	bool ended = false;
	int status = 0;

	while (!ended || streams[0].fd >= 0 || streams[1].fd >= 0) {
		struct pollfd fds[] = {
			{ streams[0].fd, POLLIN, 0 },
			{ streams[1].fd, POLLIN, 0 },
			{ ended ? -1 : signals, POLLIN, 0 },
			{ kmsg, POLLIN, 0 },
		};
		struct signalfd_siginfo info;

		if (poll(fds, sizeof(fds) / sizeof(fds[0]), -1) < 0)
			continue;
		for (int i = 0; i < 2; i++)
			if (fds[i].revents)
				relay(&streams[i]);
		if (fds[3].revents)
			read_kmsg(kmsg);
		if (!fds[2].revents || read(signals, &info, sizeof(info)) < 0 ||
		    !reap(pid, &status))
			continue;
		ended = true;
		kill(-1, SIGKILL);
	}
	return status;
}

static void send_result(void)
{
	struct stream s = { .tag = "file", .fd = open(RESULT, O_RDONLY | O_CLOEXEC) };
	struct stat st;

	if (s.fd < 0)
		return;
	fstat(s.fd, &st);
	while (s.fd >= 0)
		relay(&s);
	put_line("@size %lld\n", (long long)st.st_size);
}

/* A file of the kernel's, whose size is known at its end only. */
static void bring(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char bytes[64];
	long long size = 0;
	ssize_t n;

	if (fd < 0)
		return;
	while ((n = read(fd, bytes, sizeof(bytes))) > 0) {
		char digits[2 * sizeof(bytes) + 1];

		for (ssize_t i = 0; i < n; i++)
			snprintf(digits + 2 * i, 3, "%02x", bytes[i]);
		put_line("@hex %s\n", digits);
		size += n;
	}
	close(fd);
	if (!n)
		put_line("@brought %lld\n", size);
}

static void run(void)
{
	struct stream streams[2] = { { .tag = "out" }, { .tag = "err" } };
	int out[2], err[2], signals, kmsg, status;
	char text[4096], *argv[MAX_ARGS + 1];
	struct timespec up;
	sigset_t set;
	pid_t pid;

	if (read_cmdline(text, sizeof(text), argv) || access(argv[0], X_OK) ||
	    pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) {
		put_line("@end error %d\n", errno);
		return;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	kmsg = kmsg_open_at_end();

	clock_gettime(CLOCK_BOOTTIME, &up);
	put_line("@run %ld.%02ld\n", (long)up.tv_sec, up.tv_nsec / 10000000);
	pid = spawn(argv, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	streams[0].fd = out[0];
	streams[1].fd = err[0];
	if (pid < 0) {
		put_line("@end error %d\n", errno);
		close(kmsg);
		return;
	}
	status = watch(pid, streams, signals, kmsg);
	if (kmsg >= 0) {
		read_kmsg(kmsg);
		close(kmsg);
	}
	send_result();
	if (getenv("bring"))
		bring(getenv("bring"));
	if (WIFSIGNALED(status))
		put_line("@end signal %d\n", WTERMSIG(status));
	else
		put_line("@end status %d\n", WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	if (getpid() != 1) {
		fprintf(stderr, "seccompat: this is the init of a virtual machine; see ci/boot\n");
		return 2;
	}
	set_up();
	if (argc > 1 && !strcmp(argv[1], "--hello")) /* what ci/boot asks of KVM */
		put_line("@end status 0\n");
	else
		run();
	tcdrain(console);
	sync();
	/* For a kernel that cannot switch off: QEMU, told not to reboot, ends as well. */
	reboot(argc > 1 && !strcmp(argv[1], "--restart") ? RB_AUTOBOOT : RB_POWER_OFF);
	for (;;)
		pause();
}
