/* SPDX-License-Identifier: BSD-3-Clause */
/* The subcommands, and what they all share. */
#ifndef SECCOMPAT_CLI_CLI_H
#define SECCOMPAT_CLI_CLI_H

#include "report/status.h"

int cmd_probe(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_as(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_behaviours(int argc, char **argv);
int cmd_sim(int argc, char **argv);
int cmd_disasm(int argc, char **argv);
int cmd_compile(int argc, char **argv);
int cmd_fuzz(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_diff(int argc, char **argv);

/* What kernel tests execute; see selftests/glue/kit-task.h. */
int cmd_exec_probe(int argc, char **argv);

#endif
