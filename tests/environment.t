#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What seccompat probe recognises of where it runs: namespaces, containers, a tracer, an inherited
# listener, no_new_privs, /proc of others or none, emulators and other systems; and, in guests, what kernels
# are told at their boot. Each is made here, as far as this machine lets it. Its answers stay those of
# the same kernel without, or are unknown, with the environment that takes them in doubt.
. tests/lib.sh

unset NO_COLOR container
ulimit -c 0
chmod 755 "$TMP"
# By a name and at a place that a user, another root and another system can reach.
PROBE=$TMP/probe-$$
cp "$SECCOMPAT" "$PROBE"
chmod 755 "$PROBE"
OUTER=$BUILD/tests/outer
BOUND=120

# ids FILE: the kinds of environment.
ids() {
	jq -r '[.environment.found[].id] | join(" ")' "$1"
}

# detail NAME ID: what was seen of it.
detail() {
	jq -r --arg id "$2" '.environment.found[] | select(.id == $id) | .detail' "$TMP/$1.json"
}

# answers FILE: feature and answer, a line each; what tracers hear depends on their privilege.
answers() {
	jq -r '.features[] | "\(.id) \(.asked)"' "$1" | sort
}

run "$PROBE" probe --json
printf '%s\n' "$out" >"$TMP/bare.json"
is 'as it is: it answers' "$status$err" 0
BARE=$(ids "$TMP/bare.json")
# Where this test itself is confined, what it makes comes on top of that.
echo "# here: ${BARE:-nothing special}"

# in_place NAME WANTED COMMAND...: COMMAND runs the probe in a place that is WANTED (ids, sorted), beyond
# what is so already.
in_place() {
	local name=$1 wanted=$2 file=$TMP/$1.json
	shift 2
	run timeout -s KILL $BOUND "$@"
	printf '%s\n' "$out" >"$file"
	is "$name: it answers" "$status $(jq -r '.features | length' "$file" 2>&1)" \
		"0 $(jq -r '.features | length' "$TMP/bare.json")"
	# shellcheck disable=SC2086
	is "$name: it is recognised" "$(ids "$file" | tr ' ' '\n' | sort | tr '\n' ' ')" \
		"$(printf '%s\n' $BARE $wanted | sort -u | tr '\n' ' ')"
	is "$name: what is known is as without it" "$(comm -23 <(answers "$file" | grep -v ' unknown') <(answers "$TMP/bare.json"))" ''
	is "$name: what is in doubt is so for what was found" \
		"$(jq -r '[.environment.found[].id] as $found | .features[] | select(.asked == "unknown" and .doubt != null and ([.doubt] | inside($found) | not)) | .id' "$file")" ''
}
# doubted NAME ID: the features that it takes in doubt.
doubted() {
	jq -r --arg id "$2" '[.features[] | select(.doubt == $id) | .id] | join(" ")' "$TMP/$1.json"
}
# can COMMAND...: whether it can be done here.
can() {
	"$@" >/dev/null 2>&1
}

# --- namespaces, and /proc ---

PROC_FEATURES=$(jq -r '[.features[] | select(.group == "proc" or .id == "mode_strict_procfile") | .id] | join(" ")' "$TMP/bare.json")
if can unshare --user --map-root-user true; then
	in_place user 'user_ns' unshare --user --map-root-user "$PROBE" probe --json
	like 'user: whose root it is' "$(detail user user_ns)" "^uid 0 here is $(id -u) outside$"
	in_place unmapped 'user_ns unprivileged' unshare --user "$PROBE" probe --json
	is 'unmapped: that is seen' "$(detail unmapped user_ns)" 'no uid is mapped'
else
	skip 'a user namespace' 'none can be had'
fi
if can unshare --mount --pid --fork true; then
	in_place pid 'pid_ns' unshare --pid --fork --mount-proc "$PROBE" probe --json
	like 'pid: by its number' "$(detail pid pid_ns)" '^this is process 1 of it$'
	in_place numbers 'foreign_proc pid_ns' unshare --pid --fork "$PROBE" probe --json
	like 'numbers: which it has' "$(detail numbers foreign_proc)" '^process [0-9]+ is [0-9]+ there$'
	like 'numbers: what looks at processes is in doubt' " $(doubted numbers foreign_proc) " ' notif_fifo '
	# The pid namespace ends with mount(8): its /proc has no entry of anybody any more.
	# shellcheck disable=SC2016
	in_place foreign 'foreign_proc' unshare --mount sh -c 'unshare --pid --fork mount -t proc none /proc && exec "$0" probe --json' "$PROBE"
	is 'foreign: that is seen' "$(detail foreign foreign_proc)" 'it has no entry of this process'
	is 'foreign: none of its files is absent' "$(jq -r '.features[] | select(.group == "proc" and .asked == "absent") | .id' "$TMP/foreign.json")" ''
	# shellcheck disable=SC2016
	in_place missing 'no_proc' unshare --mount sh -c 'umount -l /proc && exec "$0" probe --json' "$PROBE"
	is 'missing: its files are in doubt' "$(doubted missing no_proc)" "$PROC_FEATURES"
	# shellcheck disable=SC2016
	in_place other 'no_proc' unshare --mount sh -c 'mount -t tmpfs none /proc && exec "$0" probe --json' "$PROBE"
	mkdir "$TMP/root"
	cp "$PROBE" "$TMP/root/probe"
	in_place chroot 'no_proc' chroot "$TMP/root" /probe probe --json
