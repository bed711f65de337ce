#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What shells complete behind seccompat: all that its tables have, and nothing that is not there.
. tests/lib.sh

unset MAKEFLAGS MFLAGS MAKELEVEL CC CFLAGS LDFLAGS B ARCH V T
make -s --no-print-directory completion
FEATURES=$(sed -n 's/^FEATURE(\([a-z0-9_]*\),.*/\1/p' probe/features.def | sort)

# sorted: without empty lines.
# shellcheck disable=SC2317
sorted() {
	grep . | sort -u
}

# shellcheck disable=SC2317
# by_bash WORD...: what bash offers for the last word.
by_bash() {
	# shellcheck disable=SC2016
	bash --norc --noprofile -c 'source build/completion/bash/seccompat
		COMP_WORDS=(seccompat "$@") COMP_CWORD=$#
		_seccompat
		printf "%s\n" "${COMPREPLY[@]}"' - "$@" | sorted
}

# shellcheck disable=SC2317
# by_fish WORD...
by_fish() {
	# shellcheck disable=SC2016
	HOME=$TMP fish --no-config -c 'source build/completion/fish/seccompat.fish; complete -C "$argv[1]"' "seccompat $*" |
		cut -f 1 | sorted
}

# options COMMAND: those that its help tells of.
options() {
	"$SECCOMPAT" "$1" --help | grep -oE '^ +(-[a-zA-Z], +)?--[a-z-]+' | grep -oE -e '--[a-z-]+' | sort -u
}

for shell in bash fish; do
	if ! command -v "$shell" >/dev/null; then
		skip "$shell" "there is no $shell"
		continue
	fi
	by=by_$shell
	is "$shell: the commands" "$($by '' | grep -v '^-')" "$("$SECCOMPAT" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | sort)"
	is "$shell: what begins so" "$($by pr)" probe
	for command in $("$SECCOMPAT" --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
		is "$shell: the options of $command are those of its help" "$($by "$command" --)" "$(options "$command")"
	done
	is "$shell: the features" "$($by probe '')" "$FEATURES"
	is "$shell: to explain" "$($by explain flag_tsync)" "$(grep '^flag_tsync' <<<"$FEATURES")"
	is "$shell: what a filter can take away" "$($by as 5.0 --with '')" \
		"$(sed -n 's/^REFUSED(\([a-z0-9_]*\),.*/\1/p' probe/imitations.def | sort)"
	is "$shell: each version that is offered is one" \
		"$($by as '' | while read -r version; do "$SECCOMPAT" probe --since "$version" >/dev/null || echo "$version"; done)" ''
	like "$shell: versions are offered" "$($by probe --since '' | tr '\n' ' ')" '^2\.6\.12 .* 3\.17 .*'
	is "$shell: architectures" "$($by sim --arch '')" "$(arch/field --list | sort)"
	is "$shell: by a letter, too" "$($by sim -a '')" "$(arch/field --list | sort)"
	is "$shell: forms of a filter" "$($by compile --format '' | tr '\n' ' ')" 'c disasm raw '
	is "$shell: families of tests" "$($by check inherit)" "$(cd selftests && printf '%s\n' inherit*.c | sed 's/\.c$//' | sort)"
	is "$shell: files" "$($by disasm examples/step-1/exa | head -1)" examples/step-1/example.c
	is "$shell: a command's name behind a version" "$($by as 5.0 -- basenam)" basename
done
done_testing
