#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# ci/mutants: rows that are wrong, what a lab makes of its guests, and what an interrupt leaves. The lab is one
# of shell scripts: its compiler copies a source, its linker appends them, and a QEMU of ours runs what comes
# out. Of the real one, whether the catalogue's mistakes can be made in that kernel.
# shellcheck disable=SC2016
. tests/lib.sh

unset MAKEFLAGS MFLAGS MAKELEVEL V T JOBS RESULTS
export LC_ALL=C SECCOMPAT_KVM=/nonexistent TMPDIR=$TMP/tmp
cache=${SECCOMPAT_CACHE:-}
mkdir -p "$TMPDIR" "$TMP/bin" "$TMP/rows/catalogue" "$TMP/sources/kernel" "$TMP/objects/kernel" "$TMP/objects/scripts"
rows=$TMP/rows sources=$TMP/sources objects=$TMP/objects
SCORE=(ci/mutants/score --rows "$rows" --sources "$sources" --objects "$objects")

# row ID OLD NEW [FUNCTION]: of the catalogue; the first of a case empties it.
row() {
	printf '%s\tkernel/seccomp.c\t%s\t%s\t%s\tmeans something\n' "$1" "${4:-f}" "$2" "$3" >>"$rows/catalogue/x.tsv"
}

# refused ROW...: what --check says of a catalogue of these, and its status.
refused() {
	rm -f "$rows/catalogue/x.tsv"
	"$@"
	run "${SCORE[@]}" --check
	echo "$status $err"
}

cat >"$sources/kernel/seccomp.c" <<'EOF'
#include "nothing.h"
static int g(int a);
/* f( is no definition here { */
static int
g(int a)
{
	return a;	/* verdict = good; */
}

int f(struct thing *a)
{
	int verdict = 0, other = 1;

	if (a->b)
		return -EINVAL;
	verdict = good;
	other = g(1);
	other = g(1);
	return verdict;
}

SYSCALL_DEFINE1(name, int, verdict)
{
	return f(verdict);
}

void k(int n)
{
	int i;

	BUG_ON(n > 8 && !lock);
	mutex_lock(lock);
#ifdef SOMETHING
	for (i = 0; i < n; i++)
		g(i);
#endif
}
EOF
echo >"$rows/lab.tsv"
printf 'kernel/seccomp.c\t-\t-\n' >"$rows/mechanical.tsv"
echo >"$rows/unobservable.tsv"

# --- rows -----------------------------------------------------------------------------------------

is 'a row that applies is right' "$(refused row fine 'a->b' 'a->c')" '0 '
like 'one that does not is named' "$(refused row gone 'a->x' 'a->c')" '^2 seccompat: mutants: gone: `a->x` is not in f of kernel/seccomp\.c$'
like 'so is one that applies twice' "$(refused row twice 'other = g(1);' -)" '^2 .*twice: .* is 2 times in f'
is 'more words make it one' "$(refused row once 'good; other=g( 1 );' 'good;')" '0 '
like 'comments are no source' "$(refused row comment 'verdict = good' - g)" '^2 .*comment: .* is not in g'
is 'a declaration is no definition' "$(refused row body 'return a' 'return 0' g)" '0 '
is 'a syscall has its name' "$(refused row call 'f(verdict)' 0 name)" '0 '
like 'a function that is not there' "$(refused row nowhere 'return' - h)" '^2 .*nowhere: .* is not in h'
is 'no function is the whole file' "$(refused row file 'static int g(int a);' - -)" '0 '
like 'a row that changes nothing' "$(refused row same 'a->b' 'a -> b')" '^2 .*same: changes nothing'
like 'a row without words' "$(refused row empty - 'x')" '^2 .*empty: needs id, file, function'
rm -f "$rows/catalogue/x.tsv"
printf 'short\tkernel/seccomp.c\tf\n' >"$rows/catalogue/x.tsv"
run "${SCORE[@]}" --check
like 'a row that lacks columns is named, with its line' "$status $err" '^2 .*x\.tsv:1: short: needs id, file'
# shellcheck disable=SC2317
twins() {
	row twin 'a->b' 'a->c'
	row twin 'a->b' 'a->d'
}
like 'two rows of one name' "$(refused twins)" '^2 .*twin: there is another one'
printf 'nobody\tno proof\n' >"$rows/unobservable.tsv"
like 'a proof of nothing' "$(refused row fine 'a->b' 'a->c')" '^2 .*nobody: no such variant'
echo >"$rows/unobservable.tsv"
is 'the mechanical ones are each condition, boundary, "and", errno, assignment and call' \
	"$("${SCORE[@]}" --list --family mechanical | awk '{ printf "%s ", $2 }')" \
	'negated.f.1 errno.f.1 dropped.f.1 dropped.f.2 dropped.f.3 boundary.k.1 boundary.k.2 joined.k.1 uncalled.k.1 '
