#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# docs/libseccomp.md says what is measured here, but for kernels in QEMU, which take minutes.
. tests/lib.sh

export LC_ALL=C TMPDIR=$TMP
DOC=docs/libseccomp.md

# table FILE: the lines of its table, of places that are everywhere.
table() {
	grep '^| ' "$1" | grep -v -e '^| this machine' -e '^| QEMU'
}

if [ "$(uname -m)" != x86_64 ]; then
	skip 'libseccomp' 'the table was made on x86_64'
elif ! [ -x "$BUILD/tests/peer/libseccomp" ]; then
	skip 'libseccomp' 'libseccomp-dev is not installed'
else
	run ci/libseccomp --no-guests
	is 'it is measured' "$status$err" 0
	echo "$out" >"$TMP/table"
	if ! grep -qxF "$(head -1 "$TMP/table")" $DOC; then
		skip 'the table is as measured' "the table is of another one than $(head -1 "$TMP/table")"
	elif ! "$SECCOMPAT" as 6.1 true 2>/dev/null; then
		skip 'the table is as measured' 'this kernel has less than 6.1'
	else
		is 'the table is as measured' "$(diff <(table $DOC) <(table "$TMP/table"))" ''
		is 'of this machine, too' "$(grep '^| this machine' "$TMP/table" | cut -d '|' -f 3-)" \
			"$(grep '^| this machine' $DOC | cut -d '|' -f 3-)"
	fi
fi
done_testing
