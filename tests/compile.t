#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# seccompat compile: what a policy says is what the filter does, in every form of output, for one
# architecture and several; what is no policy is told with its place, and no file is touched.
# COMPILE_LISTS=10000 gives tests/unit/compile that many random lists.
# shellcheck disable=SC2154
# shellcheck source=tests/lib.sh
. tests/lib.sh

P=$TMP/p
F=$TMP/p.bpf

# compile TEXT ARGUMENT...: a policy of that text, for x86_64 unless --arch says other.
compile() {
	printf '%b' "$1" >"$P"
	shift
	run "$SECCOMPAT" compile --arch x86_64 --output "$F" "$@" "$P"
}

# verdict ARCH SYSCALL [ARGUMENT...]: the action alone.
verdict() {
	local arch=$1
	shift
	"$SECCOMPAT" sim --arch "$arch" "$F" "$@" 2>&1 | sed 's/  .*//'
}

# decides TEXT WANTED ARCH SYSCALL [ARGUMENT...]
decides() {
	local text=$1 wanted=$2
	shift 2
	is "$text" "$(verdict "$@")" "$wanted"
}

# wrong TEXT POLICY ERROR [ARGUMENT...]: an error of that form, status 2, and the file is as it was.
wrong() {
	local text=$1 policy=$2 error=$3
	shift 3
	echo good >"$F"
	compile "$policy" "$@"
	like "$text" "$status $err" "^2 seccompat: $error"
	is "$text: the old file is as it was" "$(<"$F")$(ls "$F".* 2>/dev/null)" good
}

# --- what a policy says ----------------------------------------------------------------------------

compile 'read: 1\nwrite: allow # both\nclose: return EBADF\nfutex: log\nfork: trap\nvfork: trace\n\nkill: kill-thread\nbpf: user-notify\n'
is "a policy is compiled" "$status" 0
decides "1" ALLOW x86_64 read
decides "allow, and a comment" ALLOW x86_64 write
decides "return" "ERRNO(9)" x86_64 close
decides "log" LOG x86_64 futex
decides "trap" "TRAP(0)" x86_64 fork
decides "trace" "TRACE(0)" x86_64 vfork
decides "kill-thread" KILL_THREAD x86_64 kill
decides "user-notify" USER_NOTIF x86_64 bpf
decides "what is not named" KILL_PROCESS x86_64 open
decides "a number without a name" KILL_PROCESS x86_64 9999
decides "another architecture" KILL_PROCESS i386 read
decides "x32 is one" KILL_PROCESS x32 read
like "what it costs is told" "$err" '^for x86_64: [0-9]+ instructions .* executed on average.* calls compared$'
unlike "a mix only if there is one" "$err" "the mix"

compile '@default return ENOSYS\nioctl: arg1 == 0x5401 || arg1 & 0x10\nmmap: arg2 in ~PROT_EXEC\nclone: arg0 & (CLONE_VM|CLONE_FS) && \\\n  arg1 != 0; return EPERM\nlseek: arg1 < -5\n{getpid, gettid}: 1\n'
decides "==" ALLOW x86_64 ioctl 0 0x5401
decides "&" ALLOW x86_64 ioctl 0 0xffff
decides "neither: @default" "ERRNO(38)" x86_64 ioctl 0 0x5402
decides "the high half counts" "ERRNO(38)" x86_64 ioctl 0 0x100005401
decides "in" ALLOW x86_64 mmap 0 0 3
decides "not in" "ERRNO(38)" x86_64 mmap 0 0 4
decides "&& over two lines" ALLOW x86_64 clone 0x100 1
decides "the first of two fails" "ERRNO(1)" x86_64 clone 0x400 1
decides "the second of two fails" "ERRNO(1)" x86_64 clone 0x100 0
decides "negative numbers have 64 bits" ALLOW x86_64 lseek 0 0xfffffffffffffffa
decides "and a boundary" "ERRNO(38)" x86_64 lseek 0 0xfffffffffffffffb
decides "several names in one line" ALLOW x86_64 gettid

