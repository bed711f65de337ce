#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# seccompat behaviours: none is without a test, on any architecture; and what says so can say no.
. tests/lib.sh

FAULTY=$BUILD/tests/faulty/seccompat

# missing ARCH: what no test of that program shows
missing() {
	local qemu=''
	[ "$1" = "$(uname -m)" ] || [ "$(arch/field "$1" compat_of)" = "$(uname -m)" ] || qemu=$(arch/field "$1" qemu_user)
	run ${qemu:+"$qemu"} "build/$1/seccompat" behaviours --missing
}

while read -r arch; do
	if [ ! -x "build/$arch/seccompat" ]; then
		skip "every behaviour has a test on $arch" "there is no build for $arch"
		continue
	fi
	missing "$arch"
	is "every behaviour has a test on $arch" "$status$(awk '{ print $1 }' <<<"$out" | xargs)$err" 0
done < <(awk -F '\t' '/^#name\t/ { for (i = 1; i <= NF; i++) if ($i == "tier") column = i; next }
	/^[^#]/ && $column == "kernel" { print $1 }' arch/arches.tsv)

if [ -x "$FAULTY" ]; then
	run "$FAULTY" behaviours --missing
	is 'a program that shows none of them lacks them' "$status" 1
	like 'and names each' "$out" '^ *1  PR_GET_SECCOMP'
else
	skip 'a program that shows none of them lacks them' 'it is not built, for want of the harness'
fi

run "$SECCOMPAT" behaviours
is 'the list' "$status $err" '0 '
like 'a behaviour, and below it its tests' "$out" $'\n  2  Strict mode permits[^\n]*\n       [a-z_]+\\.[a-z_]+\n'
numbers=$(grep -oE '^ *[0-9]+  ' <<<"$out" | tr -d ' ')
is 'by number, each once' "$numbers" "$(sort -nu <<<"$numbers")"
gone=$(grep -E '^ {7}tests/' <<<"$out" | while read -r file; do [ -e "$file" ] || echo "$file"; done)
is 'the tests of the toolkit that are named are there' "$gone" ''
unlisted=$(grep -hoE '\.behaviours = \{[^}]*' selftests/*.c | grep -oE '[0-9]+' | sort -u |
	grep -vxF -f <(echo "$numbers"))
is 'no test declares a number that is not there' "$unlisted" ''

run "$SECCOMPAT" behaviours --markdown
is 'the table' "$status $err" '0 '
is 'has a row for each' "$(grep -cE '^\| [0-9]+ \|' <<<"$out")" "$(wc -l <<<"$numbers")"
bars=$(grep -E '^\|' <<<"$out" | sed 's/\\|//g; s/[^|]//g' | sort -u)
is 'and as many cells in each' "$bars" '||||||||'

if [ "$(uname -m)" = x86_64 ]; then
	is 'the table in docs/ is that of x86_64 (make behaviours && cp build/behaviours.md docs/)' \
		"$(diff <(printf '%s\n' "$out") docs/behaviours.md | head -n 5)" ''
else
	skip 'the table in docs/ is that of x86_64' "this is $(uname -m)"
fi

run "$SECCOMPAT" behaviours all
is 'it takes no names' "$status" 2
like 'and says what it takes' "$err" '^usage: '

done_testing
