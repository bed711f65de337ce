# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# For the scripts of ci/. Exit codes as everywhere: 2 wrong use or the toolkit broke, 4 it cannot be had here.

CI=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=${CI%/*}
# shellcheck disable=SC2034
KERNELS=${SECCOMPAT_KERNELS:-$CI/kernels.tsv}
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

# at_exit COMMAND: what this script does at its end, however it ends; no second signal cuts it short.
# To be called before there is anything to clean up.
at_exit() {
	# shellcheck disable=SC2064
	trap "trap '' INT TERM HUP; $1" EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
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

# find_row NAME, or find_row ARCH KERNEL: a row of ci/kernels.tsv into row_name, row_arch and so on.
# With ARCH, that of the kernel or of its program, KERNEL is a name or a family.
# shellcheck disable=SC2034
find_row() {
	local row list
	row=$(rows "$KERNELS" | awk -F '\t' -v OFS='\t' -v name="${2:-$1}" -v arch="${2:+$1}" '
		{ program = $8 == "-" ? $2 : $8 }
		arch == "" ? $1 == name : $1 == name && $2 == arch || (program == arch && ($1 == name || $3 == name)) {
			$8 = program
			print
			exit
		}')
	[ -n "$row" ] || {
		list=$(kernel_names "${2:+$1}")
		[ -n "$list" ] || die 2 "$1: no kernel of that architecture in ci/kernels.tsv; the rows are: $(kernel_names '')"
		die 2 "${2:-$1}: kernel not in ci/kernels.tsv${2:+ for $1}; the rows are: $list"
	}
	IFS=$'\t' read -r row_name row_arch row_family row_suites row_package row_flavour row_tier \
		row_program row_append row_cpus row_remark <<<"$row"
}

# kernel_names ARCH: of the rows whose kernel or program is of ARCH, all without.
kernel_names() {
	rows "$KERNELS" | awk -F '\t' -v arch="$1" '
		arch == "" || $2 == arch || $8 == arch { printf "%s%s", sep, $1; sep = " " }'
}

# remark FLAVOUR NAME: what the files of ci/config/ that make a flavour say in remarks `# NAME: WORDS`.
remark() {
	local part
	for part in ${1//+/ }; do
		sed -n "s/^# $2: //p" "$CI/config/$part.config" 2>/dev/null
	done
}

# image_of PATH ARCH: what QEMU boots: PATH itself, or what was built in that kernel tree.
image_of() {
	local image
	[ -d "$1" ] || {
		[ -f "$1" ] || die 2 "$1: no such kernel image"
		echo "$1"
		return
	}
	image=$1/$("$ROOT/arch/field" "$2" image) || exit
	[ -f "$image" ] || die 2 "$1: no $2 kernel was built there: there is no ${image#"$1"/}"
	echo "$image"
}

# config_of PATH: where the configuration of such an image lies, if anywhere.
config_of() {
	local tree=$1
	[ -d "$tree" ] || tree=${tree%/arch/*/boot/*}
	[ -d "$tree" ] && echo "$tree/.config"
}
