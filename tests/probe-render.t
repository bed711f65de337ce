#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What seccompat probe makes of its answers: statuses for scripts, renderings for builds, tests and
# pages, expectations; and seccompat explain. All are held against the JSON of the same program.
. tests/lib.sh

unset NO_COLOR MAKEFLAGS MFLAGS MAKELEVEL
ulimit -c 0
export LC_ALL=C
OUTER=$BUILD/tests/outer
ALL=$TMP/all.json
ABSENT=mode_strict_procfile # everywhere since 2.6.23

# ids FILTER: the ids for which jq's filter holds.
ids() {
	jq -r ".features[] | select($1) | .id" "$ALL"
}

# status_is TEXT WANTED COMMAND...: its status, and nothing on stderr.
status_is() {
	local text=$1 wanted=$2
	shift 2
	run "$@"
	is "$text" "$status$err" "$wanted"
}

# refused TEXT MESSAGE COMMAND...: status 2, that one line, no output.
refused() {
	local text=$1 message=$2
	shift 2
	run "$@"
	is "$text" "$status $out$err" "2 seccompat: $message"
}

# upper: ids as in a macro, sorted.
upper() {
	tr '[:lower:]' '[:upper:]' | sort
}

"$SECCOMPAT" probe --json > "$ALL"

# --- the exit status ---

status_is 'without a feature the status is 0' 0 "$SECCOMPAT" probe
status_is 'a feature that is present' 0 "$SECCOMPAT" probe nnp
status_is 'one that is absent' 1 "$SECCOMPAT" probe "$ABSENT"
status_is 'one of two is absent' 1 "$SECCOMPAT" probe nnp "$ABSENT"
status_is 'the same as JSON' 1 "$SECCOMPAT" probe --json nnp "$ABSENT"
status_is '--quiet: absent' 1 "$SECCOMPAT" probe -q "$ABSENT"
is '--quiet prints nothing' "$out" ''
status_is '--quiet: present' 0 "$SECCOMPAT" probe --quiet nnp
is '--quiet prints nothing then either' "$out" ''
refused 'an unknown feature, and the one that was meant' 'probe: flag_tsnyc: no such feature; did you mean flag_tsync?' \
	"$SECCOMPAT" probe -q nnp flag_tsnyc
if "$OUTER" allow true 2> /dev/null; then
	status_is 'below a filter: what that hides is unknown' 4 "$OUTER" allow "$SECCOMPAT" probe -q mode_strict
	status_is 'below a filter: unknown and present' 4 "$OUTER" allow "$SECCOMPAT" probe -q nnp mode_strict
	status_is 'below a filter: unknown and absent' 1 "$OUTER" allow "$SECCOMPAT" probe -q mode_strict "$ABSENT"
	status_is 'below a filter: present' 0 "$OUTER" allow "$SECCOMPAT" probe -q nnp
	status_is 'below a filter that refuses: unknown' 4 "$OUTER" seccomp-enosys "$SECCOMPAT" probe -q flag_tsync
else
	skip 'below a filter' 'outer cannot be run'
fi

# --- for builds ---

# macros NAME: what is defined as NAME_* in $out, sorted.
macros() {
	sed -n "s/^#define $1_\([A-Z0-9_]*\) 1\( .*\)*$/\1/p" <<< "$out" | sort
}
present=$(ids '.asked == "present"' | upper)
absent=$(ids '.asked == "absent"' | upper)
status_is '--macros' 0 "$SECCOMPAT" probe --macros
is '--macros: HAVE for what is present' "$(macros SECCOMPAT_HAVE)" "$present"
is '--macros: NO for what is absent' "$(macros SECCOMPAT_NO)" "$absent"
like '--macros: where it came from' "$(head -1 <<< "$out")" "Linux $(uname -r) .* seccompat $(< VERSION) "
printf '%s\n' "$out" > "$TMP/seccomp-features.h"
cat > "$TMP/use.c" << 'EOF'
#include "seccomp-features.h"
#include "seccomp-features.h"
#ifndef SECCOMPAT_HAVE_NNP
#error no NNP
#endif
#if defined(SECCOMPAT_HAVE_MODE_STRICT_PROCFILE) || !SECCOMPAT_NO_MODE_STRICT_PROCFILE
#error the old file
#endif
int main(void) { return 0; }
EOF
ok '--macros: C takes it, twice' gcc -Wall -Wextra -Werror -pedantic -std=c89 -c -o "$TMP/use.o" "$TMP/use.c"
if command -v g++ > /dev/null; then
	ok '--macros: C++ takes it' g++ -x c++ -Wall -Wextra -Werror -pedantic -c -o "$TMP/use.o" "$TMP/use.c"
