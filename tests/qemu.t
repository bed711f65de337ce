#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Real kernels in QEMU: each row of ci/kernels.tsv whose tier is smoke gives what is known of it, and
# whatever goes wrong there is said and leaves nothing behind. Slow: ten seconds a kernel. What else
# may become of a guest is in tests/matrix.t.
. tests/lib.sh

unset MAKEFLAGS MFLAGS MAKELEVEL CC CFLAGS LDFLAGS B ARCH KERNEL JSON CHECK V T JOBS TIER QUICK RESULTS KERNELS FUZZ
export LC_ALL=C TMPDIR=$TMP
MAKE=(make --no-print-directory)

# left_behind: processes of QEMU that boot a file of ours, and our scratch folders.
left_behind() {
	pgrep -f -- "qemu-system.*$TMP"
	find "$TMP" -mindepth 1 -maxdepth 1 -name 'seccompat-*'
}

# was_right NAME FAMILY PROGRAM: what the matrix brought back of one kernel.
was_right() {
	local json=$TMP/results/$1.json
	is "$1 gives a result" "$(jq -r '.run | .error, .console // empty' "$json")" null
	is "$1 has two CPUs" "$(jq .kernel.cpus "$json")" 2
	like "$1 is a $2" "$(jq -r .kernel.release "$json")" "^${2//./\\.}[.-]"
	is "$1 ran as $3" "$(jq -r .tool.arch "$json")" "$3"
	is "$1 left no process" "$(jq '[.tests[] | select(.name | test("aftermath")) | select(.result != "pass")]' "$json")" '[]'
	is "$1 knows its configuration" "$(jq -r '.features[] | select(.id == "proc_cache") | .why' "$json" | grep -c -e 'built without' -e 'has it since')" 1
}

run "${MAKE[@]}" matrix QUICK=1 "RESULTS=$TMP/results"
if [ "$status" = 0 ]; then
	pass 'the smoke tier does what is known of it'
else
	fail 'the smoke tier does what is known of it' "status $status" "$out" "$err"
fi
while IFS=$'\t' read -r name arch family _ _ _ tier program _; do
	[ "$tier" = smoke ] || continue
	[ "$program" != - ] || program=$arch
	was_right "$name" "$family" "$program"
	smoke=("$arch" "$family")
done < <(grep -v '^#' ci/kernels.tsv)
[ -n "${smoke[*]:-}" ] || fail 'ci/kernels.tsv has a row whose tier is smoke'
image=$(ci/fetch "${smoke[@]}")/kernel
program=build/${smoke[0]}/seccompat
init=build/${smoke[0]}/ci/init

# Whatever runs filters there, variants are run by the other one.
run "${MAKE[@]}" check "ARCH=${smoke[0]}" "KERNEL=$image" CHECK=dimensions
like 'the kernel has its JIT switched' "$status $out" '^0 .*ok [0-9]+ are_in_effect/(jit|interpreter)
'

# arm's compiler shifts by more than the interpreter does, which is no difference.
run "${MAKE[@]}" fuzz ARCH=arm KERNEL=6.1 "FUZZ=--seed 1 --count 1000 --jit --interpreter"
is 'filters in the guest are as simulated' "$status" 0
like 'compiled and interpreted' "$out" 'engine: jit;.* not compared
# engine: interpreter;.* as simulated
# simulator: [1-9][0-9]* programs, .*# 0 differences in'

# --- a kernel's failure is ours ---------------------------------------------------------------

