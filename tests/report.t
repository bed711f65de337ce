#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# seccompat report and diff: results read, refused, shown, compared; docs/results.schema.json.
. tests/lib.sh

export LC_ALL=C
unset NO_COLOR
IN=$TMP/in
mkdir "$IN"

run "$SECCOMPAT" report "$IN"
if [[ $err =~ 'no JSON reader' ]]; then
	is 'a build without a reader says so and ends with 2' "$status$(wc -l <<<"$err")" 21
	run "$SECCOMPAT" diff a b
	is 'so does diff' "$status" 2
	skip 'results are read' 'built without jansson'
	done_testing
fi
is 'a folder without results exits 4' "$status" 4
is 'and says so in one line' "$err" "seccompat: report: no results: there is no *.json in $IN"

# --- fixtures ---------------------------------------------------------------------------------

cat >"$TMP/base.json" <<'END'
{ "schema": "seccompat.check.2",
  "kernel": { "release": "6.1.0-50-x", "version": "#1 SMP Debian 6.1.176-1 (2026-07-02)", "machine": "armv7l",
    "build_id": null, "cmdline": "quiet", "lsms": [], "mitigations": { "meltdown": "Not affected" },
    "page_size": 4096, "cpus": 2 },
  "tool": { "version": "0.1.0", "commit": "unknown", "arch": "arm" },
  "environment": { "emulated": false, "emulator": null, "mode": 0, "filters": null, "no_new_privs": 0,
    "outer_filter": false, "traced": false, "root": true, "sys_admin": true, "proc": true,
    "found": [ { "id": "no_new_privs", "name": "inherited no_new_privs", "detail": "", "means": "it stays" } ],
    "refused": [ { "call": "ptrace", "with": "EPERM" } ] },
  "features": [
    { "id": "nnp", "group": "nnp", "asked": "present", "heard": "present", "doubt": null,
      "errno": null, "method": "prctl(PR_SET_NO_NEW_PRIVS)", "since": "3.5", "works": "yes", "verdict": "mainline",
      "why": "", "config": null },
    { "id": "flag_tsync", "group": "flags", "asked": "present", "heard": "present", "doubt": null,
      "errno": "EFAULT", "method": "seccomp(TSYNC)", "since": "3.17", "works": "not tested", "verdict": "mainline",
      "why": "", "config": null } ],
  "tests": [
    { "name": "arm.a.good/prctl", "result": "pass", "message": "", "seconds": 0.5, "doc": "It is good.",
      "needs": ["nnp"], "covers": ["nnp", "flag_tsync"], "behaviours": [1] },
    { "name": "arm.a.good/seccomp", "result": "pass", "message": "", "seconds": 0.25, "doc": "It is good.",
      "needs": ["nnp"], "covers": ["nnp"], "behaviours": [1] },
    { "name": "arm.a.bad", "result": "fail", "message": "why", "seconds": 0.1 },
    { "name": "arm.b.none", "result": "skip", "message": "no ptrace", "seconds": 0 },
    { "name": "arm.features.nnp", "result": "pass", "message": "", "seconds": 0.1 } ],
  "summary": { "pass": 3, "fail": 1, "skip": 1, "broke": 0, "seconds": 1.5, "status": 1 } }
END

# kernel NAME ARCH VERSION [JQ]: results of a kernel that the matrix booted, changed by JQ.
kernel() {
	jq --arg name "$1" --arg arch "$2" --arg version "$3" \
		'.run = { name: $name, arch: $arch, program: $arch, package: "linux-image", package_version: $version }
		| .kernel.release = $version | .kernel.version = "#1 SMP Debian \($version)-1"
		| .tool.arch = $arch | .tests[].name |= sub("^arm"; $arch) | '"${4:-.}" "$TMP/base.json" >"$IN/$1.json"
}

# all_good: for kernel's JQ.
GOOD='.tests |= map(select(.result == "pass"))'

# report ARG...: in $out, $err, $status.
report() {
	run "$SECCOMPAT" report "$@"
}