else
	skip '--macros: C++ takes it' 'there is no g++'
fi
run "$SECCOMPAT" probe --macros=MY_ nnp
is '--macros=PREFIX, of one feature' "$(grep '^#' <<< "$out")" $'#ifndef MY__FEATURES_H\n#define MY__FEATURES_H\n#define MY__HAVE_NNP 1\n#endif'
for prefix in '' 1X A-B 'A B' "A*/"; do
	refused "--macros=$prefix is no name" "probe: --macros=$prefix: no name of C; give letters, digits and _" \
		"$SECCOMPAT" probe "--macros=$prefix"
done

if "$OUTER" allow true 2> /dev/null; then
	run "$OUTER" allow "$SECCOMPAT" probe --macros mode_strict nnp
	is 'below a filter: neither HAVE nor NO for what is unknown' "$(sed -n 's/^#define \(.*\) 1.*/\1/p' <<< "$out")" SECCOMPAT_HAVE_NNP
	like 'below a filter: a comment says why' "$out" '/\* SECCOMPAT_HAVE_MODE_STRICT unknown: outer filter: [^*]* \*/'
	run "$OUTER" allow "$SECCOMPAT" probe --make mode_strict nnp
	is 'below a filter: not set either' "$(grep -v '^#' <<< "$out")" SECCOMPAT_HAVE_NNP=y
else
	skip 'below a filter: neither HAVE nor NO' 'outer cannot be run'
fi

status_is '--make' 0 "$SECCOMPAT" probe --make
printf '%s\n' "$out" > "$TMP/features.mk"
# variables VALUE: the names that have it, of lines NAME=VALUE.
variables() {
	sed -n "s/^SECCOMPAT_HAVE_\([A-Z0-9_]*\)=$1\$/\1/p" | sort
}
# shellcheck disable=SC2016
of_make=$(printf 'include %s\nall:\n\t@:\n$(foreach v,$(filter SECCOMPAT_%%,$(.VARIABLES)),$(info $(v)=$($(v))))\n' "$TMP/features.mk" | make -s -f -)
# shellcheck disable=SC2016
of_sh=$(env -i PATH="$PATH" sh -c '. "$1" && set' sh "$TMP/features.mk" | sed "s/='\(.*\)'/=\1/")
is '--make: make reads y' "$(variables y <<< "$of_make")" "$present"
is '--make: make reads n' "$(variables n <<< "$of_make")" "$absent"
is '--make: sh reads y' "$(variables y <<< "$of_sh")" "$present"
is '--make: sh reads n' "$(variables n <<< "$of_sh")" "$absent"

# --- for tests and pages ---

status_is '--ktap' 0 "$SECCOMPAT" probe --ktap
is '--ktap: version and plan' "$(head -2 <<< "$out")" "$(printf 'KTAP version 1\n1..%d' "$(jq '.features | length' "$ALL")")"
is '--ktap: passed' "$(sed -n 's/^ok [0-9]* \([a-z0-9_]*\)$/\1/p' <<< "$out")" "$(ids '.verdict | IN("mainline", "backported")')"
is '--ktap: failed' "$(sed -n 's/^not ok [0-9]* \([a-z0-9_]*\)$/\1/p' <<< "$out")" "$(ids '.verdict | IN("missing", "broken")')"
is '--ktap: skipped, and why' "$(sed -n 's/^ok [0-9]* \([a-z0-9_]*\) # SKIP [a-z]..*/\1/p' <<< "$out")" \
	"$(ids '.verdict | IN("not yet", "config off", "unknown")')"
