#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The same kernel fails the same tests wherever check is started: what the place lacks makes skips, and
# no failure more. Quick checks, each in one more place that has disturbed some test or other.
. tests/lib.sh

mkdir -m 777 "$TMP/places" "$TMP/noexec"
chmod 755 "$TMP"
# Where everybody may read it.
cp "$SECCOMPAT" "$TMP/places/seccompat"

# failures NAME: what failed or broke in that run, a line each.
failures() {
	jq -r '.tests[] | select(.result == "fail" or .result == "broke") | "\(.name) \(.result)"' "$TMP/places/$1.json" | sort
}

# check_below NAME COMMAND...: a quick check of COMMAND's making.
check_below() {
	local json=$TMP/places/$1.json
	shift
	run timeout -k 5 300 "$@" "$TMP/places/seccompat" check --quick --json "$json"
}

# no_more NAME TEXT COMMAND...: nothing fails there that did not in the plain run, and much passes.
no_more() {
	local name=$1 text=$2
	shift 2
	check_below "$name" "$@"
	if ! [ -s "$TMP/places/$name.json" ]; then
		fail "$text" "status $status" "$err" "$(tail -n 5 <<<"$out")"
		return
	fi
	is "$text" "$(comm -13 <(failures plain) <(failures "$name"))" ''
	ok "$text: most of it ran" jq -e '.summary.pass > 100' "$TMP/places/$name.json"
}

# sh_first COMMANDS: for no_more, what a shell does before.
# shellcheck disable=SC2034
sh_first() {
	first=(bash -c "$1; exec \"\$@\"" -)
}

check_below plain
if [ "$status" = 2 ] || [ "$status" = 4 ]; then
	fail 'a plain run' "status $status" "$err" "$(tail -n 5 <<<"$out")"
	done_testing
fi

# --- what is inherited ---

no_more ignored 'ignored signals' env --ignore-signal=CHLD --ignore-signal=ALRM --ignore-signal=SYS --ignore-signal=USR1 --ignore-signal=PIPE
no_more blocked 'blocked signals' env --block-signal
sh_first 'exec 4</dev/null 6</dev/null 9</dev/null 30</dev/null'
no_more taken 'descriptors that are taken' "${first[@]}"
sh_first 'exec 0<&-'
no_more closed 'a closed standard input' "${first[@]}"
no_more nnp 'an inherited no_new_privs' setpriv --no-new-privs
no_more persona 'another name of the machine' setarch i686
sh_first 'umask 777'
no_more umask 'a umask that leaves nothing' "${first[@]}"
no_more cpu 'one CPU' taskset -c "$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')"

# --- limits ---

sh_first 'ulimit -n 64'
no_more files '64 open files' "${first[@]}"
sh_first 'ulimit -s 256'
no_more stack 'a small stack' "${first[@]}"
sh_first 'ulimit -c 0; ulimit -l 0'
no_more memory 'no core files, no locked memory' "${first[@]}"

# --- who one is, and where ---

if [ "$(id -u)" = 0 ]; then
	no_more user 'no privileges' setpriv --reuid 65534 --regid 65534 --clear-groups
	no_more bare 'root without capabilities' setpriv --bounding-set=-all --inh-caps=-all
	if unshare -m true 2>/dev/null; then
		sh_first "mount -t tmpfs -o noexec,mode=1777 none $TMP/noexec; export TMPDIR=$TMP/noexec"
		no_more noexec 'a folder for scratch that executes nothing' unshare -m "${first[@]}"
		sh_first 'echo 2 >/proc/sys/vm/memfd_noexec'
		no_more memfd 'memfds that execute nothing' unshare -p -f --mount-proc "${first[@]}"
		for way in 'no /proc:-m bash -c' "another namespace's /proc:-p -f bash -c"; do
			read -ra options <<<"${way#*:}"
			# shellcheck disable=SC2016
			run timeout -k 5 60 unshare "${options[@]}" '[ $$ = 1 ] || umount -l /proc; exec "$@"' - "$TMP/places/seccompat" check --quick
			is "${way%%:*}: nothing can be tested" "$status" 4
			like "${way%%:*}: and the reason is said" "$out" 'needs the /proc of its own pid namespace \(mount'
		done
	else
		skip 'namespaces' 'none can be had'
	fi
else
	skip 'other users' 'that is for root'
fi
if unshare -Ur true 2>/dev/null; then
	no_more userns 'root of a namespace with one user' unshare -Ur
else
	skip 'a user namespace' 'none can be had'
fi

if strace -o /dev/null true 2>/dev/null; then
	no_more traced 'a tracer' strace -f -o /dev/null
else
	skip 'a tracer' 'there is no strace, or it may not trace'
fi

# --- too little ---

# To have no process is not the kernel's fault.
if [ "$(id -u)" = 0 ]; then
	sh_first 'ulimit -u 40'
	run timeout -k 5 60 setpriv --reuid 54321 --regid 54321 --clear-groups "${first[@]}" "$TMP/places/seccompat" check --quick
	is 'few processes: nothing can be tested' "$status" 4
	like 'few processes: and the reason is said' "$out" 'needs 64 processes at once \(ulimit -u, pids.max\)'
else
	skip 'few processes' 'the own ones count as well'
fi
done_testing
