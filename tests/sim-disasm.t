#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# seccompat sim and seccompat disasm: raw filters as libseccomp writes them, from files and standard
# input, of both byte orders; and all that is no filter.
# shellcheck disable=SC2154,SC2317
# shellcheck source=tests/lib.sh
. tests/lib.sh

# insn CODE JT JF K, in the byte order of a little-endian machine; INSN in that of a big-endian one.
insn() {
	printf %b "$(printf '\\x%02x' $(($1 & 255)) $(($1 >> 8)) "$2" "$3" $(($4 & 255)) $(($4 >> 8 & 255)) \
		$(($4 >> 16 & 255)) $(($4 >> 24 & 255)))"
}

INSN() {
	printf %b "$(printf '\\x%02x' $(($1 >> 8)) $(($1 & 255)) "$2" "$3" $(($4 >> 24 & 255)) \
		$(($4 >> 16 & 255)) $(($4 >> 8 & 255)) $(($4 & 255)))"
}

# The same filter for an architecture: EMIT TOKEN WRITE HIGH, write's number, the offset of args[0]'s
# high half. write to what is below 4 GiB is allowed, above it is ERRNO(1), all else kills.
filter() {
	"$1" 0x20 0 0 4
	"$1" 0x15 0 6 "$2"
	"$1" 0x20 0 0 0
	"$1" 0x15 0 4 "$3"
	"$1" 0x20 0 0 "$4"
	"$1" 0x15 0 1 0
	"$1" 0x06 0 0 0x7fff0000
	"$1" 0x06 0 0 0x00050001
	"$1" 0x06 0 0 0x80000000
}

amd64=$TMP/amd64.bpf
s390x=$TMP/s390x.bpf
filter insn 0xc000003e 1 20 > "$amd64"
filter INSN 0x80000016 4 16 > "$s390x"

sim() {
	run "$SECCOMPAT" sim "$@"
}

disasm() {
	run "$SECCOMPAT" disasm "$@"
}

# refused TEXT ERROR COMMAND...: status 2, nothing on standard output, one line that says ERROR.
refused() {
	local text=$1 wanted=$2
	shift 2
	run "$@"
	is "$text: status 2 and no output" "$status,$out" 2,
	is "$text: one line" "$(wc -l < "$TMP/stderr")" 1
	like "$text: $wanted" "$err" "^seccompat: .*$wanted"
}

# --- sim -------------------------------------------------------------------------------------------

sim --arch x86_64 "$amd64" write 1
is "a syscall by name" "$status $out" "0 ALLOW  value=0x7fff0000 executed=7 returned_at=6"
sim --arch amd64 "$amd64" 1 0x100000000
is "by number, an argument in hex, Debian's name of the architecture" "$out" \
	"ERRNO(1)  value=0x00050001 executed=7 returned_at=7"
sim --arch x86_64 "$amd64" write -1
is "a negative argument fills both halves" "${out%% *}" "ERRNO(1)"
sim --arch x86_64 "$amd64" read
is "another syscall" "$out" "KILL_PROCESS  value=0x80000000 executed=5 returned_at=8"
sim --arch x86_64 "$amd64" -1
is "a negative number" "${out%% *}" KILL_PROCESS
sim --arch s390x "$s390x" write 1
is "a big-endian filter" "${out%% *}" ALLOW
sim --arch s390x "$s390x" write 0x100000000
is "its high halves come first" "${out%% *}" "ERRNO(1)"
sim --arch i386 "$amd64" write
is "a filter for another architecture says so" "${out%% *}" KILL_PROCESS
run "$SECCOMPAT" sim --arch x86_64 - write < "$amd64"
is "standard input" "$status ${out%% *}" "0 ALLOW"

insn 0x20 0 0 8 > "$TMP/ip.bpf"
insn 0x16 0 0 0 >> "$TMP/ip.bpf"
sim --arch x86_64 --ip 0x7fff0000 "$TMP/ip.bpf" read
is "the instruction pointer" "${out%% *}" ALLOW

