/* SPDX-License-Identifier: BSD-3-Clause */
/* How the kernel was configured, as far as a file tells. */
#ifndef SECCOMPAT_PROBE_KCONFIG_H
#define SECCOMPAT_PROBE_KCONFIG_H

enum kconfig { KCONFIG_UNKNOWN, KCONFIG_OFF, KCONFIG_ON };

#define KCONFIG_SOURCE 96

struct kconfig_said {
	enum kconfig state;
	char option[48];	     /* the first one that is off, or "" */
	char source[KCONFIG_SOURCE]; /* the file that says so; "" where none could be read */
};

/*
 * The state of all of options ("SECCOMP_FILTER SYSCTL") together in the text of a configuration: on
 * if each is y or m, off if one is neither; unknown if there is no text (NULL), or no option.
 */
struct kconfig_said kconfig_of(const char *text, const char *source, const char *options);

/* The same of the running kernel: in /proc/config.gz, or else /boot/config-RELEASE, or else
 * /lib/modules/RELEASE/config. */
struct kconfig_said kconfig_running(const char *options);

/* The text of such a file, packed by gzip or not, to be freed; NULL if it cannot be read. */
char *kconfig_text(const char *path);

#endif
