// SPDX-License-Identifier: BSD-3-Clause
/* Step 1: a program that reads, writes, sleeps, and does what it should not: it forks. */
#include <stdio.h>
#include <unistd.h>

#include "config.h"

int main(void)
{
	char line[1024];

	printf("Type stuff here: ");
	fflush(NULL);
	if (!fgets(line, sizeof(line), stdin))
		line[0] = '\0';
	printf("You typed: %s", line);

	printf("And now we fork, which should do quite the opposite ...\n");
	fflush(NULL);
	sleep(1);

	fork();
	printf("You should not see this because I'm dead.\n");

	return 0;
}
