#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# seccompat fuzz: this kernel and the simulator decide alike, for seconds; a mistake in the simulator and
# one in the checker are found and made small; it is interrupted, goes on, and leaves nothing behind.
# shellcheck disable=SC2154
. tests/lib.sh

faulty=$BUILD/tests/faulty/seccompat
SWITCH=/proc/sys/net/core/bpf_jit_enable

fuzz() {
	run "$SECCOMPAT" fuzz "$@"
}

# refused TEXT ERROR OPTION...
refused() {
	local text=$1 wanted=$2
	shift 2
	fuzz "$@"
	is "$text: status 2 and no output" "$status,$out" 2,
	like "$text: $wanted" "$err" "^seccompat: .*$wanted"
}

# --- what is asked for wrongly -----------------------------------------------------------------------

echo 'no state' > "$TMP/odd"
head -c 100000 /dev/zero > "$TMP/zero"
refused 'no number' "--count 1x: a number" --count 1x
refused 'a negative one' "--seed -1: a number" --seed -1
refused 'none at all' "--time 0: a number from 1" --time 0
refused 'an argument' "filter.bpf: no arguments" filter.bpf
refused 'a state that is none' "odd: no state of seccompat fuzz" --resume "$TMP/odd"
refused 'a state of zeroes' "zero: no state of seccompat fuzz" --resume "$TMP/zero"
refused 'a state in no folder' "none/state: cannot be written: No such file" --resume "$TMP/none/state"
refused 'a folder that is a file' "odd: (Not a directory|File exists)" --output "$TMP/odd"
long=$TMP/$(printf '%0200d/%0200d/%0200d' 1 2 3)
mkdir -p "$long"
refused 'a folder whose path is long' 'File name too long' --output "$long" --count 1
is "what was no state is as it was" "$(<"$TMP/odd")" 'no state'

# --- as simulated ------------------------------------------------------------------------------------

# Of this seed the first round is the checker's, the second is not.
fuzz --seed 8 --time 2
if [ "$status" = 4 ]; then
	skip "this kernel against the simulator" "${err#*not tested: }"
	done_testing
fi
is "kernel and simulator decide alike" "$status,$err" 0,
like "it says the seed and what runs filters" "$out" "seed 8
# engine: (jit|interpreter|unknown);"
like "and what it did" "$out" '# simulator: [1-9][0-9]* programs, [1-9][0-9]* questions .*# checker: [1-9][0-9]* programs, [1-9][0-9]* of them taken.*# 0 differences in'

for kind in simulator checker; do
	fuzz --seed 7 --count 300 --$kind --json
	first=$(jq -c '.totals | del(.seconds)' <<<"$out")
	fuzz --seed 7 --count 300 --$kind --json
	is "--$kind: the same seed does the same" "$(jq -c '.totals | del(.seconds)' <<<"$out")" "$first"
	is "--$kind does nothing else" "$(jq -r '.totals | [.programs > 0, .checks > 0] | tostring' <<<"$out")" \
		"$([ $kind = simulator ] && echo '[true,false]' || echo '[false,true]')"
	is "--$kind ends when there were enough" \
		"$(jq -r '.totals | .programs + .checks | . >= 300 and . < 1000' <<<"$out")" true
done

# --- a mistake -------------------------------------------------------------------------------------

# smallest: how many instructions the smallest difference in $out has
smallest() {
	jq -r '[.engines[].differences[].program | length] | min' <<<"$out"
}

if [ -x "$faulty" ]; then
	run timeout 300 "$faulty" fuzz --seed 1 --count 5000 --simulator --json --output "$TMP/found"
	is "a simulator whose jset is wrong is found" "$status" 1
	is "each difference has a jset in it" \
		"$(jq -r '[.engines[].differences[] | [.program[].text] | any(startswith("jset"))] | all' <<<"$out")" true
	is "and few others: $(smallest)" "$(($(smallest) <= 8))" 1
	is "it is written, too" "$(find "$TMP/found" -name 'simulator-*.bpf' | wc -l)" \
		"$(jq '.totals.differences' <<<"$out")"
	filter=$(find "$TMP/found" -name 'simulator-*.bpf' | sort | head -1)
	run "$SECCOMPAT" disasm "$filter"
	like "for disasm" "$out" jset
	run timeout 300 "$faulty" fuzz --simulator --seed 1 --count 1
	like "a difference tells how it is found again" "$out" 'DIFFERENCE: seccompat fuzz --simulator --seed 1 --count 1
