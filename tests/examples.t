#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's programs, built as a reader builds them from a copied folder, do what it prints.
. tests/lib.sh

# What surrounds `make test` (its flags, its compiler) is not the reader's.
unset MAKEFLAGS MFLAGS MAKELEVEL CC CFLAGS CPPFLAGS LDFLAGS
export LC_ALL=C
ulimit -c 0

GREETING='Type stuff here: You typed: asdf
And now we fork, which should do quite the opposite ...'
FORKED="You should not see this because I'm dead."
ABSENT='SECCOMP_FILTER is not available. :('

# A copy of an example with its configure made, the links' targets in their places: once each.
source_of() {
	local source=$TMP/source/$1
	[ -d "$source" ] && return
	mkdir -p "$TMP/source"
	cp -rL "examples/$1" "$source"
	# Somebody may have built it in the tree.
	rm -rf "$source"/{*.o,example,autodetect,configure,config.h,config.log,config.status} \
		"$source"/{Makefile,syscall-names.h,autom4te.cache}
	(cd "$source" && autoconf)
}

# build VARIANT EXAMPLE [CONFIGURE ARGUMENTS]: into $TMP/VARIANT/EXAMPLE, which becomes $dir.
build() {
	local variant=$1 example=$2
	shift 2
	dir=$TMP/$variant/$example
	mkdir -p "$TMP/$variant"
	if source_of "$example" && cp -r "$TMP/source/$example" "$dir" &&
		(cd "$dir" && ./configure "$@" && make) > "$TMP/build.log" 2>&1; then
		return
	fi
	fail "$variant: autoconf && ./configure $* && make builds $example" \
		"$(tail -n 20 "$TMP/build.log")"
	return 1
}

# example PROGRAM...: run in $dir by a shell that says how it died. Its input: a line from a pipe.
example() {
	run bash -c 'cd "$0" && echo asdf | "$@"' "$dir" "$@"
}

# transcript VARIANT EXAMPLE STATUS OUTPUT ERROR: of a built example, all of it.
transcript() {
	example ./example
	is "$1: $2 prints what the tutorial prints" "$out" "$4"
	is "$1: $2 ends with status $3" "$status" "$3"
	if [ -n "$5" ]; then
		like "$1: $2 ends with '$5'" "$err" "$5"
	else
		is "$1: $2 has nothing to complain of" "$err" ''
	fi
}

steps() {
	local variant=$1 step
	shift
	for step in 1 2 3 4 5; do
		build "$variant" "step-$step" "$@" || continue
		case $step in
		1) transcript "$variant" step-1 0 "$GREETING
$FORKED
$FORKED" '' ;;
		2) transcript "$variant" step-2 159 '' 'Bad system call' ;;
		3) play_the_reader "$variant" ;;
		4)
			example ./example
			like "$variant: step-4 reports clone, and nothing before it" "$out" \
				"^$GREETING"$'\n''Looks like you need syscall clone\([0-9]+\) too!$'
			is "$variant: step-4 ends with status 1" "$status" 1
			is "$variant: the reader's program, in the end, does what step-4 does" \
				"$reader" "$out"
			;;
		5) transcript "$variant" step-5 159 "$GREETING" 'Bad system call' ;;
		esac
	done
}

# From step 3: run, add the call that it reports, build, run, until only the fork is left.
play_the_reader() {
	local name round found='' lacking=''
	example ./example
	like "$1: step-3 reports a missing call, status 1" "$out/$status" \
		'^Looks like you need syscall [a-z0-9_]+\([0-9]+\) too!/1$'
	like "$1: the build warns of the reporter" "$(<"$TMP/build.log")" 'Do not use in production!'
	for ((round = 0; round < 20; round++)); do
		example ./example
		reader=$out
		[[ $out =~ Looks\ like\ you\ need\ syscall\ ([a-z0-9_]+)\([0-9]+\)\ too!$ ]] || break
		name=${BASH_REMATCH[1]}
		[ "$name" = clone ] && break
		found+=" $name"
		grep -q "ALLOW_SYSCALL($name)," examples/step-4/example.c || lacking+=" $name"
		sed -i "s|/\* Add more syscalls here. \*/|&\n\t\tALLOW_SYSCALL($name),|" "$dir/example.c"
		make -C "$dir" > "$TMP/build.log" 2>&1 || break
	done
	is "$1: adding$found, the reader gets as far as clone" "$name" clone
	is "$1: and was asked for something on the way" "$((round > 0))" 1
	is "$1: and for nothing that step-4's list lacks" "$lacking" ''
}