# line REGEX: the line of $out that begins so, spaces squeezed.
line() {
	grep -E "^ *$1( |\$)" <<<"$out" | head -n 1 | tr -s ' ' | sed 's/^ //; s/ $//'
}

# --- the schema -------------------------------------------------------------------------------

# An old or broken variant of a good result: name, and what jq does to it.
variants() {
	cat <<-'END'
		no kernel	del(.kernel)
		no tests	del(.tests)
		no summary	del(.summary)
		a test without a result	del(.tests[0].result)
		another word for a result	.tests[0].result = "passed"
		another word for a verdict	.features[0].verdict = "fine"
		another word for an answer	.features[0].asked = "maybe"
		seconds as a string	.tests[0].seconds = "1"
		negative seconds	.tests[0].seconds = -1
		a number for a message	.tests[0].message = 5
		an array for features	.features = {}
		needs is no array	.tests[0].needs = "nnp"
		a number among needs	.tests[0].needs = [1]
		a test that is no object	.tests[0] = "x"
		no release	del(.kernel.release)
		a run without a name	.run = { arch: "arm" }
		a run without an architecture	.run = { name: "x" }
		a run that is no object	.run = 5
		quick is no bool	.run = { name: "x", arch: "arm", quick: "yes" }
		another form	.schema = "seccompat.check.3"
		a form that is no string	.schema = 2
		an empty result	{}
	END
}

# The reader takes what a newer seccompat may add; the schema is of this one.
only_schema() {
	cat <<-'END'
		an unknown key	.kernel.colour = "red"
		an unknown part	.extra = 1
		an exit status that is none	.summary.status = 3
		no form	del(.schema)
		another word for what works	.features[0].works = "maybe"
		an option without its source	.features[0].config = { option: "X" }
		an environment without what it means	del(.environment.found[0].means)
		a result and an error	.run = { name: "x", arch: "arm", error: "panic" }
	END
}

# One test is enough; a build without kernel tests has none.
run "$SECCOMPAT" check --json "$TMP/real.json" modes.get_seccomp
[ "$status" != 2 ] || run "$SECCOMPAT" check --json "$TMP/real.json"
like 'this machine gives a result' "$status" '^[014]$'
if python3 -c 'import jsonschema' 2>/dev/null; then
	{
		printf 'real\t%s\n' "$(jq -c . "$TMP/real.json")"
		printf 'base\t%s\n' "$(jq -c . "$TMP/base.json")"
		printf 'run\t%s\n' "$(jq -c '.run = { name: "x", arch: "arm", boot_seconds: 1 }' "$TMP/base.json")"
		printf 'error\t%s\n' '{ "run": { "name": "x", "arch": "arm", "error": "panic", "console": "..." } }'
		{ variants; only_schema; } | while IFS=$'\t' read -r name change; do
			printf '%s\t%s\n' "$name" "$(jq -c "$change" "$TMP/base.json")"
		done
	} >"$TMP/variants"
	run python3 tests/schema.py docs/results.schema.json <"$TMP/variants"
	is 'the schema can be used' "$status$err" 0
	for name in real base run error; do
		is "the schema knows: $name" "$(grep "^$name " <<<"$out")" "$name good"
	done
	while IFS=$'\t' read -r name _; do
		like "the schema refuses: $name" "$(grep "^$name " <<<"$out")" "^$name bad: ."
	done < <(variants; only_schema)
else
	skip 'docs/results.schema.json' 'python3-jsonschema is not installed'
fi

# --- bad files --------------------------------------------------------------------------------

# refused TEXT REGEX FILE: exit 2, nothing printed, one line that names the file and matches.
refused() {
	report "$3"
	if [ "$status" = 2 ] && [ -z "$out" ] && [ "$(wc -l <<<"$err")" = 1 ] && [[ $err =~ ^"seccompat: $3:"$2 ]]; then
		pass "refused: $1"
	else
		fail "refused: $1" "status $status" "$out" "$err" "no match: $2"
	fi
}

