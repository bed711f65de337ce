/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/results.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "report/complain.h"
#include "report/fixes.h"
#include "report/status.h"

const struct state_info states[STATE_COUNT] = {
	[STATE_NONE] = { "", ' ', "not in this kernel's results" },
	[STATE_PASS] = { "pass", '.', "the kernel does as it should" },
	[STATE_SKIP] = { "skip", 's', "could not be tested there" },
	[STATE_KNOWN] = { "known", 'k', "a failure that is listed, with its reason" },
	[STATE_NEW_SKIP] = { "SKIP", 'S', "could not be tested, and the list does not know why" },
	[STATE_FIXED] = { "FIXED", 'P', "passed, and is listed as a failure" },
	[STATE_FAIL] = { "FAIL", 'F', "the kernel does not do as it should" },
	[STATE_BROKE] = { "BROKE", 'B', "the test itself went wrong, or there is no result" },
};

static int add_file(struct results *results, const char *path)
{
	struct result_kernel kernel = { 0 };

	if (result_read(&kernel, path))
		return -1;
	results->kernels =
		realloc(results->kernels, (results->count + 1) * sizeof(*results->kernels));
	if (!results->kernels)
		abort();
	results->kernels[results->count++] = kernel;
	return 0;
}

static int is_json(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > 5 &&
	       !strcmp(entry->d_name + length - 5, ".json");
}

static int add_folder(struct results *results, const char *folder)
{
	struct dirent **entries;
	int failed = 0, count = scandir(folder, &entries, is_json, alphasort);

	if (count < 0)
		return complain_of(folder, "cannot be read: %s", strerror(errno));
	for (int i = 0; i < count; i++) {
		char *path;

		if (asprintf(&path, "%s/%s", folder, entries[i]->d_name) < 0)
			abort();
		failed |= add_file(results, path);
		free(path);
		free(entries[i]);
	}
	free(entries);
	return failed;
}

int results_add(struct results *results, const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return complain_of(path, "cannot be read: %s", strerror(errno));
	if (S_ISDIR(st.st_mode))
		return add_folder(results, path);
	if (!S_ISREG(st.st_mode))
		return complain_of(path, "neither a file nor a folder");
	return add_file(results, path);
}

/* Architectures in the order of their table; what is in none comes last. */
static size_t arch_rank(const struct result_kernel *kernel)
{
	return kernel->arch ? (size_t)(kernel->arch - arches) : arch_count;
}

static int compare(const void *a, const void *b)
{
	const struct result_kernel *left = a, *right = b;
	int order = (arch_rank(left) > arch_rank(right)) - (arch_rank(left) < arch_rank(right));

	if (!order)
		order = version_compare(&left->version, &right->version);
	if (!order)
		order = strcmp(left->name, right->name);
	return order ? order : strcmp(left->path, right->path);
}

static bool name_is_taken(const struct results *results, size_t below, const char *name)
{
	for (size_t i = 0; i < below; i++)
		if (!strcmp(results->kernels[i].name, name))
			return true;
	return false;
}

/* Of several kernels of one name the second gets " (2)" behind it, and so on. */
static void make_unique(struct results *results, size_t index)
{
	char *name = results->kernels[index].name, *unique;

	if (!name_is_taken(results, index, name))
		return;
	for (unsigned int n = 2;; n++) {
		if (asprintf(&unique, "%s (%u)", name, n) < 0)
			abort();
		if (!name_is_taken(results, index, unique))
			break;
		free(unique);
	}
	free(name);
	results->kernels[index].name = unique;
}

void results_sort(struct results *results)
{
	if (results->count)
		qsort(results->kernels, results->count, sizeof(*results->kernels), compare);
	for (size_t i = 0; i < results->count; i++)
		make_unique(results, i);
}

void results_free(struct results *results)
{
	for (size_t i = 0; i < results->count; i++)
		result_release(&results->kernels[i]);
	free(results->kernels);
	*results = (struct results){ 0 };
}

size_t kernel_count(const struct result_kernel *kernel, enum state state)
{
	size_t count = 0;

	for (size_t i = 0; i < kernel->test_count; i++)
		count += kernel->tests[i].state == state;
	return count;
}

const char *kernel_arch(const struct result_kernel *kernel)
{
	return kernel->arch ? kernel->arch->name : kernel->machine;
}

const char *fix_word(enum state state)
{
	switch (state) {
	case STATE_PASS:
		return standing_name(STANDING_FIXED);
	case STATE_KNOWN:
	case STATE_FAIL:
		return standing_name(STANDING_VULNERABLE);
	case STATE_SKIP:
	case STATE_NEW_SKIP:
		return standing_name(STANDING_NOT_TESTABLE);
	default:
		return states[state].word;
	}
}

bool kernel_tested(const struct result_kernel *kernel)
{
	for (size_t i = 0; i < kernel->test_count; i++)
		if (kernel->tests[i].outcome != SKIPPED && kernel->tests[i].seconds > 0)
			return true;
	return false;
}

const char *kernel_verdict(const struct result_kernel *kernel)
{
	if (kernel->error)
		return "no result";
	if (kernel_count(kernel, STATE_BROKE))
		return "broke";
	if (kernel_count(kernel, STATE_FAIL))
		return "failed";
	if (!kernel_tested(kernel))
		return "nothing tested";
	if (kernel_count(kernel, STATE_FIXED) + kernel_count(kernel, STATE_NEW_SKIP))
		return "unexplained";
	return kernel_count(kernel, STATE_KNOWN) ? "known" : "works";
}

bool test_is_native(const struct result_kernel *kernel, const struct result_test *test)
{
	size_t length = test->local - test->name;

	return kernel->program && length == strlen(kernel->program) + 1 &&
	       !memcmp(test->name, kernel->program, length - 1);
}

static enum state plain_state(enum outcome outcome)
{
	switch (outcome) {
	case PASSED:
		return STATE_PASS;
	case SKIPPED:
		return STATE_SKIP;
	case FAILED:
		return STATE_FAIL;
	default:
		return STATE_BROKE;
	}
}

void results_judge(struct results *results)
{
	for (size_t i = 0; i < results->count; i++) {
		struct result_kernel *kernel = &results->kernels[i];

		kernel->state = kernel->error ? STATE_BROKE : STATE_PASS;
		for (size_t j = 0; j < kernel->test_count; j++)
			kernel->tests[j].state = plain_state(kernel->tests[j].outcome);
	}
}

static bool is_unexplained(const struct result_kernel *kernel)
{
	if (state_unexplained(kernel->state))
		return true;
	for (size_t i = 0; i < kernel->test_count; i++)
		if (state_unexplained(kernel->tests[i].state))
			return true;
	return false;
}

int results_status(const struct results *results)
{
	bool tested = false;

	for (size_t i = 0; i < results->count; i++) {
		if (is_unexplained(&results->kernels[i]))
			return SC_FAILED;
		tested |= kernel_tested(&results->kernels[i]);
	}
	return tested ? SC_OK : SC_UNTESTED;
}