sim --arch x86_64 --trace "$amd64" write
is "a trace has the executed instructions, then the result" \
	"$(awk '{ print $1 }' <<< "$out" | paste -sd ' ')" "0 1 2 3 4 5 6 ALLOW"
like "and the registers after each" "$out" $'\n +3  jeq #0x1, 4, 8 +A=0x00000001 X=0x00000000\n'

if command -v jq > /dev/null; then
	sim --arch x86_64 --json --trace "$amd64" write 0xffffffffffffffff 2
	is "JSON: one object with what was asked and what came of it" \
		"$(jq -c '[.arch, .syscall, .nr, .args[0], .args[1], .args[5], .action, .data, .value,
			.executed, .returned_at, .length, .trace[6].text]' <<< "$out")" \
		'["x86_64","write",1,"0xffffffffffffffff","0x2","0x0","ERRNO",1,"0x50001",7,7,9,"ret #0x50001"]'
	sim --arch x86_64 --json "$amd64" 99999
	is "JSON: null for a number without a name, no trace unasked" \
		"$(jq -c '[.syscall, .nr, .trace]' <<< "$out")" '[null,99999,null]'
else
	skip "JSON" "jq is not installed"
fi

# --- disasm ----------------------------------------------------------------------------------------

disasm --arch x86_64 "$amd64"
is "a filter in words" "$status
$out" "0
   0  ld [4]                        A = arch
   1  jeq #0xc000003e, 2, 8         if (arch != x86_64) goto 8
   2  ld [0]                        A = nr
   3  jeq #0x1, 4, 8                if (nr != write) goto 8
   4  ld [20]                       A = args[0].high
   5  jeq #0x0, 6, 7                if (args[0].high != 0) goto 7
   6  ret #0x7fff0000               return ALLOW
   7  ret #0x50001                  return ERRNO(1)  <- 5
   8  ret #0x80000000               return KILL_PROCESS  <- 1, 3"
words=$(sed 's/\[20\]/[16]/; s/0xc000003e/0x80000016/; s/x86_64/s390x/; s/#0x1, 4/#0x4, 4/' <<< "$out" |
	tr -s ' ')
disasm --arch s390x "$s390x"
is "a big-endian one reads the same" "$(tr -s ' ' <<< "$out")" "$words"
disasm --arch i386 "$amd64"
like "names are those of the architecture the filter checks for" "$out" "nr != write"
run "$SECCOMPAT" disasm --arch x86_64 - < "$amd64"
is "standard input" "$status $(wc -l <<< "$out")" "0 9"

{
	for _ in 1 2 3 4 5; do insn 0x05 0 0 5; done
	insn 0x06 0 0 0
	insn 0x06 0 0 0
	insn 0x06 0 0 0
	insn 0x06 0 0 0
	insn 0x06 0 0 0
	insn 0x06 0 0 0
} > "$TMP/dead.bpf"
disasm --arch x86_64 "$TMP/dead.bpf"
like "lines that no path reaches" "$out" $' 1  ja 7 +goto 7  \\(never reached\\)\n'
{
	insn 0x20 0 0 0
	for i in 5 4 3 2 1; do insn 0x15 "$i" 0 "$i"; done
	insn 0x06 0 0 0
	insn 0x06 0 0 0
} > "$TMP/many.bpf"
disasm --arch x86_64 "$TMP/many.bpf"
like "a target with many sources" "$out" ' +7  ret #0x0 +return KILL_THREAD  <- 1, 2, 3 and 2 more$'

{
	insn 0x0e 0 0 0
	insn 0x06 0 0 0
} > "$TMP/bad.bpf"
disasm --arch x86_64 --force "$TMP/bad.bpf"
is "--force shows what the kernel refuses" "$status $(head -1 <<< "$out" | tr -s ' ')" \
	"0  0 .word 0x000e, 0, 0, 0x0 no instruction"
like "with a warning" "$err" "^seccompat: .*/bad.bpf: the kernel would refuse it: instruction 0 "