printf '%s\n' "$out" > "$TMP/probe.ktap"
kunit=$(dirname "$BUILD")/kselftest
if [ -r "$kunit/kunit_parser.py" ]; then
	is "--ktap: the kernel's own parser reads it" "$(python3 tests/ktap-totals.py "$kunit" "$TMP/probe.ktap")" \
		"$(jq '.features | length' "$ALL") tests, 0 errors"
else
	skip "--ktap: the kernel's own parser reads it" 'it is not extracted'
fi
run "$SECCOMPAT" probe --ktap flag_log nnp
is '--ktap: points are numbered from 1' "$(sed -n 's/^\(not \)*ok \([0-9]* [a-z_]*\).*/\2/p' <<< "$out")" $'1 nnp\n2 flag_log'

status_is '--markdown' 0 "$SECCOMPAT" probe --markdown
# shellcheck disable=SC2016
is '--markdown: a row a feature' "$(sed -n 's/^| `\([a-z0-9_]*\)` | \([a-z]*\) | \([a-z ]*\) | .*/\1 \2 \3/p' <<< "$out")" \
	"$(jq -r '.features[] | "\(.id) \(.asked) \(.verdict)"' "$ALL")"
is '--markdown: five cells in each' "$(grep '^|' <<< "$out" | sed 's/\\.//g' | tr -cd '|\n' | sort -u)" '||||||'

# --- one at a time ---

for pair in '--json --ktap' '--make --macros' '--markdown --expect' '--json --quiet' '--save --json'; do
	read -r one other <<< "$pair"
	argument=()
	[ "$other" != --expect ] || argument=(6.1)
	if [ "$one" = --save ]; then set -- "$one" "$TMP/none" "$other"; else set -- "$one" "$other" "${argument[@]}"; fi
	refused "$pair" "probe: $one and $other exclude each other; give one of them" "$SECCOMPAT" probe "$@"
done
refused '--expect and a feature' 'probe: --expect and FEATURE exclude each other; give one of them' \
	"$SECCOMPAT" probe --expect 6.1 nnp
refused '--since and a feature' 'probe: --since and FEATURE exclude each other; give one of them' \
	"$SECCOMPAT" probe --since 6.1 nnp
refused '--quiet and --output' 'probe: --quiet and --output exclude each other; give one of them' \
	"$SECCOMPAT" probe --quiet --output "$TMP/none" nnp
refused '--save and --output' 'probe: --save and --output exclude each other; give one of them' \
	"$SECCOMPAT" probe --output "$TMP/other" --save "$TMP/none"
is 'none of them wrote a file' "$(ls "$TMP/none" "$TMP/other" 2> /dev/null)" ''

# --- by a version ---

# rows VERSION PATTERN: the ids of the table whose since is not later, and whose optional is so.
rows() {
	sed -n "s/^FEATURE(\([a-z0-9_]*\), \"[a-z_]*\", \"\([0-9.]*\)\", \"[^\"]*\", $2,\$/\2 \1/p" probe/features.def |
		while read -r since id; do
			[ "$since" != "${since#*..}" ] || [ -z "$id" ] || ! printf '%s\n%s\n' "$since" "$1" | sort -VC || echo "$id"
		done
}
for version in 3.5 4.14 5.11 6.18; do
	is "--since $version" "$("$SECCOMPAT" probe --since "$version")" "$(rows "$version" '[a-z]*')"
done
is '--since: a version before it, its own and the next' \
	"$(for v in 4.13 4.14 4.14.3; do "$SECCOMPAT" probe --since "$v" | grep -c '^flag_log$'; done | tr '\n' ' ')" '0 1 1 '