bad=$TMP/bad.json
while IFS=$'\t' read -r name change; do
	jq "$change" "$TMP/base.json" >"$bad"
	refused "$name" '.*no result of .seccompat check --json.: ' "$bad"
done < <(variants)
jq '.tests[2].seconds = "1"' "$TMP/base.json" >"$bad"
refused 'where it is wrong is told' '.*: tests\[2\]: "seconds" is no time' "$bad"
refused 'no such file' ' cannot be read: No such file' "$TMP/absent.json"
refused 'a device' ' neither a file nor a folder' /dev/null
: >"$bad"
refused 'an empty file' ' is empty' "$bad"
echo 'not json' >"$bad"
refused 'no JSON' ' not JSON: line 1, ' "$bad"
printf '{ "run": "\001\033[31m' >"$bad"
refused 'control characters' ' not JSON' "$bad"
unlike 'which do not reach the terminal' "$err" $'[\001\033]'
printf '{ "kernel": "a\0b" }' >"$bad"
refused 'a NUL' '.*not JSON' "$bad"
printf '{ "kernel": "\\u0000" }' >"$bad"
refused 'an escaped NUL' '.*not JSON' "$bad"
printf '{ "kernel": "\xff\xfe" }' >"$bad"
refused 'no UTF-8' '.*not JSON' "$bad"
printf '{ "kernel": 1, "kernel": 2 }' >"$bad"
refused 'a key twice' '.*not JSON' "$bad"
printf '{ "kernel": %s }' "1$(printf '0%.0s' {1..400})" >"$bad"
refused 'a huge number' '.*not JSON' "$bad"
printf '{ "kernel": 1e9999 }' >"$bad"
refused 'a huge real' '.*not JSON' "$bad"
printf '[%.0s' {1..100000} >"$bad"
refused 'deep nesting' '.*not JSON' "$bad"
echo '[]' >"$bad"
refused 'no object' '.*not a JSON object' "$bad"
jq '.run = { name: "x", arch: "vax" }' "$TMP/base.json" >"$bad"
refused 'an architecture that there is not' '.*"vax" is no architecture' "$bad"
truncate -s 65M "$bad"
refused 'too big a file' ' too big' "$bad"

# Cut anywhere it is refused, in one line; the last byte is a newline.
size=$(stat -c %s "$TMP/real.json")
wrong=
for ((at = 1; at < size - 1; at += size / 150 + 1)); do
	head -c "$at" "$TMP/real.json" >"$bad"
	report "$bad"
	[[ $status/$(wc -l <<<"$err")/$err =~ ^2/1/"seccompat: $bad: not JSON: line " ]] || wrong+=" $at:$status"
done
is 'a real result that is cut anywhere is refused' "$wrong" ''

kernel good arm 6.1.176
echo '{' >"$IN/one.json"
echo '{}' >"$IN/two.json"
echo precious >"$TMP/kept"
report --html "$TMP/kept" --text "$TMP/kept" "$IN"
is 'each bad file of a folder is told' "$status$(grep -c '^seccompat: .*/\(one\|two\).json:' <<<"$err")" 22
is 'and nothing is written' "$(<"$TMP/kept")" precious
rm "$IN"/*

# --- text -------------------------------------------------------------------------------------

kernel arm-6.1 arm 6.1.176 '.features[1] |= (.verdict = "broken" | .why = "a test of it fails")'
kernel arm-6.12 arm 6.12.9 "$GOOD"
kernel x86_64-5.10 x86_64 5.10.262 "$GOOD | .features[1] |= (.verdict = \"not yet\" | .asked = \"absent\")"
echo '{ "run": { "name": "s390x-6.1", "arch": "s390x", "seconds": 300, "error": "no end after 300 s", "console": "x" } }' \
	>"$IN/s390x-6.1.json"
cp "$TMP/base.json" "$IN/board.json"
report "$IN"
is 'a failure exits 1' "$status$err" 1
is 'kernels stand by architecture, then version' "$(sed -n '2,6s/^ *[0-9]* \([^ ]*\).*/\1/p' <<<"$out" | tr '\n' ' ')" \
	'x86_64-5.10 arm-6.1 board arm-6.12 s390x-6.1 '
