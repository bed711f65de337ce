/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A process that takes a pose and holds it, to be looked at from outside; and what /proc shows of a
 * task, literally.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_MODEL_H
#define SECCOMPAT_SELFTESTS_KIT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "selftests/glue/kit-birth.h"

struct pose {
	const char *name;
	bool unprivileged; /* as kit_drop_privileges */
	bool nnp;
	bool strict;
	unsigned int filters; /* as layer_install; without NNP it takes privileges */
};

struct model {
	const struct pose *pose;
	int ready[2], go[2];
	struct born born;
};

/* Returns when the model holds its pose: 0, or -1. To be called in a kit_child. */
int model_start(struct model *model, const struct pose *pose);

/* The model exits; it is not waited for. */
int model_let_go(struct model *model);

/* The same, and waits for it: 0, or what is wrong. */
int model_end(struct model *model);

/*
 * The text of a status file, "/proc/self/status" or of a format that is given numbers: its length,
 * or -1 and errno.
 */
struct status_text {
	char text[8192];
};

int status_read(struct status_text *status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The lines from NoNewPrivs to Seccomp_filters with the name of the one behind, without its value;
 * "none" if there is no such place. In a storage of status's own.
 */
const char *status_block(struct status_text *status);

/* What status_block is to be. */
struct status_expected {
	char text[128];
};

struct status_expected status_expect(int nnp, int mode, unsigned int filters);

/* The value of a line as text, up to its end; NULL without the line. Destroys the text. */
const char *status_value(struct status_text *status, const char *key);

/* How many lines begin so. */
unsigned int status_count(const struct status_text *status, const char *key);

#endif
