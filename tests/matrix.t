#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# ci/matrix on guests that are shell scripts: a QEMU of ours runs the file that it is given as a kernel.
# What real kernels do there, tests/qemu.t sees.
# shellcheck disable=SC2016
. tests/lib.sh

unset MAKEFLAGS MFLAGS MAKELEVEL CC CFLAGS LDFLAGS B ARCH KERNEL JSON CHECK V T JOBS TIER QUICK RESULTS KERNELS
export LC_ALL=C SECCOMPAT_KVM=/nonexistent TMPDIR=$TMP/tmp SECCOMPAT_CACHE=$TMP/kernels SECCOMPAT_KERNELS=$TMP/kernels.tsv MIRROR=file:/nonexistent
mkdir "$TMPDIR" "$TMP/bin"
PATH=$TMP/bin:$PATH
HOST=$(uname -m)
RESULTS=$TMP/results
MATRIX=(ci/matrix --results "$RESULTS")
if ! make -s "build/$HOST/seccompat" "build/$HOST/ci/init" >&2; then
	fail "the host's program is built"
	done_testing
fi

read -r -a qemu <<<"$(arch/field "$HOST" qemu_system)"
cat >"$TMP/bin/${qemu[0]}" <<'END_OF_QEMU'
#!/bin/bash
while [ $# -gt 0 ]; do
	case $1 in
	-kernel) kernel=$2 ;;
	-initrd) initramfs=$2 ;;
	-append) append=$2 ;;
	-smp) cpus=$2 ;;
	-accel) accel=$2 ;;
	esac
	shift
done
if [ "$accel" = kvm ]; then
	echo "$append" >>"$TMP/kvm"
	case $KVM_DOES,$append in
	hang,*) sleep 60 ;;
	work,*--hello) echo "@end status 0" && exit ;;
	work,*) ;;
	*) exit 1 ;;
	esac
