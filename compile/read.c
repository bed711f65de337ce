/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/read.h"

#include <stdlib.h>
#include <string.h>

#include "report/complain.h"
#include "report/whole.h"

/* No statement of a text policy begins so: a brace of names has no line break or quote behind it.
 */
static bool is_json(const char *text)
{
	text += strspn(text, " \t\r\n");
	if (*text == '[')
		return true;
	if (*text != '{')
		return false;
	text += 1 + strspn(text + 1, " \t\r\n");
	return *text == '"' || *text == '}';
}

int policy_read(struct policy *policy, struct mix *mix, const char *path,
		const struct read_options *options)
{
	bool standard = !strcmp(path, "-");
	const char *name = standard ? "standard input" : path;
	size_t length;
	char *text = whole_file(standard ? "/dev/stdin" : path, &length);
	int err;

	if (!text)
		return -1;
	if (!text[strspn(text, " \t\r\n")] && strlen(text) == length)
		err = complain_of(name, "empty: a policy has a line for each syscall, or is an "
					"OCI profile in JSON");
	else if (is_json(text))
		err = policy_read_json(policy, name, text, length, options);
	else
		err = policy_read_text(policy, mix, name, text, length, options);
	free(text);
	return err;
}