else
	skip 'pid and mount namespaces' 'none can be had'
fi

# --- containers ---

if can bwrap --ro-bind / / --dev /dev --proc /proc true; then
	bind=(--ro-bind "$TMP" "$TMP" --proc /proc --dev /dev)
	in_place bwrap 'container no_new_privs' bwrap "${bind[@]}" "$PROBE" probe --json
	like 'bwrap: which it is' "$(detail bwrap container)" '^bubblewrap'
	in_place bwrap-pid 'container pid_ns no_new_privs' bwrap --unshare-pid "${bind[@]}" "$PROBE" probe --json
else
	skip 'bubblewrap' 'it is not installed, or may do nothing'
fi
if can unshare --mount --pid --fork true; then
	# What a runtime leaves there, as they document it; each in a pid namespace of its own.
	# shellcheck disable=SC2016
	in_place named 'container pid_ns' env container=lxc unshare --pid --fork --mount-proc "$PROBE" probe --json
	like 'named: by whom' "$(detail named container)" '^lxc'
	# shellcheck disable=SC2016
	in_place marked 'container pid_ns' unshare --mount --pid --fork --mount-proc sh -c '
		mount -t tmpfs none /run && mkdir /run/host && echo systemd-nspawn >/run/host/container-manager && exec "$0" probe --json' "$PROBE"
	like 'marked: by whom' "$(detail marked container)" '^systemd-nspawn, says'
	mkdir "$TMP/upper" "$TMP/work" "$TMP/layers"
	# shellcheck disable=SC2016
	if can unshare --mount mount -t overlay none -o "lowerdir=/,upperdir=$TMP/upper,workdir=$TMP/work" "$TMP/layers"; then
		# shellcheck disable=SC2016
		in_place layers 'container pid_ns' unshare --mount --pid --fork sh -c '
			mount -t overlay none -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/layers" && cd "$1/layers" && mount -t proc none proc &&
			cp "$0" probe && pivot_root . mnt && exec /probe probe --json' "$PROBE" "$TMP"
	else
		skip 'layers' 'no overlay can be mounted over this root'
	fi
fi

# --- privileges, promises, tracers, listeners ---

if [ "$(id -u)" = 0 ]; then
	mkdir -m 777 "$TMP/nobody"
	in_place nobody 'unprivileged' env GCOV_PREFIX="$TMP/nobody" setpriv --reuid 65534 --regid 65534 --clear-groups "$PROBE" probe --json
	in_place bounded 'unprivileged' setpriv --bounding-set -all "$PROBE" probe --json
	is 'bounded: root it is, and without capabilities' "$(jq -c '.environment | [.root, .sys_admin]' "$TMP/bounded.json")" '[true,false]'
else
	skip 'unprivileged' 'this is not root, who could give that up'
fi
in_place promised 'no_new_privs' setpriv --no-new-privs "$PROBE" probe --json
like 'promised: what needs a start without' "$(doubted promised no_new_privs)" '^filter_priv$'
if can strace -o /dev/null true; then
	in_place traced 'traced' strace -f -o /dev/null "$PROBE" probe --json
	like 'traced: by whom' "$(detail traced traced)" '^by process [0-9]+, strace$'
	if can unshare --mount true; then
		# shellcheck disable=SC2016
		in_place traced-missing 'traced no_proc' strace -f -o /dev/null unshare --mount sh -c 'umount -l /proc && exec "$0" probe --json' "$PROBE"
	fi
else
	skip 'traced' 'there is no strace, or it may not trace'
fi
if can proot true; then
	in_place proot 'proot traced' proot "$PROBE" probe --json
	is 'proot: nothing is absent for it' "$(jq -r '.features[] | select(.asked == "absent" and .group != "proc" and (.id | IN("mode_strict_procfile", "rename_73", "s390_compat_gone") | not)) | .id' "$TMP/proot.json")" ''
else
	skip 'proot' 'it is not installed, or may not trace'
fi
# Nobody calls acct(2) here.
echo 'listen acct' >"$TMP/listener"
in_place listener 'listener outer_filter' "$OUTER" "@$TMP/listener" "$PROBE" probe --json
like 'listener: what needs one is in doubt for that' " $(doubted listener listener) " ' notif_recv .* notif_addfd '
is 'listener: and nothing else is' "$(jq -r '.features[] | select(.doubt == "listener" and (.group | IN("notif", "addfd") | not)) | .id' "$TMP/listener.json")" ''
# One that nobody reads lets a call wait for ever; whoever asks waits no longer than the bound, which
# a load of this machine would stretch beyond ours.
echo 'listen seccomp' >"$TMP/silent"
run env SECCOMPAT_SLOWNESS=1 timeout -s KILL $BOUND "$OUTER" "@$TMP/silent" "$PROBE" probe --json flag_tsync
is 'a listener that does not answer: it is waited for, not for ever' \
	"$status$(jq -r '.features[] | "\(.asked) \(.doubt)"' <<<"$out")" '4unknown outer_filter'
