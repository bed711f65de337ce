#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Every command that the README shows, as its reader types it, in a copy of the tree that belongs to
# an ordinary user. What takes long is shortened (one family of tests, one of the toolkit's), as the
# whole of it is what runs this.
. tests/lib.sh

unset MAKEFLAGS MFLAGS MAKELEVEL CC CFLAGS LDFLAGS B ARCH KERNEL JSON CHECK V T DESTDIR PREFIX BUILD SECCOMPAT
export LC_ALL=C
USER_ID=65534
tree=$TMP/tree
mkdir "$tree"
chmod 755 "$TMP"
machine=$(uname -m)
tar -c --exclude=./build . | tar -x -C "$tree"
# What is built for this machine and its compat programs is built from nothing there; the others, which
# take minutes, are taken along.
others=(build/gen build/kselftest)
while read -r arch; do
	[ ! -d "build/$arch" ] || others+=("build/$arch")
done < <(awk -F'\t' -v machine="$machine" '!/^#/ && $1 != machine && $5 != machine { print $1 }' arch/arches.tsv)
tar -c "${others[@]}" | tar -x -C "$tree"

# Kernels that are here already need not be fetched once more, but the reader may not see ours.
mkdir "$TMP/kernels"
for arch in arm aarch64; do
	kernel=$(ci/fetch "$arch" 6.1) && cp -r "$kernel" "$TMP/kernels/"
done
[ "$(id -u)" != 0 ] || chown -R "$USER_ID" "$TMP/kernels"
export SECCOMPAT_CACHE=$TMP/kernels

# Lines of the blocks that say they are for a shell.
commands() {
	awk '/^```/ { shell = $0 == "```sh"; next } shell' README.md
}

# reader COMMAND: typed by an ordinary user; "sudo" is played, as a test has no password.
reader() {
	local sudo=()
	if [ "$(id -u)" != 0 ]; then
		run bash -c "cd $tree && ${1#sudo }"
		return
	fi
	chown -R $USER_ID:$USER_ID "$tree"
	sudo=(setpriv --reuid "$USER_ID" --regid "$USER_ID" --clear-groups env HOME="$tree")
	[ "${1%% *}" != sudo ] || sudo=(env SUDO_UID="$USER_ID" SUDO_GID="$USER_ID" SUDO_USER=nobody)
	run "${sudo[@]}" bash -c "cd $tree && ${1#sudo }"
}

# worked TEXT WANTED: the command's status, and what it printed.
worked() {
	if [ "$status" = 0 ] && [[ $out =~ $2 ]]; then
		pass "$1"
	else
		fail "$1" "status $status, wanted: $2" "$(tail -n 15 <<<"$out")" "$(tail -n 15 <<<"$err")"
	fi
}

# checked TEXT: a verdict, be it good or bad: what the kernel does is not what is tested here.
checked() {
	[ "$status" != 2 ] || ! [[ $out =~ 'VERDICT: this kernel failed' ]] || status=0
	worked "$1" '# tests: [1-9][0-9]* passed, .* 0 broke.*# VERDICT: '
}

# try COMMAND
try() {
	case $1 in
	'sudo make setup check') reader "$1 CHECK=modes" && checked "$1" ;;
	'sudo make setup test') reader "$1 T=tests/arch.t" && worked "$1" '[0-9]+ passed, 0 failed, [0-9]+ skipped' ;;
	'make matrix') reader "$1 CHECK=modes KERNELS=arm-6.1" && worked "$1" 'arm-6.1 .* [1-9][0-9]* passed, ' ;;
	'make check ARCH='*) reader "$1 CHECK=modes" && checked "$1" ;;
	'make check CHECK='*) reader "$1" && checked "$1" ;;
	'make check JSON='*)
		reader "$1" && checked "$1"
		is 'the file is there, of the reader' "$(jq -r '.summary.broke' "$tree/result.json")" 0
		;;
	'build/x86_64/seccompat '*)
		# Not every reader sits at this one.
		reader "${1/x86_64/$(arch/field "$machine" name)}" && worked "$1" .
		;;
	'make bench'*)
		# Shortened, and whether the machine is quiet is not what is asked.
		reader "${1%"BENCH="*} BENCH='--quick --json bench.json'"
		[ "$status" = 0 ] || [[ $out != *'TOO NOISY TO SAY'* ]] || status=0
		worked "$1" 'bitmap works: '
		;;
	'make fuzz '*) reader "$1" && worked "$1" '# 0 differences in' ;;
	'make bundle '* | 'make install '* | 'make uninstall '*)
		reader "${1//\/tmp\/seccompat/$TMP/prefix}" && worked "$1" ''
		;;
	'make lint' | 'make sanitize' | 'make coverage' | 'make test')
		# Each takes minutes, and would run this.
		ok "$1 is run by CI" grep -qx "step $1" .ci/run
		;;
	*) fail "the README's command \"$1\" is run by a test" ;;
	esac
}

if [ "$(id -u)" = 0 ]; then
	mkdir "$TMP/prefix"
	chown $USER_ID "$TMP/prefix"
fi
while IFS= read -r command; do
	try "$command"
done < <(commands)

is 'nothing of it belongs to root' "$(find "$tree/build" -user 0 2>/dev/null)" "$([ "$(id -u)" = 0 ] || find "$tree/build" -user 0)"
# What the README quotes has the form of what is printed.
shape() {
	grep '^# ' | sed 's/[0-9][0-9.]*/N/g; s/ on Linux [^ ]*/ on Linux N/; s/, [a-z ]*$//' | grep -e tests: -e seccompat
}
reader 'make check CHECK=modes'
is "the README's transcript is like a real one" "$(awk '/^\$ make check/ { on = 1 } on' README.md | sed '/^```/q' | shape)" "$(shape <<<"$out")"
is 'each folder that it lists is there' "$(awk '/^## The house/ { on = 1 } on && /^[a-z]+\/ / { print $1 }' README.md | while read -r folder; do [ -d "$folder" ] || echo "$folder"; done)" ''
is 'and none is left out' "$(find . -mindepth 1 -maxdepth 1 -type d -not -name '.*' -not -name build -not -name make -printf '%f\n' | while read -r folder; do grep -q "^$folder/ " README.md || echo "$folder"; done)" ''
done_testing
