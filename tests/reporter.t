#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The syscall reporter as other people use it: four files, copied, in a program of their own.
. tests/lib.sh

unset MAKEFLAGS MFLAGS MAKELEVEL CC CFLAGS CPPFLAGS LDFLAGS
export LC_ALL=C
ulimit -c 0

DROP_IN="filters/seccomp-bpf.h reporter/syscall-reporter.h reporter/syscall-reporter.c \
	reporter/syscall-reporter.mk"
QUIET=-DSYSCALL_REPORTER_NO_WARNING
STRICT="-std=gnu99 -O2 -Wall -Wextra -Werror"

# A call, refused. SIGSYS is blocked before the reporter comes, as a thread's may be.
# shellcheck disable=SC2016
PROGRAM='#include "seccomp-bpf.h"
#include "syscall-reporter.h"

int main(void)
{
	struct sock_filter filter[] = {
		VALIDATE_ARCHITECTURE,
		EXAMINE_SYSCALL,
#ifndef LACKS_WRITE
		ALLOW_SYSCALL(write),
#endif
#ifndef LACKS_EXIT
		ALLOW_SYSCALL(exit_group),
#endif
		KILL_PROCESS,
	};
	struct sock_fprog prog = { sizeof(filter) / sizeof(filter[0]), filter };
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	if (install_syscall_reporter() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0))
		return 2;
#ifdef FOREIGN
	__asm__ volatile("int $0x80" : : "a"(20) : "memory");
#else
	syscall(CALL, 0, 0, 0);
#endif
	return 3;
}'

# The least that a Makefile needs. The reader would have make compile with its own rules, too.
MAKEFILE='all: program
include syscall-reporter.mk
program: program.o syscall-reporter.o'

# copy DIR: the drop-in and the program that uses it.
copy() {
	mkdir -p "$1"
	# shellcheck disable=SC2086
	cp $DROP_IN "$1"
	printf '%s\n' "$PROGRAM" > "$1/program.c"
	printf '%s\n' "$MAKEFILE" > "$1/Makefile"
}

# build DIR FLAGS [CC]
build() {
	rm -f "$1"/*.o "$1/program"
	make -C "$1" CFLAGS="$2" CC="${3:-gcc}" LDFLAGS=-static > "$TMP/build.log" 2>&1
}

# refused TEXT DIR FLAGS STATUS OUTPUT [CC]: what becomes of a program built with FLAGS.
refused() {
	if ! build "$2" "$STRICT $QUIET $3" "${6:-gcc}"; then
		fail "$1" "$(<"$TMP/build.log")"
		return
	fi
	run bash -c '"$0"' "$2/program"
	is "$1" "$out/$status" "$5/$4"
}

# number NAME CC: of a syscall, by the compiler's headers
number() {
	echo "__NR_$1" | "$2" -E -P -include sys/syscall.h -x c - | tail -n 1
}

needs() {
	echo "Looks like you need syscall $1 too!"
}

behaviour() {
	local what=$1 cc=$2 dir=$TMP/$1 fstat
	fstat="fstat($(number fstat "$cc"))"
	copy "$dir"
	refused "$what: a refused call is named" "$dir" -DCALL=__NR_fstat 1 "$(needs "$fstat")" "$cc"
	refused "$what: and so is a call that has no name" "$dir" -DCALL=999 1 \
		"$(needs 'unknown(999)')" "$cc"
	refused "$what: without write the kernel kills, and nothing is said" "$dir" \
		'-DCALL=__NR_fstat -DLACKS_WRITE' 159 '' "$cc"
	refused "$what: without exit_group it kills after the report" "$dir" \
		'-DCALL=__NR_fstat -DLACKS_EXIT' 159 "$(needs "$fstat")" "$cc"

	# A C library of 2012 knows nothing of seccomp's siginfo.
	mkdir "$dir/old"
	printf '%s\n' '#include_next <signal.h>' '#undef si_syscall' '#undef SYS_SECCOMP' \
		> "$dir/old/signal.h"
	refused "$what: old headers do" "$dir" "-DCALL=__NR_fstat -I$dir/old" 1 \
		"$(needs "$fstat")" "$cc"
}

behaviour native gcc
if [ "$(uname -m)" != x86_64 ]; then
	skip 'i386' 'only x86_64 has i386 beside it'
elif ! command -v i686-linux-gnu-gcc > /dev/null; then
	skip 'i386' 'i686-linux-gnu-gcc is not installed'
else
	behaviour i386 i686-linux-gnu-gcc
	refused "a call of another architecture gets no name of this one's" "$TMP/native" \
		-DFOREIGN 1 "$(needs 'unknown(20)')"
fi

# The warning
WARNING="You've included the syscall reporter. Do not use in production!"
build "$TMP/native" '-Wall -DCALL=1'
is 'the build succeeds with a warning by default' "$?/$(grep -c "warning:.*$WARNING" "$TMP/build.log")" 0/2
build "$TMP/native" "-Wall -DCALL=1 $QUIET"
is 'and without one if told so' "$?/$(grep -c warning: "$TMP/build.log")" 0/0
if build "$TMP/native" "$STRICT -DCALL=1"; then
	fail '-Werror stops a build that ships the reporter unawares'
else
	pass '-Werror stops a build that ships the reporter unawares'
fi
for cc in clang g++; do
	if ! command -v "$cc" > /dev/null; then
		skip "$cc compiles a program with the reporter" "$cc is not installed"
		continue
	fi
	ok "$cc compiles a program with the reporter" "$cc" -Wall -Wextra -Werror $QUIET -DCALL=1 \
		-fsyntax-only "$TMP/native/program.c"
done

# The table. glibc's SYS_ macros, made elsewhere from the same headers, are the other witness; arm's
# own calls are not among them.
while read -r arch triplet; do
	cc=$triplet-gcc
	if ! command -v "$cc" > /dev/null; then
		skip "$arch: the table has the calls of the headers" "$cc is not installed"
		continue
	fi
	dir=$TMP/table-$arch
	copy "$dir"
	make -C "$dir" syscall-names.h CC="$cc" > "$TMP/build.log" 2>&1
	"$cc" -E -dM -include sys/syscall.h -x c /dev/null |
		sed -n 's/^#define SYS_\([^ ]*\) .*/\t{ __NR_\1, "\1" },/p' | sort > "$dir/wanted"
	run diff "$dir/wanted" <(grep -v __ARM_NR "$dir/syscall-names.h" | sort)
	is "$arch: the table has the calls of the headers" "$out" ''
	is "$arch: which are hundreds" "$(("$(wc -l < "$dir/syscall-names.h")" > 300))" 1
done < <(awk -F '\t' '/^#name\t/ { for (i = 1; i <= NF; i++) if ($i == "triplet") t = i }
	!/^#/ { print $1, $t }' arch/arches.tsv)
if [ -e "$TMP/table-arm" ]; then
	is "arm: its own calls are named" \
		"$(sed -n 's/.*{ __ARM_NR_.*"\(.*\)".*/\1/p' "$TMP/table-arm/syscall-names.h" | xargs)" \
		'breakpoint cacheflush get_tls set_tls usr26 usr32'
fi

copy "$TMP/untouched"
for cc in false true; do
	copy "$TMP/broken"
	run make -s -C "$TMP/broken" syscall-names.h CC=$cc
	like "CC=$cc: a compiler that gives no names is an error" "$status/$err" \
		"^2/syscall-names.h: no syscall names in the headers of: $cc"
	is "CC=$cc: and leaves no file" "$(ls "$TMP/broken")" "$(ls "$TMP/untouched")"
done

done_testing
