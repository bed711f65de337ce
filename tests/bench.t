#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# seccompat bench: what it prints and writes, one's own filters, mixes, plots; what is refused, and that
# nothing is left behind. Of its figures only what cannot flake: what is several times as dear, is dearer.
# shellcheck disable=SC2154,SC2016
# shellcheck source=tests/lib.sh
. tests/lib.sh

bench() {
	run timeout 300 "$SECCOMPAT" bench "$@"
}

# refused TEXT ERROR OPTION...: status 2, nothing on standard output, one line that says ERROR.
refused() {
	local text=$1 wanted=$2
	shift 2
	bench "$@"
	is "$text: status 2 and no output" "$status,$out" 2,
	is "$text: one line" "$(wc -l <"$TMP/stderr")" 1
	like "$text: $wanted" "$err" "^seccompat: .*$wanted"
}

# insn CODE JT JF K, in this machine's byte order.
insn() {
	python3 -c 'import struct, sys; sys.stdout.buffer.write(struct.pack("=HBBI", *(int(word, 0) for word in sys.argv[1:])))' "$@"
}

# --- what is refused -----------------------------------------------------------------------------------

insn 0x06 0 0 0x7fff0000 >"$TMP/allow.bpf"
insn 0x06 0 0 0 >"$TMP/kill.bpf"
head -c 20 /dev/zero >"$TMP/odd.bpf"
cat >"$TMP/good.strace" <<'EOF'
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 81.01    1.709650       17996        60        45 getppid
  2.04    0.043131          25        30           close
  0.24    0.005218           5        10           clone
------ ----------- ----------- --------- --------- ----------------
100.00    1.758000           9       100        45 total
EOF
sed 's/getppid/getpppid/' "$TMP/good.strace" >"$TMP/bad.strace"
: >"$TMP/empty.strace"
{
	cat "$TMP/good.strace"
	printf '\0\n  2.04    0.043131          25        30           read\n'
} >"$TMP/nul.strace"

refused 'no time' '--time 0: ' --time 0
refused 'no number' '--time soon: ' --time soon
refused 'a wrong tolerance' '--tolerance -1: ' --tolerance -1
refused 'no such CPU' '--cpu 100000: ' --cpu 100000
refused 'an unknown option' '--frobnicate' --frobnicate
refused 'a time to count' '--time is not for --count' --count --time 1
refused 'a mix without filters' 'none is given' --mix "$TMP/good.strace"
refused 'a mix with an unknown call' 'bad.strace: line 3: .* no syscall getpppid' --mix "$TMP/bad.strace" "$TMP/allow.bpf"
refused 'an empty mix' 'empty.strace: no calls' --mix "$TMP/empty.strace" "$TMP/allow.bpf"
refused 'a mix with a NUL in it' 'nul.strace: a NUL byte' --mix "$TMP/nul.strace" "$TMP/allow.bpf"
refused 'no such mix' 'No such file' --mix "$TMP/none.strace" "$TMP/allow.bpf"
refused 'no filter' 'odd.bpf: 20 bytes' "$TMP/odd.bpf"
many=()
for _ in $(seq 33); do many+=("$TMP/allow.bpf"); done
refused 'too many filters' '33 FILTERs; 32' "${many[@]}"
refused 'no place for JSON' 'none/bench.json: cannot be written' --json "$TMP/none/bench.json"
: >"$TMP/file"
if command -v gnuplot >/dev/null; then
	refused 'no folder for plots' "file: no folder" --svg "$TMP/file"
	long=$TMP/$(printf '%0200d/%0200d/%0200d' 1 2 3)
	mkdir -p "$long"
	refused 'one whose path is long' 'File name too long' --svg "$long"
fi
mkdir "$TMP/no-tools"
PATH_BEFORE=$PATH
run env PATH="$TMP/no-tools" "$SECCOMPAT" bench --svg "$TMP/plots"
is 'without gnuplot: status 2' "$status,$out" 2,
like 'and what is missing' "$err" '^seccompat: .*gnuplot, which is not installed$'
PATH=$PATH_BEFORE
bench --help
like 'bench --help' "$status $out" '^0 usage: seccompat bench '

jit_mine

# --- interrupted ---------------------------------------------------------------------------------------

# What a shell puts behind ignores SIGINT, but not SIGTERM.
echo precious >"$TMP/kept.json"
"$SECCOMPAT" bench --time 60 --json "$TMP/kept.json" >"$TMP/interrupted" 2>&1 &
pid=$!
for _ in $(seq 300); do
	[ -z "$(pgrep -P "$pid")" ] || break
	sleep 0.1
