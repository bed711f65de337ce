/* SPDX-License-Identifier: BSD-3-Clause */
/* A probing for other programs: JSON, KTAP. */
#include "report/environment.h"
#include "report/features.h"
#include "report/json.h"
#include "report/ktap.h"
#include "report/provenance.h"
#include "report/render.h"

void render_json(FILE *out, const struct probing *probing)
{
	struct json json;

	jsonw_begin(&json, out);
	jsonw_object(&json, NULL);
	jsonw_string(&json, "schema", PROBE_SCHEMA);
	provenance_write(&json, &probing->env);
	if (probing->assume_unfiltered)
		jsonw_bool(&json, "assume_unfiltered", true);
	jsonw_array(&json, "features");
	for (size_t i = 0; i < probing->count; i++) {
		const struct finding *finding = &probing->findings[i];

		feature_write(&json, finding->feature, &finding->answer, WORKS_NOT_TESTED,
			      &finding->verdict);
	}
	jsonw_end(&json);
	jsonw_end(&json);
}

void render_ktap(FILE *out, const struct probing *probing)
{
	struct test_case cases[F_COUNT];

	for (size_t i = 0; i < probing->count; i++) {
		const struct finding *finding = &probing->findings[i];

		cases[i] = feature_case("", finding->feature, &finding->verdict);
	}
	ktap_points(out, cases, probing->count);
	environment_print(out, &probing->env, "# ");
}