is '--since: what was dropped' "$(for v in 2.6.12 2.6.22 2.6.23; do "$SECCOMPAT" probe --since "$v" | grep -c procfile; done | tr '\n' ' ')" '1 1 0 '
# asked COMMAND...: what a question to the kernel takes, as strace sees it.
asked() {
	strace -f -qq -e signal=none -e trace=seccomp,prctl,clone,clone3,fork,vfork -o "$TMP/strace" "$@" > /dev/null
	sed 's/^[0-9]* *//' "$TMP/strace"
}
if strace -o /dev/null true 2> /dev/null; then
	like 'probe asks the kernel' "$(asked "$SECCOMPAT" probe nnp)" 'prctl\('
	is '--since asks no kernel' "$(asked "$SECCOMPAT" probe --since 6.1)" ''
	is 'nor does explain without a feature' "$(asked "$SECCOMPAT" explain)" ''
else
	skip '--since asks no kernel' 'there is no strace, or it may not trace'
fi

# expected VERSION: what the JSON comes to, as status and as the lines of what is lacking.
expected() {
	local asked status=0 lacking=
	for id in $(rows "$1" false); do
		asked=$(jq -r --arg id "$id" '.features[] | select(.id == $id) | .asked' "$ALL")
		[ "$asked" != present ] || continue
		lacking+=" $id"
		[ "$asked" != absent ] || status=1
		[ "$status$asked" != 0unknown ] || status=4
	done
	echo "$status$lacking"
}
for version in 3.5 5.10 7.3; do
	run "$SECCOMPAT" probe --expect "$version"
	is "--expect $version" "$status$(sed -n 's/^\([a-z0-9_]*\)  *# .*/ \1/p' <<< "$out" | tr -d '\n')" "$(expected "$version")"
	like "--expect $version: how many were expected" "$(tail -1 <<< "$out")" \
		"^# of $(rows "$version" false | wc -l) expected: [0-9]+ present, [0-9]+ absent or broken, [0-9]+ unknown$"
done
status_is '--expect: what mainline has dropped' 1 "$SECCOMPAT" probe --expect 2.6.20
like '--expect: it is named, with the reason' "$out" '^mode_strict_procfile +# mainline: mainline had it'
for word in 6 6. .6 6..1 6.1. 6.1..5 '' 99999.1 6.1.2.3.4.5.6.7.8.9; do
	refused "--expect '$word': no version" "probe: $word: no version of Linux; one is 6.1 or 6.1.5" \
		"$SECCOMPAT" probe --expect "$word"
done
refused '--since of no version' 'probe: v6.1: no version of Linux; one is 6.1 or 6.1.5' "$SECCOMPAT" probe --since v6.1
refused '--expect of a time without seccomp' 'probe: 1.0: Linux had no seccomp then; it came with 2.6.12' \
	"$SECCOMPAT" probe --expect 1.0

# --- by a file ---

