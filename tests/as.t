#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# seccompat as: below it the probe finds what that version had, as far as a filter can take away; and
# what is refused is nobody's absence, unless one says so. A real kernel of a version answers alike.
. tests/lib.sh

unset NO_COLOR MAKEFLAGS MFLAGS MAKELEVEL CC CFLAGS LDFLAGS B ARCH
export LC_ALL=C
CACHE=${SECCOMPAT_CACHE:-build/kernels}
VERSIONS='3.4 3.5 3.17 4.14 5.0 5.5 5.9 5.14 6.1'
AS=("$SECCOMPAT" as)

# What can be imitated, but for bounds, which are no version's.
sed -n 's/^\(REFUSED\|FOLLOWS\)(\([a-z0-9_]*\),.*/\2/p' probe/imitations.def |
	grep -vxF "$(sed -n 's/^FEATURE(\([a-z0-9_]*\), "[^"]*", "",.*/\1/p' probe/features.def)" | sort >"$TMP/imitable"

# answers FILE: "id asked errno" of what can be imitated, a line each.
answers() {
	jq -r '.features[] | "\(.id) \(.asked) \(.errno)"' "$1" | sort | join "$TMP/imitable" -
}

# ids ASKED FILE
ids() {
	jq -r --arg asked "$1" '.features[] | select(.asked == $asked) | .id' "$2" | sort
}

# expected VERSION BASE: what is of that version is as in BASE; else it is absent. Not what BASE does not know.
expected() {
	"$SECCOMPAT" probe --since "$1" | sort >"$TMP/since"
	answers "$2" | grep -v ' unknown ' | while read -r id asked errno; do
		if grep -qx "$id" "$TMP/since"; then echo "$id $asked $errno"; else echo "$id absent"; fi
	done | sed 's/ absent .*/ absent/'
}

# found BASE FILE: the same of FILE; of what is absent the errno is the version's business.
found() {
	join <(answers "$1" | grep -v ' unknown ' | cut -d ' ' -f 1) <(answers "$2") | sed 's/ absent .*/ absent/'
}

# base NAME PROBE...: as it is below a filter that refuses nothing.
base() {
	local file=$TMP/$1.base
	shift
	"$BUILD/tests/outer" allow "$@" probe --assume-unfiltered --json >"$file"
}

# imitates NAME VERSION PROBE...
imitates() {
	local name=$1 version=$2
	shift 2
	run "${AS[@]}" "$version" -- "$@" probe --assume-unfiltered --json
	echo "$out" >"$TMP/assumed"
	is "$name as $version: it is probed" "$status$err" 0
	is "$name as $version: it has what that version had" \
		"$(diff <(expected "$version" "$TMP/$name.base") <(found "$TMP/$name.base" "$TMP/assumed"))" ''
	run "${AS[@]}" "$version" -- "$@" probe --json
	echo "$out" >"$TMP/doubted"
	is "$name as $version: what is refused is unknown" \
		"$(comm -23 <(ids absent "$TMP/assumed") <(ids absent "$TMP/$name.base"))" \
		"$(comm -23 <(ids unknown "$TMP/doubted") <(sort <(ids unknown "$TMP/assumed") <(ids absent "$TMP/$name.base")))"
	is "$name as $version: nothing is absent" \
		"$(comm -23 <(ids absent "$TMP/doubted") <(ids absent "$TMP/$name.base"))" ''
	is "$name as $version: an outer filter is why" \
		"$(jq -r '.features[] | select(.asked == "unknown" and (.why | startswith("outer filter: ") | not)) | .id' "$TMP/doubted" |
			sort | comm -23 - <(ids unknown "$TMP/$name.base"))" ''
}

# lacks VERSION: no kernel can be imitated that has more.
lacks() {
	"${AS[@]}" "$1" -- true 2>&1 | grep -q 'which this kernel lacks'
}

# of_all NAME PROBE...
of_all() {
	local version
	base "$@"
	for version in $VERSIONS; do
		if lacks "$version"; then
			skip "$1 as $version" 'this kernel has less'
		else
			imitates "$1" "$version" "${@:2}"
		fi
	done
}

native=$(arch/field "$(uname -m)" name)
of_all "$native" "$SECCOMPAT"
for arch in $(arch/field --list "compat_of=$native"); do
	if "build/$arch/seccompat" --version >"$TMP/version" 2>&1; then
		of_all "$arch" "build/$arch/seccompat"
		AS=("build/$arch/seccompat" as)
		of_all "$native below $arch" "$SECCOMPAT"
		AS=("$SECCOMPAT" as)
	else
		skip "$arch" "build/$arch/seccompat is not there, or does not run here"
	fi
done

# --- a real kernel ----------------------------------------------------------------------------

