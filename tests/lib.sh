# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# For tests/*.t: TAP, a scratch folder, the program under test. Sourced from the root of the tree.

BUILD=${BUILD:-build/$(uname -m)}
SECCOMPAT=${SECCOMPAT:-$BUILD/seccompat}
TMP=$(mktemp -d "${TMPDIR:-/tmp}/seccompat-test.XXXXXX")
trap 'rm -rf "$TMP"' EXIT
export BUILD SECCOMPAT TMP
test_count=0
test_failed=0

# pass TEXT / fail TEXT [DETAIL ...]: one test point.
pass() {
	echo "ok $((++test_count)) - $1"
}

fail() {
	echo "not ok $((++test_count)) - $1"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/#   /'
	test_failed=1
}

# skip TEXT WHY
skip() {
	echo "ok $((++test_count)) - $1 # SKIP $2"
}

# ok TEXT COMMAND...: COMMAND succeeds (its output is shown if it does not).
ok() {
	local text=$1 output
	shift
	if output=$("$@" 2>&1); then pass "$text"; else fail "$text" "$* -> $?" "$output"; fi
}

# is TEXT GOT WANTED: the same words.
is() {
	if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "got:    $2" "wanted: $3"; fi
}

# like TEXT GOT REGEX (extended)
like() {
	if [[ $2 =~ $3 ]]; then pass "$1"; else fail "$1" "got:     $2" "no match: $3"; fi
}

# unlike TEXT GOT REGEX
unlike() {
	if [[ $2 =~ $3 ]]; then fail "$1" "got:           $2" "must not match: $3"; else pass "$1"; fi
}

# run COMMAND...: its standard output in $out, standard error in $err, status in $status.
# shellcheck disable=SC2034
run() {
	out=$("$@" 2>"$TMP/stderr")
	status=$?
	err=$(<"$TMP/stderr")
}

# jit_mine / jit_anyones: the machine's switch of the JIT, one test at a time, as tests run side by side.
jit_mine() {
	if [ -w /proc/sys/net/core/bpf_jit_enable ] && mkdir -p build && exec {jit_lock}>build/jit.lock; then
		flock "$jit_lock"
	fi
}

jit_anyones() {
	[ -z "${jit_lock:-}" ] || flock -u "$jit_lock"
}

# systemd_set NAME: the syscalls of one of systemd's sets, those of the sets in it, too.
systemd_set() {
	systemd-analyze --no-pager syscall-filter "$1" | sed -n 's/^    *//p' | grep -v '^#' | while read -r name; do
		case $name in
		@*) systemd_set "$name" ;;
		*) echo "$name" ;;
		esac
	done
}

DOCKER_PROFILE=/usr/share/containers/seccomp.json

# docker_set: the syscalls that Docker's default profile allows on x86_64 without conditions.
docker_set() {
	jq -r '.syscalls[] | select(.action == "SCMP_ACT_ALLOW" and ((.args // []) == []) and ((.includes.caps // []) == []) and
		((.includes.arches // ["amd64"]) | index("amd64"))) | .names[]' $DOCKER_PROFILE
}

done_testing() {
	echo "1..$test_count"
	exit "$test_failed"
}
