#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# ci/kernel-coverage on a kernel of ours: a QEMU that is a shell script brings the counts of a little program,
# as ci/init.c would bring the kernel's. What the real kernel counts, `make kernel-coverage` sees.
# shellcheck disable=SC2016
. tests/lib.sh

unset MAKEFLAGS MFLAGS MAKELEVEL CC CFLAGS LDFLAGS B ARCH KERNEL V T KEEP
export LC_ALL=C SECCOMPAT_KVM=/nonexistent TMPDIR=$TMP/tmp SECCOMPAT_CACHE=$TMP/kernels
row=$SECCOMPAT_CACHE/x86_64-6.1-gcov
mkdir -p "$TMPDIR" "$TMP/bin" "$TMP/made/kernel" "$row/gcov"
PATH=$TMP/bin:$PATH

cat >"$TMP/made/kernel/seccomp.c" <<'EOF'
static int f(int a)
{
	if (a == 1)
		return -1;
	if (a == 2)
		return -1;
	a++;
	return a;
}

static int never(void)
{
	return 5;
}

int main(int argc, char **argv)
{
	(void)argv;
	return f(argc == 1 ? 3 : 1) == 4 || argc > 1 ? 0 : never();
}
EOF
(cd "$TMP/made" && gcc -fprofile-arcs -ftest-coverage -c -o seccomp.o kernel/seccomp.c && gcc --coverage -o program seccomp.o)
cp "$TMP/made/seccomp.gcno" "$TMP/made/kernel/seccomp.c" "$row/gcov"
echo /tmp/objects/kernel/seccomp.gcda >"$row/gcov/seccomp.path"
head -c 4096 /dev/zero >"$row/kernel"

cat >"$TMP/bin/qemu-system-x86_64" <<'EOF'
#!/bin/bash
echo "$*" >"$TMP/asked"
json='{ "tests": [] }'
printf '@run 1.50\n@out # tests: 5 passed\n@file %s\n@size %d\n' "$json" $((${#json} + 1))
[ ! -e "$TMP/nothing" ] || { echo '@end status 0' && exit; }
od -A n -v -t x1 "$TMP/made/seccomp.gcda" | tr -d ' ' | sed 's/^/@hex /'
printf '@brought %d\n@end status %d\n' $(($(stat -c %s "$TMP/made/seccomp.gcda") + $(cat "$TMP/more" 2>/dev/null || echo 0))) 1
EOF
chmod 755 "$TMP/bin/qemu-system-x86_64"
printf '#!/bin/sh\n' >"$TMP/program"
chmod 755 "$TMP/program"

# reached ARGUMENT...: of the program, after which the kernel has its counts.
reached() {
	rm -f "$TMP/made/seccomp.gcda"
	(cd "$TMP/made" && ./program "$@")
}

# rows LINE...: of the table.
rows() {
	printf '%b\n' "$@" >"$TMP/rows.tsv"
}

covered() {
	run ci/kernel-coverage --rows "$TMP/rows.tsv" "$@" "$TMP/program" "$TMP/program"
}

NEVER='never\treturn 5;\tnobody asks'
BODY='never\tstatic int never(void)\tnobody asks'
ONE='f\tif (a == 1) | return -1;\tno one'
TWO='f\tif (a == 2) | return -1;\tno two'

reached
rows '# a remark' '' "$NEVER" "$BODY" "$ONE" "$TWO"
covered --keep "$TMP/kept"
is 'all lines that are not reached have a reason' "$status$err" 0
like 'and are told with it' "$out" 'f: if \(a == 1\) \| return -1;'$'\n'' +no one'
like 'with what the check said, and how many there are' "$out" '^kernel-coverage: tests: 5 passed.*: 7 of 11 lines reached, 4 for a reason not'
like 'so is a branch that goes one way only' "$out" 'f: if \(a == 1\)'$'\n'' +1 of 2 ways not taken'
like 'the kernel is asked for that file' "$(<"$TMP/asked")" 'bring=/sys/kernel/debug/gcov/tmp/objects/kernel/seccomp\.gcda'
is 'nothing is left behind' "$(find "$TMPDIR" -mindepth 1 -maxdepth 1)" ''
is 'but what is to be kept' "$(cmp "$TMP/kept/seccomp.gcda" "$TMP/made/seccomp.gcda" 2>&1)" ''
run ci/kernel-coverage --rows "$TMP/rows.tsv" --counts "$TMP/kept"
is 'which can be looked at again' "$status$err" 0

rows "$NEVER" "$BODY" "$ONE"
covered
is 'one without a reason fails' "$status" 1
is 'and is named' "$err" 'seccompat: kernel-coverage: f: `if (a == 2) | return -1;` is not reached'
rows "$NEVER" "$BODY" "$ONE" "$TWO" 'f\ta++;\tit is never so'
covered
is 'a row of a line that is reached fails' "$status$err" '1seccompat: kernel-coverage: f: `a++;` is reached, or not there: its row is out of date'
reached more
rows "$NEVER" "$BODY" "$TWO" 'f\tif (a == 2)\tso' 'f\ta++;\tso' 'f\treturn a;\tso'
covered
is 'another call, other lines' "$status$err" 0
rows 'f\treturn a;'
covered
is 'a row without a reason is refused' "$status$err" "2seccompat: kernel-coverage: $TMP/rows.tsv:1: needs function, line, reason, one tab between two"

rows "$NEVER" "$BODY" "$ONE" "$TWO"
touch "$TMP/nothing"
covered
is 'a guest that brings no counts is no measurement' "$status" 2
like 'and it is said' "$err" 'brought back no complete /sys/kernel/debug/gcov/tmp/objects.*brought back no counts'
rm "$TMP/nothing"
echo 1 >"$TMP/more"
covered
is 'nor one that brings half of them' "$status" 2
rm "$TMP/more"
run ci/kernel-coverage --rows "$TMP/rows.tsv" --counts "$TMP/made/kernel"
is 'no counts, no figure' "$status$err" "2seccompat: kernel-coverage: $TMP/made/kernel: no seccomp.gcda there"
run ci/boot --bring /x
is 'ci/boot: a file to bring needs a place' "$status" 2
is 'nothing is left behind' "$(find "$TMPDIR" -mindepth 1 -maxdepth 1)" ''

# --- flavours of several files --------------------------------------------------------------------

# remark FLAVOUR NAME: as in ci/lib.sh.
remark() {
	bash -c '. ci/lib.sh && remark "$@"' - "$@"
}

is 'a flavour of several files has the remarks of each' "$(remark mutants+gcov make)" GCOV_PROFILE_seccomp.o=y
is 'where one says how long its guests may take' "$(remark mutants+kasan+lockdep seconds)" 3600
is 'one that is not built has none' "$(remark cloud seconds)" ''
is 'each file that a row names is there' "$(awk -F '\t' '$5 ~ /^linux-source/ { print $6 }' ci/kernels.tsv | tr + '\n' |
	while read -r part; do [ -f "ci/config/$part.config" ] || echo "$part"; done)" ''

done_testing