printf 'kernel/seccomp.c\tg sys_name\t-\n' >"$rows/mechanical.tsv"
like 'those of the functions that are named' "$("${SCORE[@]}" --list --family mechanical 2>&1)" 'no variant is meant'
printf 'kernel/seccomp.c\tf h\t-\n' >"$rows/mechanical.tsv"
like 'a function that is not there is named' "$("${SCORE[@]}" --check 2>&1)" 'kernel/seccomp\.c: no such function: h$'
printf 'kernel/seccomp.c\n' >"$rows/mechanical.tsv"
like 'a row without functions is named' "$("${SCORE[@]}" --check 2>&1)" 'mechanical\.tsv:1: kernel/seccomp\.c: needs'
printf 'kernel/seccomp.c\t-\t-\n' >"$rows/mechanical.tsv"

# --- guests ---------------------------------------------------------------------------------------

cat >"$TMP/bin/qemu-system-x86_64" <<'EOF'
#!/bin/bash
while [ $# -gt 0 ]; do
	case $1 in
	-kernel) kernel=$2 ;;
	-initrd) initramfs=$2 ;;
	-append) append=$2 ;;
	esac
	shift
done
# tests RESULT STATUS: as ci/init.c brings it.
tests() {
	printf '@run 1.50\n@out   # Subtest: x.a\n@out   ok 1 good\n@out %s\n@end status %d\n' "$1" "$2"
}
asked() {
	zcat "$initramfs" | grep -a -q -x -e "$1"
}
PASS='ok 1 x.a'
FAIL='  not ok 2 bad
@out   # why
@out not ok 1 x.a'
LACK='{ "tests": [ { "name": "x.fixes.CVE-1", "result": "fail", "message": "so" } ] }'
echo "$(asked --quick && echo quick; asked x.a.bad && echo hint; asked fixes && echo fixes)." >>"$TMP/asked"
if [ -e "$TMP/lacks" ] && ! asked '!CVE-1'; then
	printf '@run 1.50\n@file %s\n@size %d\n@end status 1\n' "$LACK" $((${#LACK} + 1))
	exit
fi
verdict=$(sed -n 's/^\tverdict = //p' "$kernel")
if asked fuzz; then
	[ "$verdict" != 'complains;' ] || { printf '@run 1.50\n@kmsg BUG: so\n@end status 0\n' && exit; }
	[ "$verdict" = 'differs;' ] || [ -e "$TMP/never-right" ] || { printf '@run 1.50\n@end status 0\n' && exit; }
	printf '@run 1.50\n@out DIFFERENCE: seed 5\n@end status 1\n'
	exit
fi
# tap FIRST: as another suite prints it, of which a case fails anyhow and one is skipped.
tap() {
	printf '@run 1.50\n@out TAP version 13\n@out %s 1 a.first\n@out ok 2 a.second\n' "$1"
	printf '@out not ok 3 a.third\n@out ok 4 # SKIP no such thing\n@end status 1\n'
}
asked check || case $verdict in
'good;') tap ok && exit ;;
'bad;') tap 'not ok' && exit ;;
'mute;') printf '@run 1.50\n@end status 0\n' && exit ;;
esac
case $verdict in
'good;') tests "$PASS" 0 ;;
'bad;') tests "$FAIL" 1 ;;
'late;') if asked --quick; then tests "$PASS" 0; else tests "$FAIL" 1; fi ;;
'panics;') echo 'Kernel panic - not syncing: so' ;;
'dies;') printf '@run 1.50\nKernel panic - not syncing: so\n' ;;
'hangs;') printf '@run 1.50\n'; while :; do :; done ;;
'says;')
	printf '@run 1.50\n@out   # Subtest: x.a\n@out   ok 1 good\n@out   not ok 2 bad\n@out   not ok 3 worse\n'
	while :; do :; done
	;;
