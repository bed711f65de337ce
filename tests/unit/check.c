/* SPDX-License-Identifier: BSD-3-Clause */
/* filters/check: each rule on both sides of its limit, and every opcode that there could be. */
#include <string.h>

#include "filters/check.h"
#include "tests/unit/unit.h"

#define ALLOW                                     \
	{                                         \
		BPF_RET | BPF_K, 0, 0, 0x7fff0000 \
	}
#define ROW(text, reason, pc, ...)                                                   \
	{                                                                            \
		text, reason, pc, sizeof((struct sock_filter[]){ __VA_ARGS__ }) / 8, \
		{                                                                    \
			__VA_ARGS__                                                  \
		}                                                                    \
	}

static const struct row {
	const char *text;
	enum check_reason reason;
	size_t pc;
	size_t len;
	struct sock_filter prog[8];
} rows[] = {
	ROW("one return", CHECK_OK, 0, ALLOW),
	ROW("return A", CHECK_OK, 0, { BPF_RET | BPF_A, 0, 0, 0 }),
	ROW("return X", CHECK_OPCODE, 0, { BPF_RET | BPF_X, 0, 0, 0 }),
	ROW("an opcode of more than 8 bits", CHECK_OPCODE, 0, { 0x0106, 0, 0, 0 }),
	ROW("jt and jf of what is no jump", CHECK_OK, 0, { BPF_LD | BPF_IMM, 255, 255, 0 }, ALLOW),
	ROW("k where it has no meaning", CHECK_OK, 0, { BPF_MISC | BPF_TAX, 0, 0, 99 }, ALLOW),
	ROW("no return at the end", CHECK_END, 1, ALLOW, { BPF_LD | BPF_IMM, 0, 0, 0 }),

	ROW("load at 60", CHECK_OK, 0, { BPF_LD | BPF_W | BPF_ABS, 0, 0, 60 }, ALLOW),
	ROW("load at 64", CHECK_OFFSET, 0, { BPF_LD | BPF_W | BPF_ABS, 0, 0, 64 }, ALLOW),
	ROW("load at 2", CHECK_OFFSET, 0, { BPF_LD | BPF_W | BPF_ABS, 0, 0, 2 }, ALLOW),
	ROW("load of ancillary data", CHECK_OFFSET, 0,
	    { BPF_LD | BPF_W | BPF_ABS, 0, 0, (__u32)SKF_AD_OFF }, ALLOW),
	ROW("load of a half", CHECK_NO_SECCOMP, 0, { BPF_LD | BPF_H | BPF_ABS, 0, 0, 0 }, ALLOW),
	ROW("load of a byte", CHECK_NO_SECCOMP, 0, { BPF_LD | BPF_B | BPF_ABS, 0, 0, 0 }, ALLOW),
	ROW("load at X", CHECK_NO_SECCOMP, 0, { BPF_LD | BPF_W | BPF_IND, 0, 0, 0 }, ALLOW),
	ROW("a header's length", CHECK_NO_SECCOMP, 0, { BPF_LDX | BPF_B | BPF_MSH, 0, 0, 0 },
	    ALLOW),
	ROW("modulo", CHECK_NO_SECCOMP, 0, { BPF_ALU | BPF_MOD | BPF_K, 0, 0, 1 }, ALLOW),

	ROW("division by 1", CHECK_OK, 0, { BPF_ALU | BPF_DIV | BPF_K, 0, 0, 1 }, ALLOW),
	ROW("division by 0", CHECK_DIV_ZERO, 0, { BPF_ALU | BPF_DIV | BPF_K, 0, 0, 0 }, ALLOW),
	ROW("division by an X of 0", CHECK_OK, 0, { BPF_ALU | BPF_DIV | BPF_X, 0, 0, 0 }, ALLOW),
	ROW("modulo 0", CHECK_DIV_ZERO, 0, { BPF_ALU | BPF_MOD | BPF_K, 0, 0, 0 }, ALLOW),
	ROW("shift by 31", CHECK_OK, 0, { BPF_ALU | BPF_LSH | BPF_K, 0, 0, 31 }, ALLOW),
	ROW("left shift by 32", CHECK_SHIFT, 0, { BPF_ALU | BPF_LSH | BPF_K, 0, 0, 32 }, ALLOW),
	ROW("right shift by 32", CHECK_SHIFT, 0, { BPF_ALU | BPF_RSH | BPF_K, 0, 0, 32 }, ALLOW),

	ROW("store to M[15]", CHECK_OK, 0, { BPF_ST, 0, 0, 15 }, ALLOW),
	ROW("store to M[16]", CHECK_SLOT, 0, { BPF_ST, 0, 0, 16 }, ALLOW),
	ROW("X to M[16]", CHECK_SLOT, 0, { BPF_STX, 0, 0, 16 }, ALLOW),
	ROW("load of M[16]", CHECK_SLOT, 0, { BPF_LD | BPF_MEM, 0, 0, 16 }, ALLOW),
	ROW("M[] read but not written", CHECK_UNSET, 0, { BPF_LD | BPF_MEM, 0, 0, 0 }, ALLOW),
	ROW("another word written", CHECK_UNSET, 1, { BPF_ST, 0, 0, 1 },
	    { BPF_LDX | BPF_MEM, 0, 0, 0 }, ALLOW),
	ROW("M[] written and read", CHECK_OK, 0, { BPF_STX, 0, 0, 3 },
	    { BPF_LD | BPF_MEM, 0, 0, 3 }, ALLOW),
	ROW("M[] written on one path of two", CHECK_UNSET, 2,
	    { BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0 }, { BPF_ST, 0, 0, 0 },
	    { BPF_LD | BPF_MEM, 0, 0, 0 }, ALLOW),
	ROW("M[] written on the other path of two", CHECK_UNSET, 2,
	    { BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0 }, { BPF_ST, 0, 0, 0 },
	    { BPF_LD | BPF_MEM, 0, 0, 0 }, ALLOW),
	ROW("M[] written on both", CHECK_OK, 0, { BPF_JMP | BPF_JEQ | BPF_X, 2, 0, 0 },
	    { BPF_ST, 0, 0, 0 }, { BPF_JMP | BPF_JA, 0, 0, 1 }, { BPF_ST, 0, 0, 0 },
	    { BPF_LD | BPF_MEM, 0, 0, 0 }, ALLOW),
	ROW("M[] read where no path leads, behind a jump", CHECK_OK, 0,
	    { BPF_JMP | BPF_JA, 0, 0, 1 }, { BPF_LD | BPF_MEM, 0, 0, 0 }, ALLOW),
	ROW("but not behind a return", CHECK_UNSET, 1, ALLOW, { BPF_LD | BPF_MEM, 0, 0, 0 }, ALLOW),

	ROW("jump to the last", CHECK_OK, 0, { BPF_JMP | BPF_JA, 0, 0, 0 }, ALLOW),
	ROW("jump behind the last", CHECK_JUMP, 0, { BPF_JMP | BPF_JA, 0, 0, 1 }, ALLOW),
	ROW("jump back", CHECK_JUMP, 0, { BPF_JMP | BPF_JA, 0, 0, 0xffffffff }, ALLOW),
	ROW("jt behind the last", CHECK_JUMP, 0, { BPF_JMP | BPF_JGT | BPF_K, 1, 0, 0 }, ALLOW),
	ROW("jf behind the last", CHECK_JUMP, 0, { BPF_JMP | BPF_JSET | BPF_X, 0, 1, 0 }, ALLOW),
	ROW("both to the last", CHECK_OK, 0, { BPF_JMP | BPF_JGE | BPF_K, 0, 0, 0 }, ALLOW),

	/* The kernel checks instructions, then the end, then M[], then for seccomp. */
	ROW("an instruction before the end", CHECK_SHIFT, 0,
	    { BPF_ALU | BPF_LSH | BPF_K, 0, 0, 32 }),
	ROW("the end before M[]", CHECK_END, 0, { BPF_LD | BPF_MEM, 0, 0, 0 }),
	ROW("M[] before what seccomp refuses", CHECK_UNSET, 1,
	    { BPF_LD | BPF_B | BPF_ABS, 0, 0, 0 }, { BPF_LD | BPF_MEM, 0, 0, 0 }, ALLOW),
};

