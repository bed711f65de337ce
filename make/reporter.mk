# SPDX-License-Identifier: BSD-3-Clause
# The reporter inside the program: the drop-in's own recipe of its table, once an architecture. It
# wants seccomp-bpf.h beside it, as a copy has it, and here the warning has been heard.
include reporter/syscall-reporter.mk

define reporter_rules
$(B)/$(1)/reporter/syscall-names.h: reporter/syscall-reporter.mk
	$$(call say,NAMES,$$@)
	@mkdir -p $$(@D)
	$(Q)$$(call syscall_names,$(call cc_of,$(1)) $(CFLAGS))

$(B)/$(1)/reporter/syscall-reporter.o: reporter/syscall-reporter.c $(B)/$(1)/reporter/syscall-names.h
	$$(call say,CC,$$@)
	$(Q)$(call cc_of,$(1)) $(BASE_CFLAGS) -Ifilters -I$(B)/$(1)/reporter -DSYSCALL_REPORTER_NO_WARNING \
		$(CFLAGS) -MMD -MP -c -o $$@ $$<
endef

$(foreach a,$(ARCHES),$(eval $(call reporter_rules,$(a))))