is 'a kernel has a line' "$(line '2 arm-6.1')" '2 arm-6.1 6.1.176 3 0 1 1 0 2 failed'
is 'one that is good' "$(line '4 arm-6.12')" '4 arm-6.12 6.12.9 3 0 0 0 0 2 works'
is 'one without a result' "$(line '5 s390x-6.1')" '5 s390x-6.1 6.1 - - - - - 300 no result: no end after 300 s'
is 'features stand in words' "$(line flag_tsync)" 'flag_tsync not yet broken mainline mainline'
is 'a family is one row, of the worst' "$(line a)" 'a pass FAIL FAIL pass'
is 'what is not good everywhere follows' "$(line bad)" 'bad FAIL FAIL'
is 'what is good everywhere does not' "$(line good)" ''
is 'a skip is shown' "$(line none)" 'none skip skip'
like 'what wants explaining is told' "$out" $'\nwants explaining\narm-6.1: arm.a.bad: fail: why'
like 'a kernel without a result does' "$out" 's390x-6.1: no result: no end after 300 s'
unlike 'a skip does not' "$out" 'arm.b.none'
is 'no line is longer than 80 columns' "$(awk 'length > 80' <<<"$out" | grep -v ': ')" ''
is 'or ends with a space' "$(grep -c ' $' <<<"$out")" 0
unlike 'no colour but on a terminal' "$out" $'\033'
report --verbose "$IN"
like 'verbose: what is good, too' "$(line good)" '^good pass pass pass pass$'
like 'and why' "$out" '2: arm.b.none: skip: no ptrace'
like 'of a feature, too' "$out" '2: present, EFAULT: a test of it fails'
report --quiet "$IN"
is 'quiet: what wants explaining alone' "$out" "arm-6.1: arm.a.bad: fail: why
board: arm.a.bad: fail: why
s390x-6.1: no result: no end after 300 s"
report "$IN/arm-6.12.json" "$IN/x86_64-5.10.json"
is 'good kernels exit 0' "$status" 0
unlike 'and nothing wants explaining' "$out" 'explaining|: '
report "$IN/arm-6.12.json" "$IN/arm-6.12.json"
like 'two of one name get names of their own' "$out" '2 arm-6.12 \(2\) '
jq '.tests |= map(select(.result == "skip"))' "$TMP/base.json" >"$TMP/untested.json"
report "$TMP/untested.json"
is 'nothing but skips exits 4' "$status" 4
like 'and is no verdict' "$out" 'nothing tested'
jq '.run = { name: "evil\u001b[31m\nname", arch: "arm" } | .tests[2].message = "\u001b]0;x\u0007"' "$TMP/base.json" >"$TMP/evil.json"
report "$TMP/evil.json"
unlike 'control characters of a file are not printed' "$out" $'[\033\007]'
like 'a terminal has colours' "$(script -qec "$SECCOMPAT report $IN" /dev/null)" $'\033\[31mfailed'
unlike 'not with NO_COLOR' "$(NO_COLOR=1 script -qec "$SECCOMPAT report $IN" /dev/null)" $'\033\[31m'
jq '.tests[4].result = "skip" | .tests += [.tests[4] | .name = "i386.features.nnp" | .result = "pass"]' \
	"$TMP/base.json" >"$TMP/disagree.json"