.*jset .*
  arguments( 0x[0-9a-f]+){6}
  the kernel (returned|was killed)[^
]*
  the simulator: 0x'
	is "and so it is" "$status" 1

	run timeout 300 "$faulty" fuzz --seed 1 --time 60 --checker --json
	is "a checker that takes what no kernel takes is found" "$status" 1
	is "it is made as small as can be" "$(smallest)" 3
	is "the instruction is there" "$(jq -r '[.engines[].differences[] | [.program[].text] | any(test("M\\[16\\]"))] | all' <<<"$out")" true
	is "kernel and checker say so" "$(jq -r '.engines[0].differences[0] | .kernel + ", " + .ours' <<<"$out")" \
		'refused it: EINVAL, accepted'

	run timeout 300 "$faulty" fuzz --simulator --seed 1 --count 1 --resume "$TMP/differs"
	is "a difference is noted" "$status,$(sed -n 's/^differences //p' "$TMP/differs")" 1,1
	fuzz --count 1 --resume "$TMP/differs"
	is "but is none of the next run" "$status" 0
	like "only of the sum" "$out" '# 1 differences in'
else
	skip "mistakes are found" "built without the kernel's harness"
fi

# --- interrupted, and gone on ------------------------------------------------------------------------

state() {
	sed -n "s/^$1 //p" "$TMP/state" 2>/dev/null
}

# behind COMMAND...: in the background, until it has noted what it did; its process in $pid
behind() {
	env --default-signal=INT "$@" >"$TMP/out" 2>&1 &
	pid=$!
	until [ "$(state rounds)" -gt "${rounds:-0}" ] 2>/dev/null || ! kill -0 $pid; do sleep 0.1; done
}

# left: those that are still there, children with the same command line
left() {
	pgrep -f -c -- "fuzz --seed 3 --time 50 --resume $TMP/state"
}

behind "$SECCOMPAT" fuzz --seed 3 --time 50 --resume "$TMP/state"
kill -INT $pid
wait $pid
is "SIGINT ends it with SIGINT" $? 130
like "after it has told what it did" "$(<"$TMP/out")" '# 0 differences in'
is "its children end, too" "$(left)" 0
rounds=$(state rounds)
is "how far it came is noted" "$((rounds > 0)),$(state seed)" 1,3

fuzz --count 100 --resume "$TMP/state"
is "it goes on" "$status,$(state seed),$(($(state rounds) > rounds))" 0,3,1
like "with the same seed" "$out" 'seed 3'
refused "another seed" "state: began with seed 3" --seed 4 --resume "$TMP/state"

rounds=$(state rounds)
behind "$SECCOMPAT" fuzz --seed 3 --time 50 --resume "$TMP/state"
kill -KILL $pid
wait $pid 2>/dev/null
for _ in {1..100}; do [ "$(left)" != 0 ] && sleep 0.1; done
is "SIGKILL leaves no child" "$(left)" 0
is "nor half a state" "$("$SECCOMPAT" fuzz --count 1 --resume "$TMP/state" | tail -1 | grep -c '^# 0 differences')" 1
is "nor a temporary file" "$(find "$TMP" -name 'state.*')" ''

# --- engines -----------------------------------------------------------------------------------------

statuses=
jit_mine
before=$(cat $SWITCH 2>/dev/null)
for engine in jit interpreter; do
	fuzz --seed 5 --time 1 --$engine
	case $status in
	0) like "--$engine is what runs" "$out" "# engine: $engine;" ;;
	4) like "--$engine: it is said why not" "$err" "$engine: not tested: $SWITCH(: | cannot be switched to $engine here: )" ;;
	*) fail "--$engine" "status $status" "$err" ;;
	esac
	statuses+=" $status"
	is "--$engine: the switch is as it was" "$(cat $SWITCH 2>/dev/null)" "$before"