cp "$image" "$TMP/image"
run "${MAKE[@]}" check "ARCH=${smoke[0]}" "KERNEL=$TMP/image" CHECK=modes.get_seccomp
is "an image by its path is booted" "$status" 0
like 'and what it says is printed' "$out" 'KTAP version 1.*tests: [1-9][0-9]* passed, 0 failed'
run ci/check "${smoke[0]}" "$TMP/image" "$program" "$init" no_such_test
is 'the status of the guest comes back' "$status" 2
like 'and its error' "$err" 'no test matches no_such_test'
if [ -x "$BUILD/tests/faulty/seccompat" ] && [ "$(uname -m)" = x86_64 ]; then
	own=$(ci/fetch x86_64 6.1)/kernel
	run ci/check --json "$TMP/faulty.json" x86_64 "$own" "$BUILD/tests/faulty/seccompat" build/x86_64/ci/init x86_64.faulty.fails_expect
	is "a test that fails in the guest fails here" "$status" 1
	run "$SECCOMPAT" report --quiet --known ci/known.tsv "$TMP/faulty.json"
	like 'and is not known' "$status$out" '^1.*faulty.fails_expect: fail, which is not known: .*Expected'
fi

# --- guests that go wrong ---------------------------------------------------------------------

echo precious >"$TMP/kept.json"
run ci/mkinitramfs "$TMP/never" "$init" "$program" check
run ci/boot --seconds 1 --json "$TMP/kept.json" "${smoke[0]}" "$TMP/image" "$TMP/never"
is 'a guest that does not end in time is ended' "$status" 2
like 'with the reason' "$err" 'no end after [0-9]+ s'
printf 'no program\n' >"$TMP/text"
chmod 755 "$TMP/text"
run ci/mkinitramfs "$TMP/panics" "$TMP/text" "$program"
run ci/boot --json "$TMP/kept.json" "${smoke[0]}" "$TMP/image" "$TMP/panics"
is 'a kernel that panics is no result' "$status" 2
like "and the console's end is shown" "$err" "Kernel panic.*"$'\n''  \| '
echo 'no kernel' >"$TMP/no-kernel"
run ci/boot --seconds 5 "${smoke[0]}" "$TMP/no-kernel" "$TMP/never"
is 'a file that is no kernel is no result' "$status" 2
is 'an old result outlives all of them' "$(<"$TMP/kept.json")" precious

# --- bad input --------------------------------------------------------------------------------

run "${MAKE[@]}" check ARCH=arm KERNEL=9.9
is 'a kernel that is not in the list fails' "$status" 2
like 'and says which there are' "$err" '9.9: kernel not in ci/kernels.tsv for arm; the rows are: arm-'
run "${MAKE[@]}" check ARCH=arm KERNEL=/nonexistent/Image
is 'an image that is not there fails' "$status" 2
like 'and is named' "$err" '/nonexistent/Image: no such kernel image'
run "${MAKE[@]}" check ARCH=arm
is 'an architecture that is not this machine needs a kernel' "$status" 2
like 'and says so' "$err" 'no arm kernel runs here; name one to boot'
run ci/check --json /nonexistent/r.json "${smoke[0]}" "$TMP/image" "$program" "$init"
is 'a result that cannot be written fails' "$status" 2
like 'with the reason' "$err" '/nonexistent/r.json: cannot be written'
run ci/fetch nonsense
is 'ci/fetch: an unknown row fails' "$status" 2
run ci/boot nonsense "$TMP/image" "$TMP/never"
is 'ci/boot: an unknown architecture fails' "$status" 2
run ci/boot
is 'ci/boot without arguments shows how' "$status" 2

# --- interrupted ------------------------------------------------------------------------------

# A job of its own group, which Ctrl-C reaches as a whole. Who started us may ignore SIGINT.
set -m
env --default-signal=INT ci/check --json "$TMP/int.json" "${smoke[0]}" "$TMP/image" "$program" "$init" >/dev/null 2>&1 &
group=$!
until pgrep -f -- "qemu-system.*$TMP" >/dev/null; do
	kill -0 $group 2>/dev/null || break
done
kill -INT -- -$group
wait $group
status=$?
set +m
is 'Ctrl-C ends it as a signal does' $status 130
is 'no QEMU, scratch folder or half result is left' "$(left_behind)$(ls "$TMP"/int.json* 2>/dev/null)" ''

done_testing