# The real one is asked below a filter, too: what it says to a task with one is what is imitated. What either is
# built without tells nothing.
for version in 5.10 6.1; do
	folder=$CACHE/x86_64-$version
	if [ "$native" != x86_64 ] || ! [ -e "$folder/kernel" ] || lacks "$version"; then
		skip "as x86_64 $version" "needs $folder, and x86_64 with no less than it"
		continue
	fi
	make -s build/x86_64/seccompat build/x86_64/ci/init >/dev/null
	ci/mkinitramfs --config "$folder/config" "$TMP/initramfs" build/x86_64/ci/init build/x86_64/seccompat \
		as "$version" -- /seccompat probe --assume-unfiltered --json
	run ci/boot x86_64 "$folder/kernel" "$TMP/initramfs"
	echo "$out" >"$TMP/real"
	is "a real $version is asked" "$status$err$(jq -r '.kernel.release' "$TMP/real" | grep -o "^${version//./\\.}[.-]")" "0${version}."
	"${AS[@]}" "$version" -- "$SECCOMPAT" probe --assume-unfiltered --json >"$TMP/imitated"
	{
		jq -r '.features[] | select(.verdict == "config off") | .id' "$TMP/real"
		ids absent "$TMP/$native.base"
	} | sort -u >"$TMP/built-without"
	is "as $version answers as it, errno for errno" "$(diff <(answers "$TMP/real" | join -v 1 - "$TMP/built-without") \
		<(answers "$TMP/imitated" | join -v 1 - "$TMP/built-without"))" ''
done

# --- the command ------------------------------------------------------------------------------

# The status of COMMAND is ours; and so is a death.
# shellcheck disable=SC2016
while read -r wanted command; do
	run "${AS[@]}" 3.17 -- sh -c "$command"
	is "the status of \`$command\`" "$status$err" "$wanted"
done <<'END'
0 true
7 exit 7
125 exit 125
137 kill -9 $$
END
run "${AS[@]}" 3.17 "$TMP/none"
is 'a command that is not there' "$status $err" "127 seccompat: as: $TMP/none: No such file or directory"
run "${AS[@]}" 3.17 -- "$TMP"
is 'a command that is none' "$status $err" "126 seccompat: as: $TMP: Permission denied"
is 'without -- the options are the command'\''s' "$("${AS[@]}" 3.17 echo --with)" --with
is 'standard input is the command'\''s' "$(echo text | "${AS[@]}" 3.17 cat)" text
is 'no_new_privs is as before' "$("${AS[@]}" 3.17 sh -c 'grep NoNewPrivs: /proc/self/status')" \
	"$([ "$(id -u)" = 0 ] && grep NoNewPrivs: /proc/self/status || printf 'NoNewPrivs:\t1\n')"

# --- more and less than a version ---------------------------------------------------------------

has() {
	"${AS[@]}" "$@" -- "$SECCOMPAT" probe --assume-unfiltered -q "$feature"
	echo $?
}
if lacks 5.7; then
	skip 'more and less' 'this kernel has less'
else
	feature=flag_tsync_esrch
	is 'without it' "$(has 5.0)" 1
	is 'with it' "$(has 5.0 --with flag_tsync_esrch)" 0
	feature=flag_combo_tsync_listener
	is 'and what goes with it' "$(has 5.0 --with flag_tsync_esrch)" 0
	feature=op_get_notif_sizes
	is 'a version without one of its own' "$(has 5.7 --without op_get_notif_sizes)" 1
	run "${AS[@]}" 5.0 -- "${AS[@]}" 5.7 -- true
	is 'what a kernel lacks cannot be added' "$status $err" \
		'125 seccompat: as: 5.7 has flag_tsync_esrch, which this kernel lacks, and no filter can add; --without flag_tsync_esrch does without'
	ok 'but be done without' "${AS[@]}" 5.0 -- "${AS[@]}" 5.7 --without flag_tsync_esrch --without ptrace_get_syscall_info -- true
fi
run "${AS[@]}" 3.4 -- "${AS[@]}" 3.4 -- true
is 'no filter can be installed as 3.4' "$status $err" '125 seccompat: as: the filter cannot be installed: Invalid argument'

# --- usage ------------------------------------------------------------------------------------

# refuses TEXT ERR WORD...
refuses() {
	run "${AS[@]}" "${@:3}"
	is "$1" "$status $out$err" "125 $2"
}
refuses 'no version' 'seccompat: as: 5.x: no version of Linux; one is 6.1 or 6.1.5' 5.x -- true
refuses 'too old a version' 'seccompat: as: 2.6.11: Linux had no seccomp then; it came with 2.6.12' 2.6.11 -- true
refuses 'no feature' 'seccompat: as: flag_tsnyc: no such feature; did you mean flag_tsync?' 5.0 --with flag_tsnyc -- true
refuses 'what cannot be imitated' 'seccompat: as: act_log: cannot be imitated: the call names it behind a pointer' 5.0 --without act_log -- true
refuses 'what goes with another' 'seccompat: as: addfd_setfd: goes with notif_addfd; name that' 5.0 --with addfd_setfd -- true
for words in '' '--' '5.0' '5.0 --' '--with nnp' '5.0 --more -- true'; do
	# shellcheck disable=SC2086
	run "${AS[@]}" $words
	like "usage: as $words" "$status$out$err" '^125.*usage: seccompat as VERSION'
done
run "${AS[@]}" --help
is 'help' "$status$err" 0
is 'it lists what cannot be imitated' \
	"$(sed -n '/^What a filter cannot/,$p' <<<"$out" | tr ' ' '\n' | grep -xF -f <(jq -r '.features[].id' "$TMP/assumed") | sort)" \
	"$(sed -n 's/^HIDDEN(\([a-z0-9_]*\),.*/\1/p' probe/imitations.def | sort)"
done_testing
