#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The Makefile's promises, in a copy of the tree. Slow: about half a minute.
. tests/lib.sh

unset MAKEFLAGS MFLAGS MAKELEVEL CC CFLAGS CPPFLAGS LDFLAGS B V ARCH KERNEL CROSS_COMPILE KSELFTEST STATIC T
export LC_ALL=C
HOST=$(arch/field "$(uname -m)" name)
# shellcheck disable=SC2016 # for make to expand
TWIN=$(make -s --eval 'print-twin: ; @echo $(call twin_of,$(HOST))' print-twin)
HARNESS=$PWD/${BUILD%/*}/kselftest
[ -r "$HARNESS/kselftest_harness.h" ] || HARNESS=

tree=$TMP/tree
mkdir "$tree"
tar -c --exclude=./build --exclude=./.git . | tar -x -C "$tree"
cd "$tree" || exit 2

# One family, and no optimising: what is compiled is not what is tested here.
families=(selftests/*.c)
FAMILY=$(basename "${families[0]}" .c)
MAKE=(make --no-print-directory "FAMILIES=$FAMILY" CFLAGS=-O0)
with_harness=(${HARNESS:+"KSELFTEST=$HARNESS"})

# rebuilds FILE: what a make would compile or link after FILE was touched, one name a line.
rebuilds() {
	touch "$1"
	"${MAKE[@]}" "${with_harness[@]}" -n | sed -n 's/.* -o \(build[^ ]*\).*/\1/p'
}

# --- a build, and nothing more ----------------------------------------------------------------

run make help
is 'make help ends with 0' "$status" 0
for goal in check test bundle install uninstall coverage lint sanitize setup clean all-arches; do
	like "make help lists $goal" "$out" "(^|"$'\n'")  $goal +[^ ]"
done
run make nosuch
is 'an unknown target fails' "$status" 2

run "${MAKE[@]}" "${with_harness[@]}" -j8
is 'make -j8 builds' "$status" 0
[ "$status" = 0 ] || printf '%s\n' "$out" "$err" | tail -n 20 | sed 's/^/#   /'
ok 'the program runs' "build/$HOST/seccompat" --version
is 'it is one static file' "$(readelf -lW "build/$HOST/seccompat" | grep -c INTERP)" 0
run "build/$HOST/seccompat" check --list
like 'the kernel tests are in it, if the harness was there' "${out:-none}" "${HARNESS:+"$HOST.$FAMILY"}"
if [ -n "$TWIN" ]; then
	ok 'the twin was built, too' "build/$TWIN/seccompat" --version
else
	skip 'the twin was built, too' 'no compiler for it'
fi

run "${MAKE[@]}" "${with_harness[@]}"
is 'a second make has nothing to do' "$out$err" ''
run "${MAKE[@]}" "${with_harness[@]}" V=1
is 'with V=1 neither' "$(grep -c -e ' -c ' -e ' -o ' <<< "$out")" 0

# --- dependencies -----------------------------------------------------------------------------

list=$(rebuilds report/json.h)
like 'a header touched: what includes it is compiled' "$list" "build/$HOST/report/json.o"
like 'and the program is linked' "$list" "build/$HOST/seccompat"
unlike 'what does not include it is left alone' "$list" "arch/arch.o"
[ -z "$TWIN" ] || like "so is the twin's" "$list" "build/$TWIN/report/json.o"
[ -z "$TWIN" ] || like 'and the twin is embedded anew' "$list" "build/$HOST/twin.o"
run "${MAKE[@]}" "${with_harness[@]}" -j2
like 'features.def touched: the probe and the families are compiled' "$(rebuilds probe/features.def | sort | tr '\n' ' ')" \
	"build/$HOST/probe/probe.o .*${HARNESS:+build/$HOST/selftests/$FAMILY.o}"
run "${MAKE[@]}" "${with_harness[@]}" -j2
like 'a table touched: what is generated from it is compiled' "$(rebuilds arch/syscalls.tsv)" "build/$HOST/arch/arch.o"
if [ -n "$HARNESS" ]; then
	run "${MAKE[@]}" "${with_harness[@]}" -j2
	like "the kit's header touched: the families are compiled" "$(rebuilds selftests/glue/test.h)" \
		"build/$HOST/selftests/$FAMILY.o"
