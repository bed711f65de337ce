#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# seccompat bench --count: that it refuses where a clock is a clock; how ci/count holds figures against its table, with
# made-up ones; and the committed ones, on a kernel in QEMU.
# shellcheck disable=SC2154,SC2016
# shellcheck source=tests/lib.sh
. tests/lib.sh
unset MAKEFLAGS MFLAGS MAKELEVEL

# --- no wrong number -----------------------------------------------------------------------------------

run timeout 60 "$SECCOMPAT" bench --count
is 'on a real clock nothing is counted: status 4, and no output' "$status,$out" 4,
like 'and it says what the clock does instead' "$err" '^seccompat: bench: --count: this clock does not count instructions: .* -icount '
is 'in one line' "$(wc -l <"$TMP/stderr")" 1
echo precious >"$TMP/kept.json"
run timeout 60 "$SECCOMPAT" bench --count --json "$TMP/kept.json"
is 'a file that was there is as it was' "$status,$(<"$TMP/kept.json")" 4,precious
run timeout 60 "$SECCOMPAT" bench --count --time 5
is 'how long to count is no option: status 2' "$status,$out" 2,
like 'which is said' "$err" '^seccompat: bench: --time .*--count'

# --- the table -----------------------------------------------------------------------------------------

if ! command -v jq >/dev/null || ! command -v readelf >/dev/null; then
	skip 'the table' 'jq or readelf is not installed'
	done_testing
fi

# A tree whose check makes figures up: those of $TMP/figures, "engine id insns" each.
mkdir -p "$TMP/tree" && cp -r ci arch "$TMP/tree/"
cat >"$TMP/tree/ci/check" <<'E2'
#!/bin/bash
echo "$*" >"$TMP/arguments"
while [ "$1" != --json ]; do shift; done
echo 'the table of the guest'
[ ! -e "$TMP/broken" ] || exit 2
jq -R -s --arg release "${RELEASE:-6.1}" '[split("\n")[] | select(. != "") | split(" ")] |
	{ kernel: { $release, version: "#1 made up" },
	  runs: [group_by(.[0])[] | { engine: .[0][0], rows: map({ id: .[1], ns: (.[2] | tonumber?) }) }] }' "$TMP/figures" >"$2"
E2
chmod +x "$TMP/tree/ci/check"
printf '#!/bin/sh\necho "QEMU emulator version ${QEMU:-1.0}"\n' >"$TMP/qemu-made-up"
chmod +x "$TMP/qemu-made-up"
sed -i "s|\tqemu-system-x86_64 |\t$TMP/qemu-made-up |" "$TMP/tree/arch/arches.tsv"
printf '%s\n' 'jit native 333' 'jit arg_1 572' 'interpreter arg_1 717' 'jit log -' >"$TMP/figures"
table=$TMP/counts.tsv arguments=()

count() {
	run "$TMP/tree/ci/count" --counts "$table" "$@" x86_64 6.1 "$SECCOMPAT" init "${arguments[@]}"
}

count
is 'no such table: status 2, before anything is booted' "$status,$out" 2,
like 'which is said' "$err" 'counts.tsv: cannot be read$'
count --write
is 'written' "$status,$(grep -vc '^#' "$table")" 0,3
like 'and said how many' "$out" $'^the table of the guest\n# counts: 3 figures of x86_64-6.1 are in '
is 'what has no figure is not in it' "$(grep -c $'\tlog\t' "$table")" 0
is 'its head is that of the committed one' "$(grep '^#' "$table")" "$(grep '^#' ci/counts.tsv)"
is 'the guest is told to count' "$(cut -d ' ' -f 1-3 "$TMP/arguments"),$(sed 's/.* init //' "$TMP/arguments")" \
	'--command bench --icount,--count'
cp "$table" "$TMP/first.tsv"
count
is 'the same again: no difference' "$status,${out##*$'\n'}" \
	"0,# counts: 3 figures held against $table, 0 differ by more than 1 %; same kernel build, QEMU and compiler"
count --write
is 'written again, it is the same table' "$status,$(cmp "$table" "$TMP/first.tsv" 2>&1)" 0,

