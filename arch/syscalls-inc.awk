# SPDX-License-Identifier: BSD-3-Clause
# syscalls.tsv for C: a table per architecture, by ascending number; of two names for one number the
# one that stands first in the file comes first.

BEGIN { FS = "\t" }

/^#name\t/ {
	columns = NF
	for (i = 2; i <= NF; i++)
		arch[i] = $i
	next
}

/^#/ { next }

# Insertion keeps the order of equal numbers, and no table is long.
function insert(i, nr, name,    at)
{
	for (at = length_of[i]++; at > 0 && nr_of[i, at - 1] > nr; at--) {
		nr_of[i, at] = nr_of[i, at - 1]
		name_of[i, at] = name_of[i, at - 1]
	}
	nr_of[i, at] = nr
	name_of[i, at] = name
}

{
	for (i = 2; i <= columns; i++)
		if ($i != "-")
			insert(i, $i + 0, $1)
}

END {
	for (i = 2; i <= columns; i++) {
		printf "static const struct entry syscalls_%s[] = {\n", arch[i]
		for (at = 0; at < length_of[i]; at++)
			printf "\t{ %.0f, \"%s\" },\n", nr_of[i, at], name_of[i, at]
		printf "\t{ 0, NULL },\n};\n"
	}
}
