#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# seccompat probe below the filters that runtimes really install: Docker's default profile, systemd's
# @system-service, and lists that kill for all else. It answers, is not killed and does not hang; what it
# says is what it says without, or unknown, and why. The profiles are read from what is installed here.
. tests/lib.sh

ulimit -c 0
chmod 755 "$TMP"
OUTER=$BUILD/tests/outer
DOCKER=/usr/share/containers/seccomp.json
BOUND=60

# answers FILE: feature, answer and errno, a line each. What a tracer hears depends on its privilege, and
# on whether it is filtered itself.
answers() {
	jq -r '.features[] | "\(.id) \(.asked) \(if .group == "ptrace" then "-" else .errno end)"' "$1" | sort
}

# found FILE: the kinds of environment.
found() {
	jq -r '[.environment.found[].id] | join(" ")' "$1"
}

run "$SECCOMPAT" probe --json
printf '%s\n' "$out" >"$TMP/bare.json"
is 'without a filter it answers' "$status$err" 0
if [ "$(jq -c '.environment | [.outer_filter, .traced]' "$TMP/bare.json")" != '[false,false]' ]; then
	skip 'below filters' 'there is a filter or a tracer around this test already'
	done_testing
fi

# below NAME COMMAND...: COMMAND runs the probe below the rules in $TMP/NAME.
below() {
	local name=$1 file=$TMP/$1.json
	shift
	run timeout -s KILL $BOUND "$@" "$SECCOMPAT" probe --json
	printf '%s\n' "$out" >"$file"
	is "$name: it answers" "$status $err $(jq -r '.features | length' "$file" 2>&1)" \
		"0  $(jq -r '.features | length' "$TMP/bare.json")"
	is "$name: what is known is as without it" \
		"$(comm -23 <(answers "$file" | grep -v ' unknown ') <(answers "$TMP/bare.json"))" ''
	is "$name: what is unknown has a reason, and is in doubt unless nobody can tell anywhere" \
		"$(jq -r '.features[] | select(.asked == "unknown" and (.doubt == null or .why == "")) | .id' "$file" |
			grep -vxf <(jq -r '.features[] | select(.asked == "unknown") | .id' "$TMP/bare.json"))" ''
	is "$name: nothing is broken or missing for that" \
		"$(jq -r '.features[] | select(.verdict | IN("broken", "missing")) | .id' "$file")" \
		"$(jq -r '.features[] | select(.verdict | IN("broken", "missing")) | .id' "$TMP/bare.json")"
	like "$name: it is noticed" " $(found "$file") " ' outer_filter '
	run timeout -s KILL $BOUND "$@" "$SECCOMPAT" probe
	like "$name: the table says so" "$status$err$out" $'^0.*\nenvironment: outer filter \\([^\n]*\\): what it refuses is unknown'
}

# refused NAME: the calls, and with what, that were seen to be refused.
refused() {
	jq -r '.environment.refused[] | "\(.call) \(.with)"' "$TMP/$1.json"
}

# --- Docker ---

