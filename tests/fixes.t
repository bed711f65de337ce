#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# seccompat check fixes: each bug has a test or a reason, results follow from the tests, the report
# names what is missing, the severest first; kernels with and without a fix are told apart.
. tests/lib.sh

faulty=$BUILD/tests/faulty/seccompat
arch=$("$SECCOMPAT" --version | sed 's/.* for //')

# of FILTER FILE: jq over the fixes of a result
of() {
	jq -r "[.fixes[] | $1] | join(\" \")" "$2"
}

# the_fix ID FILE: what became of it
the_fix() {
	of "select(.id == \"$1\") | .result" "$2"
}

the_reason() {
	of "select(.id == \"$1\") | .why" "$2"
}

# --- from tests to fixes ----------------------------------------------------------------------

if [ -x "$faulty" ]; then
	result=$TMP/faulty.json
	run "$faulty" check --json "$result" fixes
	is 'a run in which the test of a fix broke exits 2' "$status" 2
	is 'a test that failed: VULNERABLE' "$(the_fix mode-dead "$result")" VULNERABLE
	is 'one of two failed: VULNERABLE' "$(the_fix tsync-nnp "$result")" VULNERABLE
	is 'one passed, the other was skipped: fixed' "$(the_fix superpriv "$result")" fixed
	is 'skipped: not testable' "$(the_fix unknown-action "$result")" 'not testable'
	like 'and why' "$(the_reason unknown-action "$result")" 'not testable here: needs proc_cache '
	is 'the test broke: not testable' "$(the_fix release-on-exit "$result")" 'not testable'
	like 'and why' "$(the_reason release-on-exit "$result")" 'the test broke: .*no way'
	like 'no test at all: not testable' "$(the_reason retERRNO-cap "$result")" 'no test of it'
	like 'an unsafe one: not testable' "$(the_fix CVE-2014-4508 "$result")" 'not testable'
	like 'the report counts them' "$out" '# fixes: 1 fixed, 3 VULNERABLE, [0-9]+ not testable here'
	report=$(sed -n '/^# fixes:/,$p' <<<"$out")
	is 'it names what is missing, the severest first' \
		"$(sed -n 's/^#   \(high\|medium\|low\) *\([^ ]*\):.*/\1 \2/p' <<<"$report" | tr '\n' ' ')" \
		'high tsync-nnp medium mode-dead low notif-zeroed '
	like 'with versions, subject and file' "$report" \
		'fixed in 5\.17, 5\.16\.10, 5\.10\.211 by "seccomp: Invalidate seccomp mode to catch death failures" \(kernel/seccomp\.c\)'
	like 'and so does the last line' "$report" \
		'VERDICT: .*, and lacks tsync-nnp \(high\), mode-dead \(medium\), notif-zeroed \(low\)$'
	is 'tests that detect no fix were not run' "$(jq -r '[.tests[].name | select(test("crashes|hangs"))] | length' "$result")" 0

	run "$faulty" check --json "$result" mode-dead
	is 'a fix that is missing exits 1' "$status" 1
	is 'its name chooses its tests and itself' \
		"$(jq -r '[.tests[].name | select(test("aftermath") | not)] | join(" ")' "$result")" \
		"$arch.faulty.fails_expect $arch.fixes.mode-dead"
	run "$faulty" check --json "$result" superpriv
	is 'one that is there exits 0' "$status" 0
	is 'and nothing is lacking' "$(grep -c lacks <<<"$out")" 0
	run "$faulty" check --json "$result" faulty.passes
	is 'who did not ask for fixes is told of none' "$(grep -c '^# fixes' <<<"$out")$(of .id "$result")" 0

	run "$faulty" check --json "$result" mode-dead
	run "$SECCOMPAT" report --quiet "$result"
	if [ "$status" != 2 ]; then
		like 'a report has the fix' "$out" "$arch.fixes.mode-dead: fail: VULNERABLE: lacks "
		printf '*\t-\t-\t*.faulty.fails_expect\tfail\tso it is\t-\n' >"$TMP/known.tsv"
		run "$SECCOMPAT" report --quiet --known "$TMP/known.tsv" "$result"
		is 'which is known where its tests are' "$status$out" 0
	else
		skip 'a report has the fix' 'built without jansson'
	fi
