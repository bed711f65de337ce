/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/probing.h"

#include "report/status.h"

/* How far answers are trusted: as it is, or as if there were no outer filter. */
static struct environment trusted_env(const struct probing *probing)
{
	struct environment env = probing->env;

	if (probing->assume_unfiltered)
		env.found[E_outer_filter].seen = env.outer_filter = false;
	return env;
}

/* Of what is not absent the configuration tells nothing that is needed; and it is long to read. */
static struct kconfig_said config_of(const struct finding *finding)
{
	if (finding->answer.asked != ASKED_ABSENT)
		return (struct kconfig_said){ .state = KCONFIG_UNKNOWN };
	return kconfig_running(features[finding->feature].kconfig);
}

static struct finding find(const struct probing *probing, enum feature feature)
{
	struct environment env = trusted_env(probing);
	struct answer raw = probe_feature(feature);
	struct finding finding = {
		.feature = feature,
		.answer = environment_trust(&env, feature, &raw),
	};
	struct kconfig_said config;

	config = config_of(&finding);
	finding.verdict = verdict_of(&features[feature], &finding.answer, WORKS_NOT_TESTED,
				     probing->name.release, &config);
	return finding;
}

void probing_ask(struct probing *probing, const bool wanted[F_COUNT], bool assume_unfiltered)
{
	*probing = (struct probing){ .assume_unfiltered = assume_unfiltered };
	uname(&probing->name);
	environment_read(&probing->env);
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
		if (wanted[f])
			probing->findings[probing->count++] = find(probing, f);
}

enum asked finding_presence(const struct finding *finding)
{
	if (finding->verdict.kind == VERDICT_BROKEN)
		return ASKED_ABSENT;
	return finding->answer.asked;
}

int probing_status(const struct probing *probing)
{
	int status = SC_OK;

	for (size_t i = 0; i < probing->count; i++) {
		enum asked presence = finding_presence(&probing->findings[i]);

		if (presence == ASKED_ABSENT)
			return SC_FAILED;
		if (presence == ASKED_UNKNOWN)
			status = SC_UNTESTED;
	}
	return status;
}
