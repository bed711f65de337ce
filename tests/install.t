#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# make install, uninstall and bundle.
. tests/lib.sh

unset MAKEFLAGS MFLAGS MAKELEVEL CC CFLAGS LDFLAGS B ARCH V T DESTDIR PREFIX
MAKE=(make --no-print-directory)
# files FOLDER: the files below it.
files() {
	(cd "$1" 2>/dev/null && find . -type f | sort)
}

run "${MAKE[@]}" install "DESTDIR=$TMP/dest" PREFIX=/usr/sc
is 'make install ends with 0' "$status" 0
ok 'the program is there, and runs' "$TMP/dest/usr/sc/bin/seccompat" --version
pages=(docs/*.scd)
is 'a manual page a subcommand, and one more' "$(files "$TMP/dest" | grep -c 'share/man/man1/.*\.1$')" "${#pages[@]}"
ok 'bash completes it' bash -c "source '$TMP/dest/usr/sc/share/bash-completion/completions/seccompat' && complete -p seccompat"
ok 'and fish has its file' grep -q '^complete -c seccompat ' "$TMP/dest/usr/sc/share/fish/vendor_completions.d/seccompat.fish"
like 'the header, the reporter and the licence are there' "$(files "$TMP/dest" | tr '\n' ' ')" \
	'include/seccompat/seccomp-bpf.h .*share/doc/seccompat/LICENSE .*share/seccompat/syscall-reporter.c '
echo mine >"$TMP/dest/usr/sc/bin/other"
run "${MAKE[@]}" uninstall "DESTDIR=$TMP/dest" PREFIX=/usr/sc
is 'make uninstall leaves nothing but what is not ours' "$status$(files "$TMP/dest")" 0./usr/sc/bin/other
run "${MAKE[@]}" install DESTDIR=/dev/null
is 'a DESTDIR that is no folder fails' "$status" 2

run "${MAKE[@]}" bundle
is 'make bundle ends with 0' "$status" 0
bundle=$(sed -n 's,^\(build/[^ ]*/seccompat\) is all.*,\1,p' <<<"$out")
is 'and says where it is' "$bundle" "build/seccompat-$(<VERSION)-$(arch/field "$(uname -m)" name)/seccompat"
like 'the licence notes are beside it' "$(files "${bundle%/*}" | tr '\n' ' ')" './LICENSE .*./licences.txt ./seccompat '
# A root with the one file in it: no /usr, no /dev; to check, a /proc.
if [ "$(id -u)" = 0 ]; then
	mkdir "$TMP/root"
	cp "$bundle" "$TMP/root/"
	run chroot "$TMP/root" /seccompat probe --json
	is 'the file alone is enough to probe' "$status$err$(jq -r '.features | length > 0' <<<"$out")" 0true
	mkdir "$TMP/root/proc"
	# shellcheck disable=SC2016
	run unshare --mount sh -c 'mount -t proc none "$0/proc" && exec chroot "$0" /seccompat check modes' "$TMP/root"
	is 'and to check' "$status$err" 0
	is 'and it left nothing there' "$(files "$TMP/root")" ./seccompat
else
	skip 'the file alone is enough' 'only root may change its root'
fi
done_testing
