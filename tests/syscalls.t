#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# arch/syscalls.tsv against what the toolchains' own headers say, and the command that makes it.
# shellcheck disable=SC2154
# shellcheck source=tests/lib.sh
. tests/lib.sh

table=${SYSCALLS_TSV:-arch/syscalls.tsv}

# headers ARCH: each syscall's name and number as the compiler's headers have them. Words that only help
# to define numbers are in capitals, but two.
headers() {
	local cpp name expression
	cpp=$(arch/field "$1" triplet)-cpp
	echo '#include <sys/syscall.h>' | "$cpp" -dM |
		sed -nE 's/^#define (__NR_|__ARM_NR_)([a-z0-9_]+) .*/@ "\2" \1\2/p' |
		grep -vE '"(syscalls|arch_specific_syscall)"' |
		{ echo '#include <sys/syscall.h>'; cat; } | "$cpp" -P | sed -n 's/^@ "\(.*\)" /\1 /p' |
		while read -r name expression; do
			echo "$name $((expression))"
		done | LC_ALL=C sort
}

# column ARCH: the same from the table.
column() {
	awk -F '\t' -v arch="$1" '
		/^#name\t/ { for (i = 1; i <= NF; i++) if ($i == arch) c = i }
		/^#/ { next }
		$c != "-" { print $1, $c }' "$table" | LC_ALL=C sort
}

for arch in $(arch/field --list); do
	text="$arch: the table has what the headers name, with the same numbers"
	if ! command -v "$(arch/field "$arch" triplet)-cpp" > "$TMP/cpp"; then
		skip "$text" "no $(arch/field "$arch" triplet)-cpp"
		continue
	fi
	headers "$arch" > "$TMP/headers"
	column "$arch" > "$TMP/column"
	comm -23 "$TMP/headers" "$TMP/column" > "$TMP/wrong"
	if [ "$(wc -l < "$TMP/headers")" -lt 250 ]; then
		fail "$text" "the headers name only $(wc -l < "$TMP/headers")"
	elif [ -s "$TMP/wrong" ]; then
		fail "$text" "in the headers but not so in $table:" "$(< "$TMP/wrong")"
	else
		pass "$text"
	fi
done

like "the table says which kernel it is from" "$(head -2 "$table")" 'Linux [0-9]+\.[0-9]+\.[0-9]+:'
is "its columns are the rows of arches.tsv, in their order" \
	"$(sed -n 's/^#name\t//p' "$table")" "$(arch/field --list | paste -s)"
is "each name has one row" "$(grep -v '^#' "$table" | cut -f 1 | sort | uniq -d)" ""

# A kernel's source in small: every kind of row that arches.tsv speaks of, and some that are not ours.
mkdir -p "$TMP"/linux/{arch/{x86/entry/syscalls,arm/{tools,include/uapi/asm},arm64/kernel,riscv/kernel},scripts}
mkdir -p "$TMP"/linux/arch/{s390/kernel/syscalls,powerpc/kernel/syscalls,mips/kernel/syscalls}
cd "$TMP/linux" || exit 2
printf '%s\n' '# SPDX' 'VERSION = 9' 'PATCHLEVEL = 8' 'SUBLEVEL = 7' 'EXTRAVERSION = -rc6' > Makefile
printf '%s\n' '0 common read a' '1 64 only64 b' '512 x32 onlyx32 c' > arch/x86/entry/syscalls/syscall_64.tbl
printf '%s\n' '# a comment' '3 i386 read a' > arch/x86/entry/syscalls/syscall_32.tbl
printf '%s\n' '3 common read a' '7 oabi old b' '9 common arm_call c' > arch/arm/tools/syscall.tbl
printf '%s\n' '63 common read a' '64 32 only32 b' '65 extra more c' '66 riscv flush d' > scripts/syscall.tbl
printf '%s\n' 'syscall_abis_32 += riscv' 'syscall_abis_64 += extra' > arch/arm64/kernel/Makefile.syscalls
printf '%s\n' 'syscall_abis_64 += riscv' > arch/riscv/kernel/Makefile.syscalls
printf '%s\n' '3 common read a b' > arch/s390/kernel/syscalls/syscall.tbl
printf '%s\n' '3 nospu read a' '4 spu other b' > arch/powerpc/kernel/syscalls/syscall.tbl
printf '%s\n' '0 n64 read a' > arch/mips/kernel/syscalls/syscall_n64.tbl
printf '#define %s\n' '__NR_SYSCALL_BASE __NR_OABI_SYSCALL_BASE' '__NR_second __NR_arm_call' \
	'__ARM_NR_BASE (__NR_SYSCALL_BASE+0x0f0000)' '__ARM_NR_set_tls (__ARM_NR_BASE+5)' \
	> arch/arm/include/uapi/asm/unistd.h
cd "$OLDPWD" || exit 2
tr '|' '\t' > "$TMP/wanted" << 'EOF'
#name|x86_64|i386|x32|arm|aarch64|riscv64|s390x|ppc64le|mips64el
arm_call|-|-|-|9|-|-|-|-|-
flush|-|-|-|-|-|66|-|-|-
more|-|-|-|-|65|-|-|-|-
only64|1|-|-|-|-|-|-|-|-
onlyx32|-|-|1073742336|-|-|-|-|-|-
read|0|3|1073741824|3|63|63|3|3|5000
second|-|-|-|9|-|-|-|-|-
set_tls|-|-|-|983045|-|-|-|-|-
EOF
run arch/make-syscalls "$TMP/linux"
is "make-syscalls takes each architecture's own rows of a tree" "$(sed -n '/^#name/,$p' <<< "$out")" "$(< "$TMP/wanted")"
like "and its version" "$out" 'Linux 9\.8\.7-rc6:'
tar -czf "$TMP/linux.tar.gz" -C "$TMP" linux
is "a tarball gives the same" "$(arch/make-syscalls "$TMP/linux.tar.gz")" "$out"

# refused TEXT COMMAND...: nothing on standard output, one clear line on standard error, status 2.
refused() {
	local text=$1
	shift
	run "$@"
	is "$text" "$status,$out,$(tail -n 1 <<< "$err" | cut -d : -f 1-2)" "2,,seccompat: arch/make-syscalls"
}

rm "$TMP/linux/arch/riscv/kernel/Makefile.syscalls"
refused "a tree without one of the files is refused" arch/make-syscalls "$TMP/linux"
tar -czf "$TMP/linux.tar.gz" -C "$TMP" linux
refused "so is such a tarball" arch/make-syscalls "$TMP/linux.tar.gz"
refused "so is what is no tree" arch/make-syscalls "$TMP/headers"
refused "so is what is not there" arch/make-syscalls "$TMP/nowhere"
refused "and no argument" arch/make-syscalls

done_testing