compile 'openat: arg0 == AT_FDCWD\n' --arch i386
decides "with 32 bits" ALLOW i386 openat 0xffffff9c
decides "a constant is cut to them" KILL_PROCESS i386 openat 0xffffff9d
compile 'write: arg0 == 0x100000002; return EBADF\nread: return ENOSYS\n' --arch s390x
decides "big endian" ALLOW s390x write 0x100000002
decides "big endian, the halves are not mixed up" "ERRNO(9)" s390x write 0x200000001
compile 'read: return ENOSYS\n' --arch mips64el
decides "mips has its own errnos" "ERRNO(89)" mips64el read

compile 'read: arg0 == 0o17 || \\\r\n arg0 == 017\r\nwrite: arg0 == (1 | ~0xff) \r\n'
decides "lines that end in CR LF, octal numbers" ALLOW x86_64 read 15
decides "parentheses and a complement" ALLOW x86_64 write 0xffffffffffffff01
compile '@default kill\n{read, write[arch=x32]}: 1\nclose[arch=i386,x86_64]: 1\nmmap2: 1\n' --arch x86_64,i386,x32 --bad-arch 'return EPERM'
decides "x86_64 of three" ALLOW x86_64 read
decides "i386" ALLOW i386 read
decides "x32" ALLOW x32 read
decides "[arch=x32] there" ALLOW x32 write
decides "and nowhere else" KILL_PROCESS i386 write
decides "[arch=] with two" ALLOW i386 close
decides "not in the third" KILL_PROCESS x32 close
decides "a name that one of them has" ALLOW i386 mmap2
decides "--bad-arch" "ERRNO(1)" aarch64 read
compile 'read[arch=i386]: 1\nread[arch=x86_64]: return EPERM\n' --arch x86_64,i386
decides "a line for each architecture" "ERRNO(1)" x86_64 read
decides "and the other's" ALLOW i386 read
compile '@bad-arch return EACCES\nread: 1\n'
decides "@bad-arch" "ERRNO(13)" aarch64 read
compile '@bad-arch return EACCES\nread: 1\n' --bad-arch trap
decides "--bad-arch says more" "TRAP(0)" aarch64 read
compile '@default allow\n'
is "a list of nothing" "$status $(verdict x86_64 read)" "0 ALLOW"
unlike "has no average" "$err" "on average"
compile 'read: kill\n' --default allow
decides "--default" ALLOW x86_64 write
decides "of a list of what is denied x32 is no way out" KILL_PROCESS x32 write
decides "a call that a tracer took away is nobody's" ALLOW x86_64 -1

mkdir "$TMP/d"
printf 'write: 1\n' >"$TMP/d/inner"
printf 'read: 100\nopen: 1\n' >"$TMP/d/often"
compile 'read: 1\n@include d/inner\n@frequency ./d/often\n'
decides "@include, beside the file" ALLOW x86_64 write
like "@frequency is a mix" "$err" "executed on average, the mix: "
run "$SECCOMPAT" compile --arch x86_64 -q --output "$F" - <<<'read: 1'
is "standard input, and --quiet" "$status$err" 0
decides "it was read" ALLOW x86_64 read
run "$SECCOMPAT" compile --arch x86_64 - <<<"read: $(for i in {1..1500}; do echo -n "arg$((i % 6)) == $i || "; done)arg0 == 0"
like "of which errors say so" "$err" '^seccompat: standard input: [0-9]+ instructions'

for arch in $(arch/field --list); do
	run "$SECCOMPAT" compile --arch "$arch" -o "$F" examples/policy/step-5.policy
	is "the example, for $arch" "$status $(verdict "$arch" write 2) $(verdict "$arch" write 3) $(verdict "$arch" ioctl 3)" "0 ALLOW KILL_PROCESS ERRNO(25)"
done

# --- weights ---------------------------------------------------------------------------------------

cat >"$TMP/mix" <<'EOF'
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 90.00    1.709650       17996       900        45 write
 10.00    0.039305          24       100           statx
