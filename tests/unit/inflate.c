/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What inflate_gzip makes of files with each kind of block; and of every file that is cut short, or
 * has one bit wrong: nothing, or what it held.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/inflate.h"
#include "probe/kconfig.h"
#include "tests/unit/unit.h"

#define HEAD	 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3
#define HEAD_ALL 0x1f, 0x8b, 8, 30, 0, 0, 0, 0, 0, 3, 2, 0, 'x', 'y', 'n', 0, 'c', 0, 9, 9
#define SECCOMP	 's', 'e', 'c', 'c', 'o', 'm', 'p', 0x9a, 0x36, 0x09, 0x2c, 7, 0, 0, 0

static const unsigned char stored[] = { HEAD, 1, 7, 0, 0xf8, 0xff, SECCOMP };
static const unsigned char stored_all[] = { HEAD_ALL, 1, 7, 0, 0xf8, 0xff, SECCOMP };
/* Two blocks; the first one is empty. */
static const unsigned char stored_twice[] = { HEAD, 0, 0, 0,	0xff, 0xff,
					      1,    7, 0, 0xf8, 0xff, SECCOMP };
static const unsigned char fixed[] = { HEAD, 43,  78, 77, 78,  206, 207, 45, 80, 40, 70,
				       165,  185, 0,  28, 249, 120, 125, 24, 0,	 0,  0 };
/* What lines() writes. */
static const unsigned char dynamic[] = {
	HEAD, 0x6d, 0x92, 0x31, 0x12, 0xc3, 0x30, 0x08, 0x04, 0xfb, 0xbc, 0x46, 0x08, 0x10, 0xa6,
	0x70, 0xe5, 0x99, 0x64, 0xdc, 0xd8, 0x2e, 0xd2, 0xfb, 0x05, 0x79, 0x40, 0x7e, 0x9f, 0xa4,
	0x8c, 0x97, 0x96, 0x39, 0x58, 0xdd, 0x9d, 0x96, 0x7d, 0xbb, 0xaf, 0x8f, 0x73, 0x3f, 0x9e,
	0xeb, 0xbe, 0x9d, 0x6d, 0x7e, 0xdf, 0x96, 0xbf, 0x49, 0x4a, 0xce, 0xaf, 0xcb, 0x6c, 0xc4,
	0xc0, 0xac, 0x87, 0x60, 0x37, 0x9a, 0x41, 0x97, 0xe1, 0x98, 0x4d, 0x86, 0x55, 0x15, 0xaa,
	0x84, 0x54, 0xd3, 0xe4, 0x8b, 0x5b, 0x83, 0x4e, 0x92, 0x2e, 0x54, 0x47, 0x81, 0x25, 0x57,
	0x3a, 0x5d, 0xc4, 0xd7, 0xc5, 0x75, 0xb7, 0x0f, 0xea, 0x3c, 0x79, 0x2f, 0x9c, 0xdc, 0xf0,
	0x22, 0xe5, 0xc2, 0x47, 0x0f, 0xfa, 0x8d, 0x64, 0x2e, 0xe2, 0xe4, 0xaa, 0x15, 0x31, 0x17,
	0x6d, 0x74, 0x2b, 0x5a, 0x73, 0xb6, 0x6b, 0x05, 0x77, 0x0a, 0xfa, 0x90, 0xc6, 0x5f, 0x25,
	0x85, 0x5f, 0xe7, 0xb9, 0x48, 0x62, 0x75, 0xd4, 0x75, 0xd0, 0x06, 0xa9, 0x45, 0xbb, 0x5a,
	0x51, 0x7f, 0x21, 0x7f, 0x00, 0x86, 0xd5, 0x98, 0x90, 0x19, 0x03, 0x00, 0x00,
};

/* Forty lines, of which no two are alike. */
static char *lines(void)
{
	static char text[2048]; /* cppcheck-suppress unassignedVariable ; sprintf(3) fills it */
	size_t length = 0;

	for (int i = 0; i < 40; i++)
		length += sprintf(text + length, "CONFIG_OPTION_%d=%c\n", i * i * 7919 % 1000,
				  "ymn"[i * i % 3]);
	return text;
}

struct sample {
	const char *name;
	const unsigned char *bytes;
	size_t length;
	const char *text;
};

static char *inflate(const unsigned char *bytes, size_t length, size_t limit)
{
	/* Of exactly that size, so that what reads beyond it is caught. */
	unsigned char *copy = malloc(length ? length : 1);
	size_t inflated = 0;
	char *text;

	memcpy(copy, bytes, length);
	text = inflate_gzip(copy, length, limit, &inflated);
	free(copy);
	if (text && strlen(text) != inflated) {
		free(text);
		return NULL;
	}
	return text;
}

static void test_whole(const struct sample *sample)
{
	char *text = inflate(sample->bytes, sample->length, 4096);

	check(text && !strcmp(text, sample->text), "%s: it is what it held", sample->name);
	free(text);
	text = inflate(sample->bytes, sample->length, strlen(sample->text));
	check(text != NULL, "%s: a limit that it just keeps", sample->name);
	free(text);
	text = inflate(sample->bytes, sample->length, strlen(sample->text) - 1);
	check(!text, "%s: a limit that it breaks", sample->name);
	free(text);
}

static void test_cut(const struct sample *sample)
{
	bool any = false;

	for (size_t length = 0; length < sample->length; length++) {
		char *text = inflate(sample->bytes, length, 4096);

		any |= !!text;
		free(text);
	}
	check(!any, "%s: cut short anywhere it is nothing", sample->name);
}

static void test_flipped(const struct sample *sample)
{
	unsigned char *bytes = malloc(sample->length);
	unsigned int same = 0, other = 0;

	for (size_t bit = 0; bit < 8 * sample->length; bit++) {
		char *text;

		memcpy(bytes, sample->bytes, sample->length);
		bytes[bit / 8] ^= 1 << bit % 8;
		text = inflate(bytes, sample->length, 4096);
		if (text)
			*(strcmp(text, sample->text) ? &other : &same) += 1;
		free(text);
	}
	free(bytes);
	/* The bytes of the time, of the speed and of the system mean nothing to what is held. */
	check(!other && same >= 48 && same < 200,
	      "%s: of no bit that is wrong comes something else (%u)", sample->name, same);
}

/* Whoever packed the running kernel's configuration did it as gzip does. */
static void test_running(void)
{
	char *text = kconfig_text("/proc/config.gz");
	const char *end;

	if (!text) {
		skip("the running kernel's configuration", "there is no /proc/config.gz");
		return;
	}
	end = text + strlen(text);
	check(end - text > 1000 && end[-1] == '\n' && strstr(text, "\nCONFIG_"),
	      "the running kernel's configuration is read");
	free(text);
}

int main(void)
{
	const struct sample samples[] = {
		{ "stored", stored, sizeof(stored), "seccomp" },
		{ "stored, with all of a header", stored_all, sizeof(stored_all), "seccomp" },
		{ "stored in two blocks", stored_twice, sizeof(stored_twice), "seccomp" },
		{ "fixed codes", fixed, sizeof(fixed), "seccomp seccomp seccomp\n" },
		{ "codes of its own", dynamic, sizeof(dynamic), lines() },
	};

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		test_whole(&samples[i]);
		test_cut(&samples[i]);
		test_flipped(&samples[i]);
	}
	test_running();
	return unit_end();
}
