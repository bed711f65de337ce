/* SPDX-License-Identifier: BSD-3-Clause */
/* filters/disasm, with filters/flow under it: the meaning of each line, by path and architecture.
 */
#include <errno.h>
#include <string.h>

#include "filters/action.h"
#include "filters/disasm.h"
#include "tests/unit/unit.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
#define LD(offset)                                     \
	{                                              \
		BPF_LD | BPF_W | BPF_ABS, 0, 0, offset \
	}
#define RET(value)                           \
	{                                    \
		BPF_RET | BPF_K, 0, 0, value \
	}
#define JUMP(op, k, jt, jf)               \
	{                                 \
		BPF_JMP | (op), jt, jf, k \
	}

#define X86_64 0xc000003e
#define I386   0x40000003
#define S390X  0x80000016

struct expected {
	struct sock_filter insn;
	const char *text, *meaning;
};

/* Two architectures, their own lists, and a common end where a number means two things. */
static const struct expected two_archs[] = {
	{ LD(4), "ld [4]", "A = arch" },
	{ JUMP(BPF_JEQ, X86_64, 0, 3), "jeq #0xc000003e, 2, 5", "if (arch != x86_64) goto 5" },
	{ LD(0), "ld [0]", "A = nr" },
	{ JUMP(BPF_JGE, 0x40000000, 7, 0), "jge #0x40000000, 11, 4",
	  "if (nr >= 0x40000000) goto 11" },
	{ JUMP(BPF_JEQ, 2, 5, 4), "jeq #0x2, 10, 9", "if (nr == open) goto 10 else goto 9" },
	{ JUMP(BPF_JEQ, I386, 1, 0), "jeq #0x40000003, 7, 6", "if (arch == i386) goto 7" },
	{ RET(0x80000000), "ret #0x80000000", "return KILL_PROCESS" },
	{ LD(0), "ld [0]", "A = nr" },
	{ JUMP(BPF_JEQ, 2, 1, 0), "jeq #0x2, 10, 9", "if (nr == fork) goto 10" },
	{ JUMP(BPF_JEQ, 1, 1, 0), "jeq #0x1, 11, 10",
	  "if (nr == 1 (x86_64 write, i386 exit)) goto 11" },
	{ RET(0x50001), "ret #0x50001", "return ERRNO(1)" },
	{ JUMP(BPF_JEQ, 0x40000027, 0, 1), "jeq #0x40000027, 12, 13",
	  "if (nr != getpid (x32)) goto 13" },
	{ RET(0x7fff0000), "ret #0x7fff0000", "return ALLOW" },
	{ RET(0), "ret #0x0", "return KILL_THREAD" },
};

/* No look at the architecture: names and halves are those of the architecture that was asked for.
 */
static const struct expected unchecked_s390x[] = {
	{ LD(0), "ld [0]", "A = nr" },
	{ JUMP(BPF_JEQ, 1, 0, 1), "jeq #0x1, 2, 3", "if (nr != exit) goto 3" },
	{ JUMP(BPF_JGT, 300, 1, 0), "jgt #0x12c, 4, 3", "if (nr > 300) goto 4" },
	{ LD(8), "ld [8]", "A = ip.high" },
	{ LD(12), "ld [12]", "A = ip.low" },
	{ LD(16), "ld [16]", "A = args[0].high" },
	{ LD(60), "ld [60]", "A = args[5].low" },
	{ JUMP(BPF_JEQ, 9, 0, 1), "jeq #0x9, 8, 9", "if (args[5].low != 9) goto 9" },
	{ RET(0x30000), "ret #0x30000", "return TRAP(0)" },
	{ { BPF_RET | BPF_A, 0, 0, 0 }, "ret a", "return A" },
};

static const struct expected unchecked_x86_64[] = {
	{ LD(8), "ld [8]", "A = ip.low" },
	{ LD(20), "ld [20]", "A = args[0].high" },
	{ LD(0), "ld [0]", "A = nr" },
	{ JUMP(BPF_JEQ, 0xffffffff, 0, 1), "jeq #0xffffffff, 4, 5", "if (nr != -1) goto 5" },
	{ JUMP(BPF_JEQ, 9999, 0, 0), "jeq #0x270f, 5, 5", "goto 5" },
	{ RET(0x12340005), "ret #0x12340005", "return KILL_PROCESS (0x12340005 is no action)" },
};

/* After a filter has found another architecture, its halves count and not those asked for. */
static const struct expected checked_s390x[] = {
	{ LD(4), "ld [4]", "A = arch" },
	{ JUMP(BPF_JEQ, S390X, 1, 0), "jeq #0x80000016, 3, 2", "if (arch == s390x) goto 3" },
	{ RET(0), "ret #0x0", "return KILL_THREAD" },
	{ LD(24), "ld [24]", "A = args[1].high" },
	{ RET(0x7ff00003), "ret #0x7ff00003", "return TRACE(3)" },
};

/* Where paths meet that know different things nothing is known; nor of an architecture ruled out.
 */