# --- what is refused -------------------------------------------------------------------------------

head -c 20 "$amd64" > "$TMP/odd.bpf"
head -c 16 "$amd64" > "$TMP/truncated.bpf"
head -c 32776 /dev/zero > "$TMP/long.bpf"
: > "$TMP/empty.bpf"
echo "no filter, as anybody can see at a single look." > "$TMP/text.bpf"

# each_command TEXT ERROR FILE: both commands refuse the file.
each_command() {
	refused "sim, $1" "$2" "$SECCOMPAT" sim --arch x86_64 "$3" read
	refused "disasm, $1" "$2" "$SECCOMPAT" disasm --arch x86_64 "$3"
}

each_command "an odd size" "20 bytes, no multiple of 8" "$TMP/odd.bpf"
each_command "a truncated filter" "instruction 1 .*jumps behind the last instruction" \
	"$TMP/truncated.bpf"
each_command "an empty file" "empty" "$TMP/empty.bpf"
each_command "more than 4096 instructions" "more than 4096" "$TMP/long.bpf"
each_command "a missing file" "No such file" "$TMP/none.bpf"
each_command "a directory" "Is a directory" "$TMP"
each_command "a bad opcode" "no instruction of classic BPF" "$TMP/bad.bpf"
each_command "the other byte order" "name its --arch" "$s390x"
each_command "text of a fitting size" "no instruction of classic BPF" "$TMP/text.bpf"
refused "disasm, empty standard input" "standard input: empty" \
	"$SECCOMPAT" disasm - < /dev/null
refused "disasm --force, an odd size" "no multiple of 8" "$SECCOMPAT" disasm --force "$TMP/odd.bpf"

for command in sim disasm; do
	refused "$command, an unknown architecture" "vax: .*x86_64, i386, .*mips64el$" \
		"$SECCOMPAT" "$command" --arch vax "$amd64" read
	refused "$command, an unknown option" "--frobnicate" "$SECCOMPAT" "$command" --frobnicate
	refused "$command, no file" "needed" "$SECCOMPAT" "$command"
	run "$SECCOMPAT" "$command" --help
	like "$command --help" "$status $out" "^0 usage: seccompat $command "
done
refused "disasm, two files" "needed" "$SECCOMPAT" disasm "$amd64" "$amd64"
refused "sim, no syscall" "needed" "$SECCOMPAT" sim "$amd64"
refused "sim, seven arguments" "needed" "$SECCOMPAT" sim "$amd64" read 1 2 3 4 5 6 7
refused "sim, an unknown syscall" "x86_64 has no syscall raed" \
	"$SECCOMPAT" sim --arch x86_64 "$amd64" raed
refused "sim, a syscall of another architecture" "aarch64 has no syscall open" \
	"$SECCOMPAT" sim --arch aarch64 "$amd64" open
refused "sim, a number that is none" "syscall is no number: 1x" "$SECCOMPAT" sim "$amd64" 1x
refused "sim, a number out of range" "out of range: 0x100000000" \
	"$SECCOMPAT" sim "$amd64" 0x100000000
refused "sim, an argument that is no number" "argument 2 is no number: O_RDONLY" \
	"$SECCOMPAT" sim "$amd64" 2 0 O_RDONLY
refused "sim, an argument too large" "argument 1 is out of range" \
	"$SECCOMPAT" sim "$amd64" 2 0x10000000000000000
refused "sim, an argument too large for 32 bits" "argument 1 is out of range: 0x100000000" \
	"$SECCOMPAT" sim --arch i386 "$amd64" 2 0x100000000
refused "sim, a bad --ip" "ip is no number: main" "$SECCOMPAT" sim --ip main "$amd64" 2

if [ -w /dev/full ]; then
	"$SECCOMPAT" disasm --arch x86_64 "$amd64" 2> "$TMP/stderr" > /dev/full
	is "a full disk is no success" "$?" 2
fi

done_testing
