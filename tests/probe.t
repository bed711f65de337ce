#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# seccompat probe: what it says of this kernel, and that it says so honestly: below filters of
# others, without privilege, without /proc, emulated; and that it leaves no trace.
. tests/lib.sh

unset NO_COLOR
ulimit -c 0
chmod 755 "$TMP"

# A copy by a name of its own, which anybody may run: what the kernel logs of it can be told apart.
PROBE=$TMP/probe-$$
cp "$SECCOMPAT" "$PROBE"
chmod 755 "$PROBE"
OUTER=$BUILD/tests/outer

# The catalogue's words for a kernel that has them all: feature, answer, errno.
CATALOGUE='
mode_strict_procfile absent ENOENT
prctl_seccomp present null
mode_strict present null
mode_filter_prctl present EFAULT
seccomp_syscall present EINVAL
mode_lock present EINVAL
op_set_mode_strict present EINVAL
op_set_mode_filter present EFAULT
op_get_action_avail present EFAULT
op_get_notif_sizes present EFAULT
op_upper_bound present EINVAL
nnp present null
nnp_argcheck present EINVAL
filter_priv present EACCES
flag_tsync present EFAULT
flag_log present EFAULT
flag_spec_allow present EFAULT
flag_new_listener present EFAULT
flag_tsync_esrch present EFAULT
flag_wait_killable_recv present EFAULT
flag_combo_tsync_listener present EFAULT
flag_upper_bound present EINVAL
act_kill_process present null
act_kill_thread present null
act_trap present null
act_errno present null
act_user_notif present null
act_trace present null
act_log present null
act_allow present null
act_unknown present EOPNOTSUPP
act_data_errno_clamp present null
ret_data present null
ret_action_full present null
proc_seccomp present null
proc_nnp present null
proc_filters present null
proc_ssb present null
proc_sib present null
proc_cache absent ENOENT
sysctl_avail present null
sysctl_logged present null
sud_sysctl present null
audit_records present null
notif_recv present null
notif_send present ENOENT
notif_id_valid present ENOENT
notif_id_valid_wrongdir present ENOENT
notif_continue present ENOENT
notif_zero_check present EINVAL
notif_setflags present null
notif_sync_wakeup present null
notif_upper present EINVAL
notif_poll present null
notif_pollhup present null
notif_recv_hup present ENOENT
notif_fifo present null
notif_listener_close present null
notif_one_listener present EBUSY
notif_fd_props present EINVAL
notif_pidns present null
notif_addfd present EFAULT
addfd_setfd present ENOENT
addfd_send present ENOENT
ptrace_o_traceseccomp present -
ptrace_order48 present -
ptrace_skip_nr present -
ptrace_o_suspend present -
ptrace_get_filter present -
ptrace_get_metadata present -
ptrace_get_syscall_info present -
ptrace_set_syscall_info present -
ptrace_sud_config present -
bpf_opcodes present null
bpf_div0 present EINVAL
bpf_classic_checks present EINVAL
limit_4096 present EINVAL
limit_path present ENOMEM
sud present null
sud_inclusive present null
sigsys_info present null
trap_forced present null
trap_rollback present null
coredump_on_kill unknown null
mode_dead unknown null
act_precedence present null
inherit_fork present null
inherit_exec present null
tsync_dead present null
tsync_nnp present null
tsync_killed_proc unknown null
x32_bit absent null
compat_arch present null
s390_compat_gone absent null
vsyscall_filter present null
uretprobe_passthrough present null
uprobe_passthrough present ENXIO
uretprobe_harden unknown null
const_bitmap present null
ssb_default_516 unknown null
io_uring present EFAULT
rename_73 present null'

# What depends on the machine, too: its CPU, how it was booted, what it was built for.
OF_MACHINE='audit_records io_uring x32_bit compat_arch s390_compat_gone vsyscall_filter ssb_default_516 no_feature'
# What nobody can ask without a trace in the log, or at all.
UNTOLD='coredump_on_kill mode_dead tsync_killed_proc uretprobe_harden'
# What only root can ask.
OF_ROOT='audit_records tsync_nnp no_feature'

# without IDS: standard input without the lines that begin with one of them.
without() {
	grep -vE "^(${1// /|}) "
}

