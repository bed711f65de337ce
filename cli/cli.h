/* SPDX-License-Identifier: BSD-3-Clause */
/* The subcommands, and what they all share. */
#ifndef SECCOMPAT_CLI_CLI_H
#define SECCOMPAT_CLI_CLI_H

/* Exit codes, alike everywhere; scripts rely on them. */
enum {
	SC_OK = 0,	  /* all is well */
	SC_FAILED = 1,	  /* the kernel failed something */
	SC_BROKEN = 2,	  /* usage, bad input, or the toolkit itself broke */
	SC_UNTESTED = 4,  /* nothing could be tested (kselftest's skip) */
};

int cmd_probe(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_sim(int argc, char **argv);
int cmd_disasm(int argc, char **argv);

#endif