done
fuzz --seed 8 --count 1 --jit --interpreter
is "both: 4 if one is missing" "$status" "$([ "$statuses" = ' 0 0' ] && echo 0 || echo 4)"

if [ -r $SWITCH ]; then
	exec 8<$SWITCH
	flock 8
	fuzz --time 1 --jit --json
	exec 8<&-
	is "a switch that another one has: 4" "$status" 4
	like "and why" "$err" "jit: not tested: $SWITCH: in use by another"
else
	skip "a switch that another one has" "there is no switch"
fi
jit_anyones

# A switch that can be switched, in place of the machine's: a file.
# borrowed SIGNAL: what becomes of it when a signal comes meanwhile; 0: none comes
borrowed() {
	echo 1 > "$TMP/switch"
	# shellcheck disable=SC2016
	unshare -m bash -c 'mount --bind "$1" "$2" && shift 2 && exec "$@"' - "$TMP/switch" $SWITCH \
		env --default-signal=INT "$SECCOMPAT" fuzz --seed 3 --time "$([ "$1" = 0 ] && echo 5 || echo 50)" --interpreter \
		>"$TMP/out" 2>&1 &
	pid=$!
	until seen=$(<"$TMP/switch") && [ "$seen" = 0 ] || ! kill -0 $pid; do sleep 0.1; done
	is "signal $1: it is switched" "$seen" 0
	[ "$1" = 0 ] || kill -"$1" $pid
	wait $pid 2>/dev/null
	for _ in {1..100}; do [ "$(<"$TMP/switch")" = 1 ] || sleep 0.1; done
	is "signal $1: and put back" "$(<"$TMP/switch")" 1
}

# shellcheck disable=SC2016
if [ -e $SWITCH ] && unshare -m bash -c 'mount --bind "$1" "$2"' - "$TMP/odd" $SWITCH 2>/dev/null; then
	for signal in 0 INT KILL; do
		borrowed $signal
	done
else
	skip "the switch is put back" "no file can be mounted in its place"
fi

# --- below other filters -----------------------------------------------------------------------------

# What a container's filter refuses, or kills for, is no difference of the kernel.
outer=$BUILD/tests/outer
if [ -x "$outer" ]; then
	run "$outer" no-prctl-seccomp "$SECCOMPAT" fuzz --time 1
	is "prctl refuses filters: 4" "$status" 4
	like "and why" "$err" 'not tested: this kernel takes no seccomp filter: Invalid argument'
	# A sanitizer's search for leaks uses prctl, too.
	run env "ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0" "$outer" kill-prctl "$SECCOMPAT" fuzz --time 1
	is "prctl kills: 4" "$status" 4
	like "and why" "$err" 'not tested: a child with the simplest filter: killed by SIGSYS'
	for action in 38 kill; do
		# Every call that there is, and nothing else, is let through.
		awk -v action=$action -F'\t' '!/^#/ && NF { print "allow " $1 }
			END { print action " *" }' arch/syscalls.tsv > "$TMP/rules"
		run "$outer" "@$TMP/rules" "$SECCOMPAT" fuzz --seed 1 --count 3000
		is "numbers that no call has are answered by $action: no difference" "$status,$err" 0,
	done
else
	skip "below other filters" "$outer is not built"
fi

# --- where there is no seccomp -----------------------------------------------------------------------

other=build/aarch64/seccompat
if [ -x $other ] && [ "$(uname -m)" != aarch64 ] && command -v qemu-aarch64-static >/dev/null; then
	run qemu-aarch64-static $other fuzz --time 1
	is "an emulator that has no seccomp: 4" "$status" 4
	like "and why" "$err" 'not tested: this kernel takes no seccomp filter: '
else
	skip "an emulator that has no seccomp" "there is no program of aarch64, or no qemu-user"
fi
done_testing