# ids ASKED FILE [PREFIX]: the features of FILE that were answered so, in one line.
ids() {
	jq -r --arg asked "$1" --arg prefix "${3:-}" '[.features[] | select(.asked == $asked)
		| .id | select(startswith($prefix))] | join(" ")' "$2"
}

# unheard FILE: those of FILE that are unknown, but should not be, in one line.
unheard() {
	jq -r '.features[] | select(.asked == "unknown") | "\(.id) "' "$1" |
		without "$OF_MACHINE $UNTOLD" | tr -d '\n' | sed 's/ $//'
}

# answers FILE: feature, answer and errno, a line each. What a tracer hears depends on its privilege.
answers() {
	jq -r '.features[] | "\(.id) \(.asked) \(if .group == "ptrace" then "-" else .errno end)"' "$1"
}

# probes TEXT FILE COMMAND...: COMMAND exits with 0, says nothing on stderr, and writes JSON.
probes() {
	local text=$1 file=$2
	shift 2
	run "$@"
	printf '%s\n' "$out" > "$file"
	is "$text: it answers" "$status $err $(jq -r .tool.version "$file" 2>&1)" "0  $(< VERSION)"
}

own_trace() {
	grep -E '^(Seccomp|NoNewPrivs|Speculation)' /proc/$$/status
}

# lines_of_the_log: what the kernel has logged of PROBE.
lines_of_the_log() {
	dmesg 2>&1 | grep -F "probe-$$"
}

# --- this kernel ---

trace=$(own_trace)
probes 'as it is' "$TMP/bare.json" "$PROBE" probe --json
is 'the caller is as before' "$(own_trace)" "$trace"

# A thing that is not in the schema, and what jq does to get there.
variants() {
	cat <<-'END'
		no form	del(.schema)
		the form of a check	.schema = "seccompat.check.2"
		a part that is not known	.tests = []
		no environment	del(.environment)
		a feature without what was heard	del(.features[0].heard)
		another word for works	.features[0].works = "perhaps"
		a doubt that is no word	.features[0].doubt = 1
		an option without its source	.features[0].config = { option: "X" }
		a kind of environment without an id	.environment.found = [ { name: "x", detail: "", means: "y" } ]
		a refusal without a call	.environment.refused = [ { with: "EPERM" } ]
	END
}
# judged NAME: what docs/probe.schema.json makes of the variants, and of $TMP/NAME.json.
# shellcheck disable=SC2317
judged() {
	{
		printf 'as it is\t%s\n' "$(jq -c . "$TMP/$1.json")"
		variants | while IFS=$'\t' read -r name change; do
			printf '%s\t%s\n' "$name" "$(jq -c "$change" "$TMP/$1.json")"
		done
	} | python3 tests/schema.py docs/probe.schema.json
}
if python3 -c 'import jsonschema' 2>/dev/null; then
	run judged bare
	is 'the JSON is as its schema says' "$status $(head -n 1 <<<"$out")" '0 as it is good'
	is 'which refuses what is not' "$(tail -n +2 <<<"$out" | sed 's/ bad: .*//')" "$(variants | cut -f 1)"
else
	skip 'the JSON is as its schema says' 'python3-jsonschema is not installed'
fi
is 'the kernel is this one' "$(jq -r '.kernel | .release, .version, .machine' "$TMP/bare.json")" \
	"$(uname -r; uname -v; uname -m)"
is 'its page size and CPUs' "$(jq -c '.kernel | [.page_size, .cpus]' "$TMP/bare.json")" \
	"[$(getconf PAGESIZE),$(getconf _NPROCESSORS_ONLN)]"
is 'its command line' "$(jq -r .kernel.cmdline "$TMP/bare.json")" "$(cat /proc/cmdline)"
if [ -r /sys/kernel/notes ]; then
	like 'its build id' "$(jq -r .kernel.build_id "$TMP/bare.json")" '^[0-9a-f]{40}$'
else
	skip 'its build id' '/sys/kernel/notes cannot be read'
fi
is 'the features are those of the catalogue' "$(jq -r '.features[].id' "$TMP/bare.json")" \
	"$(awk 'NF { print $1 }' <<< "$CATALOGUE")"