# docker CAPABILITIES: the rules for a container that has these (an array of JSON).
docker() {
	jq -r --argjson caps "$1" '
		def op: if .op == "SCMP_CMP_EQ" then "\(.index)=\(.value)"
			elif .op == "SCMP_CMP_NE" then "\(.index)!\(.value)"
			elif .op == "SCMP_CMP_MASKED_EQ" then "\(.index)&\(.value)=\(.valueTwo)"
			else error("an operator that is not known: \(.op)") end;
		def action(a; e): if a == "SCMP_ACT_ALLOW" then "allow" elif a == "SCMP_ACT_ERRNO" then e // 1 | tostring
			else error("an action that is not known: \(a)") end;
		(.syscalls[]
		| select((.includes.caps // []) - $caps == [] and ((.includes.arches // ["amd64"]) | index("amd64")))
		| select((.excludes.caps // []) | all(. as $cap | $caps | index([$cap]) | not))
		| . as $rule | .names[]
		| "\(action($rule.action; $rule.errnoRet)) \(.) \($rule.args // [] | map(op) | join(" "))"),
		"\(action(.defaultAction; .defaultErrnoRet)) *"' "$DOCKER"
}
if [ ! -r "$DOCKER" ] || [ "$(uname -m)" != x86_64 ]; then
	skip 'Docker' "$DOCKER is not there, or this is not x86_64"
else
	docker '[]' >"$TMP/docker"
	docker '["CAP_SYS_ADMIN", "CAP_SYS_PTRACE"]' >"$TMP/docker-privileged"
	like 'Docker: its profile is read' "$(wc -l <"$TMP/docker")" '^[3-9][0-9][0-9]$'
	below docker "$OUTER" "@$TMP/docker"
	if [ "$(jq .environment.sys_admin "$TMP/bare.json")" = true ]; then
		like 'docker: what it refuses is named' "$(refused docker)" 'bpf EPERM'
	fi
	below docker-privileged "$OUTER" "@$TMP/docker-privileged"
	below docker-nnp setpriv --no-new-privs "$OUTER" "@$TMP/docker"
	below docker-over-docker "$OUTER" "@$TMP/docker" "$OUTER" "@$TMP/docker"
	[ "$(id -u)" != 0 ] || below docker-nobody setpriv --reuid 65534 --regid 65534 --clear-groups "$OUTER" "@$TMP/docker"
fi

# --- systemd ---

# list ACTION: an allow list of names on standard input, and that for all else.
list() {
	sed 's/^/allow /'
	echo "$1 *"
}
if ! systemd_set @system-service >"$TMP/names" 2>/dev/null || [ ! -s "$TMP/names" ]; then
	skip '@system-service' 'there is no systemd-analyze, or it does not know that'
else
	like '@system-service: it is read' "$(sort -u "$TMP/names" | wc -l)" '^[2-9][0-9][0-9]$'
	list 1 <"$TMP/names" >"$TMP/service-eperm"
	list 38 <"$TMP/names" >"$TMP/service-enosys"
	list kill <"$TMP/names" >"$TMP/service-kill"
	below service-eperm "$OUTER" "@$TMP/service-eperm"
	like 'service-eperm: what it refuses is named' "$(refused service-eperm)" 'ptrace EPERM'
	below service-enosys "$OUTER" "@$TMP/service-enosys"
	like 'service-enosys: what it refuses is named' "$(refused service-enosys)" 'ptrace ENOSYS'
	is 'service-enosys: it is no emulator' "$(jq .environment.emulated "$TMP/service-enosys.json")" false
	below service-kill "$OUTER" "@$TMP/service-kill"
	like 'service-kill: what it kills for is named' "$(refused service-kill)" 'ptrace SIGSYS'
fi

# --- strict lists that kill ---

# What a static program needs to start, to read files, to write, and to have children; see NOTES in
# seccompat-probe(1). All of its own calls are among it: whatever else is asked is asked in a child.
needed='execve arch_prctl set_tid_address set_robust_list rseq prlimit64 getrandom readlink readlinkat brk mmap munmap mprotect
	read write writev close openat newfstatat fstat fstat64 statx lseek ioctl getdents64 exit_group exit
	clone clone3 wait4 waitid kill setpgid rt_sigprocmask rt_sigtimedwait rt_sigtimedwait_time64 rt_sigreturn rt_sigaction
	clock_gettime clock_gettime64 getpid getppid geteuid geteuid32 uname umask futex set_tls'
for action in kill 1 38 22; do
	# shellcheck disable=SC2086
	printf '%s\n' $needed | list $action >"$TMP/strict-$action"
	below "strict-$action" "$OUTER" "@$TMP/strict-$action"
	is "strict-$action: what asks for seccomp is unknown, and all of it" \
		"$(jq -r '.features[] | select(.group | IN("flags", "ops", "notif", "addfd", "ptrace")) | .asked' "$TMP/strict-$action.json" | sort -u)" unknown
done
like 'strict-kill: what it kills for is named' "$(refused strict-kill)" 'seccomp\(SET_MODE_FILTER\) SIGSYS'
# What it cannot do without it says, and ends: here it has no children.
printf '%s\n' 'kill clone' 'kill clone3' 'kill fork' 'kill vfork' >"$TMP/childless"
run timeout -s KILL $BOUND "$OUTER" "@$TMP/childless" "$SECCOMPAT" probe --json
is 'without a right to children it is killed at once' "$status" 159
printf '%s\n' '1 clone' '1 clone3' '1 fork' '1 vfork' >"$TMP/refused"
below refused-children "$OUTER" "@$TMP/refused"


is 'no process is left' "$(pgrep -f "$SECCOMPAT probe")" ''
done_testing
