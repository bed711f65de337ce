/* SPDX-License-Identifier: BSD-3-Clause */
#include "arch/words.h"

#include <stddef.h>
#include <string.h>

bool words_have(const char *words, const char *word)
{
	size_t length = strlen(word);

	while (words && *words) {
		size_t next = strcspn(words, " ,");

		if (next == length && !memcmp(words, word, length))
			return true;
		words += next + (words[next] != '\0');
	}
	return false;
}
