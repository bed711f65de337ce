#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# filters/seccomp-bpf.h copied into another project: alone, in C and C++, with old headers, for every
# architecture whose compiler is there.
# shellcheck disable=SC2154
# shellcheck source=tests/lib.sh
. tests/lib.sh

mkdir -p "$TMP/project" "$TMP/old/linux"
cp filters/seccomp-bpf.h "$TMP/project"

cat > "$TMP/project/main.c" <<'END'
#include "seccomp-bpf.h"
#include <sys/mman.h>
#include <sys/socket.h>

static struct sock_filter filter[] = {
	VALIDATE_ARCHITECTURE,
	EXAMINE_SYSCALL,
	REJECT_X32,
	ALLOW_SYSCALL(rt_sigreturn),
	ERRNO_SYSCALL(close, EBADF),
	SYSCALL_ARG_EQ(lseek, 1, -1, RET_TRAP(1)),
	SYSCALL_ARG_GT(munmap, 1, 1 << 20, RET_ERRNO(ENOMEM)),
	SYSCALL_ARG_MASKED_NE(munmap, 0, ~0xfffULL, 0, RET_TRACE(2)),
	SYSCALL_ARG32_NE(socket, 0, AF_UNIX, RET_ERRNO(EAFNOSUPPORT)),
	SYSCALL_ARG32_MASKED_EQ(mprotect, 2, PROT_EXEC, 0, SECCOMP_RET_ALLOW),
	KILL_THREAD, TRAP(1), ERRNO(1), USER_NOTIF, TRACE(1), LOG, ALLOW,
	KILL_PROCESS,
};

int main(void)
{
	return fwrite(filter, sizeof(filter), 1, stdout) != 1;
}
END
cp "$TMP/project/main.c" "$TMP/project/main.cc"

# What a system of 2012 has: no <linux/seccomp.h>, or one that knows nothing, and few of audit's names.
: > "$TMP/old/linux/seccomp.h"
: > "$TMP/old/linux/audit.h"

warnings="-Wall -Wextra -Wpedantic -Werror"
# shellcheck disable=SC2086
compiles() {
	local text=$1
	shift
	ok "$text" "$@" $warnings -I"$TMP/project" -o "$TMP/program"
}

for std in gnu99 gnu11 gnu2x; do
	compiles "C, $std" gcc -std=$std "$TMP/project/main.c"
done
"$TMP/program" > "$TMP/new.bpf"
compiles "an empty linux/seccomp.h, and an empty linux/audit.h" \
	gcc -DHAVE_LINUX_SECCOMP_H -I"$TMP/old" "$TMP/project/main.c"
"$TMP/program" > "$TMP/old.bpf"
ok "make the same filter" cmp "$TMP/new.bpf" "$TMP/old.bpf"
# The include is cut out, as __has_include cannot be told a lie.
sed -i '/include <linux\/seccomp.h>/d' "$TMP/project/seccomp-bpf.h"
compiles "no linux/seccomp.h at all" gcc "$TMP/project/main.c"
"$TMP/program" > "$TMP/none.bpf"
ok "make the same filter" cmp "$TMP/new.bpf" "$TMP/none.bpf"
cp filters/seccomp-bpf.h "$TMP/project"

for cxx in g++ clang++; do
	if ! command -v $cxx > /dev/null; then
		skip "$cxx" "$cxx is not installed"
		continue
	fi
	for std in c++11 gnu++20; do
		compiles "$cxx, $std" $cxx -std=$std "$TMP/project/main.cc"
	done
done

for arch in $(arch/field --list); do
	triplet=$(arch/field "$arch" triplet)
	if ! command -v "$triplet-gcc" > /dev/null; then
		skip "$arch" "$triplet-gcc is not installed"
		continue
	fi
	compiles "$arch" "$triplet-gcc" -static "$TMP/project/main.c"
	qemu=$(arch/field "$arch" qemu_user)
	if [ -z "$qemu" ] || ! command -v "$qemu" > /dev/null; then
		skip "$arch: the kernel would accept the filter" "no emulator for $arch"
		continue
	fi
	"$qemu" "$TMP/program" > "$TMP/filter.bpf"
	run "$SECCOMPAT" disasm --arch "$arch" "$TMP/filter.bpf"
	is "$arch: the kernel would accept the filter" "$status $err" "0 "
	like "$arch: which is for it" "$(sed -n 2p <<< "$out")" "arch == $arch"
done

done_testing
