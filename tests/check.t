#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# seccompat check: outcomes told apart, exit codes, KTAP and JSON, nothing left behind.
. tests/lib.sh

faulty=$BUILD/tests/faulty/seccompat
arch=$("$SECCOMPAT" --version | sed 's/.* for //')

# outcome NAME: the word of a case in $TMP/faulty.json
outcome() {
	jq -r --arg name "$arch.$1" '.tests[] | select(.name == $name) | .result' "$TMP/faulty.json"
}

message() {
	jq -r --arg name "$arch.$1" '.tests[] | select(.name == $name) | .message' "$TMP/faulty.json"
}

# processes NAME: how many of that name there are
processes() {
	pgrep -c -x "$1"
}

if [ -x "$faulty" ]; then
	run "$faulty" check --json "$TMP/faulty.json" faulty deadly
	is "a run in which a test broke exits 2" "$status" 2
	for row in passes/seccomp:pass passes/prctl:pass fails_expect:fail fails_assert:fail \
		fails_by_sigsys:fail fails_in_a_thread:pass fails_in_a_thread/thread:fail \
		killed_alone:fail killed_alone/thread:fail broke_unless:broke crashes:broke skips:broke \
		skips_after_failure:broke hangs:fail needs_an_option:skip; do
		is "faulty.${row%:*} is ${row#*:}" "$(outcome "faulty.${row%:*}")" "${row#*:}"
	done
	for row in before:pass leaves_a_process:pass kills_the_family:broke after:broke; do
		is "deadly.${row%:*} is ${row#*:}" "$(outcome "deadly.${row%:*}")" "${row#*:}"
	done
	like "a failure says what was expected" "$(message faulty.fails_expect)" 'Expected 1 \(1\) == 2 \(2\)'
	unlike "an assertion ends the test" "$(message faulty.fails_assert)" '6'
	unlike "nor does it go on in a thread" "$(message faulty.fails_in_a_thread/thread)" 'it went on'
	like "a skip names the feature and its version" "$(message faulty.needs_an_option)" \
		'proc_cache \(mainline since 5.11\)'
	like "a hang is said so" "$(message faulty.hangs)" 'did not end within its bound'
	like "what was not reached says why" "$(message deadly.after)" 'killed by SIGKILL'
	is "a process left behind is the toolkit's fault" "$(outcome aftermath.no_process_left)" broke
	like "and is named" "$(message aftermath.no_process_left)" '^leaves_a_proces'
	is "and ended" "$(processes leaves_a_proces)" 0
	like "a feature whose covering test fails is broken" "$out" 'broken +1 act_errno'
	is "and so is its line in the JSON" \
		"$(jq -r '.features[] | select(.id == "act_errno") | .verdict' "$TMP/faulty.json")" broken
	is "tests stand in the order of their file" \
		"$(jq -r '[.tests[].name | select(test("deadly"))] | map(sub(".*deadly."; "")) | join(" ")' \
			"$TMP/faulty.json")" "before leaves_a_process kills_the_family after"

	run "$faulty" check "$arch.faulty.fails_expect"
	is "a failure exits 1" "$status" 1
	run "$faulty" check "$arch.faulty.passes"
	is "a pass exits 0" "$status" 0
	run "$faulty" check "$arch.faulty.needs_an_option"
	is "nothing but skips exits 4" "$status" 4
	run "$faulty" check 'x*.faulty.passes/[p]rctl'
	like "a glob picks one variant" "$out" "1\.\.1
  ok 1 passes/prctl"
	run "$faulty" check 'x*.faulty.*/thread'
	is "or all of one" "$(grep -c '^  [no].*/thread$' <<<"$out") $(grep -c '^  .*/\(prctl\|seccomp\)' <<<"$out")" '2 0'
	run "$faulty" check '!faulty' '!deadly'
	unlike "!PATTERN leaves out" "$out" ' (faulty|deadly)\.'
	run "$faulty" check faulty '!x*.faulty.[!p]*' '!/seccomp'
	like "and from what another PATTERN chose" "$out" "1\.\.1
  ok 1 passes/prctl"

	run "$faulty" check --fail-fast --jobs 1 --json "$TMP/faulty.json" faulty deadly
	is "--fail-fast: what failed first decides" "$status" 1
	is "what ran before it has its result" "$(outcome faulty.passes/seccomp)" pass
	is "it is told" "$(outcome faulty.fails_expect)" fail
	for row in faulty.fails_assert faulty.hangs faulty.passes/prctl deadly.before; do
		is "$row does not run" "$(outcome $row)" skip
		is "and says why" "$(message $row)" "not run, as $arch.faulty.fails_expect failed"
	done
	is "KTAP's plan holds" "$(sed -n 's/^1\.\.//p' <<<"$out")" "$(grep -cE '^(not )?ok ' <<<"$out")"
	is "nothing but the failure is wrong" "$(grep -c '^  not ok' <<<"$out")" 1
	run "$faulty" check --fail-fast deadly
	is "--fail-fast: a test that breaks stops it too" "$status$(grep -c '# SKIP not run' <<<"$out")" 21

	# Interrupted in the middle of a hanging test. What a shell puts behind ignores SIGINT.
	env --default-signal=INT "$faulty" check --json "$TMP/never.json" faulty.hangs >"$TMP/out" 2>&1 &
	pid=$!
	until [ "$(processes hangs)" -ge 1 ] || ! kill -0 $pid; do :; done
	kill -INT $pid
	wait $pid
	is "SIGINT ends it with SIGINT" $? 130
	is "and its processes" "$(processes hangs)" 0
	like "and says so" "$(cat "$TMP/out")" 'Bail out! interrupted by SIGINT'
	is "no result file is left, nor a part of one" "$(echo "$TMP"/never.json*)" "$TMP/never.json*"