fi
# result JSON STATUS: as ci/init.c brings it.
result() {
	printf '@run 1.50\n@out KTAP version 1\n@file %s\n@size %d\n@end status %d\n' "$1" $((${#1} + 1)) "$2"
}
tests() {
	result '{ "kernel": { "release": "6.1.0-1", "version": "Debian 6.1.2", "machine": "'"$(uname -m)"'" }, '"$REST"', "tests": ['"$1"'] }' "$2"
}
REST='"tool": { "version": "0", "arch": "x" }, "environment": {}, "features": [], "summary": { "seconds": 1 }'
PASS='{ "name": "x.a.good", "result": "pass", "message": "", "seconds": 1 }'
FAIL='{ "name": "x.a.bad", "result": "fail", "message": "why", "seconds": 1 }'
. "$kernel"
END_OF_QEMU
chmod 755 "$TMP/bin/${qemu[0]}"

# guest NAME TIER SCRIPT [PROGRAM [APPEND [CPUS]]]: a row, and its kernel as if it had been fetched.
guest() {
	printf '%s\t%s\t6.1\tbookworm\tno-such-package\tnone\t%s\t%s\t%s\t%s\t-\n' "$1" "$HOST" "$2" "${4:--}" "${5:--}" "${6:--}" \
		>>"$SECCOMPAT_KERNELS"
	[ -n "$3" ] || return
	mkdir -p "$TMP/kernels/$1"
	echo "$3" >"$TMP/kernels/$1/kernel"
	printf 'some-package\t6.1.2-1\tbookworm\n' >"$TMP/kernels/$1/package"
}

# of NAME FILTER: jq on a row's result.
of() {
	jq -c "$2" "$RESULTS/$1.json"
}

# left_behind: half results, scratch folders and guests.
left_behind() {
	find "$RESULTS" -name '.new*'
	find "$TMPDIR" -mindepth 1 -maxdepth 1
	pgrep -f -- "$TMP/kernels/"
}

# --- results --------------------------------------------------------------------------------------

guest good smoke 'tests "$PASS" 0'
guest bad full 'tests "$PASS, $FAIL" 1'
guest panics extra 'echo "Kernel panic - not syncing: so"; echo "the last word"'
guest twice extra 'echo >>"$TMP/boots"; [ $(wc -l <"$TMP/boots") -gt 2 ] && tests "$PASS" 0 || echo "Kernel panic - not syncing: so"'
guest killed extra 'echo "a word"; kill -KILL $$'
guest dies extra 'printf "@run 1.50\n@end signal 11\n"'
guest hangs extra 'echo "@run 1.50"; while :; do :; done'
guest nowhere extra ''
guest one extra 'case $append,$cpus in *\ a.word,1) tests "$PASS" 0 ;; esac' - a.word 1
guest quick extra 'zcat "$initramfs" | grep -a -q -x -e --quick && tests "$PASS" 0'
guest foreign extra 'tests "$PASS" 0' x32

run "${MATRIX[@]}"
is 'the tier is smoke' "$status$(cd "$RESULTS" && echo *)" '0good.json good.ktap index.html'
like 'and a line tells what came of a kernel' "$out" "good +ok +[0-9]+ s +1 passed, 0 failed, 0 skipped, 0 broke"
is 'the results say where they come from' "$(of good '.run | del(.date, .seconds)')" \
	"{\"name\":\"good\",\"arch\":\"$HOST\",\"program\":\"$HOST\",\"package\":\"some-package\",\"package_version\":\"6.1.2-1\",\"suite\":\"bookworm\",\"boot_seconds\":1.5}"
like 'and when' "$(of good '.run.date')" '^"20[0-9-]+T[0-9:]+Z"$'
is "beside the check's own" "$(of good '.tests | length')" 1
is 'what was printed is kept' "$(<"$RESULTS/good.ktap")" 'KTAP version 1'

rm -r "$RESULTS"
run "${MATRIX[@]}" --tier full
is 'full has smoke too; a failure that is not known fails' "$status$(cd "$RESULTS" && echo *.json)" '1bad.json good.json'
like 'and is told' "$out" 'bad +FAILED .*1 passed, 1 failed'

run "${MATRIX[@]}" twice
is 'a panic while the kernel starts may happen twice, and is told' "$status$(of twice '[.run.error, .run.boots, (.tests | length)]')" '0[null,3,1]'

run "${MATRIX[@]}" panics killed nowhere one good
is 'a run goes on after a kernel without result' "$(of good .run.name)" '"good"'
is 'and fails' "$status" 1
is 'a panic is an error' "$(of panics '[keys, .run.error]')" '[["run"],"Kernel panic - not syncing: so"]'
like "with the console's end" "$(of panics .run.console)" 'the last word'
is 'a killed QEMU is an error' "$(of killed .run.error)" '"it went down without a result"'
like 'with what it said' "$(of killed .run.console)" 'a word'
like 'a kernel that cannot be had is one' "$(of nowhere .run.error)" "^\"no package no-such-package .*nonexistent"
like 'and is told' "$out" 'nowhere +error +[0-9]+ s +no package no-such-package'
is "a row's words and CPUs reach the guest" "$(of one .run.error)" null
run "${MATRIX[@]}" dies
is 'a program that dies is an error' "$(of dies .run.error)" '"the program was killed by signal 11"'
run "${MATRIX[@]}" --seconds 1 hangs
like 'so is a hang' "$(of hangs .run.error)" '^"no end after'
run "${MATRIX[@]}" --quick quick
is '--quick is the quick check' "$(of quick '[.run.error, .run.quick]')" '[null,true]'
# All that is installed here, but x32's compiler.
mkdir "$TMP/without"
ln -sf /usr/sbin/* /usr/bin/* "$TMP/without/"
rm -f "$TMP/without/$(arch/field x32 triplet)-gcc"
run env "PATH=$TMP/bin:$TMP/without" "${MATRIX[@]}" foreign good
like 'what is not built is left out' "$status$err" '0.*foreign is left out: .*x32'
is 'nothing is left behind' "$(left_behind)" ''

# --- several at once ------------------------------------------------------------------------------

guest left extra "touch $TMP/left; until [ -e $TMP/right ]; do sleep 0.1; done; tests \"\$PASS\" 0"
guest right extra "touch $TMP/right; until [ -e $TMP/left ]; do sleep 0.1; done; tests \"\$PASS\" 0"
run "${MATRIX[@]}" --jobs 2 --seconds 20 left right
is 'JOBS guests run at once' "$status$(of left .run.error)$(of right .run.error)" 0nullnull

guest waits extra "touch $TMP/waiting; until [ -e $TMP/go ]; do sleep 0.1; done; tests \"\$PASS\" 0"
"${MATRIX[@]}" waits >/dev/null 2>&1 &
first=$!
until [ -e "$TMP/waiting" ] || ! kill -0 $first; do sleep 0.1; done
run "${MATRIX[@]}" good
is 'a second run in the same folder fails' "$status" 2
like 'and says why' "$err" 'another matrix is running there'
touch "$TMP/go"
wait $first
is 'and does not disturb the first' "$?$(of waits .run.error)" 0null

# --- interrupted ----------------------------------------------------------------------------------

guest endless extra "touch $TMP/endless; while :; do sleep 1; done"
echo precious >"$RESULTS/endless.json"
# A job of its own group, which Ctrl-C reaches as a whole. Who started us may ignore SIGINT.
set -m
env --default-signal=INT "${MATRIX[@]}" good endless >/dev/null 2>"$TMP/err" &
group=$!
until [ -e "$TMP/endless" ] || ! kill -0 $group; do sleep 0.1; done
kill -INT -- -$group
wait $group
status=$?
set +m
is 'Ctrl-C ends it as a signal does' $status 130
like 'and what is there is said' "$(<"$TMP/err")" '1 of 2 kernels are in'
is 'no guest and no half result is left' "$(left_behind)" ''
is 'an old result stays' "$(<"$RESULTS/endless.json")" precious

# --- no room --------------------------------------------------------------------------------------

guest big extra 'tests "$(printf "$PASS,%.0s" {1..3300}) $PASS" 0'
# full SIZE WHERE: a folder that has no room at that step.
full() {
	if ! unshare --map-root-user --mount true 2>/dev/null; then
		skip "a full disk $2 ends the run" 'no user namespace to mount in'
		return
	fi
	# shellcheck disable=SC2016
	run unshare --map-root-user --mount bash -c '
		mkdir -p "$0/small" && mount -t tmpfs -o "size=$1" none "$0/small" || exit 99
		ci/matrix --results "$0/small" big good
		status=$?
		ls -A "$0/small"
		mount -o remount,size=8m "$0/small"
		ci/matrix --results "$0/small" big good >/dev/null || exit 98
		ls -A "$0/small"
		exit $status' "$TMP" "$1"
	is "a full disk $2 ends the run" "$status" 2
	like 'is told' "$err" 'no results of big could be written'
	like 'and the next run is right' "$out" $'\n.lock\nbig.json\nbig.ktap\ngood.json\ngood.ktap\nindex.html$'
}
full 128k 'for what the guest sends'
full 256k 'for what is made of it'

# --- one kernel -----------------------------------------------------------------------------------

image=$TMP/tree/$(arch/field "$HOST" image)
mkdir -p "${image%/*}"
bisect() {
	echo "$1" >"$image"
	run env MAKEFLAGS=B=elsewhere ci/bisect "$HOST" "$TMP/tree"
}
bisect 'result "" 0'
is 'git bisect: a kernel that passes is good' "$status" 0
like 'and what was said is printed' "$out" 'KTAP version 1'
bisect 'result "" 1'
is 'one that fails is bad' "$status" 1
bisect 'echo "Kernel panic - not syncing: so"'
is 'one that panics cannot be tested' "$status" 125
bisect 'result "" 2'
is 'nor can one where a test breaks' "$status" 125
rm "$image"
run ci/bisect "$HOST" "$TMP/tree"
is 'nor one that was not built' "$status" 125
like 'which is told' "$err" "tree: no $HOST kernel was built there: there is no arch/"
run ci/bisect "$HOST"
is 'wrong use ends the search' "$status" 128
run ci/bisect "$HOST" "$TMP/nonexistent"
is 'so does a tree that is not there' "$status" 128
run make check "KERNEL=$TMP/tree"
like 'make check says what is missing in a tree' "$status$err" '^2.*no .* kernel was built there'
echo 'CONFIG_OF_ITS_OWN=y' >"$TMP/tree/.config"
echo 'zcat "$initramfs" | grep -a -q CONFIG_OF_ITS_OWN && result "" 0' >"$image"
run ci/check "$HOST" "$TMP/tree" "$SECCOMPAT" "build/$HOST/ci/init"
is "the tree's configuration goes with it" "$status" 0

# kvm WHAT-IT-DOES: a boot where there is a device; what KVM was asked is in $TMP/kvm.
kvm() {
	: >"$TMP/kvm"
	rm -f "$TMP/kernels/.kvm"
	echo 'result "" 0' >"$image"
	run env "KVM_DOES=$1" SECCOMPAT_KVM=/dev/null ci/check "$HOST" "$TMP/tree" "$SECCOMPAT" "build/$HOST/ci/init"
}
if [ "${qemu[0]}" = "qemu-system-$HOST" ]; then
	kvm work
	is 'KVM is asked, and used if it works' "$status$(grep -c . "$TMP/kvm")$(grep -c hello "$TMP/kvm")" 021
	kvm fail
	is 'it is not used if it fails' "$status$(grep -c . "$TMP/kvm")" 01
	run env KVM_DOES=work SECCOMPAT_KVM=/dev/null ci/check "$HOST" "$TMP/tree" "$SECCOMPAT" "build/$HOST/ci/init"
	is 'and not asked a second time' "$status$(grep -c . "$TMP/kvm")" 01
	kvm hang
	is 'nor if it hangs' "$status$(grep -c . "$TMP/kvm")" 01
else
	skip 'KVM is used if it works' "QEMU is ${qemu[0]} here"
fi
is 'nothing is left of that' "$(left_behind)" ''

# --- the fuzzer -----------------------------------------------------------------------------------

told='printf "@run 1.50\n@out # simulator: 5 programs\n@out # %d differences in 1 s\n@end status %d\n"'
guest alike fuzzed 'zcat "$initramfs" | grep -a -q -x -e --seed && '"$told 0 0"
guest differs fuzzed 'echo "@out DIFFERENCE: seed 7";'"$told 1 1"
guest dead fuzzed 'echo "Kernel panic - not syncing: so"'
run ci/fuzz alike differs -- --seed 5
is 'one that differs is what comes of it' "$status" 1
like 'a line a kernel' "$out" '^alike +ok +simulator: 5 programs;0 differences in 1 s'$'\n''differs +DIFFERS +simulator: 5 programs;1 differences'
like 'and what it said, where it is not alike' "$out" $'\n''  DIFFERENCE: seed 7'
run ci/fuzz alike -- --seed 5
is 'all alike' "$status$err" 0
run ci/fuzz differs dead alike
is 'one that gives no result fails more' "$status" 2
like 'and is told' "$out" 'dead +error .*Kernel panic'
run ci/fuzz nonsense
is 'a row that is none fails' "$status" 2
is 'nothing is left of that' "$(left_behind)" ''

# --- bad input ------------------------------------------------------------------------------------

run "${MATRIX[@]}" --tier some
is 'a tier that is none fails' "$status" 2
like 'and says which are' "$err" 'TIER=some: no such tier; smoke, full and extra are'
run "${MATRIX[@]}" --jobs 0
is 'no guests fail' "$status" 2
run "${MATRIX[@]}" good nonsense
is 'a row that is none fails' "$status" 2
like 'and the rows are told' "$err" 'nonsense: kernel not in ci/kernels.tsv; the rows are: good '
run env "PATH=$TMP/bin:$TMP/without" "${MATRIX[@]}" foreign
is 'nothing to run fails' "$status" 2
run ci/matrix --results /proc/nonexistent good
is 'a folder that cannot be made fails' "$status" 2
like 'with the reason' "$err" '/proc/nonexistent: cannot be created'
run ci/matrix --targets good
is 'what has to be built is named' "$status$(tr '\n' ' ' <<<"$out")" "0build/$HOST/ci/init build/$HOST/seccompat "

# --- the cache ------------------------------------------------------------------------------------

mkdir "$TMP/kernels/not-ours"
run make clean-kernels
is 'make clean-kernels leaves what is not its own' "$status$(ls -A "$TMP/kernels")" 0not-ours
rmdir "$TMP/kernels/not-ours"
run make clean-kernels
is 'and no folder else' "$status$(ls -d "$TMP/kernels" 2>/dev/null)" 0

done_testing
