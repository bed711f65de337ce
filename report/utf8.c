/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/utf8.h"

/* How many bytes follow the first one; -1 if none begins with it. */
static int bytes_behind(unsigned char first)
{
	if (first < 0x80)
		return 0;
	if (first >= 0xc2 && first < 0xe0)
		return 1;
	if (first >= 0xe0 && first < 0xf0)
		return 2;
	return first >= 0xf0 && first < 0xf5 ? 3 : -1;
}

size_t utf8_read(const char *text, unsigned int *code)
{
	static const unsigned int least[] = { 0, 0x80, 0x800, 0x10000 };
	const unsigned char *byte = (const unsigned char *)text;
	int behind = bytes_behind(*byte);
	unsigned int value;

	if (behind < 0)
		return 0;
	value = behind ? *byte & (0x3f >> behind) : *byte;
	for (int i = 1; i <= behind; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (byte[i] & 0x3f);
	}
	if (value < least[behind] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return 0;
	*code = value;
	return behind + 1;
}