------ ----------- ----------- --------- --------- ----------------
100.00    2.110367          65      1000        45 total
EOF
# executed SYSCALL: how many instructions it takes.
executed() {
	"$SECCOMPAT" sim --arch x86_64 "$F" "$1" | sed 's/.*executed=\([0-9]*\).*/\1/'
}

policy=$(sed -n 's/^\([a-z][a-z_0-9]*\)\t[0-9]*[13579]\t.*/\1: 1\\n/p' arch/syscalls.tsv | tr -d '\n')
compile "$policy"
plain=$(executed write)
compile "$policy" --mix "$TMP/mix"
mixed=$(executed write)
is "what is called most is found first ($mixed instructions, $plain without a mix)" "$mixed" 5
sed 's/ 900 / 0 /; s/ 100 / 1 /' "$TMP/mix" >"$TMP/mix2"
cat "$TMP/mix" "$TMP/mix2" >"$TMP/mix3"
compile "$policy" --mix "$TMP/mix3"
is "tables one behind the other are added" "$(executed write)" 5
like "the mix's cost is told" "$err" "the mix: [0-9.]+, of them"
printf '\n1 2 3\n' >"$TMP/none"
run "$SECCOMPAT" compile --mix "$TMP/none" "$P"
like "what is no mix" "$status $err" '^2 seccompat: .*/none:2: neither a line of .strace -c. nor "name: count"'
: >"$TMP/none"
printf 'raed: 100\n' >"$TMP/misspelt"
run "$SECCOMPAT" compile --mix "$TMP/misspelt" "$P"
like "a mix of what is no syscall" "$status $err" '^2 seccompat: .*/misspelt:1: raed is no syscall of any architecture; did you mean read'
printf 'read: 100\n\0' >"$TMP/nul"
run "$SECCOMPAT" compile --mix "$TMP/nul" "$P"
like "a mix that is no text" "$status $err" '^2 seccompat: .*/nul: it has a NUL in it'
{
	printf '@include '
	printf 'x%.0s' {1..600}
	echo
} >"$TMP/long"
run "$SECCOMPAT" compile "$TMP/long"
like "the name of a file that is too long" "$status $err" '^2 seccompat: .*/long:1:1: the name behind @include is too long'
run "$SECCOMPAT" compile --mix "$TMP/none" "$P"
like "an empty mix" "$status $err" "^2 seccompat: .*/none: no counts of syscalls"

# --- output ----------------------------------------------------------------------------------------

compile 'read: 1\n' --format disasm
is "disasm is what disasm shows" "$(<"$F")" "$("$SECCOMPAT" compile --arch x86_64 -q "$P" | "$SECCOMPAT" disasm --arch x86_64 -)"
if command -v gcc >/dev/null; then
	compile 'read: 1\nwrite: arg0 == 1\n' --format c
	{
		cat "$F"
		echo '#include <unistd.h>'
		echo 'int main(void) { return write(1, seccomp_filter, sizeof(seccomp_filter)) < 0; }'
	} >"$TMP/a.c"
	ok "the C array compiles" gcc -Wall -Wextra -Werror -o "$TMP/a" "$TMP/a.c"
	compile 'read: 1\nwrite: arg0 == 1\n'
	ok "and is the raw filter" cmp <("$TMP/a") "$F"
else
	skip "the C array" "there is no gcc"
fi
printf 'read: 1\n' >"$P"
run "$SECCOMPAT" compile -o "$TMP/no/such" "$P"
like "a folder that is not there" "$status $err" "^2 seccompat: .*/no/such: cannot be written"
if [ -w /dev/full ]; then
	run "$SECCOMPAT" compile -o /dev/full "$P"
	is "a full disk is no success" "$status" 2
fi

# --- OCI profiles ----------------------------------------------------------------------------------

# profile ENTRIES: a profile in JSON.
profile() {
	printf '{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,"syscalls":[%s]}' "$1"
}

compile "$(profile '{"names":["read"],"action":"SCMP_ACT_ALLOW"}')"
if [[ $err =~ 'has no JSON reader' ]]; then
	skip "OCI profiles" "this build has no JSON reader"
