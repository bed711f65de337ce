/* SPDX-License-Identifier: BSD-3-Clause */
/* The switch of the kernel's compiler of filters, lent: a file in its place. */
#include "probe/jit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static char switch_path[] = "/tmp/seccompat-unit-XXXXXX";

static void set_switch(const char *value)
{
	FILE *file = fopen(switch_path, "w");

	if (!file)
		return;
	fputs(value, file);
	fclose(file);
}

static bool switch_is(const char *value)
{
	char got[16] = "";
	FILE *file = fopen(switch_path, "r");
	bool is = file && fgets(got, sizeof(got), file) && !strncmp(got, value, strlen(value));

	if (file)
		fclose(file);
	return is;
}

/* Whoever has borrowed it is killed: the guard gives it back all the same. */
static void test_killed_borrower(void)
{
	int alive[2];
	char byte;
	pid_t pid;

	if (pipe(alive))
		return;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		struct jit_loan loan;
		char why[JIT_WHY];

		if (!jit_borrow(&loan, switch_path, why, sizeof(why)))
			jit_set(&loan, JIT_OFF, why, sizeof(why));
		raise(SIGKILL);
	}
	waitpid(pid, NULL, 0);
	/* The guard holds the other end, and closes it when it is done. */
	close(alive[1]);
	check(read(alive[0], &byte, 1) == 0 && switch_is("2"), "given back for one who was killed");
	close(alive[0]);
}

static void test_switch(void)
{
	struct jit_loan loan, second;
	char why[JIT_WHY] = "";
	int fd = mkstemp(switch_path);

	if (fd < 0)
		return;
	close(fd);
	set_switch("0\n");
	check(jit_now(switch_path, why, sizeof(why)) == JIT_OFF, "0: interpreter");
	set_switch("2\n");
	check(jit_now(switch_path, why, sizeof(why)) == JIT_ON, "2: JIT");
	check(strstr(why, "is 2"), "and how that is known: %s", why);
	check(!jit_borrow(&loan, switch_path, why, sizeof(why)), "the switch is lent");
	check(jit_borrow(&second, switch_path, why, sizeof(why)) == -EWOULDBLOCK &&
		      strstr(why, "in use by another"),
	      "to one at a time: %s", why);
	check(!jit_set(&loan, JIT_ON, why, sizeof(why)) && switch_is("2") && loan.guard <= 0,
	      "as it is wanted already: it is left so");
	check(!jit_set(&loan, JIT_OFF, why, sizeof(why)) && switch_is("0"), "and set");
	check(!jit_return(&loan) && switch_is("2"), "and given back as it was");
	check(!jit_return(&loan), "what is not lent is not given back");
	test_killed_borrower();
	check(!jit_borrow(&loan, switch_path, why, sizeof(why)), "it is free again");
	check(!jit_set(&loan, JIT_OFF, why, sizeof(why)), "and set");
	unlink(switch_path);
	check(jit_return(&loan) < 0, "that it cannot be given back is told");
	check(jit_borrow(&loan, switch_path, why, sizeof(why)) && strstr(why, "No such file"),
	      "a switch that is not there: %s", why);
}

int main(void)
{
	test_switch();
	return unit_end();
}