static const struct expected meeting[] = {
	{ LD(4), "ld [4]", "A = arch" },
	{ JUMP(BPF_JEQ, X86_64, 0, 3), "jeq #0xc000003e, 2, 5", "if (arch != x86_64) goto 5" },
	{ LD(0), "ld [0]", "A = nr" },
	{ JUMP(BPF_JGT, 7, 0, 1), "jgt #0x7, 4, 5", "if (nr <= 7) goto 5" },
	{ LD(16), "ld [16]", "A = args[0].low" },
	{ JUMP(BPF_JEQ, 2, 0, 1), "jeq #0x2, 6, 7", "if (A != 2) goto 7" },
	{ JUMP(BPF_JGE, 2, 1, 0), "jge #0x2, 8, 7", "if (A >= 2) goto 8" },
	{ RET(0), "ret #0x0", "return KILL_THREAD" },
	{ LD(4), "ld [4]", "A = arch" },
	{ JUMP(BPF_JEQ, X86_64, 2, 0), "jeq #0xc000003e, 12, 10", "if (arch == x86_64) goto 12" },
	{ LD(0), "ld [0]", "A = nr" },
	{ JUMP(BPF_JEQ, 2, 0, 1), "jeq #0x2, 12, 13", "if (nr != 2) goto 13" },
	{ RET(0), "ret #0x0", "return KILL_THREAD" },
	{ RET(0), "ret #0x0", "return KILL_THREAD" },
};

/* The rest of the instruction set. */
static const struct expected arithmetic[] = {
	{ LD(24), "ld [24]", "A = args[1].low" },
	{ { BPF_ALU | BPF_AND | BPF_K, 0, 0, 0xff }, "and #0xff", "A &= 0xff" },
	{ JUMP(BPF_JEQ, 5, 0, 1), "jeq #0x5, 3, 4", "if ((args[1].low & 0xff) != 5) goto 4" },
	{ { BPF_ST, 0, 0, 3 }, "st M[3]", "M[3] = A" },
	{ { BPF_LDX | BPF_IMM, 0, 0, 0x10 }, "ldx #0x10", "X = 0x10" },
	{ { BPF_ALU | BPF_ADD | BPF_X, 0, 0, 0 }, "add x", "A += X" },
	{ { BPF_ALU | BPF_LSH | BPF_K, 0, 0, 2 }, "lsh #0x2", "A <<= 2" },
	{ { BPF_ALU | BPF_NEG, 0, 0, 0 }, "neg", "A = -A" },
	{ { BPF_STX, 0, 0, 4 }, "stx M[4]", "M[4] = X" },
	{ LD(32), "ld [32]", "A = args[2].low" },
	{ { BPF_ST, 0, 0, 5 }, "st M[5]", "M[5] = A" },
	{ { BPF_LDX | BPF_MEM, 0, 0, 5 }, "ldx M[5]", "X = M[5], args[2].low" },
	{ { BPF_LD | BPF_W | BPF_LEN, 0, 0, 0 }, "ld #len", "A = 64" },
	{ JUMP(BPF_JGT | BPF_X, 0, 1, 0), "jgt x, 15, 14", "if (A > args[2].low) goto 15" },
	{ { BPF_MISC | BPF_TXA, 0, 0, 0 }, "txa", "A = X" },
	{ JUMP(BPF_JSET, 0x40, 1, 0), "jset #0x40, 17, 16", "if (A & 0x40) goto 17" },
	{ JUMP(BPF_JSET, 0x40, 0, 1), "jset #0x40, 17, 18", "if (!(A & 0x40)) goto 18" },
	{ { BPF_MISC | BPF_TAX, 0, 0, 0 }, "tax", "X = A" },
	{ JUMP(BPF_JA, 0, 0, 0), "ja 19", "goto 19" },
	{ RET(0x5ffff), "ret #0x5ffff", "return ERRNO(4095)" },
};

/* None of it runs, all of it is shown. */
static const struct expected invalid[] = {
	{ { 0x42, 1, 2, 3 }, ".word 0x0042, 1, 2, 0x3", "" },
	{ { BPF_LD | BPF_H | BPF_ABS, 0, 0, 4 }, "ldh [4]", "A = nothing that seccomp has" },
	{ { BPF_LD | BPF_W | BPF_ABS, 0, 0, 64 }, "ld [64]", "A = nothing that seccomp has" },
	{ { BPF_LDX | BPF_MEM, 0, 0, 99 }, "ldx M[99]", "X = M[99]" },
	{ { BPF_ST, 0, 0, 0xffffffff }, "st M[4294967295]", "M[4294967295] = A" },
	{ { BPF_ALU | BPF_MOD | BPF_K, 0, 0, 7 }, "mod #0x7", "A %= 7" },
	{ { BPF_LDX | BPF_B | BPF_MSH, 0, 0, 0 },
	  "ldxb 4 * ([0] & 0xf)",
	  "X = nothing that seccomp has" },
	{ { BPF_LD | BPF_W | BPF_IND, 0, 0, 4 }, "ld [x + 4]", "A = nothing that seccomp has" },
	{ JUMP(BPF_JEQ, 1, 255, 0), "jeq #0x1, 264, 9", "if (A == 1) goto 264" },
	{ { BPF_JMP | BPF_JA, 0, 0, 0xffffffff }, "ja 4294967305", "goto 4294967305" },
};

