/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/audit.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "run/kmsg.h"

static void read_state(char *state, size_t size)
{
	static const char *const keys[] = { "Seccomp:", "Seccomp_filters:", "NoNewPrivs:" };
	FILE *status = fopen("/proc/self/status", "re");
	char line[256];

	state[0] = '\0';
	if (!status)
		return;
	while (fgets(line, sizeof(line), status))
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			if (!strncmp(line, keys[i], strlen(keys[i]))) {
				line[strcspn(line, "\n")] = ' ';
				strncat(state, line, size - strlen(state) - 1);
			}
	fclose(status);
}

static unsigned int count_fds(void)
{
	DIR *fds = opendir("/proc/self/fd");
	unsigned int count = 0;

	if (!fds)
		return 0;
	while (readdir(fds))
		count++;
	closedir(fds);
	return count;
}

void audit_begin(struct audit *audit)
{
	audit->kmsg = kmsg_open_at_end();
	read_state(audit->state, sizeof(audit->state));
	audit->fds = count_fds();
}

bool audit_is_trouble(const char *record)
{
	static const char *const signs[] = {
		"BUG: ",
		"WARNING: ",
		"Oops",
		"Internal error: ",
		"Unable to handle kernel",
		"general protection fault",
		"KASAN",
		"UBSAN",
		"possible circular locking",
		"turning off the locking correctness validator",
		"INFO: rcu",
		"rcu: INFO",
		"INFO: task",
		"Kernel panic",
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strstr(record, signs[i]))
			return true;
	return false;
}

int audit_kernel_log(struct audit *audit, char *buf, size_t size)
{
	char record[8192];
	const char *text;

	snprintf(buf, size, "/dev/kmsg cannot be read");
	if (audit->kmsg < 0)
		return -1;
	while ((text = kmsg_next(audit->kmsg, record, sizeof(record)))) {
		if (!audit_is_trouble(text))
			continue;
		snprintf(buf, size, "%s", text);
		return 1;
	}
	buf[0] = '\0';
	return 0;
}

int audit_own_state(const struct audit *audit, char *buf, size_t size)
{
	char now[sizeof(audit->state)];

	read_state(now, sizeof(now));
	buf[0] = '\0';
	if (!now[0]) {
		snprintf(buf, size, "/proc/self/status cannot be read");
		return -1;
	}
	if (!strcmp(audit->state, now))
		return 0;
	snprintf(buf, size, "before: %s; after: %s", audit->state, now);
	return 1;
}

int audit_fds(const struct audit *audit, char *buf, size_t size)
{
	unsigned int now = count_fds();

	buf[0] = '\0';
	if (!now) {
		snprintf(buf, size, "/proc/self/fd cannot be read");
		return -1;
	}
	if (now == audit->fds)
		return 0;
	snprintf(buf, size, "%u before, %u after", audit->fds, now);
	return 1;
}

void audit_end(struct audit *audit)
{
	if (audit->kmsg >= 0)
		close(audit->kmsg);
	audit->kmsg = -1;
}