else
	json=yes
	decides "an entry" ALLOW x86_64 read
	decides "defaultErrnoRet" "ERRNO(38)" x86_64 write
	compile "$(profile '{"names":["read"],"action":"SCMP_ACT_ALLOW","args":[
		{"index":0,"value":6,"valueTwo":2,"op":"SCMP_CMP_MASKED_EQ"},{"index":1,"value":9,"op":"SCMP_CMP_LT"}]},
		{"names":["write"],"action":"SCMP_ACT_ALLOW","args":[
		{"index":0,"value":1,"op":"SCMP_CMP_EQ"},{"index":0,"value":2,"op":"SCMP_CMP_EQ"}]},
		{"names":["close"],"action":"SCMP_ACT_ERRNO","args":[{"index":0,"value":1,"op":"SCMP_CMP_EQ"}]},
		{"names":["close"],"action":"SCMP_ACT_ALLOW","args":null},
		{"name":"open","action":"SCMP_ACT_ERRNO"},{"names":["open"],"action":"SCMP_ACT_ALLOW"},
		{"names":["bpf"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_BPF"]}},
		{"names":["bpf"],"action":"SCMP_ACT_LOG","excludes":{"caps":["CAP_BPF"]}},
		{"names":["mmap","munmap"],"action":"SCMP_ACT_ALLOW","includes":{"arches":["arm64"]}},
		{"names":["ptrace"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":"4.8"}}')"
	decides "MASKED_EQ and a second argument" ALLOW x86_64 read 0xffa 8
	decides "the bits differ" "ERRNO(38)" x86_64 read 6 8
	decides "the second differs" "ERRNO(38)" x86_64 read 2 9
	decides "two of one argument are alternatives" ALLOW x86_64 write 2
	decides "none of them" "ERRNO(38)" x86_64 write 3
	decides "an entry without arguments decides alone" ALLOW x86_64 close 1
	decides "of two such the first, without errnoRet it is EPERM, and a \"name\" is one" "ERRNO(1)" x86_64 open
	decides "without a capability" LOG x86_64 bpf
	decides "for other architectures" "ERRNO(38)" x86_64 mmap
	decides "minKernel" ALLOW x86_64 ptrace
	run "$SECCOMPAT" compile --arch x86_64 --cap CAP_BPF --kernel 4.7.9 -o "$F" "$P"
	decides "--cap" ALLOW x86_64 bpf
	decides "--kernel" "ERRNO(38)" x86_64 ptrace
	for kernel in 4.8 4.10 5 6.1.2; do
		run "$SECCOMPAT" compile --arch x86_64 --kernel $kernel -o "$F" "$P"
		decides "--kernel $kernel" ALLOW x86_64 ptrace
	done
	compile "$(profile '{"names":["read"],"action":"SCMP_ACT_ALLOW"}' |
		sed 's/{/{"archMap":[{"architecture":"SCMP_ARCH_X86_64","subArchitectures":["SCMP_ARCH_X86"]},{"architecture":"SCMP_ARCH_AARCH64","subArchitectures":["SCMP_ARCH_ARM"]}],/')"
	decides "--arch is all there is" KILL_PROCESS i386 read
	if [ "$(uname -m)" = x86_64 ]; then
		run "$SECCOMPAT" compile -o "$F" "$P"
		decides "without it the profile's own are taken along" ALLOW i386 read
		decides "but none of others" KILL_PROCESS arm read
	fi

	wrong "JSON that is cut off" '{"defaultAction":\n "SCMP' '.*/p:2:[0-9]+: no JSON: '
	wrong "a key twice" '{"defaultAction":"SCMP_ACT_KILL","defaultAction":"SCMP_ACT_ALLOW"}' '.*: no JSON: duplicate'
	wrong "no profile" '[]' '.*/p: an OCI profile is an object'
	wrong "no default" '{}' '.*/p: "defaultAction" is missing'
	wrong "a default of another type" '{"defaultAction":[1]}' '.*/p: "defaultAction" is no string'
	wrong "an action that is none" '{"defaultAction":"allow"}' '.*/p: "allow" is no action'
	wrong "syscalls of another type" '{"defaultAction":"SCMP_ACT_KILL","syscalls":{}}' '.*/p: "syscalls" is no array'
	wrong "architectures of another type" '{"defaultAction":"SCMP_ACT_KILL","architectures":[1]}' '.*"architectures"\[0\] is no string'
	wrong "an archMap of another type" '{"defaultAction":"SCMP_ACT_KILL","archMap":[1]}' '.*"archMap"\[0\] is no object'
	wrong "an entry of another type" "$(profile 5)" '.*/p: syscalls\[0\]: no object'
	wrong "names of another type" "$(profile '{"names":"read","action":"SCMP_ACT_ALLOW"}')" '.*syscalls\[0\]: "names" is no array'
	wrong "a name of another type" "$(profile '{"names":[{}],"action":"SCMP_ACT_ALLOW"}')" '.*: "names"\[0\] is no string'
	wrong "no names" "$(profile '{"action":"SCMP_ACT_ALLOW"}')" '.*: no "names"'
	wrong "an unknown name" "$(profile '{"names":["raed"],"action":"SCMP_ACT_ALLOW"}')" '.*syscalls\[0\]: raed: no such syscall; did you mean read\?'
	wrong "an errno past the last" "$(profile '{"names":["read"],"action":"SCMP_ACT_ERRNO","errnoRet":4096}')" '.*"errnoRet" is more than 4095'
	for args in '5:"args" is no array' '[5]:an entry that is no object' \
		'[{"index":6,"op":"SCMP_CMP_EQ"}]:"index" is 6' '[{"index":0,"op":"=="}]:"==" is no comparison' \
		'[{"index":0}]:no comparison' '[{"index":0,"value":-1,"op":"SCMP_CMP_EQ"}]:no whole number' \
		'[{"index":0,"value":1.5,"op":"SCMP_CMP_EQ"}]:no whole number' '[{"index":"0","op":"SCMP_CMP_EQ"}]:no whole number'; do
		wrong "args ${args%:*}" "$(profile "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":${args%:*}}")" ".*: .*${args##*:}"
	done
	wrong "includes of another type" "$(profile '{"names":["read"],"action":"SCMP_ACT_ALLOW","includes":5}')" '.*"includes" is no object'
	wrong "JSON that is nested too deep" "{\"defaultAction\":$(printf '[%.0s' {1..5000})" '.*: no JSON: '
fi

# --- what is wrong in a text -----------------------------------------------------------------------

wrong "an empty file" '' '.*/p: empty'
wrong "an unknown syscall" 'read: 1\n  raed: 1\n' '.*/p:2:3: raed: no such syscall; did you mean read\?'
wrong "a syscall twice" 'read: 1\nread: 1\n' '.*/p:2:1: read has a line already'
wrong "twice in one line" '{read, read}: 1\n' '.*/p:1:8: read has a line already'
wrong "no action" 'read: maybe\n' '.*/p:1:7: maybe is no action; there are: 1, allow, '
wrong "no colon" 'read 1\n' '.*/p:1:6: ":" is wanted'
wrong "a seventh argument" 'read: arg6 == 1\n' '.*/p:1:7: arg6: a syscall has arguments arg0 to arg5'
wrong "no comparison" 'read: arg0 = 1\n' '.*/p:1:12: .* is wanted here, not ='
wrong "an unknown constant" 'mmap: arg2 == PROT_EXECC\n' '.*/p:1:15: PROT_EXECC: no such constant; did you mean PROT_EXEC\?'
wrong "a constant that differs between architectures" 'open: arg1 == O_CREAT\n' '.*/p:1:15: O_CREAT: no such constant.*write the number'
wrong "no number" 'read: arg0 == 0x1g\n' '.*/p:1:15: 0x1g is no number'
wrong "too large a number" 'read: arg0 == 0x10000000000000000\n' '.*/p:1:15: .* does not fit into 64 bits'
wrong "an unknown errno" 'read: return EFOO\n' '.*/p:1:14: EFOO is no errno'
wrong "too large an errno" 'read: return 4096\n' '.*/p:1:14: 4096 is no errno'
wrong "more than a line holds" 'read: 1 1\n' '.*/p:1:9: nothing more is wanted'
wrong "the end too soon" 'read: arg0 ==' '.*/p:1:14: .*the end of the file'
wrong "an error in a line that is continued" 'read: arg0 == 1 || \\\n arg9 == 1\n' '.*/p:2:2: arg9'
wrong "an unknown directive" '@deny\n' '.*/p:1:1: @deny is not known'
wrong "an unknown architecture" 'read[arch=vax]: 1\n' '.*/p:1:11: vax is no architecture'
wrong "what is no architecture's" 'read[os=linux]: 1\n' '.*/p:1:6: "arch" is wanted here, not os'
wrong "a brace that is not closed" '{read, write: 1\n' '.*/p:1:13: "}" is wanted here, not :'
wrong "a name that is none" '{read, 5}: 1\n' '.*/p:1:8: the name of a syscall is wanted here, not 5'
wrong "a directive without its file" '@include\n' '.*/p:1:1: a file is wanted behind @include'
wrong "a frequency that is not there" '@frequency none-such\n' '.*/none-such: cannot be read'
wrong "a sign that is none" 'read: ^1\n' ".*/p:1:7: '.' has no meaning here"
wrong "an endless word" "$(printf 'a%.0s' {1..100}): 1\\n" '.*/p:1:1: a word of 100 letters'
wrong "a byte that is no text" 'read: \001\n' '.*/p:1:7: the byte 0x01 is no text'
wrong "deep parentheses" "read: arg0 == $(printf '(%.0s' {1..1000})1\n" '.*/p:1:[0-9]+: more than 32 levels'
wrong "a file that is not there" '@include none-such\n' '.*/none-such: cannot be read: No such file'
like "and where it is included" "$err" '/p:1:1: .*/none-such is included here'
wrong "a file that includes itself" 'read: 1\n@include p\n' '.*/p:2:1: .*/p includes itself'
printf '@include q\n' >"$TMP/r"
printf '@include r\n' >"$TMP/q"
wrong "files that include each other" '@include q\n' '.*/r:1:1: .*/q includes itself'
for i in {1..12}; do
	printf '@include i%s\n@include i%s\n' $((i + 1)) $((i + 1)) >"$TMP/i$i"
done
: >"$TMP/i13"
wrong "a thousand files" '@include i1\n' '.*/i[0-9]*:[12]:1: more than 32 files deep, or more than 1000'
wrong "what does not fit" "read: $(for i in {1..1500}; do echo -n "arg$((i % 6)) == $i || "; done)arg0 == 0\n" \
	'.*/p: [0-9]{4} instructions at least, and 4096 is the most'
head -c 70000000 /dev/zero >"$TMP/huge"
run timeout 60 "$SECCOMPAT" compile "$TMP/huge"
like "a huge file" "$status $err" '^2 seccompat: .*/huge: too big'
rm "$TMP/huge"

compile 'raed: 1\nread: 1\nraed: 1\nwirte: 1\n' --allow-unknown
is "--allow-unknown compiles" "$status" 0
like "and lists what it left out, once each" "$err" $'left out, no syscall of any architecture \\(2\\): raed wirte\n'
decides "the rest is there" ALLOW x86_64 read

# --- options ---------------------------------------------------------------------------------------

printf 'read: 1\n' >"$P"
refused() {
	local text=$1 error=$2
	shift 2
	run "$SECCOMPAT" compile "$@"
	like "$text" "$status $out$err" "^2 seccompat: compile: .*$error"
}
run "$SECCOMPAT" compile --arch vax "$P"
like "an unknown --arch" "$status $err" "^2 seccompat: --arch vax: not known; .*x86_64"
refused "one twice" "--arch i386: named twice" --arch i386,i386 "$P"
refused "two byte orders" "--arch s390x: its byte order" --arch x86_64,s390x "$P"
refused "no --arch at all" "--arch .*wanted" --arch '' "$P"
refused "an unknown --format" "--format elf: raw, c or disasm" --format elf "$P"
refused "an unknown action" "--default maybe: no action" --default maybe "$P"
refused "an unknown errno" "--bad-arch return EFOO: no action" --bad-arch 'return EFOO' "$P"
refused "no capability" "--cap admin: " --cap admin "$P"
refused "no version" "--kernel new: " --kernel new "$P"
refused "no POLICY" "one POLICY is needed"
refused "two" "one POLICY is needed" "$P" "$P"
refused "an unknown option" "frobnicate" --frobnicate "$P"
run "$SECCOMPAT" compile --help
like "--help" "$status $out" "^0 usage: seccompat compile "

# --- real lists ------------------------------------------------------------------------------------

# cost POLICY [ARGUMENT...]: instructions, and those executed on average: by the mix, if there is one.
cost() {
	run "$SECCOMPAT" compile --arch x86_64 --allow-unknown -o "$F" "${@:2}" "$1"
	sed -n 's/^for .*: \([0-9]*\) instructions.*/\1/p; s/^  executed.*: \([0-9.]*\),.*/\1/p' <<<"$err" | sed -n '1p; $p' | paste -sd ' '
}

# at_most TEXT "GOT GOT" WANTED WANTED
at_most() {
	if awk -v got="$2" -v insns="$3" -v executed="$4" \
		'BEGIN { exit !(split(got, g, " ") == 2 && g[1] <= insns && g[2] <= executed) }'; then
		pass "$1: $2"
	else
		fail "$1" "got:     $2" "at most: $3 $4" "$err"
	fi
}

# is_of_debian_12 FILE: the figures are those of the lists there (systemd 252, containers-common).
is_of_debian_12() {
	case $(sed 's/: 1$//' "$TMP/$1" | md5sum) in
	bd6172d3f84df54d54a275910d6503e0* | 0f4f2f3ab599ed23c139be3175a36583*) return 0 ;;
	*) return 1 ;;
	esac
}

if systemd_set @system-service >"$TMP/names" 2>/dev/null && [ -s "$TMP/names" ]; then
	sort -u "$TMP/names" | sed 's/$/: 1/' >"$TMP/system-service"
	unlike "systemd's @system-service" "$(cost "$TMP/system-service")" '^$'
	if is_of_debian_12 system-service; then
		at_most "systemd's @system-service costs" "$(cost "$TMP/system-service")" 59 8.3
		at_most "with a real mix" "$(cost "$TMP/system-service" --mix tests/mix.txt)" 59 6.9
	else
		skip "what systemd's @system-service costs" "it is another list than Debian 12's"
	fi
else
	skip "systemd's @system-service" "there is no systemd-analyze, or it does not know that"
fi
if [ -r $DOCKER_PROFILE ] && command -v jq >/dev/null; then
	docker_set | sort -u | sed 's/$/: 1/' >"$TMP/docker"
	unlike "Docker's default profile, what it allows without conditions" "$(cost "$TMP/docker")" '^$'
	if is_of_debian_12 docker; then
		at_most "it costs" "$(cost "$TMP/docker")" 61 8.3
		at_most "with a real mix" "$(cost "$TMP/docker" --mix tests/mix.txt)" 61 6.9
		at_most "with x32 beside it" "$(cost "$TMP/docker" --mix tests/mix.txt --arch x86_64,x32)" 130 6.74
	else
		skip "what Docker's default profile costs" "it is another list than Debian 12's"
	fi
	if [ -n "${json:-}" ]; then
		unlike "and the whole of it" "$(cost $DOCKER_PROFILE)" '^$'
		decides "with what it says of arguments" "ERRNO(22)" x86_64 socket 16 1 9
	fi
else
	skip "Docker's default profile" "$DOCKER_PROFILE or jq is not here"
fi

done_testing