struct lines {
	const struct expected *expected;
	size_t count, wrong;
};

static void compare(void *data, const struct disasm_line *line)
{
	struct lines *lines = data;
	const struct expected *expected = &lines->expected[lines->count];

	if (line->pc != lines->count++ || strcmp(line->text, expected->text) ||
	    strcmp(line->meaning, expected->meaning)) {
		printf("# %zu: got    %s | %s\n", line->pc, line->text, line->meaning);
		printf("# %zu: wanted %s | %s\n", line->pc, expected->text, expected->meaning);
		lines->wrong++;
	}
}

static void check_filter_text(const char *text, const char *arch, const struct expected *expected,
			      size_t len)
{
	struct lines lines = { .expected = expected };
	struct sock_filter prog[32];
	int err;

	for (size_t i = 0; i < len; i++)
		prog[i] = expected[i].insn;
	err = disasm(prog, len, arch_by_name(arch), compare, &lines);
	check(!err && lines.count == len && !lines.wrong, "%s", text);
}

struct edges {
	unsigned int jumps;
	size_t from[3];
	bool reached[8];
};

static void note_edges(void *data, const struct disasm_line *line)
{
	struct edges *edges = data;

	edges->reached[line->pc] = line->reached;
	if (line->pc == 7) {
		edges->jumps = line->jumps;
		memcpy(edges->from, line->from, sizeof(edges->from));
	}
}

static void check_edges(void)
{
	static const struct sock_filter prog[] = {
		LD(0),	JUMP(BPF_JEQ, 1, 5, 0), JUMP(BPF_JEQ, 2, 4, 4), /* both ways: one jump */
		RET(1), JUMP(BPF_JEQ, 3, 2, 0), JUMP(BPF_JEQ, 3, 1, 0), RET(2), RET(3),
	};
	static const bool reached[8] = { 1, 1, 1, 0, 0, 0, 0, 1 };
	struct edges edges = { 0 };

	disasm(prog, LEN(prog), arch_native(), note_edges, &edges);
	check(edges.jumps == 2 && edges.from[0] == 1 && edges.from[1] == 2,
	      "where the jumps to a line come from");
	check(!memcmp(edges.reached, reached, sizeof(reached)), "lines that no path reaches");
	check(disasm(prog, 0, arch_native(), note_edges, &edges) == 0, "an empty filter");
}

static void check_actions(void)
{
	static const struct {
		uint32_t value;
		const char *text, *name;
	} rows[] = {
		{ 0x80000000, "KILL_PROCESS", "KILL_PROCESS" },
		{ 0x0000ffff, "KILL_THREAD", "KILL_THREAD" },
		{ 0x00030007, "TRAP(7)", "TRAP" },
		{ 0x00050fff, "ERRNO(4095)", "ERRNO" },
		{ 0x00051000, "ERRNO(4095)", "ERRNO" },
		{ 0x7fc00001, "USER_NOTIF", "USER_NOTIF" },
		{ 0x7ff0ffff, "TRACE(65535)", "TRACE" },
		{ 0x7ffc0000, "LOG", "LOG" },
		{ 0x7fff0001, "ALLOW", "ALLOW" },
		{ 0x7ffe0000, "KILL_PROCESS (0x7ffe0000 is no action)", NULL },
		{ 0xffffffff, "KILL_PROCESS (0xffffffff is no action)", NULL },
	};

	for (size_t i = 0; i < LEN(rows); i++) {
		const char *name = action_name(rows[i].value);
		char text[48];

		action_text(rows[i].value, text, sizeof(text));
		check(!strcmp(text, rows[i].text) && !name == !rows[i].name &&
			      (!name || !strcmp(name, rows[i].name)),
		      "0x%08x is %s", rows[i].value, text);
	}
}

int main(void)
{
	check_filter_text("a filter for two architectures", "arm", two_archs, LEN(two_archs));
	check_filter_text("one that checks none, for s390x", "s390x", unchecked_s390x,
			  LEN(unchecked_s390x));
	check_filter_text("one that checks none, for x86_64", "x86_64", unchecked_x86_64,
			  LEN(unchecked_x86_64));
	check_filter_text("one that checks for s390x, asked for x86_64", "x86_64", checked_s390x,
			  LEN(checked_s390x));
	check_filter_text("paths that meet", "x86_64", meeting, LEN(meeting));
	check_filter_text("arithmetic, memory and X", "x86_64", arithmetic, LEN(arithmetic));
	check_filter_text("what no kernel accepts", "x86_64", invalid, LEN(invalid));
	check_edges();
	check_actions();
	return unit_end();
}