'complains;') tests "$PASS" 0; printf '@kmsg BUG: so\n' ;;
esac
EOF
cat >"$TMP/bin/compile" <<'EOF'
#!/bin/bash
grep -q 'verdict = unwritable' "$2" && echo "$2: error: so" && exit 1
[ ! -e "$TMP/slow" ] || { touch "$TMP/compiling"; sleep 2; }
cp "$2" "$1"
echo "${*:3}" >"$TMP/flags"
EOF
cat >"$TMP/bin/link" <<'EOF'
#!/bin/bash
while [ $# -gt 0 ]; do
	case $1 in
	-o) image=$2 ;;
	@*) objects=${1#@} ;;
	esac
	shift
done
xargs cat <"$objects" >"$image"
EOF
printf '#!/bin/sh\n[ "$1" != -o ] || cp "$3" "$2"\n' >"$TMP/bin/strip"
printf '#!/bin/sh\necho\necho\ncat "$2"\n' >"$TMP/bin/objdump"
printf '#!/bin/sh\ncat vmlinux.a\n' >"$TMP/bin/ar"
printf '#!/bin/sh\n' >"$objects/scripts/sorttable"
chmod 755 "$TMP"/bin/* "$objects/scripts/sorttable"
PATH=$TMP/bin:$PATH
echo 'cmd_kernel/seccomp.o := compile kernel/seccomp.o '"$sources"'/kernel/seccomp.c -Wp,-MMD,kernel/.seccomp.o.d' >"$objects/kernel/.seccomp.o.cmd"
echo 'cmd_vmlinux := sh scripts/link-vmlinux.sh "link" "" ""; true' >"$objects/.vmlinux.cmd"
echo 'kernel/seccomp.o' >"$objects/vmlinux.a"
echo >"$objects/.config"
cp "$sources/kernel/seccomp.c" "$objects/kernel/seccomp.o"
printf '#!/bin/sh\n' >"$TMP/program"
chmod 755 "$TMP/program"

# score ARGUMENT...
score() {
	: >"$TMP/asked"
	run "${SCORE[@]}" --seconds 2 --results "$TMP/results" "$@" "$TMP/program" "$TMP/program"
}

# of ID KEY
of() {
	jq -r ".$2" "$TMP/${results:-results}/variants/$1.json"
}

tree() {
	(cd "$TMP" && find sources objects -type f -exec sha256sum {} + | sort)
}

rm -f "$rows/catalogue/x.tsv"
for verdict in bad late panics dies hangs says complains unwritable; do
	row "$verdict" 'verdict = good' "verdict = $verdict"
done
row unseen 'other = g(1); return' 'other = g(2); return'
before=$(tree)
score --family x
is 'a variant that passes survives, one that cannot be compiled is an error of its row' "$status" 2
like 'which is named' "$err" 'unwritable: .*error: so'
is 'a failure notices it' "$(of bad outcome) $(of bad by), $(of bad why)" 'noticed x.a.bad, why'
is 'so does one of the whole check' "$(of late outcome)" noticed
is 'a kernel that does not boot' "$(of panics outcome)" 'does not boot'
is 'one that dies of a test' "$(of dies outcome)" crashed
is 'one that complains' "$(of complains outcome)" crashed
is 'one that hangs' "$(of hangs outcome)" hung
is 'what was said before is a notice' "$(of says outcome) $(of says by)" 'noticed x.a.bad'
like 'it is compiled as the file that it stands for' "$(cat "$TMP/flags")" "^-iquote $sources/kernel -fmacro-prefix-map=/.*/=kernel/\$"
is 'one that nothing notices' "$(of unseen outcome)" survived
is 'is listed' "$(cut -f 2 "$TMP/results/survivors.txt")" unseen
like 'they are counted' "$out" 'x +9 +3 +2 +1 +1 +1 +0 +0 +1 +7/8'
is 'sources and objects are as before' "$(tree)" "$before"
is 'nothing is left behind' "$(find "$TMPDIR" -mindepth 1 -maxdepth 1)" ''

score --only unseen --only bad
is 'what is known is not run again' "$status$(<"$TMP/asked")" 1
echo '# newer' >>"$TMP/program"
score --only bad
is 'a newer program is asked anew, first by the test that noticed it' "$(tr '\n' ' ' <"$TMP/asked")" \
	'fixes. quick. . hint. '
printf 'unseen\tg does not look at it\n' >"$rows/unobservable.tsv"
score --only unseen
is 'what is proven does not count' "$status$(grep -c 'cannot be seen.*g does not look at it' "$TMP/results/results.txt")" 01
printf 'bad\tnobody looks\n' >"$rows/unobservable.tsv"
score --only bad
like 'a proof that a test refutes is wrong' "$status$err" '^2.*bad: x\.a\.bad, though it cannot be seen'
echo >"$rows/unobservable.tsv"
score --only negated
is 'a mechanical one that makes no difference there survives' "$(of negated.f.1 outcome)" survived
sed -i 's/verdict = good/verdict = bad/' "$objects/kernel/seccomp.o"
echo >>"$objects/vmlinux.a"
score --family mechanical
like 'the kernel without a mistake must pass' "$status$err" '^2.*fails on the kernel without a mistake: x\.a\.bad'
cp "$sources/kernel/seccomp.c" "$objects/kernel/seccomp.o"
echo kernel/seccomp.o >"$objects/vmlinux.a"
echo '# another' >>"$TMP/program"
touch "$TMP/lacks"
score --only bad --only unseen
is 'fixes that it lacks of itself are left out of all variants' "$status$(of bad by)$(of unseen outcome)" 1x.a.badsurvived
like 'and told' "$out" 'lacks CVE-1: not asked about'
score --only unseen
is 'they are known the next time' "$status$(<"$TMP/asked")" 1
rm "$TMP/lacks"

# --- a command in place of the check --------------------------------------------------------------

printf '# run: fuzz --time 60\n' >"$rows/catalogue/y.tsv"
for verdict in differs bad complains; do
	printf 'y-%s\tkernel/seccomp.c\tf\tverdict = good\tverdict = %s\tmeans something\n' "$verdict" "$verdict"
done >>"$rows/catalogue/y.tsv"
score --family y
is 'a table may have another command judge it' "$status$(of y-differs outcome) $(of y-differs by)" '1noticed fuzz'
is 'with what it says' "$(of y-differs why)" 'DIFFERENCE: seed 5'
is 'by nothing else' "$(of y-bad outcome)$(grep -c -e quick -e hint "$TMP/asked")" survived0
is 'unless the kernel complains meanwhile' "$(of y-complains outcome)" crashed
is 'and only that one has been asked about the right kernel' "$(of none-y outcome)$(wc -l <"$TMP/asked")" survived4
touch "$TMP/never-right"
echo '# a third' >>"$TMP/program"
score --family y
like 'which must be right for it, too' "$status$err" '^2.*y fails on the kernel without a mistake: fuzz DIFFERENCE'
rm "$TMP/never-right" "$rows/catalogue/y.tsv"

# --- another suite --------------------------------------------------------------------------------

score --tap --results "$TMP/tap" --only bad --only panics --only hangs --only complains --only unseen
is 'a suite that prints TAP notices what it no longer passes' "$status$(results=tap of bad outcome) $(results=tap of bad by)" \
	'1noticed a.first'
is 'what fails or is skipped on the right kernel is not asked' "$(results=tap of none cases | tr -d ' \n')" '["a.first","a.second"]'
is 'what passes survives' "$(results=tap of unseen outcome)" survived
is 'a kernel that hangs, or does not boot, is noticed' "$(results=tap of hangs outcome), $(results=tap of panics outcome)" 'hung, does not boot'
is 'so is one that complains' "$(results=tap of complains outcome)" crashed
like 'all are counted' "$out" 'x +5 +1 +1 +1 +1 +1 +0 +0 +0 +4/5'
sed -i 's/verdict = good/verdict = mute/' "$objects/kernel/seccomp.o"
echo '# mute' >>"$TMP/program"
score --tap --results "$TMP/tap" --only bad
like 'a suite that passes nothing tells nothing' "$status$err" '^2.*passes no case on the kernel without a mistake'
cp "$sources/kernel/seccomp.c" "$objects/kernel/seccomp.o"
is 'a sample is spread evenly' "$("${SCORE[@]}" --list --family x --sample 2 | awk '{ printf "%s ", $2 }')" 'bad hangs '
run "${SCORE[@]}" --list --sample 0
like 'and has one at least' "$status$err" '^2.*--sample are numbers from 1'

for signal in INT TERM; do
	touch "$TMP/slow"
	rm -f "$TMP/compiling" "$TMP/results/variants/bad.json"
	before=$(tree)
	setsid "${SCORE[@]}" --seconds 2 --results "$TMP/results" --only bad "$TMP/program" "$TMP/program" >/dev/null 2>&1 &
	pid=$!
	until [ -e "$TMP/compiling" ] || ! kill -0 $pid; do :; done
	kill -$signal $pid
	wait $pid
	is "SIG$signal ends it" $? $((128 + $(kill -l $signal)))
	is 'with sources and objects as before' "$(tree)" "$before"
	is 'and nothing left behind' "$(find "$TMPDIR" -mindepth 1 -maxdepth 1)" ''
done
rm "$TMP/slow"

# --- what the README says of them -----------------------------------------------------------------

# rows_of FILE...: of a table.
rows_of() {
	cat "$@" | grep -c -v -e '^#' -e '^$'
}

like 'it has as many as the catalogue' "$(tr '\n' ' ' <README.md)" ": $(rows_of ci/mutants/catalogue/*.tsv) that a bad backport makes "
like 'and as many proofs as there are' "$(tr '\n' ' ' <README.md)" " $(rows_of ci/mutants/unobservable.tsv) of them no program can tell"

# --- the real kernel ------------------------------------------------------------------------------

if [ -n "$cache" ]; then export SECCOMPAT_CACHE=$cache; else unset SECCOMPAT_CACHE; fi
run ci/mutants/score --check
if [ "$status" = 4 ]; then
	skip "each mistake of the catalogue can be made in linux-source-6.1" "${err#seccompat: mutants: }"
else
	is "each mistake of the catalogue can be made in linux-source-6.1" "$status$err" 0
	is "no less than 150, mechanical ones aside" \
		"$(($(ci/mutants/score --list | grep -vc '^mechanical') >= 150))" 1
fi
done_testing
