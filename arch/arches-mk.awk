# SPDX-License-Identifier: BSD-3-Clause
# arches.tsv as make variables: ARCHES, <arch>.<column> (empty where the table says `-`), the Debian
# packages of its compiler, and arch.<alias> for each way to call an architecture.

BEGIN { FS = "\t" }

/^#name\t/ {
	columns = NF
	for (i = 1; i <= NF; i++)
		column[i] = $i
	column[1] = "name"
	next
}

/^#/ { next }

function alias(word, name)
{
	if (!seen[word]++)
		printf "arch.%s := %s\n", word, name
}

{
	for (i = 1; i <= columns; i++) {
		value[column[i]] = $i
		printf "%s.%s :=%s\n", $1, column[i], $i == "-" ? "" : " " $i
	}
	package = value["triplet"]
	gsub(/_/, "-", package)
	printf "%s.packages := gcc-%s libc6-dev-%s-cross\n", $1, package, value["debian"]

	alias($1, $1)
	alias(value["debian"], $1)
	n = split(value["uname"], word, ",")
	for (i = 1; i <= n; i++)
		if (word[i] != "-")
			alias(word[i], $1)
	names = names " " $1
}

END { print "ARCHES :=" names }
