#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# arch/arches.tsv as scripts (arch/field) and make read it.
# shellcheck disable=SC2154
# shellcheck source=tests/lib.sh
. tests/lib.sh

is "every row has every column, none of them empty" "$(awk -F '\t' '
	/^#name\t/ { n = NF }
	/^#/ { next }
	NF != n || /\t\t|\t$/ { print $1 }' arch/arches.tsv)" ""
is "no word names two architectures" "$(awk -F '\t' '
	/^#name\t/ { for (i = 1; i <= NF; i++) c[$i] = i }
	/^#/ { next }
	{
		print $1
		if ($c["debian"] != $1)
			print $c["debian"]
		n = split($c["uname"], word, ",")
		for (i = 1; i <= n; i++)
			if (word[i] != "-" && word[i] != $1)
				print word[i]
	}' arch/arches.tsv | sort | uniq -d)" ""

is "field finds a row by its name" "$(arch/field arm triplet)" arm-linux-gnueabihf
is "by Debian's name" "$(arch/field amd64 name)" x86_64
is "by a word of uname -m" "$(arch/field armv8l name) $(arch/field i586 name)" "arm i386"
is "and says nothing where there is nothing" "$(arch/field x32 qemu_user)" ""
is "--list names all rows" "$(arch/field --list | wc -l)" "$(grep -vc '^#' arch/arches.tsv)"
is "or those with a value" "$(arch/field --list compat_of=x86_64 | paste -sd ' ')" "i386 x32"

# refused TEXT ARGUMENT...: one clear line and status 2.
refused() {
	local text=$1
	shift
	run arch/field "$@"
	is "$text" "$status,$out,$(wc -l <<< "$err"),${err%%: *}" "2,,1,seccompat"
}

refused "an unknown architecture is refused" vax triplet
refused "so is an unknown column" arm colour
like "and it is the column that the message names" "$err" 'no column colour'
refused "so is one in a selection" --list colour=red
refused "and no argument at all"

# The same rows as make sees them, with the aliases.
awk -f arch/arches-mk.awk arch/arches.tsv > "$TMP/arches.mk"
# shellcheck disable=SC2016
mk() {
	printf 'include %s\nall:\n\t@echo "$(%s)"\n' "$TMP/arches.mk" "$1" | make --no-print-directory -f -
}
is "make knows the same rows" "$(mk ARCHES)" "$(arch/field --list | paste -sd ' ')"
for column in triplet compat_of qemu_system tier; do
	is "and the same $column of arm" "$(mk "arm.$column")" "$(arch/field arm "$column")"
done
is "what is not there is empty in make too" "$(mk x86_64.compat_of)" ""
is "and the aliases lead to the same row" "$(mk arch.armhf) $(mk arch.armv7l) $(mk arch.arm)" "arm arm arm"
is "a compiler's packages follow from the row" "$(mk x32.packages)" \
	"gcc-x86-64-linux-gnux32 libc6-dev-x32-cross"

done_testing
