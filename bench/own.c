/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/own.h"

#include <math.h>
#include <string.h>

#include "bench/programs.h"
#include "filters/sim.h"

/*
 * What is none: a descriptor; a flag, signal, resource or option; a clock. A path that is empty,
 * and no address that is none: a page fault takes five times as long as the call.
 */
static const char empty[] = "";
static char buffer[1024]; /* that is written to, and never read */
#define NO_FD	 (-1ul)
#define NONE	 (~0ul >> 1)
#define NO_CLOCK 100
#define NO_PATH	 ((unsigned long)empty)
#define BUFFER	 ((unsigned long)buffer)

static const struct harmless {
	const char *name;
	unsigned long args[6];
} harmless[] = {
#define HARMLESS(name, ...) { #name, { __VA_ARGS__ } },
#include "bench/harmless.def"
#undef HARMLESS
};

#define HARMLESS_COUNT (sizeof(harmless) / sizeof(harmless[0]))

static const struct harmless *find(const char *name)
{
	for (size_t i = 0; i < HARMLESS_COUNT; i++)
		if (!strcmp(harmless[i].name, name))
			return &harmless[i];
	return NULL;
}

static struct seccomp_data data_of(uint32_t nr, const struct harmless *call)
{
	struct seccomp_data data = { .nr = (int)nr, .arch = arch_native()->audit };

	for (size_t i = 0; call && i < 6; i++)
		data.args[i] = call->args[i];
	return data;
}

static bool allows(const struct own_filter *filter, const struct seccomp_data *data)
{
	return sim_run_checked(filter->prog.filter, data, arch_native()->big_endian, NULL, NULL)
		       .value == SECCOMP_RET_ALLOW;
}

/* Nothing can be timed under a filter that allows no child to be told and to tell. */
static bool can_work(const struct own_filter *filter)
{
	static const char *const needed[] = { "read", "write" };

	for (size_t i = 0; i < 2; i++) {
		struct seccomp_data data =
			data_of((uint32_t)arch_syscall_nr(arch_native(), needed[i]), NULL);

		if (!allows(filter, &data))
			return false;
	}
	return true;
}

/* Those that anything can be timed under; the others shall not be in their way. */
static bool all_allow(const struct own_filter *filters, size_t count,
		      const struct seccomp_data *data)
{
	for (size_t i = 0; i < count; i++)
		if (can_work(&filters[i]) && !allows(&filters[i], data))
			return false;
	return true;
}

void own_default_mix(const struct own_filter *filters, size_t count, struct mix *mix)
{
	size_t best = 0;

	for (size_t i = 0; i < HARMLESS_COUNT; i++) {
		int64_t nr = arch_syscall_nr(arch_native(), harmless[i].name);
		struct seccomp_data data = data_of((uint32_t)nr, &harmless[i]);

		if (nr < 0 || !all_allow(filters, count, &data))
			continue;
		best = i;
		break;
	}
	*mix = (struct mix){ .count = 1, .total = 1 };
	mix->calls[0].name = harmless[best].name;
	mix->calls[0].nr = (uint32_t)arch_syscall_nr(arch_native(), harmless[best].name);
	mix->calls[0].count = 1;
}

/* --- what is called -------------------------------------------------------------------------- */

static enum own_why may_be_timed(const struct own_filter *filters, size_t count,
				 const struct mix_call *call)
{
	const struct harmless *way = find(call->name);
	struct seccomp_data data = data_of(call->nr, way);

	if (!way)
		return OWN_HARMFUL;
	return all_allow(filters, count, &data) ? OWN_TIMED : OWN_REFUSED;
}

static void put_call(struct own_choice *choice, uint32_t nr, const char *name)
{
	struct bench_call *made = &choice->calls[choice->count++];

	made->nr = nr;
	memcpy(made->args, find(name)->args, sizeof(made->args));
}

/*
 * Each place goes to the call that is furthest behind its share, so that they are spread evenly: a
 * part of the turn is as good as all of it.
 */
static void fill(struct own_choice *choice, const struct mix *mix, double weight)
{
	double placed[MIX_CALLS] = { 0 };

	for (unsigned int place = 1; place <= OWN_CALLS; place++) {
		double behind, most = -1;
		size_t next = 0;

		for (size_t i = 0; i < mix->count; i++) {
			if (choice->why[i] != OWN_TIMED)
				continue;
			behind = mix->calls[i].count / weight * place - placed[i];
			if (behind <= most)
				continue;
			most = behind;
			next = i;
		}
		placed[next]++;
		put_call(choice, mix->calls[next].nr, mix->calls[next].name);
	}
	for (size_t i = 0; i < mix->count; i++)
		if (choice->why[i] == OWN_TIMED && !placed[i])
			choice->why[i] = OWN_RARE;
}

void own_choose(const struct own_filter *filters, size_t count, const struct mix *mix,
		struct own_choice *choice)
{
	double weight = 0;

	*choice = (struct own_choice){ .count = 0 };
	for (size_t i = 0; i < mix->count; i++) {
		choice->why[i] = may_be_timed(filters, count, &mix->calls[i]);
		if (choice->why[i] == OWN_TIMED)
			weight += mix->calls[i].count;
	}
	if (weight > 0)
		fill(choice, mix, weight);
	else
		put_call(choice, (uint32_t)arch_syscall_nr(arch_native(), "getppid"), "getppid");
	for (size_t i = 0; i < mix->count; i++)
		if (choice->why[i] == OWN_TIMED)
			choice->timed += mix->calls[i].count / mix->total;
}

/* --- what is foretold ------------------------------------------------------------------------ */

static void add(struct model_counts *sum, const struct model_counts *counts, double part)
{
	for (int term = 0; term < TERM_COUNT; term++)
		sum->of[term] += part * counts->of[term];
}

void own_judge(struct own_filter *filter, const struct mix *mix)
{
	filter->executed = filter->constant = filter->refused = 0;
	filter->run = filter->saved = (struct model_counts){ .executed = 0 };
	for (size_t i = 0; i < mix->count; i++) {
		const struct mix_call *call = &mix->calls[i];
		struct seccomp_data data = data_of(call->nr, find(call->name));
		struct model_counts counts = model_count(filter->prog.filter, &data);
		bool constant = program_is_constant(filter->prog.filter, arch_native(), call->nr);
		double part = call->count / mix->total;

		filter->executed += part * counts.executed;
		filter->constant += constant ? part : 0;
		filter->refused += allows(filter, &data) ? 0 : part;
		add(constant ? &filter->saved : &filter->run, &counts, part);
	}
}

double own_foretell(const struct own_filter *filter, const struct model *model,
		    const struct bitmap *bitmap)
{
	double ns = model_foretell(model, &filter->run);

	if (!model->fits || bitmap->state == BITMAP_UNCLEAR)
		return NAN;
	if (bitmap->state == BITMAP_YES)
		return ns + filter->constant * model->bitmap;
	return ns + model_foretell(model, &filter->saved);
}