like 'a listener that does not answer: that is said' "$out" '"why": "outer filter: no answer: did not end within'

# --- who else answers ---

sandbox=(runsc --rootless --network=none "do")
if can "${sandbox[@]}" true; then
	# A second kernel in user space is slow.
	run timeout -s KILL $((4 * BOUND)) "${sandbox[@]}" "$PROBE" probe --json
	printf '%s\n' "$out" >"$TMP/gvisor.json"
	like 'gVisor: it is recognised' "$status $(ids "$TMP/gvisor.json") " '^0 gvisor '
	is 'gVisor: nothing of it is a kernel of Linux' "$(jq -r '.features[] | "\(.asked) \(.doubt) \(.verdict)"' "$TMP/gvisor.json" | sort -u)" 'unknown gvisor unknown'
	is 'gVisor: what it said is kept' "$(jq -r '.features[] | select(.id == "flag_tsync") | .heard' "$TMP/gvisor.json")" present
	is 'gVisor: it is an emulator to who reads the old keys' "$(jq -c '.environment | [.emulated, .emulator]' "$TMP/gvisor.json")" '[true,"gVisor"]'
else
	skip 'gVisor' 'there is no runsc, or it may not run'
fi
arm=build/arm/seccompat
if [ -x $arm ] && can qemu-arm-static --version; then
	run qemu-arm-static $arm probe --json
	printf '%s\n' "$out" >"$TMP/qemu.json"
	like 'qemu-user: it is recognised' "$(ids "$TMP/qemu.json") " '^qemu_user '
	if [ -d "$TMP/root" ]; then
		cp $arm "$TMP/root/arm"
		cp "$(command -v qemu-arm-static)" "$TMP/root/qemu"
		run chroot "$TMP/root" /qemu /arm probe --json
		printf '%s\n' "$out" >"$TMP/qemu-chroot.json"
		is 'qemu-user without /proc: it is none' "$(ids "$TMP/qemu-chroot.json")" 'unknown_emulator no_proc'
		is 'qemu-user without /proc: nothing is absent' "$(jq -r '.features[] | select(.asked == "absent") | .id' "$TMP/qemu-chroot.json")" ''
	fi
else
	skip 'qemu-user' "$arm or qemu-arm-static is not there"
fi

if python3 -c 'import jsonschema' 2>/dev/null; then
	is 'all of that is as the schema says' "$(for file in "$TMP"/*.json; do printf '%s\t%s\n' "$(basename "$file")" "$(jq -c . "$file")"; done |
		python3 tests/schema.py docs/probe.schema.json | grep -v ' good$')" ''
fi

# --- what is rendered of it ---

promised=(setpriv --no-new-privs "$PROBE")
LINE='environment: inherited no_new_privs: it cannot be unset'
like 'the table says where it was asked' "$("${promised[@]}" probe nnp)" $'\n'"$LINE"
like 'so does KTAP' "$("${promised[@]}" probe --ktap nnp)" $'\n# '"$LINE"
like 'and a page' "$("${promised[@]}" probe --markdown nnp)" $'\n- inherited no_new_privs: it cannot be unset'
like 'and check' "$("${promised[@]}" check features.nnp)" $'\n# '"$LINE"
if [ -z "$BARE" ]; then
	unlike 'where there is nothing, nothing is said' "$("$PROBE" probe; "$PROBE" probe --ktap; "$PROBE" probe --markdown)" 'environment:|\n- '
fi

# --- what kernels are told at their boot ---

# booted NAME WORDS ID REGEX KERNEL: a guest with these words on its command line is recognised as that.
booted() {
	local name=$1 kernel=$5 folder=${SECCOMPAT_CACHE:-build/kernels}/$5
	if ! [ -e "$folder/kernel" ] || ! [ -x build/x86_64/ci/init ] || ! can qemu-system-x86_64 --version; then
		skip "$name: a guest" "$kernel is not there: ci/fetch x86_64 ${kernel#x86_64-} gets it"
		return
	fi
	ci/mkinitramfs "$TMP/initramfs" build/x86_64/ci/init "$SECCOMPAT" probe --json &&
		run ci/boot --append "$2" x86_64 "$folder/kernel" "$TMP/initramfs"
	printf '%s\n' "$out" >"$TMP/$name.json"
	like "$name: it is recognised" "$status$(detail "$name" "$3")" "^0$4"
	is "$name: answers are not touched" "$(jq -r '.features[] | select(.doubt) | "\(.id) \(.doubt)"' "$TMP/$name.json")" ''
}
booted lockdown lockdown=integrity lockdown integrity x86_64-6.1
booted yama sysctl.kernel.yama.ptrace_scope=1 yama 'it is 1' x86_64-6.1
booted io_uring sysctl.kernel.io_uring_disabled=2 io_uring_off 'kernel.io_uring_disabled is 2' x86_64-6.12

done_testing