status_is '--save' 0 "$SECCOMPAT" probe --save "$TMP/good"
is '--save prints nothing' "$out" ''
is '--save: what is present' "$(grep -v '^#' "$TMP/good")" "$(ids '.asked == "present"')"
is '--save: the rest is a comment' "$(sed -n 's/^# not \([a-z0-9_]*\) .*/\1/p' "$TMP/good")" "$(ids '.asked != "present"')"
is '--save leaves nothing beside it' "$(cd "$TMP" && echo good*)" good
status_is 'what was saved is there' 0 "$SECCOMPAT" probe --expect "$TMP/good"
is 'and nothing else is said' "$(grep -v '^#' <<< "$out")" ''
printf '# comment\n\n  nnp # why\n\t%s\t\r\n' "$ABSENT" > "$TMP/list"
status_is 'a list with what is absent' 1 "$SECCOMPAT" probe --expect "$TMP/list"
is 'it is named' "$(grep -o '^[a-z0-9_]*' <<< "$out")" "$ABSENT"
status_is '--quiet --expect' 1 "$SECCOMPAT" probe -q --expect "$TMP/list"
is 'says nothing' "$out" ''
run "$SECCOMPAT" probe --expect "$TMP/list" --output "$TMP/lacking"
status_is 'what is lacking is a list again' 1 "$SECCOMPAT" probe -q --expect "$TMP/lacking"
is 'of the same' "$(grep -o '^[a-z0-9_]*' "$TMP/lacking")" "$ABSENT"
echo nnp > "$TMP/6.1"
status_is 'a file whose name is a version: with its folder' 0 "$SECCOMPAT" probe -q --expect "$TMP/6.1"
if "$OUTER" allow true 2> /dev/null; then
	echo mode_strict > "$TMP/strict"
	status_is 'below a filter: unknowns stand between' 4 "$OUTER" allow "$SECCOMPAT" probe --expect "$TMP/strict"
	like 'below a filter: it is said why' "$out" '^mode_strict +# unknown: outer filter'
	echo "$ABSENT" >> "$TMP/strict"
	status_is 'below a filter: absent is absent' 1 "$OUTER" allow "$SECCOMPAT" probe --expect "$TMP/strict"
else
	skip 'below a filter' 'outer cannot be run'
fi

# bad_list TEXT MESSAGE PRINTF...: that list is refused so.
bad_list() {
	local text=$1 message=$2
	shift 2
	# shellcheck disable=SC2059
	printf "$@" > "$TMP/bad"
	refused "$text" "$TMP/bad$message" "$SECCOMPAT" probe --expect "$TMP/bad"
}
bad_list 'a list with a typing error' ':3: flag_tsnyc: no such feature; did you mean flag_tsync?' '# 1\nnnp\nflag_tsnyc\n'
bad_list 'two words' ':1: more than one word; a line has one feature' 'nnp flag_log\n'
bad_list 'an empty list' ': names no feature; seccompat probe --save writes such files' '# nothing\n'
bad_list 'a NUL' ': no list of features: there is a NUL in it' 'nnp\n\0\n'
bad_list 'what a terminal would obey' ':1:  [31mx: no such feature; seccompat explain lists them' '\033[31mx\n'
refused 'no list' "$TMP/none: cannot be read: No such file or directory" "$SECCOMPAT" probe --expect "$TMP/none"
refused '--save to nowhere' "$TMP/none/x: cannot be written: No such file or directory" \
	"$SECCOMPAT" probe --save "$TMP/none/x"

# --- explain ---

status_is 'explain lists all' 0 "$SECCOMPAT" explain
is 'each once, in our order' "$(awk '{ print $1 }' <<< "$out")" "$(jq -r '.features[].id' "$ALL")"
like 'with its sentence' "$out" $'\nflag_tsync  +the filter is for all threads of the process\n'
run "$SECCOMPAT" explain nnp flag_log "$ABSENT" op_upper_bound proc_cache
is 'explain some: status' "$status$err" 0
is 'explain some: in our order' "$(sed -n 's/^\([a-z0-9_]*\): .*/\1/p' <<< "$out" | tr '\n' ' ')" "$ABSENT op_upper_bound nnp flag_log proc_cache "
is 'since when' "$(sed -n 's/^  mainline  //p' <<< "$out")" \
	"$(printf '%s\n' 'from 2.6.12 to 2.6.22, and no more' 'every version: it is the bound of what is assigned' 'since 3.5' 'since 4.14' 'since 5.11')"
is 'which options' "$(sed -n 's/^  needs     //p' <<< "$out")" \
	"$(printf '%s\n' CONFIG_SECCOMP CONFIG_SECCOMP "no option of the kernel's configuration" CONFIG_SECCOMP_FILTER 'CONFIG_SECCOMP_DEBUG' | sed 's/^CONFIG_SECCOMP_DEBUG$/CONFIG_SECCOMP_CACHE_DEBUG, which distributions do leave off/')"