# Of 572, 5 are less than a hundredth, and 6 are more.
sed -i 's/arg_1 572/arg_1 577/' "$TMP/figures"
count
is 'a difference within 1 % is none' "$status,$(wc -l <<<"$out")" 0,2
sed -i 's/arg_1 577/arg_1 578/' "$TMP/figures"
count
is 'one past it fails' "$status" 1
like 'and is shown' "$out" $'\n  jit +arg_1 +578.0, was 572.0: \\+1.0 %\n# counts: 3 .* 1 differ '
sed -i 's/arg_1 578/arg_1 560/' "$TMP/figures"
count
is 'what became cheaper is a difference, too' "$status,$(grep -c 'was 572.0: -2.1 %' <<<"$out")" 1,1
export RELEASE=6.2
count
is 'of another kernel it is shown, and no failure' "$status,$(grep -c 'was 572.0: -2.1 %' <<<"$out")" 0,1
like 'and said that it is another one' "$out" '; of kernel 6.1 #1 made up, here 6.2 #1 made up$'
unset RELEASE
export QEMU=2.0
count
like 'so with another QEMU' "$status ${out##*$'\n'}" '^0 .*; of QEMU 1.0, here 2.0$'
count --write
count
is 'whose figures stand beside the first ones' "$status,$(grep -vc '^#' "$table")" 0,6
unset QEMU
count
is 'which are meant where both are' "$status,$(grep -c 'was 572.0: -2.1 %' <<<"$out")" 1,1
printf '%s\n' 'jit native 333' 'jit arg_1 572' 'jit arg_2 654' >"$TMP/figures"
count
is 'one that is new and one that is gone are differences' "$status,$(grep -c -e 'arg_2 .*, new$' -e 'interpreter *arg_1 .*gone, was 717' <<<"$out")" 1,2
arguments=(--quick --mix tests/mix.txt)
count
is 'where a part is asked for, none is gone' "$status,$(grep -c -e ', new$' -e ' gone, ' <<<"$out")" 1,1
is 'arguments are passed on, and files are brought along' "$(sed 's/.*\(--add .*\) x86_64.* init /\1,/' "$TMP/arguments")" \
	'--add tests/mix.txt,--count --quick --mix /mix.txt'
count --write
is 'a part is not written' "$status,$out" 2,
arguments=()
printf '%s\n' 'jit native 333' >"$TMP/figures"
run "$TMP/tree/ci/count" --counts "$table" x86_64 ./image "$SECCOMPAT" init
is 'a kernel without a row: shown, no failure' "$status,${out##*$'\n'}" "0,# counts: $table has none of ./image"
touch "$TMP/broken"
cp "$table" "$TMP/before.tsv"
count --write
is 'a guest that broke: its status, and the table is as it was' "$status,$(cmp "$table" "$TMP/before.tsv" 2>&1)" 2,
rm "$TMP/broken"
chmod a-w "$TMP" 2>/dev/null
if [ ! -w "$TMP" ]; then
	count --write
	is 'a table that cannot be written: status 2' "$status" 2
else
	skip 'a table that cannot be written: status 2' 'root writes anywhere'
fi
chmod u+w "$TMP"
run ci/count --frobnicate x86_64 6.1 program init
is 'an unknown option: status 2' "$status,$out" 2,
run ci/count x86_64 9.9 program init
is 'an unknown kernel: status 2' "$status,$out" 2,

# --- the committed figures -----------------------------------------------------------------------------

guest_kernel() {
	[ "$BUILD" = build/x86_64 ] && [ "$(uname -m)" = x86_64 ] && ! ldd "$SECCOMPAT" >/dev/null 2>&1 &&
		make -s --no-print-directory build/x86_64/ci/init >&2 && ci/fetch x86_64 6.1
}

if guest_kernel >/dev/null 2>"$TMP/stderr"; then
	run timeout 900 ci/count --json "$TMP/count.json" x86_64 6.1 "$SECCOMPAT" build/x86_64/ci/init
	is 'counted on a kernel in QEMU, and as the committed figures are' "$status" 0
	[ "$status" = 0 ] || printf '%s\n' "$out" "$err" | tail -n 20 | sed 's/^/# /'
	like 'with both engines' "$out" 'run by: jit; .*run by: interpreter; '
	like 'in instructions' "$out" $'# counted, not timed: .* 1.000[0-9] ns .*\n.* insns +added'
	is 'the control is exact, and one ALU instruction one of x86_64' "$(jq -c '.runs[0] | [.sets[].control_off < 0.0001, (.model.alu * 100 | round)]' "$TMP/count.json")" \
		'[true,true,100]'
	is 'what does not repeat is not counted' "$(jq -c '[.runs[].rows[].id | select(test("^(log|fork|exec|install|tsync|cold|addfd|trace|notif|sync|continue)"))]' "$TMP/count.json")" '[]'
	# A load that the JIT of x86_64 makes one instruction of, before a filter that decides by the number alone.
	printf '\x20\0\0\0\0\0\0\0\x06\0\0\0\0\0\xff\x7f' >"$TMP/short.bpf"
	printf '\x20\0\0\0\x10\0\0\0' | cat - "$TMP/short.bpf" >"$TMP/load.bpf"
	{ head -c 8 "$TMP/load.bpf" && cat "$TMP/load.bpf"; } >"$TMP/loads.bpf"
	run timeout 900 ci/count --json "$TMP/own.json" x86_64 6.1 "$SECCOMPAT" build/x86_64/ci/init --quick "$TMP/short.bpf" "$TMP/load.bpf" "$TMP/loads.bpf"
	is "one's own filters, too: a load more is one instruction more, and none where the bitmap allows" \
		"$status,$(jq -c '.runs[0].rows | map({ (.id): (.added // 0 | . * 10 | round / 10) }) | add | [.own_1 == .const_1, .own_3 - .own_2]' "$TMP/own.json")" \
		'0,[true,1]'
	if python3 -c 'import jsonschema' 2>/dev/null; then
		is 'the form of the JSON' "$(printf 'count\t%s\n' "$(tr -d '\n' <"$TMP/count.json")" | python3 tests/schema.py docs/bench.schema.json)" 'count good'
	fi
else
	skip 'the committed figures' "no kernel for them: $(tail -n 1 "$TMP/stderr")"
fi
done_testing
