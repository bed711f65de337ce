# SPDX-License-Identifier: BSD-3-Clause
# For a Makefile that uses the syscall reporter: include it below the first target, and add
# syscall-reporter.o to the program. Which syscalls there are, the compiler's own headers know.

# $(call syscall_names,COMPILER AND FLAGS): the recipe of a table of names, one row a syscall that
# the headers of COMPILER's target have, arm's own calls among them. Some macros look like a syscall
# and are none: the count, the start of an architecture's own range, the gaps of mips.
define syscall_names
$(1) -E -dM -include sys/syscall.h -x c /dev/null > $@.tmp && \
LC_ALL=C sed -n -E -e '/^.define __NR_(syscalls|arch_specific_syscall|reserved[0-9]+) /d' \
	-e 's/^.define (__(ARM_)?NR_([a-z0-9_]+)) .*/\t{ \1, "\3" },/p' $@.tmp > $@.new && \
LC_ALL=C sort -o $@.new $@.new && test -s $@.new && mv $@.new $@ && rm -f $@.tmp || \
{ rm -f $@.tmp $@.new; echo '$@: no syscall names in the headers of: $(1)' >&2; exit 1; }
endef

syscall-names.h: syscall-reporter.mk
	@echo '$(CC) -E -dM sys/syscall.h > $@'
	@$(call syscall_names,$(CC) $(CPPFLAGS) $(CFLAGS))

syscall-reporter.o: syscall-reporter.c syscall-reporter.h syscall-names.h