else
	skip "families that go wrong" "built without the harness's headers"
fi

run "$SECCOMPAT" check --json "$TMP/check.json"
like "the real run ends with 0 or with 1" "$status" '^[01]$'
is "KTAP's plan holds" "$(sed -n 's/^1\.\.//p' <<<"$out")" "$(grep -cE '^(not )?ok ' <<<"$out")"
is "no test broke" "$(jq -c '[.tests[] | select(.result == "broke")]' "$TMP/check.json")" "[]"
is "every result of the JSON is one of four words" \
	"$(jq -r '[.tests[].result] | unique - ["pass", "fail", "skip", "broke"] | length' "$TMP/check.json")" 0
is "as many results as nested points" "$(jq '.tests | length' "$TMP/check.json")" \
	"$(grep -cE '^  (not )?ok ' <<<"$out")"
for key in release version machine build_id cmdline lsms mitigations page_size cpus; do
	is "the JSON has kernel.$key" "$(jq --arg key $key '.kernel | has($key)' "$TMP/check.json")" true
done
is "and the tool's commit" "$(jq -r '.tool.commit != null' "$TMP/check.json")" true

# Readers of others. What they count is what we printed.
printf '%s\n' "$out" >"$TMP/check.ktap"
like "prove reads it" "$(prove -e cat "$TMP/check.ktap" 2>&1)" \
	"Tests=$(sed -n 's/^1\.\.//p' "$TMP/check.ktap"),"
kunit=$(dirname "$BUILD")/kselftest
if [ -e "$kunit/kunit_parser.py" ]; then
	like "the kernel's own parser reads it" "$(python3 tests/ktap-totals.py "$kunit" "$TMP/check.ktap")" \
		"^$(grep -cE '^  (not )?ok ' "$TMP/check.ktap") tests, 0 errors"
else
	skip "the kernel's own parser reads it" "not extracted: KSELFTEST= names another tree"
fi

run "$SECCOMPAT" check --list
is "--list exits 0" "$status" 0
like "and shows names, needs and covers" "$out" "$arch\.modes\.[a-z_/]+
    [A-Z].*
    needs [a-z_]+ \([0-9.]+\).*
    covers "

