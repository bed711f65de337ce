#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# docs/libseccomp.md says what is measured here, but for kernels in QEMU, which take minutes. And libseccomp's simulator
# (SCMP_BPF_SIM=, or in the PATH; it is in its source, and in no package) decides as ours does.
# shellcheck disable=SC2154
# shellcheck source=tests/lib.sh
. tests/lib.sh

export LC_ALL=C TMPDIR=$TMP
DOC=docs/libseccomp.md

# table FILE: the lines of its table, of places that are everywhere.
table() {
	grep '^| ' "$1" | grep -v -e '^| this machine' -e '^| QEMU'
}

if [ "$(uname -m)" != x86_64 ]; then
	skip 'libseccomp' 'the table was made on x86_64'
elif ! [ -x "$BUILD/tests/peer/libseccomp" ]; then
	skip 'libseccomp' 'libseccomp-dev is not installed'
else
	run ci/libseccomp --no-guests
	is 'it is measured' "$status$err" 0
	echo "$out" >"$TMP/table"
	if ! grep -qxF "$(head -1 "$TMP/table")" $DOC; then
		skip 'the table is as measured' "the table is of another one than $(head -1 "$TMP/table")"
	elif ! "$SECCOMPAT" as 6.1 true 2>/dev/null; then
		skip 'the table is as measured' 'this kernel has less than 6.1'
	else
		is 'the table is as measured' "$(diff <(table $DOC) <(table "$TMP/table"))" ''
		is 'of this machine, too' "$(grep '^| this machine' "$TMP/table" | cut -d '|' -f 3-)" \
			"$(grep '^| this machine' $DOC | cut -d '|' -f 3-)"
	fi
fi

# --- the simulators ------------------------------------------------------------------------------------

simulator=${SCMP_BPF_SIM:-$(command -v scmp_bpf_sim)}
peers=$BUILD/tests/peer

# A simulator that takes everything for granted: what the comparison must notice.
cat >"$TMP/allows" <<'EOF'
#!/bin/sh
echo ALLOW
EOF
chmod +x "$TMP/allows"

if ! [ -x "$peers/sim" ] || ! [ -x "$peers/export" ]; then
	skip 'the simulators' 'libseccomp-dev is not installed'
	done_testing
fi
printf '%s\n' read write close getpid clone3 openat nonsense | tee "$TMP/names" | "$peers/export" >"$TMP/list.bpf"
"$peers/export" 2 <"$TMP/names" >"$TMP/tree.bpf"
run "$peers/sim" "$TMP/allows" 40 "$TMP/list.bpf" "$TMP/tree.bpf"
is 'a simulator that is wrong is found out' "$status" 1
like 'with what it said' "$out" ', call [0-9]+: .*/allows says ALLOW, and we KILL_PROCESS'
run "$peers/sim" "$TMP/none" 40 "$TMP/list.bpf"
is 'one that is not there says nothing' "$status,$(cut -f 2 <<<"${out##*$'\n'}")" 1,40
head -c 12 "$TMP/list.bpf" >"$TMP/half.bpf"
run "$peers/sim" "$TMP/allows" 40 "$TMP/half.bpf"
is 'what is no filter: status 2' "$status,$out" 2,
if [ -z "$simulator" ]; then
	skip 'the simulators agree' 'there is no scmp_bpf_sim'
	skip 'ours is 1,000 times as fast' 'there is no scmp_bpf_sim'
else
	run "$peers/sim" "$simulator" 400 "$TMP/list.bpf" "$TMP/tree.bpf"
	is 'the simulators agree' "$status" 0
	[ "$status" = 0 ] || printf '%s\n' "$out" "$err" | sed 's/^/#   /'
	read -r _ _ theirs ours <<<"$out"
	ok "ours is 1,000 times as fast: $ours verdicts a second, theirs $theirs, a process each" test "$ours" -gt $((1000 * theirs))
fi
done_testing