fi

touch run/sweep.c
run "${MAKE[@]}" "${with_harness[@]}" V=1 "build/$HOST/run/sweep.o"
like 'V=1 shows the command' "$out" "gcc .* -O0 .* -c -o build/$HOST/run/sweep.o run/sweep.c"

# --- compilers and architectures --------------------------------------------------------------

if command -v clang > /dev/null; then
	run "${MAKE[@]}" CC=clang "B=$TMP/clang" "$TMP/clang/$HOST/run/run.o"
	is 'CC=clang compiles, into the folder that B names' "$status$err" 0
	like 'it was clang' "$(strings -a "$TMP/clang/$HOST/run/run.o")" 'clang version'
else
	skip 'CC=clang compiles' 'clang is not installed'
fi

run "${MAKE[@]}" -n ARCH=arm64
like 'ARCH=arm64 is aarch64' "$out" 'build/aarch64/seccompat'
run "${MAKE[@]}" -n ARCH=arm CROSS_COMPILE=/nonexistent/my-
like 'CROSS_COMPILE is the prefix of the compiler' "$out" '/nonexistent/my-gcc .*-o build/arm/seccompat'
run "${MAKE[@]}" -n ARCH=arm
like 'without it, the row has one' "$out" 'arm-linux-gnueabihf-gcc .*-o build/arm/seccompat'
run "${MAKE[@]}" ARCH=sparc
is 'an unknown ARCH fails' "$status" 2
like 'and says which there are' "$err" 'ARCH=sparc is not known; the architectures are: x86_64 i386 '
rm -rf "$TMP/none"
run make ARCH=sparc "B=$TMP/none"
like 'in a fresh tree, too' "$err" 'ARCH=sparc is not known; the architectures are: x86_64 i386 '

run "${MAKE[@]}" CFLAGS=-fnosuch "B=$TMP/bad" "$TMP/bad/$HOST/run/run.o"
is 'bad CFLAGS fail' "$status" 2
like "with the compiler's line" "$err" "unrecognized command-line option .-fnosuch"
is 'and leave no object' "$(find "$TMP/bad" -name '*.o*')" ''

# --- the harness ------------------------------------------------------------------------------

mkdir "$TMP/own"
echo '/* own harness */' > "$TMP/own/kselftest_harness.h"
echo '/* own */' > "$TMP/own/kselftest.h"
touch -d 2001-01-01 "$TMP/own"/*
run "${MAKE[@]}" "KSELFTEST=$TMP/own" build/kselftest/kselftest_harness.h
is 'KSELFTEST=dir is taken, however old its files' "$status/$(cat build/kselftest/kselftest_harness.h)" '0//* own harness */'
run "${MAKE[@]}" KSELFTEST=/nonexistent
is 'a KSELFTEST without the headers fails' "$status" 2
like 'and says what to name' "$err" 'KSELFTEST=/nonexistent: no kselftest_harness.h there; name the tools/testing/selftests'
is 'the headers are as they were' "$(cat build/kselftest/kselftest_harness.h)" '/* own harness */'

find . -type f -printf '%p %T@\n' | sort > "$TMP/before"
run "${MAKE[@]}" KSELFTEST_DEB=/nonexistent/harness.tar.xz "B=$TMP/none" twin_of= -j8
is 'without any harness it builds' "$status" 0
like 'and says what is lacking, and what to do' "$err" 'has no kernel tests.*sudo make setup.*KSELFTEST=dir'
run "$TMP/none/$HOST/seccompat" probe --json
is 'the probe works' "$status" 0
run "$TMP/none/$HOST/seccompat" check --list
is 'there is no kernel test' "$out" ''
find . -type f -printf '%p %T@\n' | sort > "$TMP/after"
is 'B=dir: nothing is written into the tree' "$(diff "$TMP/before" "$TMP/after")" ''

run make clean
is 'make clean leaves no build folder' "$status/$(ls -d build 2> /dev/null)" 0/

done_testing
