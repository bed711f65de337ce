/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-model.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/seccomp.h>

#include "selftests/glue/kit.h"
#include "selftests/glue/kit-layers.h"

static int take_pose(const struct pose *pose)
{
	if (pose->unprivileged && kit_drop_privileges())
		return -1;
	if (pose->nnp && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	if (layers_install(0, pose->filters, false))
		return -1;
	return pose->strict ? prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0) : 0;
}

/* Ends by exit itself, as strict mode wants it. */
static int model_main(void *data)
{
	struct model *model = data;
	int status = NO_WORD;

	if (take_pose(model->pose))
		status = CANNOT_INSTALL;
	else if (word_given(model->ready) && word_taken(model->go))
		status = 0;
	syscall(SYS_exit, status);
	return status;
}

int model_start(struct model *model, const struct pose *pose)
{
	model->pose = pose;
	if (pipe(model->ready) || pipe(model->go) ||
	    birth_start(&model->born, &births[0], model_main, model))
		return -1;
	/* The model alone may answer: when it dies, the reader must know. */
	close(model->ready[1]);
	return word_taken(model->ready) ? 0 : -1;
}

int model_let_go(struct model *model)
{
	return word_given(model->go) ? 0 : -1;
}

int model_end(struct model *model)
{
	return model_let_go(model) ? -1 : birth_end(&model->born);
}

int status_read(struct status_text *status, const char *format, ...)
{
	size_t used = 0, room = sizeof(status->text) - 1;
	char path[128];
	ssize_t got;
	va_list args;
	int fd;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	while (used < room && (got = read(fd, status->text + used, room - used)) > 0)
		used += got;
	close(fd);
	status->text[used] = '\0';
	return used ? (int)used : -1;
}

/* The beginning of the line "key:". */
static char *find_line(const char *text, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, length) && line[length] == ':')
			return (char *)line;
	}
	return NULL;
}

const char *status_block(struct status_text *status)
{
	char *from = find_line(status->text, "NoNewPrivs");
	char *to = find_line(status->text, "Seccomp_filters");

	to = to ? strchr(to, '\n') : NULL;
	to = to ? strchr(to, ':') : NULL;
	if (!from || !to || from > to)
		return "none";
	to[1] = '\0';
	return from;
}

struct status_expected status_expect(int nnp, int mode, unsigned int filters)
{
	struct status_expected expected;

	snprintf(expected.text, sizeof(expected.text),
		 "NoNewPrivs:\t%d\nSeccomp:\t%d\nSeccomp_filters:\t%u\nSpeculation_Store_Bypass:",
		 nnp, mode, filters);
	return expected;
}

const char *status_value(struct status_text *status, const char *key)
{
	char *line = find_line(status->text, key);
	char *end = line ? strchr(line, '\n') : NULL;

	if (!end)
		return NULL;
	*end = '\0';
	return line + strlen(key) + 1;
}

unsigned int status_count(const struct status_text *status, const char *key)
{
	const char *line = find_line(status->text, key);
	unsigned int count = 0;

	for (; line; line = find_line(strchrnul(line, '\n'), key))
		count++;
	return count;
}