is 'how it is asked' "$(sed -n 's/^  asked by  //p' <<< "$out")" \
	"$(jq -r '.features[] | select(.id | IN("nnp", "flag_log", "op_upper_bound", "proc_cache", "mode_strict_procfile")) | .method' "$ALL")"
is 'what this kernel says' "$(sed -n "s/^  here      \([a-z]*\) on Linux $(uname -r) $(uname -m): \([a-z ]*\).*/\1 \2/p" <<< "$out" | sed 's/ $//')" \
	"$(jq -r '.features[] | select(.id | IN("nnp", "flag_log", "op_upper_bound", "proc_cache", "mode_strict_procfile")) | "\(.asked) \(.verdict)"' "$ALL")"
# covering FEATURE: the tests that check --list shows with it, in the order of explain.
covering() {
	"$SECCOMPAT" check --list | awk -v id="$1" '/^[^ ]/ { name = $1 }
		$1 == "covers" { for (i = 2; i <= NF; i++) if ($i == id) print name }' |
		sed 's/^[a-z0-9_]*\.//; s,/.*,,' | sort -u
}
if "$SECCOMPAT" check --list | grep -q .; then
	for id in flag_tsync ret_action_full; do
		is "which tests cover $id" "$("$SECCOMPAT" explain "$id" | sed -n 's/^  \(tests  \|       \)   *\([a-z_0-9]*\.[a-z_0-9]*\)$/\2/p' | sort)" "$(covering "$id")"
	done
else
	like 'without tests it is said' "$("$SECCOMPAT" explain flag_tsync)" 'tests     unknown: this program has none in it'
fi
refused 'explain: an unknown feature, and the one that was meant' 'explain: wait_killable: no such feature; did you mean flag_wait_killable_recv?' \
	"$SECCOMPAT" explain nnp wait_killable
run "$SECCOMPAT" explain --colour
is 'explain: an unknown option' "$status$out" 2
run "$SECCOMPAT" explain --help
is 'explain: help' "$status$err" 0
like 'it is a command' "$("$SECCOMPAT" --help)" $'\n  explain  '
if "$OUTER" allow true 2> /dev/null; then
	like 'explain below a filter' "$("$OUTER" seccomp-enosys "$SECCOMPAT" explain flag_tsync)" \
		'here +unknown on Linux [^ ]+ [^ ]+: unknown \(outer filter: ENOSYS'
else
	skip 'explain below a filter' 'outer cannot be run'
fi

# --- emulated: nothing is known, and nothing is claimed ---

arm=(qemu-arm-static build/arm/seccompat)
if [ -x "${arm[1]}" ] && command -v "${arm[0]}" > /dev/null; then
	status_is 'emulated: unknown' 4 "${arm[@]}" probe -q flag_tsync
	status_is 'emulated: what is passed through' 0 "${arm[@]}" probe -q nnp
	run "${arm[@]}" probe --macros
	is 'emulated: macros of what is known' "$(grep -c '^#define [A-Z_]*_HAVE' <<< "$out") $(grep -c '^#define [A-Z_]*_NO_' <<< "$out")" '2 0'
	like 'emulated: the reason is there' "$out" 'SECCOMPAT_HAVE_FLAG_TSYNC unknown: emulated \(qemu-user\)'
	run "${arm[@]}" probe --make
	is 'emulated: variables of what is known' "$(grep -c '^[A-Z_]*=y' <<< "$out") $(grep -c '^[A-Z_]*=n' <<< "$out")" '2 0'
	status_is 'emulated: an expectation' 4 "${arm[@]}" probe -q --expect 6.1
	run "${arm[@]}" probe --save "$TMP/emulated"
	is 'emulated: nothing is saved' "$status$out $err$(ls "$TMP"/emulated* 2> /dev/null)" \
		"4 seccompat: $TMP/emulated: not written: an emulator (qemu-user) answers here, and no kernel"
else
	skip 'emulated' 'there is no build for arm, or no qemu-arm-static'
fi
done_testing
