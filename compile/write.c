/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/write.h"

#include "filters/disasm.h"
#include "report/listing.h"

static void put_number(FILE *out, uint32_t number, size_t bytes, bool big_endian)
{
	for (size_t i = 0; i < bytes; i++)
		putc(number >> 8 * (big_endian ? bytes - 1 - i : i) & 0xff, out);
}

void write_raw(FILE *out, const struct filter *filter, const struct arch *arch)
{
	for (size_t i = 0; i < filter->count; i++) {
		put_number(out, filter->insns[i].code, 2, arch->big_endian);
		putc(filter->insns[i].jt, out);
		putc(filter->insns[i].jf, out);
		put_number(out, filter->insns[i].k, 4, arch->big_endian);
	}
}

struct c_lines {
	FILE *out;
	const struct filter *filter;
};

static void put_c_line(void *data, const struct disasm_line *line)
{
	const struct c_lines *lines = data;
	const struct sock_filter *insn = &lines->filter->insns[line->pc];

	fprintf(lines->out, "\t{ 0x%02x, %3u, %3u, 0x%08x }, /* %4zu  %s */\n", insn->code,
		insn->jt, insn->jf, insn->k, line->pc, line->meaning);
}

int write_c(FILE *out, const struct filter *filter, const struct arch *arch)
{
	struct c_lines lines = { out, filter };
	int err;

	fprintf(out, "/* Made by seccompat compile. */\n#include <linux/filter.h>\n\n"
		     "static const struct sock_filter seccomp_filter[] = {\n");
	err = disasm(filter->insns, filter->count, arch, put_c_line, &lines);
	fprintf(out, "};\n");
	return err;
}

int write_words(FILE *out, const struct filter *filter, const struct arch *arch)
{
	return put_listing(out, "", filter->insns, filter->count, arch);
}
