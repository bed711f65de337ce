#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Kernels that nobody ships, built as ci/config/ says: the probe tells exactly what is off there. What is
# expected follows from the kernel's configuration and the column kconfig of probe/features.def, so that
# this is a test of that column, too. A kernel that is not built yet is skipped: it takes minutes.
. tests/lib.sh

unset MAKEFLAGS MFLAGS MAKELEVEL CC CFLAGS LDFLAGS B ARCH KERNEL JSON CHECK V T
export LC_ALL=C
CACHE=${SECCOMPAT_CACHE:-build/kernels}

# expected CONFIG: "id on" or "id off" for each feature.
expected() {
	sed -n 's/^FEATURE(\([a-z0-9_]*\), "[^"]*", "[^"]*", "\([A-Z0-9_ ]*\)",.*/\1 \2/p' probe/features.def |
		while read -r id options; do
			state=on
			for option in $options; do
				grep -q "^CONFIG_$option=[ym]" "$1" || state=off
			done
			echo "$id $state"
		done
}

# What the verdicts say, in the same words. What nobody can ask, or is of another architecture or boot, is
# no matter of the configuration.
# shellcheck disable=SC2016
STATES='
	.features[] | "\(.id) " + if .verdict == "config off" and (.why | startswith("this kernel is built without")) then "off"
	elif .verdict == "mainline" or .verdict == "unknown" or .verdict == "config off" then "on"
	else .verdict end'
# compared NAME: what is asked here. What the version has not, or no more, says nothing of the configuration.
compared() {
	grep -vwF -f <(echo mode_strict_procfile; jq -r '.features[] | select(.verdict == "not yet" or (.verdict == "config off" and (.why | startswith("this kernel is built without") | not))) | .id' "$TMP/$1.json") | sort
}

# boots NAME WORD...: the program with these words on that kernel.
# shellcheck disable=SC2317
boots() {
	local folder=$CACHE/$1
	shift
	ci/mkinitramfs --config "$folder/config" "$TMP/initramfs" "build/$arch/ci/init" "build/$arch/seccompat" "$@" &&
		ci/boot "$arch" "$folder/kernel" "$TMP/initramfs"
}

# verdict NAME ID: of that feature, with why, but for the file that says so.
verdict() {
	jq -r --arg id "$2" '.features[] | select(.id == $id) | "\(.verdict): \(.why | sub(", says .*"; ""))"' "$TMP/$1.json"
}

while IFS=$'\t' read -r name arch _ _ package flavour _; do
	[[ $package == linux-source-* ]] || continue
	if ! [ -e "$CACHE/$name/kernel" ]; then
		skip "$name says what is off" "not built; ci/fetch $name does it"
		continue
	fi
	make -s "build/$arch/seccompat" "build/$arch/ci/init" >/dev/null
	run boots "$name" probe --json
	echo "$out" >"$TMP/$name.json"
	is "$name is probed" "$status$err" 0
	is "$name has what it is configured to have, and tells what it has not" \
		"$(diff <(expected "$CACHE/$name/config" | compared "$name") <(jq -r "$STATES" "$TMP/$name.json" | compared "$name"))" ''
	is "$name says where that stands" \
		"$(jq -r '.features[] | select(.config) | .config.source | sub("^/boot/config-.*"; "/boot/config-") | select(IN("/boot/config-", "/proc/config.gz") | not)' "$TMP/$name.json")" ''
	case $flavour in
	no-seccomp)
		is "$name has no prctl" "$(verdict "$name" prctl_seccomp)" 'config off: this kernel is built without SECCOMP'
		run boots "$name" check --quick
		is "$name: nothing could be tested" "$status" 4
		;;
	no-net)
		is "$name has strict mode" "$(verdict "$name" mode_strict | cut -d: -f1)" mainline
		is "$name has no filters" "$(verdict "$name" mode_filter_prctl)" \
			'config off: this kernel is built without SECCOMP_FILTER'
		;;
	cache-debug)
		is "$name shows its caches" "$(verdict "$name" proc_cache | cut -d: -f1)" mainline
		run boots "$name" check seccomp_cache
		is "$name: they are what the filters say" "$status" 0
		like "$name: that was tested" "$out" '# tests: [1-9][0-9]* passed, 0 failed'
		;;
	no-jit)
		run boots "$name" check --quick evaluation validation
		is "$name: the interpreter is right" "$status" 0
		;;
	esac
done < <(grep -v '^#' ci/kernels.tsv)

done_testing