else
	skip 'tests that go wrong' "built without the harness's headers"
fi

# --- the real tests ---------------------------------------------------------------------------

result=$TMP/fixes.json
run "$SECCOMPAT" check --json "$result" fixes
like 'check fixes ends with 0 or with 1' "$status" '^[01]$'
ids=$(sed -n 's/^FIX([^,]*, "\([^"]*\)".*/\1/p' selftests/fixes.def)
is 'it has every row, in their order' "$(of .id "$result")" "$(tr '\n' ' ' <<<"$ids" | sed 's/ $//')"
is 'what it says of each is one of three words' "$(of 'select(.result | IN("fixed", "VULNERABLE", "not testable") | not) | .id' "$result")" ''
is 'a reason stands with all that are not fixed' "$(of 'select((.why == "") != (.result == "fixed")) | .id' "$result")" ''
is 'every bug has a test here, or a reason' "$(of 'select(.why | test("no test of it")) | .id' "$result")" ''
is 'it fails if a fix is missing' "$(($(of 'select(.result == "VULNERABLE") | .id' "$result" | wc -w) > 0))" "$status"
lacking=$(of 'select(.result == "VULNERABLE") | .id' "$result")
is 'the last line names them' \
	"$(sed -n 's/^# VERDICT: .*, and lacks //p' <<<"$out" | sed 's/ ([a-z]*)//g; s/,//g')" "$lacking"

# Below a filter of somebody else no kernel is called vulnerable.
if [ "$(awk '/^Seccomp:/ { print $2 }' /proc/self/status)" = 0 ]; then
	run "$BUILD/tests/outer" no-tsync "$SECCOMPAT" check --json "$result" CVE-2026-89603
	is 'below a filter that refuses TSYNC: not testable' "$status $(the_fix CVE-2026-89603 "$result")" \
		'4 not testable'
	like 'and why' "$(the_reason CVE-2026-89603 "$result")" 'not testable here: .*(filter|flag_tsync)'
	run "$BUILD/tests/outer" allow "$SECCOMPAT" check --json "$result" CVE-2026-89603
	is 'below any other one as well: it hides the bug' "$status $(the_fix CVE-2026-89603 "$result")" \
		'4 not testable'
else
	skip 'below filters of somebody else' 'one is around the test itself'
fi

# --- kernels with and without a fix -----------------------------------------------------------

# booted FAMILY: one run for all that is asked of it
booted() {
	run ci/check --json "$TMP/$1.json" x86_64 "$1" "$SECCOMPAT" "$BUILD/ci/init" x86_64.fixes.{CVE-2026-89603,release-on-exit,addfd-send-interrupted}
}

if [ "$arch" = x86_64 ] && make --no-print-directory "$BUILD/ci/init" >/dev/null; then
	for row in 5.10:CVE-2026-89603:VULNERABLE 5.10:release-on-exit:VULNERABLE 5.10:addfd-send-interrupted:'not testable' \
		6.1:CVE-2026-89603:fixed 6.1:release-on-exit:VULNERABLE 6.1:addfd-send-interrupted:VULNERABLE; do
		IFS=: read -r family fix wanted <<<"$row"
		[ -e "$TMP/$family.json" ] || booted "$family"
		is "$fix on $family: $wanted" "$(the_fix "$fix" "$TMP/$family.json")" "$wanted"
	done
	like 'what has no such thing cannot lack its fix' \
		"$(the_reason addfd-send-interrupted "$TMP/5.10.json")" 'needs addfd_send .*not yet'
else
	skip 'kernels with and without a fix' 'they are of x86_64'
fi
done_testing