done
sleep 1
# Its children's groups: all that it has started.
groups=$(pgrep -P "$pid")
kill -TERM "$pid"
wait "$pid" 2>/dev/null
is 'interrupted: it ends by the signal' "$?" 143
is 'and prints nothing' "$(<"$TMP/interrupted")" ''
is 'and the file is as it was' "$(<"$TMP/kept.json")" precious
is 'with no other beside it' "$(find "$TMP" -name 'kept.json?*')" ''
# living GROUPS: who lives of them; what is dead may wait for an init that does not care.
living() {
	ps -e -o pgid=,stat=,comm= | awk -v groups="$1" '
		BEGIN { for (count = split(groups, list); count; count--) wanted[list[count]] }
		$1 in wanted && $2 !~ /^Z/ { print $3 }'
}

# They were killed; the last of them may be dying still.
for _ in $(seq 100); do
	if [ -z "$groups" ] || [ -z "$(living "$groups")" ]; then break; fi
	sleep 0.1
done
if [ -n "$groups" ]; then
	is 'and none of its children is left' "$(living "$groups")" ''
else
	skip 'and none of its children is left' 'it had none'
fi

# Between two starts, or while it looks for a CPU, there is no child whose end would tell it.
interrupted=
for moment in 0.4 0.5 0.6 0.7 0.8 0.9 1.0 1.1 1.2 1.3; do
	"$SECCOMPAT" bench --quick --json "$TMP/moment.json" >"$TMP/interrupted" 2>&1 &
	pid=$!
	sleep $moment
	kill -TERM "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	interrupted+=" $?"
done
# Where nothing can be timed, or a sleep takes seconds, it may have ended before.
like 'at any moment it ends by the signal' "$interrupted" '^( 143| [034]){10}$'
is 'and never leaves half a file' "$(find "$TMP" -name 'moment.json?*')" ''

# --- a short run ---------------------------------------------------------------------------------------

switch=/proc/sys/net/core/bpf_jit_enable
before=$(cat $switch 2>/dev/null)
bench --quick --json "$TMP/quick.json"
quick=$status
if [ "$quick" = 4 ]; then
	like 'nothing can be timed: it says why' "$err" 'there is nothing to time: .'
	[ ! -e "$TMP/quick.json" ] || fail 'nothing to time: no file'
	skip 'figures' 'no filters can be installed here'
	done_testing
fi
case $quick in
0 | 3) pass 'a quick run: timed, or too noisy to say' ;;
*) fail 'a quick run: timed, or too noisy to say' "status $quick" "$err" ;;
esac
like 'a table' "$out" $'\n  64 of them +[0-9.]+ +[0-9.]+ +[0-9.]+ '
like 'what runs filters is said' "$out" $'\n# filters are run by: (jit|interpreter|unknown); .'
like 'the diagnosis' "$out" $'\nbitmap works: (yes|no|not clear) \\([0-9]+ of [0-9]+ starts'
like 'the model, with its residuals' "$out" $'\nmodel: .*\nresiduals .*\n  1024 of them '
if [ "$quick" = 3 ]; then
	like 'noise is told' "$out" 'TOO NOISY TO SAY'
fi
is 'the switch of the JIT is as it was' "$(cat $switch 2>/dev/null)" "$before"

# Meanwhile the switch is another one's.
if [ -r $switch ]; then
	exec 8<$switch
	flock 8
fi
bench --quick --time 1 --tolerance 0 --json "$TMP/noisy.json"
if [ -r $switch ]; then
	exec 8<&-
	like 'a switch that another one has is left to it' "$out" "; $switch: in use by another"
fi
is 'a control is never better than nothing: too noisy to say' "$status" 3
like 'which stands below the table' "$out" $'\nTOO NOISY TO SAY: two native calls differ by more than 0.0 %'
like 'and in the JSON' "$(<"$TMP/noisy.json")" '"quiet": false'

bench --quick --time 1 --tolerance 0 --json -
is 'JSON to standard output, and nothing else' "$status,$(head -c 1 <<<"$out"),$(tail -n 1 <<<"$out")" '3,{,}'

# of FILE ID KEY: a figure.
of() {
	jq -r --arg id "$2" ".runs[0].rows[] | select(.id == \$id) | .$3" "$1"
}

# dearer TEXT FILE DEAR CHEAP TIMES
dearer() {
	if [ "$quick" = 3 ]; then
		skip "$1" 'the machine is too noisy'
	else
		ok "$1" jq -e --arg dear "$3" --arg cheap "$4" --argjson times "$5" '
			[.runs[].rows | map({ (.id): .added }) | add | .[$dear] > $times * .[$cheap]] | all' "$2"
	fi
}