report "$TMP/disagree.json"
is 'a feature that two ABIs disagree about is a row of its own' "$(line nnp)" 'nnp mainline'
is 'among the behaviours' "$(grep -c '^  nnp *skip$' <<<"$out")" 1
jq '.tests[1].result = "fail"' "$TMP/base.json" >"$TMP/variant.json"
report "$TMP/variant.json"
is 'a cell is the worst of its variants' "$(line good)" 'good FAIL'
jq '.tests[4].result = "fail"' "$TMP/base.json" >"$TMP/known.json"
printf '*\t-\t-\t*.features.nnp\tfail\tso\t-\n' >"$TMP/table"
report --known "$TMP/table" "$TMP/known.json"
is 'so is one that is known to fail' "$(grep -c '^  nnp *known$' <<<"$out")" 1

mkdir "$TMP/many"
kernel base x86_64 6.1.1 '.tests += [range(900) | { name: "x86_64.f\(. / 30 | floor).test_\(.)_of_a_common_length/prctl",
	result: "pass", message: "", seconds: 0.123456, doc: "A sentence that says what the kernel does here.", needs: ["nnp"], covers: ["nnp"] }]'
for n in {1..30}; do
	sed "s/\"name\": \"base\"/\"name\": \"x86_64-6.$n\"/; s/\"6.1.1\"/\"6.$n.1\"/; s/Debian 6.1.1/Debian 6.$n.1/" \
		"$IN/base.json" >"$TMP/many/$n.json"
done
rm "$IN/base.json"
report --html "$TMP/many.html" "$TMP/many"
is '30 kernels are numbered from above' "$(sed -n '/^features/{n;p;q}' <<<"$out" | tr -s ' ')" \
	" $(echo {1..9} {0..9} {0..9} 0)"
is 'and fit into 90 columns' "$(sed -n '/^features/,/^$/p' <<<"$out" | awk 'length > 90')" ''
is 'with the letters explained' "$(grep -c '^  \. mainline' <<<"$out")" 1
size=$(stat -c %s "$TMP/many.html")
like "their page of 900 tests has less than 3 MB ($size)" "$((size < 3000000))" 1

# --- known ------------------------------------------------------------------------------------

cp "$TMP/base.json" "$TMP/board.json"
# known ROW...: the base's results beside these rows, commas for tabs.
known() {
	printf '%s\n' "$@" | tr ',' '\t' >"$TMP/table"
	report --quiet --known "$TMP/table" "$TMP/board.json"
}
skips='*,-,-,*.b.none,skip,so,-'
known "$skips" 'arm,6.1,6.1.177,arm.a.b*,fail,so,-'
is 'known results are known' "$status$out$err" 0
known "$skips" '*,-,6.1.176,arm.a.bad,fail,so,-'
is 'not of a version that has the fix' "$status$out" '1board: arm.a.bad: fail, which is not known: why'
known "$skips" '*,6.1.177,-,arm.a.bad,fail,so,-'
is 'not before the version it began with' "$status" 1
known "$skips" 'aarch64,-,-,arm.a.bad,fail,so,-'
is 'not of another architecture' "$status$out" '1board: arm.a.bad: fail, which is not known: why'
jq '.run = { name: "board", arch: "riscv64" }' "$TMP/base.json" >"$TMP/board.json"
known "$skips" 'riscv64,-,-,arm.a.bad,fail,so,-'
is 'the architecture is that of the run' "$status$out" 0
cp "$TMP/base.json" "$TMP/board.json"
known "$skips" '*,-,-,arm.a.bad,skip,so,-'
is 'not another result' "$status" 1
known '*,-,-,arm.a.bad,fail,so,-'
is 'an unexpected skip is told' "$status$out" '1board: arm.b.none: skip, which is not known: no ptrace'
known "$skips" '*,-,-,arm.a.*,fail,so,-'
is 'an unexpected pass is told' "$status$(head -n 1 <<<"$out")" '1board: arm.a.good/prctl: passed, and was known to fail (so)'
jq '.tests[4].message = "backported, since 6.9: mainline has it since 6.9" | .features[0].verdict = "backported"' \
	"$TMP/board.json" >"$TMP/backported.json"