mode=$(awk '/^Seccomp:/ { print $2 }' /proc/self/status)
nnp=$(awk '/^NoNewPrivs:/ { print $2 }' /proc/self/status)
oldest=$(printf '%s\n5.19\n' "$(uname -r)" | sort -V | head -1)
if [ "$mode$nnp$oldest" != 005.19 ]; then
	skip 'the answers are those of the catalogue' "kernel $(uname -r), mode $mode, no_new_privs $nnp"
	skip 'the verdicts too' "kernel $(uname -r), mode $mode, no_new_privs $nnp"
else
	# Built with SECCOMP_CACHE_DEBUG, the file is there.
	[ ! -e /proc/self/seccomp_cache ] ||
		CATALOGUE=${CATALOGUE/proc_cache absent ENOENT/proc_cache present null}
	# What is newer than this kernel has another answer.
	newer=$(jq -r '.features[] | select(.verdict == "not yet") | .id, "no_feature"' "$TMP/bare.json")
	is 'the answers are those of the catalogue' \
		"$(answers "$TMP/bare.json" | grep -vwF "$newer" | without "$OF_MACHINE")" \
		"$(grep -vwF "$newer" <<< "${CATALOGUE#?}" | without "$OF_MACHINE")"
	is 'the verdicts too' \
		"$(jq -r '.features[] | select(.verdict | IN("mainline", "not yet") | not) | "\(.id) \(.verdict)"' "$TMP/bare.json" | without "$OF_MACHINE $UNTOLD")" \
		"$([ -e /proc/self/seccomp_cache ] || echo proc_cache config off)"
fi

run "$PROBE" probe
is 'the table: exit status' "$status $err" '0 '
is 'the table names each feature once' "$(awk '/^  / { print $1 }' <<< "$out" | tail -n +2)" \
	"$(jq -r '.features[].id' "$TMP/bare.json")"
unlike 'no colour where no terminal is' "$out" $'\033'
run "$PROBE" probe flag_log mode_strict
is 'the features that are asked for, in our order' \
	"$(awk '/^  / { print $1 }' <<< "$out" | tail -n +2 | tr '\n' ' ')" 'mode_strict flag_log '

# on_terminal [VARIABLE=VALUE...] COMMAND
on_terminal() {
	TERM=xterm script -qec "env $*" /dev/null < /dev/null
}
if command -v script > /dev/null; then
	like 'colour on a terminal' "$(on_terminal "$PROBE" probe nnp)" $'\033'
	unlike 'but not with NO_COLOR' "$(on_terminal NO_COLOR=1 "$PROBE" probe nnp)" $'\033'
	unlike 'nor with --no-color' "$(on_terminal "$PROBE" probe --no-color nnp)" $'\033'
else
	skip 'colour on a terminal' 'there is no script(1)'
fi

# Not earlier, as a record takes its time to the log; not later, as below filters children are killed.
if dmesg > /dev/null 2>&1; then
	is 'the kernel logged nothing' "$(lines_of_the_log)" ''
else
	skip 'the kernel logged nothing' 'the log may not be read'
fi

# --- below a filter of somebody else ---

# What is left of the present ones is a part of those without the filter, and none becomes absent
# but what no filter can hide. under MODE UNKNOWN-IDS: the rest is as without.
under() {
	local file=$TMP/$1.json
	probes "below $1" "$file" "$OUTER" "$1" "$PROBE" probe --json
	is "below $1: unknown are these" "$(unheard "$file")" "$2"
	is "below $1: the rest is as without it" \
		"$(answers "$file" | grep -v ' unknown ' | without "$OF_MACHINE")" \
		"$(answers "$TMP/bare.json" | grep -vwF "$(tr ' ' '\n' <<< "$2")" | without "$OF_MACHINE $UNTOLD")"
	is "below $1: it is said why" \
		"$(jq -r '.features[] | select(.asked == "unknown" and (.why | startswith("outer filter: ") | not)) | "\(.id) "' "$file" | without "$UNTOLD")" ''
	is "below $1: what is in doubt was heard, and is not believed" \
		"$(jq -r '.features[] | select(.doubt != null and .asked != "unknown" or .doubt == null and .asked != .heard) | .id' "$file")" ''
	is "below $1: it was noticed" "$(jq -c '.environment | [.outer_filter, .mode]' "$file")" '[true,2]'
}

# why MODE FEATURE REGEX
why() {
	like "below $1: $2, $3" \
		"$(jq -r --arg id "$2" '.features[] | select(.id == $id) | "\(.errno) \(.why)"' "$TMP/$1.json")" "$3"
}

by_listener='notif_recv notif_send notif_id_valid notif_id_valid_wrongdir notif_continue notif_zero_check notif_setflags notif_sync_wakeup notif_upper notif_poll notif_pollhup notif_recv_hup notif_fifo notif_listener_close notif_one_listener notif_fd_props notif_pidns notif_addfd addfd_setfd addfd_send'
by_tsync='tsync_dead tsync_nnp'
by_filter="sigsys_info trap_forced trap_rollback act_precedence inherit_fork inherit_exec $by_tsync uretprobe_passthrough uprobe_passthrough const_bitmap"
by_limits='bpf_opcodes bpf_div0 bpf_classic_checks limit_4096 limit_path'
by_tracer='ptrace_o_traceseccomp ptrace_order48 ptrace_skip_nr ptrace_get_filter ptrace_get_metadata'
by_seccomp="seccomp_syscall op_set_mode_strict op_set_mode_filter op_get_action_avail op_get_notif_sizes op_upper_bound flag_tsync flag_log flag_spec_allow flag_new_listener flag_tsync_esrch flag_wait_killable_recv flag_combo_tsync_listener flag_upper_bound act_kill_process act_kill_thread act_trap act_errno act_user_notif act_trace act_log act_allow act_unknown ret_action_full $by_listener $by_tsync"
by_prctl="prctl_seccomp mode_strict mode_filter_prctl mode_lock nnp nnp_argcheck filter_priv act_data_errno_clamp ret_data $by_listener $by_tracer $by_limits sud sud_inclusive $by_filter"

# outer sets no_new_privs where it must; then the features that need it unset are not asked.
if [ "$(id -u)$mode$nnp" != 000 ]; then
	skip 'below filters' 'needs root, and no filter around the test itself'
else
	under allow 'mode_strict'
	under seccomp-enosys "mode_strict $by_seccomp"
	why seccomp-enosys flag_log '^ENOSYS outer filter: '
	under seccomp-eperm "mode_strict $by_seccomp"
	why seccomp-eperm act_log '^EPERM outer filter: '
	under seccomp-einval "mode_strict $by_seccomp"
	under seccomp-success "mode_strict $by_seccomp"
	under trap-seccomp "mode_strict $by_seccomp"
	why trap-seccomp flag_log 'killed by SIGSYS'
	under no-tsync "mode_strict flag_tsync flag_combo_tsync_listener $by_tsync"
	why no-tsync flag_tsync '^EINVAL outer filter: EINVAL'
	under kill-prctl "$by_prctl"
	why kill-prctl nnp 'killed by SIGSYS'
	under no-prctl-seccomp "prctl_seccomp mode_strict mode_filter_prctl mode_lock filter_priv act_data_errno_clamp ret_data $by_tracer $by_limits $by_filter"
fi

# --- without privilege, without /proc, below a tracer ---

if [ "$(id -u)" = 0 ]; then
	# What gcov writes: the folder of the build may be one that nobody else can enter.
	mkdir -m 777 "$TMP/nobody"
	probes 'unprivileged' "$TMP/nobody.json" env GCOV_PREFIX="$TMP/nobody" \
		setpriv --reuid 65534 --regid 65534 --clear-groups "$PROBE" probe --json
	is 'unprivileged: the answers are those of root' \
		"$(answers "$TMP/nobody.json" | without "$OF_ROOT")" \
		"$(answers "$TMP/bare.json" | without "$OF_ROOT")"
	is 'unprivileged: the environment says so' \
		"$(jq -c '.environment | [.root, .sys_admin]' "$TMP/nobody.json")" '[false,false]'
else
	skip 'unprivileged' 'this is not root, who could give that up'
fi
if unshare --mount true 2> /dev/null; then
	# shellcheck disable=SC2016
	probes 'without /proc' "$TMP/noproc.json" \
		unshare --mount sh -c 'mount -t tmpfs none /proc && exec "$0" probe --json' "$PROBE"
	is 'without /proc: its files are unknown' "$(unheard "$TMP/noproc.json")" \
		'mode_strict_procfile proc_seccomp proc_nnp proc_filters proc_ssb proc_sib proc_cache sysctl_avail sysctl_logged sud_sysctl notif_fifo'
	is 'without /proc: it was noticed' "$(jq -c .environment.proc "$TMP/noproc.json")" false
	# shellcheck disable=SC2016
	probes 'without /proc/sys' "$TMP/nosys.json" \
		unshare --mount sh -c 'mount -t tmpfs none /proc/sys && exec "$0" probe --json' "$PROBE"
	is 'without /proc/sys: its files are unknown' "$(unheard "$TMP/nosys.json")" \
		'sysctl_avail sysctl_logged'
else
	skip 'without /proc' 'no mount namespace can be had'
fi
if strace -o /dev/null true 2> /dev/null; then
	probes 'traced' "$TMP/traced.json" \
		strace -f -o "$TMP/strace" -e trace=none "$PROBE" probe --json
	is 'traced: it was noticed' "$(jq -c .environment.traced "$TMP/traced.json")" true
	# The log proves no absence, as the kernel limits its rate; but what is not killed is not logged.
	is 'traced: no question ends in a death' "$(grep killed "$TMP/strace")" ''
	is 'traced: no refusal is taken for absence' \
		"$(answers "$TMP/traced.json" | grep ' absent ' | without "$OF_MACHINE")" \
		"$(answers "$TMP/bare.json" | grep ' absent ' | without "$OF_MACHINE")"
else
	skip 'traced' 'there is no strace, or it may not trace'
fi

# --- emulated ---

# emulated ARCH EMULATOR
emulated() {
	local file=$TMP/$1.json program=build/$1/seccompat
	if [ ! -x "$program" ] || ! command -v "$2" > /dev/null; then
		skip "emulated as $1" "$program or $2 is not there"
		return
	fi
	probes "emulated as $1" "$file" "$2" "$program" probe --json
	is "emulated as $1: nothing is absent" "$(ids absent "$file")" ''
	is "emulated as $1: only no_new_privs is known" "$(ids present "$file")" 'nnp nnp_argcheck'
	is "emulated as $1: that is why" \
		"$(jq -r '[.features[] | select(.asked == "unknown") | .why | .[0:21]] | unique[]' "$file")" \
		'emulated (qemu-user):'
	is "emulated as $1: it was noticed" "$(jq -c '.environment | [.emulated, .emulator]' "$file")" \
		'[true,"qemu-user"]'
}
while IFS=$'\t' read -r arch emulator; do
	emulated "$arch" "$emulator"
done < <(awk -F '\t' '/^#name\t/ { for (i = 1; i <= NF; i++) if ($i == "qemu_user") column = i; next }
	/^[^#]/ && $column != "-" { print $1 "\t" $column }' arch/arches.tsv)

# --- output, and bad input ---

ok 'to a file' "$PROBE" probe --json --output "$TMP/file.json"
is 'the file has the same answers' "$(answers "$TMP/file.json")" "$(answers "$TMP/bare.json")"
is 'there is nothing beside it' "$(cd "$TMP" && echo file.json*)" file.json
run "$PROBE" probe --json --output "$TMP/none/file.json"
is 'an unwritable file: exit status' "$status $out" '2 '
is 'an unwritable file: one clear line' "$err" \
	"seccompat: $TMP/none/file.json: cannot be written: No such file or directory"
run "$PROBE" probe --output "$TMP"
is 'a directory: exit status' "$status $(ls -d "$TMP")" "2 $TMP"
is 'a full disk: exit status' "$("$PROBE" probe --json 2> "$TMP/full" > /dev/full; echo $?)" 2
is 'a full disk: one clear line' "$(< "$TMP/full")" \
	'seccompat: -: cannot be written: No space left on device'
run "$PROBE" probe flag_tsnyc
is 'an unknown feature: exit status' "$status $out" '2 '
is 'an unknown feature: the one that was meant' "$err" \
	'seccompat: probe: flag_tsnyc: no such feature; did you mean flag_tsync?'
run "$PROBE" probe wait_killable
like 'a part of a name' "$err" 'did you mean flag_wait_killable_recv'
run "$PROBE" probe zzzzzzzzzzzzzzzzz
is 'something else' "$status $err" \
	'2 seccompat: probe: zzzzzzzzzzzzzzzzz: no such feature; seccompat explain lists them'
run "$PROBE" probe --colour
is 'an unknown option' "$status" 2
run "$PROBE" probe --help
is 'help' "$status $err" '0 '

is 'no process is left' "$(pgrep -f "probe-$$ probe")" ''
done_testing