if command -v jq >/dev/null; then
	dearer '64 filters are dearer than 1' "$TMP/quick.json" arg_64 arg_1 4
	dearer '8 filters are dearer than 1' "$TMP/quick.json" arg_8 arg_1 1
	dearer 'divisions are dearer than arithmetic' "$TMP/quick.json" div_1024 alu_1024 1
	dearer '1024 divisions are dearer than 256' "$TMP/quick.json" div_1024 div_256 2
	dearer 'a list is dearer than a tree' "$TMP/quick.json" linear_300 tree_300 1
	is 'a control is as dear as what it controls' "$([ "$quick" = 3 ] ||
		jq '[.runs[] | .sets[].control_off < 0.005] | all' "$TMP/quick.json")" "$([ "$quick" = 3 ] || echo true)"
	is 'five starts or more' "$(jq '[.runs[].sets.calls.starts >= 5] | all' "$TMP/quick.json")" true
	is '100 rounds or more' "$(jq '[.runs[].rounds >= 100] | all' "$TMP/quick.json")" true
	# What the probe says of the bitmap is never contradicted; that is not to be clear is allowed.
	"$SECCOMPAT" probe --quiet const_bitmap
	case $?,$quick in
	*,3) skip 'the diagnosis is not wrong' 'the machine is too noisy' ;;
	0,*) unlike 'the diagnosis is not wrong' "$(jq -r '.runs[].bitmap.works' "$TMP/quick.json")" '^no' ;;
	1,*) unlike 'the diagnosis is not wrong' "$(jq -r '.runs[].bitmap.works' "$TMP/quick.json")" '^yes' ;;
	*) skip 'the diagnosis is not wrong' 'whether there is a bitmap is not known' ;;
	esac
else
	skip 'figures' 'jq is not installed'
fi

# --- one's own filters ---------------------------------------------------------------------------------

bench --time 1 --mix "$TMP/good.strace" --json "$TMP/own.json" --svg "$TMP/plots" "$TMP/allow.bpf" "$TMP/kill.bpf"
if [ "$status" = 2 ] && ! command -v gnuplot >/dev/null; then
	skip 'plots' 'gnuplot is not installed'
	bench --time 1 --mix "$TMP/good.strace" --json "$TMP/own.json" "$TMP/allow.bpf" "$TMP/kill.bpf"
else
	is 'plots' "$(cd "$TMP/plots" && grep -l '</svg>' -- *.svg | paste -sd ' ')" 'depth.svg filters.svg length.svg'
fi
case $status in
0 | 3) pass 'filters side by side' ;;
*) fail 'filters side by side' "status $status" "$err" ;;
esac
like 'a filter that nothing can be timed under is not in the way of others' "$out" $'\n +90.0 %  timed'
like 'what cannot be timed at all, too' "$out" 'no harmless way to make them is known: clone'
like 'its row says so' "$out" $'kill.bpf +not available: it does not allow read'

# number NAME
number() {
	"$SECCOMPAT" sim --json "$TMP/allow.bpf" "$1" | sed -n 's/.*"nr": \([0-9]*\).*/\1/p'
}

# close() is refused, and what nobody needs kills.
{
	insn 0x20 0 0 0
	insn 0x15 3 0 "$(number getpid)"
	insn 0x15 0 1 "$(number close)"
	insn 0x06 0 0 0x00050001
	insn 0x06 0 0 0x7fff0000
	insn 0x06 0 0 0
} >"$TMP/no-close.bpf"
bench --time 1 --mix "$TMP/good.strace" --json "$TMP/one.json" "$TMP/allow.bpf" "$TMP/no-close.bpf"
like 'what one refuses is not timed with any' "$out" $'\n +60.0 %  timed'
unlike 'both are' "$out" $'close.bpf +not available'
like 'which is said' "$out" $'\n +30.0 %  foretold only, as a filter does not allow them: close\n'
like 'and foretold' "$out" $'\n  .*allow.bpf +1 +1.0 +100.0 % +0.0 % +[0-9.]+\n'
if command -v jq >/dev/null; then
	is 'the JSON has the same' "$(jq -c '[.mix.calls, .mix.timed, .mix.kinds[2].how, .filters[0].length, .filters[0].bitmap]' "$TMP/one.json")" \
		'[100,0.6,"no harmless way",1,1]'
	ok 'its row has a figure' jq -e '.runs[0].rows[] | select(.id == "own_1") | .ns > 0' "$TMP/one.json"
	is 'and a cold one, each' "$(jq -c '[.runs[0].rows[] | select(.ns > 0) | .id | select(startswith("own_cold"))]' "$TMP/one.json")" \
		'["own_cold_native","own_cold_1","own_cold_2"]'
	if [ "$status" = 3 ]; then
		skip 'which is dearer' 'the machine is too noisy'
	else
		ok 'which is dearer' jq -e '.runs[0].rows | map({ (.id): .ns }) | add | .own_cold_native > 1.5 * .own_native' "$TMP/one.json"
	fi
fi

# --- what actions take ---------------------------------------------------------------------------------

