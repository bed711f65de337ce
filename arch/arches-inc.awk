# SPDX-License-Identifier: BSD-3-Clause
# arches.tsv for C: ARCH(members of struct arch in their order, name of its table of syscalls), and which
# row this compilation is for: ARCH_NATIVE, and ARCH_NATIVE_HEADER, which exists where registers can be read.

BEGIN { FS = "\t" }

/^#name\t/ {
	for (i = 1; i <= NF; i++)
		number[$i] = i
	number["name"] = 1
	next
}

/^#/ { next }

function field(name)
{
	return $number[name]
}

function text(name)
{
	return field(name) == "-" ? "NULL" : "\"" field(name) "\""
}

{
	printf "ARCH(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, syscalls_%s)\n", text("name"), text("debian"),
		field("audit"), field("bits"), field("endian") == "big" ? "true" : "false",
		text("compat_of"), field("nr_bit"), field("nr_base"), text("tier"), text("uname"), $1
	native = native "#" (native ? "elif " : "if ") field("cpp") "\n#define ARCH_NATIVE " text("name") \
		"\n#define ARCH_NATIVE_HEADER \"arch/" $1 ".h\"\n"
}

END {
	print "\n#ifndef ARCH_NATIVE"
	printf "%s", native
	print "#else\n#error \"no row of arch/arches.tsv is for this architecture: add one\"\n#endif\n#endif"
}
