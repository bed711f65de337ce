/* SPDX-License-Identifier: BSD-3-Clause */
#include "verdict/verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const names[VERDICT_COUNT] = {
	[VERDICT_UNKNOWN] = "unknown",	     [VERDICT_MAINLINE] = "mainline",
	[VERDICT_BACKPORTED] = "backported", [VERDICT_MISSING] = "missing",
	[VERDICT_CONFIG_OFF] = "config off", [VERDICT_BROKEN] = "broken",
	[VERDICT_NOT_YET] = "not yet",
};

const char *verdict_name(enum verdict_kind kind)
{
	return names[kind];
}

__attribute__((format(printf, 2, 3))) static struct verdict verdict(enum verdict_kind kind,
								    const char *format, ...)
{
	struct verdict made = { .kind = kind };
	va_list args;

	va_start(args, format);
	vsnprintf(made.why, sizeof(made.why), format, args);
	va_end(args);
	return made;
}

const char *works_name(enum works works)
{
	static const char *const words[] = {
		[WORKS_NOT_TESTED] = "not tested",
		[WORKS_YES] = "yes",
		[WORKS_NO] = "no",
	};

	return words[works];
}

/* Where a version stands to a row's since: "3.17", "2.6.12..2.6.22" or "" (always due). */
enum due { NOT_YET_DUE, DUE, NO_LONGER_DUE };

static enum due due_in(const struct version *version, const char *since)
{
	const char *range = strstr(since, "..");
	struct version bound;

	if (version_parse(since, &bound) && version_compare(version, &bound) < 0)
		return NOT_YET_DUE;
	if (range && version_parse(range + 2, &bound) && version_compare(version, &bound) > 0)
		return NO_LONGER_DUE;
	return DUE;
}

bool version_has(const struct version *version, const char *since)
{
	return due_in(version, since) == DUE;
}

static struct verdict of_present(const struct feature_info *info, const struct answer *trusted,
				 enum due due)
{
	if (due == NOT_YET_DUE)
		return verdict(VERDICT_BACKPORTED, "mainline has it since %s", info->since);
	if (due == NO_LONGER_DUE)
		return verdict(VERDICT_BACKPORTED, "mainline had it in %s", info->since);
	return verdict(VERDICT_MAINLINE, "%s", trusted->why);
}

static struct verdict of_config(const struct kconfig_said *config)
{
	struct verdict made =
		verdict(VERDICT_CONFIG_OFF, "this kernel is built without %s, says %s",
			config->option, config->source);

	snprintf(made.option, sizeof(made.option), "%s", config->option);
	snprintf(made.source, sizeof(made.source), "%s", config->source);
	return made;
}

/* Nothing tells how it was built; of several options it is the last one that is left off. */
static struct verdict of_habit(const struct feature_info *info)
{
	struct verdict made = verdict(VERDICT_CONFIG_OFF,
				      "inferred, as no configuration can be read: distributions "
				      "leave %s off",
				      info->kconfig);
	const char *last = strrchr(info->kconfig, ' ');

	snprintf(made.option, sizeof(made.option), "%s", last ? last + 1 : info->kconfig);
	return made;
}

static struct verdict of_absent(const struct feature_info *info, const struct answer *trusted,
				enum due due, const struct kconfig_said *config)
{
	if (trusted->excused)
		return verdict(VERDICT_CONFIG_OFF, "%s", trusted->why);
	if (due == NO_LONGER_DUE)
		return verdict(VERDICT_MAINLINE, "mainline had it in %s, and dropped it",
			       info->since);
	if (due == NOT_YET_DUE)
		return verdict(VERDICT_NOT_YET, "mainline has it since %s", info->since);
	if (config->state == KCONFIG_OFF)
		return of_config(config);
	if (config->state == KCONFIG_UNKNOWN && info->optional)
		return of_habit(info);
	return verdict(VERDICT_MISSING, "mainline has it since %s%s%s", info->since,
		       *trusted->why ? "; " : "", trusted->why);
}

/* Nobody could ask, but its tests have shown it: they passed, so it is there. */
static struct answer shown_by_tests(void)
{
	return (struct answer){ .asked = ASKED_PRESENT, .why = "so its tests have shown" };
}

/* From here on a kernel may have answers that this program has not heard of. */
#define FIRST_UNHEARD_OF "7.5"

static struct verdict of_unknown(const struct answer *trusted, const char *release)
{
	struct version version, unheard_of;
	bool newer = version_parse(FIRST_UNHEARD_OF, &unheard_of) &&
		     version_parse(release, &version) &&
		     version_compare(&version, &unheard_of) >= 0;

	return verdict(trusted->wrong && !newer ? VERDICT_BROKEN : VERDICT_UNKNOWN, "%s",
		       trusted->why);
}

struct verdict verdict_of(const struct feature_info *info, const struct answer *trusted,
			  enum works works, const char *release, const struct kconfig_said *config)
{
	const struct answer shown = shown_by_tests();
	struct version version;

	if (trusted->died)
		return verdict(VERDICT_BROKEN, "%s", trusted->why);
	if (trusted->asked == ASKED_UNKNOWN && trusted->untold && works == WORKS_YES)
		trusted = &shown;
	if (trusted->asked == ASKED_UNKNOWN)
		return of_unknown(trusted, release);
	if (trusted->asked == ASKED_PRESENT && works == WORKS_NO)
		return verdict(VERDICT_BROKEN, "accepted, but a test of it fails");
	if (!version_parse(release, &version))
		return verdict(VERDICT_UNKNOWN, "the release \"%.40s\" is no version", release);
	if (trusted->asked == ASKED_PRESENT)
		return of_present(info, trusted, due_in(&version, info->since));
	return of_absent(info, trusted, due_in(&version, info->since), config);
}