bench --time 2 --json "$TMP/all.json"
if command -v jq >/dev/null && [ "$status" = 0 ]; then
	for id in trace_same notif_same continue_same sync_same addfd; do
		if [ "$(of "$TMP/all.json" "$id" unavailable)" != null ]; then
			skip "$id has a round trip in it" "$(of "$TMP/all.json" "$id" unavailable)"
			continue
		fi
		ok "$id has a round trip in it" jq -e --arg id "$id" '
			.runs[0].rows | map({ (.id): .ns }) | add | .[$id] > 2 * .native_2' "$TMP/all.json"
	done
else
	skip 'round trips' 'jq is not installed, the machine is too noisy, or nothing can be timed'
fi

jit_anyones

# --- a kernel that lacks things ------------------------------------------------------------------------

run timeout 300 "$SECCOMPAT" as 4.13 -- "$SECCOMPAT" bench --time 1 --json "$TMP/old.json"
case $status in
0 | 3)
	for id in log notif_same addfd; do
		like "4.13: $id is not available" "$(of "$TMP/old.json" "$id" unavailable)" '.'
		is "4.13: $id has no figure" "$(of "$TMP/old.json" "$id" ns)" null
	done
	is '4.13: errors have one' "$(of "$TMP/old.json" error unavailable)" null
	;;
*) skip 'a kernel that lacks things' "it cannot be had here: $err" ;;
esac
run timeout 300 "$SECCOMPAT" as 3.4 -- "$SECCOMPAT" bench --quick
is 'without filters there is nothing to time' "$status,$out" 4,
like 'which is said' "$err" 'there is nothing to time: '

if command -v qemu-x86_64-static >/dev/null && [ "$(uname -m)" = x86_64 ] && ! ldd "$SECCOMPAT" >/dev/null 2>&1; then
	run timeout 300 qemu-x86_64-static "$SECCOMPAT" bench
	is 'nor where no kernel answers' "$status,$out" 4,
	like 'which is said, too' "$err" 'there is nothing to time: '
	run bash -c "ulimit -n 40; exec timeout 300 $SECCOMPAT bench --quick"
	is 'too few descriptors: status 2' "$status,$out" 2,
	like 'and what is missing' "$err" '^seccompat: bench: a start exited with 1: no pipes .*: Too many open files$'
else
	skip 'nor where no kernel answers' 'there is no qemu-x86_64-static, or the program is not static'
fi

# --- both engines ----------------------------------------------------------------------------------------

# A kernel whose switch can be set to either side, in QEMU: its clock is no good, but the interpreter is
# several times as slow there, too.
guest_kernel() {
	[ "$BUILD" = build/x86_64 ] && [ "$(uname -m)" = x86_64 ] &&
		env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s --no-print-directory build/x86_64/ci/init >&2 && ci/fetch x86_64 6.1
}

if kernel=$(guest_kernel 2>"$TMP/stderr"); then
	ci/mkinitramfs --config "$kernel/config" "$TMP/initramfs" build/x86_64/ci/init "$SECCOMPAT" bench --quick --tolerance 5 --json /result.json
	run ci/boot --json "$TMP/guest.json" --seconds 300 x86_64 "$kernel/kernel" "$TMP/initramfs"
	case $status in
	0 | 3) pass 'a kernel with both engines' ;;
	*) fail 'a kernel with both engines' "status $status" "$err" ;;
	esac
	like 'they are timed one after the other' "$out" 'filters are run by: jit; .*filters are run by: interpreter; '
	if [ "$status" = 3 ]; then
		skip 'the interpreter is slower' 'the guest is too noisy'
	elif command -v jq >/dev/null; then
		ok 'the interpreter is slower' jq -e '[.runs[] | { (.engine): (.rows[] | select(.id == "alu_1024").added) }] | add |
			.interpreter > 2 * .jit' "$TMP/guest.json"
	fi
else
	skip 'both engines' "no kernel for it: $(tail -n 1 "$TMP/stderr")"
fi

# --- the form of the JSON ------------------------------------------------------------------------------

if python3 -c 'import jsonschema' 2>/dev/null; then
	# form NAME FILE: is as docs/bench.schema.json says.
	form() {
		is "the form of $1" "$(printf '%s\t%s\n' "$1" "$(tr -d '\n' <"$2")" | python3 tests/schema.py docs/bench.schema.json)" "$1 good"
	}
	form quick "$TMP/quick.json"
	form noisy "$TMP/noisy.json"
	form own "$TMP/own.json"
	form one "$TMP/one.json"
	for name in old guest; do
		[ ! -e "$TMP/$name.json" ] || form $name "$TMP/$name.json"
	done
else
	skip 'the form of the JSON' 'python3-jsonschema is not installed'
fi
done_testing
