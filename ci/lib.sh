# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# For the scripts of ci/. Exit codes as everywhere: 2 wrong use or the toolkit broke, 4 it cannot be had here.

CI=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=${CI%/*}
# shellcheck disable=SC2034
CACHE=$(realpath -m "${SECCOMPAT_CACHE:-$ROOT/build/kernels}")

# die STATUS WHAT: one line, and the end.
die() {
	echo "seccompat: $2" >&2
	exit "$1"
}

# say WHAT: progress, for whoever sits at a terminal (or asked for it with V=1).
say() {
	if [ -t 2 ] || [ "${V:-0}" = 1 ]; then echo "  $*" >&2; fi
}

# lock FILE: until this process ends, nobody else holds it.
lock() {
	mkdir -p "$(dirname "$1")" || die 2 "$(dirname "$1"): cannot be created; SECCOMPAT_CACHE=DIR names another folder"
	exec {lock_fd}>"$1" || die 2 "$1: cannot be written; SECCOMPAT_CACHE=DIR names another folder"
	flock -n "$lock_fd" && return
	say "waiting for another run to release $1"
	flock "$lock_fd"
}

# rows FILE: the table without its remarks.
rows() {
	grep -v -e '^#' -e '^[[:space:]]*$' "$1"
}