# Each variant differs from the first in one thing, and each of them is there.
is "variants have a word each" "$(sed -n 's,^[a-z].*/,,p' <<<"$out" | sort -u | grep -vx -e jit -e interpreter | xargs)" \
	"cap deep prctl reporter seccomp thread"
is "and no more" "$(grep -c '^[a-z].*/.*/' <<<"$out")" 0
is "but in the quick selection" "$("$SECCOMPAT" check --quick --list | sed -n 's,^[a-z].*/,,p' | sort -u)" seccomp

# declared KEY FILE: what the tests of a result declare that are not slow, but for the twin's
declared() {
	jq -c --arg key "$1" --arg abi "$arch." '[.tests[] | select(.slow == false and (.name | startswith($abi))) | .[$key][]] | unique' "$2"
}
run "$SECCOMPAT" check --quick --json "$TMP/quick.json"
like "--quick ends as the whole does" "$status" '^[01]$'
is "no test broke" "$(jq -c '[.tests[] | select(.result == "broke")]' "$TMP/quick.json")" "[]"
is "none is slow" "$(jq -c '[.tests[] | select(.slow)]' "$TMP/quick.json")" "[]"
for key in behaviours covers fixes; do
	is "it declares all $key that the whole does, but for slow tests" \
		"$(declared $key "$TMP/quick.json" | md5sum) $(($(declared $key "$TMP/quick.json" | jq length) > 20))" \
		"$(declared $key "$TMP/check.json" | md5sum) 1"
done
is "with no more than half of the tests" \
	"$(($(jq '[.tests[] | select(.doc)] | length' "$TMP/quick.json") * 2 < $(jq '[.tests[] | select(.doc)] | length' "$TMP/check.json")))" 1

twin=$("$SECCOMPAT" check modes | sed -n 's/^ok [0-9]* \([a-z0-9_]*\)\.modes$/\1/p' | grep -vx "$arch")
if [ -n "$twin" ]; then
	run "$SECCOMPAT" check "$twin.modes"
	is "the twin's tests alone" "$status" 0
	unlike "are the twin's alone" "$out" "$arch\.modes"
else
	skip "the twin's tests alone" 'there is no twin'
fi
# Below a filter of somebody else nothing that goes wrong is the kernel's failure, nor a test's.
if [ "$(awk '/^Seccomp:/ { print $2 }' /proc/self/status)" = 0 ]; then
	for outer in allow seccomp-enosys seccomp-success trap-seccomp no-tsync kill-prctl; do
		run "$BUILD/tests/outer" $outer "$SECCOMPAT" check --quick
		like "below $outer: nothing failed" "$status$(grep '^  not ok' <<<"$out")" '^[04]$'
		like "below $outer: what passed, passed; what did not, says why" "$out" \
			'# SKIP an outer filter may be the cause: .*tests: [1-9][0-9]* passed'
	done
else
	skip "below filters of somebody else" "one is around the test itself"
fi

run "$SECCOMPAT" check no_such_test
is "a name that matches nothing exits 2" "$status" 2
is "with one line" "$(wc -l <<<"$err")" 1
run "$SECCOMPAT" check --jobs 0
is "--jobs 0 exits 2" "$status" 2
run "$SECCOMPAT" check --json /nonexistent/x.json
is "an unwritable file exits 2" "$status" 2
is "before anything is run" "$out" ""
like "with the reason" "$err" '^seccompat: /nonexistent/x.json: cannot be written: No such file'
echo precious >"$TMP/kept.json"
run "$SECCOMPAT" check --json "$TMP/kept.json" no_such_test
is "bad usage leaves an old result alone" "$(cat "$TMP/kept.json")" precious
run "$SECCOMPAT" nonsense
is "an unknown command exits 2" "$status" 2
is "no command exits 2" "$("$SECCOMPAT" 2>/dev/null || echo $?)" 2
ok "--help works" "$SECCOMPAT" --help
"$SECCOMPAT" --help >/dev/full 2>"$TMP/stderr"
is "a full disk is not success" $? 2
done_testing