if ! command -v autoconf > /dev/null; then
	skip 'the examples' 'autoconf is not installed'
	done_testing
fi

steps native
if [ "$(uname -m)" != x86_64 ]; then
	skip 'i386: the steps' 'only x86_64 has i386 beside it'
elif ! command -v i686-linux-gnu-gcc > /dev/null; then
	skip 'i386: the steps' 'i686-linux-gnu-gcc is not installed'
else
	steps i386 --host=i686-linux-gnu LDFLAGS=-static
fi

dir=$TMP/native/step-4
run bash -c 'cd "$0" && ./example < /dev/null' "$dir"
like 'step-4 gets as far as clone without input' "$out" 'need syscall clone\([0-9]+\) too!$'
if command -v script > /dev/null; then
	run script -qec "$dir/example" /dev/null <<< asdf
	like 'step-4 gets as far as clone on a terminal' "$out" 'need syscall clone\([0-9]+\) too!'
else
	skip 'step-4 gets as far as clone on a terminal' 'script is not installed'
fi

run diff <(grep -o 'ALLOW_SYSCALL.*' examples/step-4/example.c) \
	<(grep -o 'ALLOW_SYSCALL.*' examples/step-5/example.c)
is "step-5's list is step-4's" "$out" ''

build native autodetect && example ./autodetect
is 'autodetect finds all of it here' "$out/$status" 'seccomp available
seccomp filter available
no_new_privs available/0'

# Ways to do without.
build native portable && transcript native portable 159 \
	'And now we fork, which should do quite the opposite ...' 'Bad system call'
build headerless portable ac_cv_header_linux_seccomp_h=no && transcript headerless portable 0 \
	"And now we fork, which should do quite the opposite ...
$FORKED
$FORKED" ''
build headerless step-5 ac_cv_header_linux_seccomp_h=no &&
	transcript headerless step-5 159 "$GREETING" 'Bad system call'
run bash -c 'cd "$0" && ./configure --with-seccomp=perhaps' "$TMP/native/portable"
like 'portable refuses a way that it does not know' "$status/$err" '^1/.*with-seccomp=perhaps'

# not_there ARCH QEMU TRIPLET: under an emulator that has no seccomp.
not_there() {
	local variant=$1 qemu=$2 triplet=$3 calls name lacking=''
	if ! command -v "$qemu" > /dev/null || ! command -v "$triplet-gcc" > /dev/null; then
		skip "$variant: without seccomp" "$qemu or $triplet-gcc is not installed"
		return
	fi
	set -- "--host=$triplet" LDFLAGS=-static
	build "$variant" autodetect "$@" && example "$qemu" ./autodetect
	is "$variant: autodetect says so" "$out/$status" 'seccomp not available: not built in/0'

	build "$variant" step-5 "$@" && example "$qemu" ./example
	is "$variant: step-5 says so and gives up" "$out/$err/$status" \
		"/prctl(SECCOMP): Invalid argument
$ABSENT/1"

	build "$variant-fail" portable "$@" && example "$qemu" ./example
	is "$variant: portable gives up" "$out/$err/$status" "/$ABSENT/1"
	build "$variant-warn" portable "$@" --with-seccomp=warn && example "$qemu" ./example
	is "$variant: portable warns and goes on" "${out##*$'\n'}/$err/$status" "$FORKED/$ABSENT/0"
	build "$variant-ignore" portable "$@" --with-seccomp=ignore && example "$qemu" ./example
	is "$variant: portable goes on in silence" "${out##*$'\n'}/$err/$status" "$FORKED//0"

	# No kernel of that architecture here, but the emulator sees what its C library calls.
	dir=$TMP/$variant/step-5
	sed -i 's|return failed("prctl(SECCOMP)");|return 0;|' "$dir/example.c"
	make -C "$dir" > "$TMP/build.log" 2>&1
	example "$qemu" -strace ./example
	calls=$(sed -n '/prctl.*= -1/,/ clone(/s/^[0-9]* \([a-z0-9_]*\)(.*/\1/p' <<< "$err" | sed 1d)
	for name in $calls; do
		grep -qE "ALLOW_SYSCALL\($name\)," examples/step-5/example.c || lacking+=" $name"
	done
	is "$variant: step-5's list lacks the fork and nothing else" "$lacking" ' clone'
}

not_there arm qemu-arm-static arm-linux-gnueabihf
not_there aarch64 qemu-aarch64-static aarch64-linux-gnu

done_testing