cp "$TMP/board.json" "$TMP/board.kept"
cp "$TMP/backported.json" "$TMP/board.json"
known "$skips" '*,-,-,arm.a.bad,fail,so,-'
is 'a feature before its time wants explaining' "$status$out" \
	'1board: arm.features.nnp: pass, which is not known: backported, since 6.9: mainline has it since 6.9'
known "$skips" '*,-,-,arm.a.bad,fail,so,-' '*,6.1,6.2,arm.features.nnp,backported,so,-'
is 'it is explained by a row' "$status$out$err" 0
mv "$TMP/board.kept" "$TMP/board.json"
known '# a comment' '' "$skips" '*,-,-,arm.a.bad,fail,,-'
is 'a row without a reason is refused' "$status$out" 2
is 'and named' "$err" "seccompat: $TMP/table:4: a row without a reason"
for row in '*,-,-,x,pass,so,-' '*,-,-,x,fail,so' '*,-,-,x,fail,so,-,-' 'vax,-,-,x,fail,so,-' '*,six,-,x,fail,so,-' \
	'*,-,six,x,fail,so,-' '*,-,-,,fail,so,-'; do
	known "$row"
	like "refused: $row" "$status/$err" "^2/seccompat: $TMP/table:1: "
done
printf '#\0\n' >"$TMP/table"
report --known "$TMP/table" "$TMP/board.json"
is 'a table with a NUL is refused' "$status" 2
report --known "$TMP/absent" "$TMP/board.json"
is 'a table that is not there is told' "$status$err" "2seccompat: $TMP/absent: cannot be read: No such file or directory"
ok 'ci/known.tsv is such a table' test "$("$SECCOMPAT" report --quiet --known ci/known.tsv "$TMP/real.json" >/dev/null 2>&1; echo $?)" != 2
jq '.tests[2].result = "broke"' "$TMP/base.json" >"$TMP/board.json"
known "$skips" '*,-,-,*,fail,so,-'
like 'a test that broke is never known' "$status$out" '^1.*arm.a.bad: broke, which is not known: why'
cp "$TMP/base.json" "$TMP/board.json"
printf '%s\n' "$skips" '*,-,-,*.bad,fail,it is so,-' 's390x,6.1,6.2,s390x-*,none,never boots,-' | tr ',' '\t' >"$TMP/table"
report --known "$TMP/table" "$IN"
is 'a kernel that is known to give no result is explained' "$status" 0
like 'and shown with its reason' "$(line '5 s390x-6.1')" 'no result: no end after 300 s \(known: never boots\)$'
is 'a known failure has its own word' "$(line bad)" 'bad known known'
like 'and is counted' "$(line '2 arm-6.1')" '^2 arm-6.1 6.1.176 3 1 0 1 0 2 known$'
sed 's/6\.2/6.1/' "$TMP/table" >"$TMP/table2"
report --quiet --known "$TMP/table2" "$IN"
is 'not beyond its versions' "$status$out" '1s390x-6.1: no result, which is not known: no end after 300 s'
report --known "$TMP/table" "$IN/s390x-6.1.json"
is 'known, but nothing was tested: exits 4' "$status" 4

# --- the page ---------------------------------------------------------------------------------

export EVIL="</script><b>\"x\"&'y'"
# shellcheck disable=SC2016 # jq's
kernel '<evil>' x86_64 6.1.1 '.tests[2].message = $ENV.EVIL | .tests[2].name = "x86_64.a.<i>"
	| .features[0].why = $ENV.EVIL | .kernel.release = $ENV.EVIL'