/* What a 6.18 accepted of all 65536, asked one by one. */
static const unsigned char accepted_opcodes[] = {
	0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0c, 0x14, 0x15, 0x16, 0x1c, 0x1d,
	0x20, 0x24, 0x25, 0x2c, 0x2d, 0x34, 0x35, 0x3c, 0x3d, 0x44, 0x45, 0x4c, 0x4d, 0x54,
	0x5c, 0x60, 0x61, 0x64, 0x6c, 0x74, 0x7c, 0x80, 0x81, 0x84, 0x87, 0xa4, 0xac,
};

/* k is 4: right for a load, a shift, a division, a jump, and the word that was written. */
static bool opcode_accepted(unsigned int code)
{
	struct sock_filter prog[] = {
		{ BPF_ST, 0, 0, 4 }, { code, 0, 0, 4 }, ALLOW, ALLOW, ALLOW, ALLOW, ALLOW,
	};

	return check_filter(prog, sizeof(prog) / sizeof(prog[0])).reason == CHECK_OK;
}

static void check_opcodes(void)
{
	unsigned int wrong = 0;

	for (unsigned int code = 0; code <= 0xffff; code++) {
		bool wanted = code <= 0xff &&
			      memchr(accepted_opcodes, (int)code, sizeof(accepted_opcodes));

		if (opcode_accepted(code) != wanted) {
			printf("# opcode 0x%04x\n", code);
			wrong++;
		}
	}
	check(wrong == 0, "of all 65536 opcodes those that a kernel accepts");
}

static void check_lengths(void)
{
	static struct sock_filter prog[BPF_MAXINSNS + 1];
	struct check_result result;
	char text[160];

	for (size_t i = 0; i <= BPF_MAXINSNS; i++)
		prog[i] = (struct sock_filter)ALLOW;
	check(check_filter(prog, 0).reason == CHECK_LENGTH, "no instructions are refused");
	check(check_filter(prog, 1).reason == CHECK_OK, "one is accepted");
	check(check_filter(prog, BPF_MAXINSNS).reason == CHECK_OK, "4096 are accepted");
	result = check_filter(prog, BPF_MAXINSNS + 1);
	check(result.reason == CHECK_LENGTH, "4097 are refused");
	check_text(&result, prog, BPF_MAXINSNS + 1, text, sizeof(text));
	check(!strcmp(text, "4097 instructions; a filter has 1 to 4096"),
	      "the refusal says the length: %s", text);
}

int main(void)
{
	char text[160];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct check_result result = check_filter(row->prog, row->len);

		check(result.reason == row->reason && result.pc == row->pc, "%s: %s", row->text,
		      check_text(&result, row->prog, row->len, text, sizeof(text)));
	}
	check_opcodes();
	check_lengths();
	return unit_end();
}
