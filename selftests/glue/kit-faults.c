/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-faults.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "selftests/glue/kit.h"

#define FAIL_NTH "/proc/thread-self/fail-nth"
#define SETTINGS "/sys/kernel/debug/failslab/"

static const char *const settings[][2] = {
	{ SETTINGS "ignore-gfp-wait", "N" },
	{ SETTINGS "verbose", "0" },
};

#define SETTING_COUNT (sizeof(settings) / sizeof(settings[0]))

bool faults_possible(void)
{
	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (access(settings[i][0], W_OK))
			return false;
	return !access(FAIL_NTH, W_OK);
}

int faults_allow(void)
{
	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (kit_write(settings[i][0], settings[i][1], 0))
			return -1;
	return 0;
}

int faults_open(void)
{
	return open(FAIL_NTH, O_RDWR | O_CLOEXEC);
}

bool faults_arm(int fd, unsigned int n)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", n);

	return pwrite(fd, text, length, 0) == length;
}

bool faults_disarm(int fd)
{
	char left[16] = "";
	bool failed = pread(fd, left, sizeof(left) - 1, 0) > 0 && left[0] == '0';

	faults_arm(fd, 0);
	return failed;
}