report --html "$TMP/page.html" --junit "$TMP/junit.xml" --text "$TMP/text" --known "$TMP/table" "$IN"
is 'with --text nothing is printed' "$status$out$err" 1
run python3 tests/page.py "$TMP/page.html"
is 'the page is well-formed' "$status$err" 0
is 'has a table of each kind, and a header for each kernel' "$(grep '^tables' <<<"$out")" 'tables kernels/12 features/7 behaviours/7'
is 'asks nothing of the network' "$(grep '^external' <<<"$out")" 'external'
is 'has two scripts, whatever a message says' "$(grep '^scripts' <<<"$out")" 'scripts 2'
is 'no tag of a file' "$(grep '^foreign' <<<"$out")" 'foreign'
is 'cells have words' "$(grep '^row a ' <<<"$out")" 'row a 3 pass FAIL known known pass -'
is 'features too' "$(grep '^row flag_tsync ' <<<"$out")" 'row flag_tsync not yet mainline broken mainline mainline -'
like 'evidence is in the data: the message' "$out" 'case x86_64 6 </script><b>"x"&'"'y'"
like 'the reason of what is known' "$out" 'case arm 3 why it is so'
like 'the variant and its time' "$out" 'case arm/prctl 1 '
like 'the console' "$out" 'console x'
like 'the package' "$out" 'fact package version 6.1.176'
like 'it fits a phone' "$(<"$TMP/page.html")" 'name="viewport"'

# --- JUnit ------------------------------------------------------------------------------------

run python3 tests/junit.py "$TMP/junit.xml"
is 'the XML is well-formed, and its counts hold' "$status$err" 0
is 'a testsuite for each kernel' "$(grep -c '^suite ' <<<"$out")" 6
is 'which is counted' "$(grep '^suite arm-6.1 ' <<<"$out")" 'suite arm-6.1 tests 5 failures 0 errors 0 skipped 2'
like 'what is known is skipped' "$out" 'arm-6.1.arm.a bad skipped known: it is so -- why'
like 'what is not fails' "$out" '<evil>.x86_64.a <i> failure </script><b>"x"&'"'y'"
like 'a test is named by family and variant' "$out" 'arm-6.1.arm.a good/prctl passed'
like 'a kernel without a result is known' "$out" 's390x-6.1 result skipped known: never boots -- no end'
report --text /dev/null --junit "$TMP/junit.xml" "$IN/s390x-6.1.json"
run python3 tests/junit.py "$TMP/junit.xml"
like 'or an error' "$out" 'errors 1.*s390x-6.1 result error no end'
jq '.tests[0].result = "broke" | .tests[0].message = "\u0001\uffff\u0085<"' "$TMP/base.json" >"$TMP/board.json"
known "$skips" '*,-,-,*,fail,so,-'
report --text /dev/null --known "$TMP/table" --junit "$TMP/junit.xml" "$TMP/board.json"
run python3 tests/junit.py "$TMP/junit.xml"
is 'characters that XML has not are replaced' "$status$err" 0
like 'what broke is an error' "$out" 'good/prctl error .*<'
like 'what passed unexpectedly fails' "$out" 'good/seccomp failure passed, and was known to fail: so'
known '*,-,-,*,fail,so,-'
report --text /dev/null --known "$TMP/table" --junit "$TMP/junit.xml" "$TMP/board.json"
like 'so does a skip that is not known' "$(python3 tests/junit.py "$TMP/junit.xml")" 'none failure a skip that is not known: no ptrace'

# --- output -----------------------------------------------------------------------------------

cp "$TMP/base.json" "$TMP/board.json"
echo precious >"$TMP/kept"
report --html "$TMP/kept" --junit /nonexistent/x.xml "$TMP/board.json"
is 'an output that cannot be written exits 2' "$status" 2
is 'in one line' "$err" 'seccompat: /nonexistent/x.xml: cannot be written: No such file or directory'
is 'and the others are as they were' "$(<"$TMP/kept")$(ls "$TMP"/kept.* 2>/dev/null)" precious
report --html /dev/full "$TMP/board.json"
is 'a full disk is no success' "$status" 2
report --text "$TMP/text" "$TMP/board.json"
is 'a text goes to its file' "$out$(grep -c '^ 1 board' "$TMP/text")" 1
report
is 'no file is wrong usage' "$status$(wc -l <<<"$err")" 21
report --nonsense
is 'so is an unknown option' "$status" 2
ok 'report --help works' "$SECCOMPAT" report --help

# --- diff -------------------------------------------------------------------------------------

a=$IN/x86_64-5.10.json b=$IN/arm-6.1.json
run "$SECCOMPAT" diff "$b" "$b"
is 'the same results do not differ' "$status$err$(tail -n 1 <<<"$out")" '0nothing differs'
run "$SECCOMPAT" diff "$a" "$b"
is 'others do' "$status$err" 1
is 'a feature whose verdict differs' "$(line flag_tsync)" 'flag_tsync not yet (absent, EFAULT) -> broken (present, EFAULT)'
is 'no other' "$(line nnp)" ''
is 'tests of one alone' "$(sed -n '/only:/,$p' <<<"$out" | tr '\n' ' ')" 'tests in B only:   arm.a.bad fail   arm.b.none skip '
jq '.tests[2].result = "pass" | .tests[2].message = "" | .tests += [.tests[0] | .name = "i386.a.good"]' "$a" >"$TMP/a.json"
jq '.tests[0].result = "fail" | .tests[0].message = "it fails" | .features |= map(select(.id != "nnp"))' "$a" >"$TMP/b.json"
run "$SECCOMPAT" diff "$TMP/a.json" "$TMP/b.json"
like 'a test whose result differs' "$out" 'x86_64.a.good/prctl pass -> fail
      fail: it fails'
like 'a test of the first alone' "$out" 'tests in A only:
  i386.a.good pass'
is 'a feature of the first alone' "$(line nnp)" 'nnp mainline (present) -> not asked'
run "$SECCOMPAT" diff "$TMP/b.json" "$TMP/a.json"
is 'and of the second' "$(line nnp)" 'nnp not asked -> mainline (present)'
run "$SECCOMPAT" diff --json "$TMP/a.json" "$TMP/b.json"
is 'for machines: status' "$status" 1
is 'features' "$(jq -c '[.features[] | [.id, .a.verdict, .b]]' <<<"$out")" '[["nnp","mainline",null]]'
is 'tests' "$(jq -c '[.tests[] | [.a.name, .a.result, .b.result]]' <<<"$out")" \
	'[["x86_64.a.good/prctl","pass","fail"],["i386.a.good","pass",null]]'
is 'kernels' "$(jq -c '[.a.name, .b.release]' <<<"$out")" '["x86_64-5.10","5.10.262"]'
run "$SECCOMPAT" diff --json "$b" "$b"
is 'for machines, the same' "$status$(jq -c '[.features, .tests]' <<<"$out")" '0[[],[]]'
jq '.features[0].errno = "EPERM"' "$b" >"$TMP/b.json"
run "$SECCOMPAT" diff "$b" "$TMP/b.json"
is 'another errno is another answer' "$status$(line nnp)" '1nnp mainline (present) -> mainline (present, EPERM)'
run "$SECCOMPAT" diff "$b" "$IN/s390x-6.1.json"
is 'a kernel without a result cannot be compared' "$status$err" "2seccompat: $IN/s390x-6.1.json: holds no result: no end after 300 s"
run "$SECCOMPAT" diff "$IN/absent" "$b"
is 'nor what is not there' "$status$(wc -l <<<"$err")" 21
run "$SECCOMPAT" diff "$b"
is 'one file is wrong usage' "$status$(wc -l <<<"$err")" 21
run "$SECCOMPAT" diff --nonsense
is 'so is an unknown option of diff' "$status" 2
ok 'diff --help works' "$SECCOMPAT" diff --help
like 'seccompat --help lists both' "$("$SECCOMPAT" --help)" '  report .*  diff '

other=build/i386/seccompat
if [ -x "$other" ] && "$other" --version >/dev/null 2>&1 && ! grep -qx yes build/i386/report/jansson; then
	run "$other" report "$IN"
	is 'a program that was built without a reader says so' "$status$out$(grep -c 'no JSON reader' <<<"$err")$(wc -l <<<"$err")" 211
else
	skip 'a program that was built without a reader says so' 'there is none here'
fi

done_testing
