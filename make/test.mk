# SPDX-License-Identifier: BSD-3-Clause
# The toolkit's own tests: units on every architecture (under qemu-user), and tests/*.t here.

SCRIPTS := $(wildcard tests/*.t)
HELPERS := $(patsubst tests/%.c,%,$(wildcard tests/*.c))
# What compares us with libseccomp, where that is installed.
PEER := $(if $(wildcard /usr/include/seccomp.h),$(patsubst %.c,$(B)/$(HOST)/%,$(wildcard tests/peer/*.c)))
# Programs that tests/*.t use on this machine.
TEST_PROGRAMS = $(HELPERS:%=$(B)/$(HOST)/tests/%) $(PEER) $(if $(HAVE_HARNESS),$(B)/$(HOST)/tests/faulty/seccompat)
TESTABLE = $(foreach a,$(ARCHES),$(if $(call has_cc,$(a)),$(a)))
# x32's programs run nowhere but on an x32 kernel.
UNIT_ARCHES = $(foreach a,$(TESTABLE),$(if $(filter build,$($(a).tier)),,$(a)))
UNIT_PROGRAMS = $(foreach a,$(UNIT_ARCHES),$(UNITS:%=$(B)/$(a)/tests/unit/%))

ifneq ($(PEER),)
$(PEER): %: %.o $(B)/$(HOST)/libseccompat.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(STATIC) -Wl,--gc-sections -o $@ $^ -lseccomp $(call libs_of,$(HOST))
endif

.PHONY: all-arches behaviours test
all-arches: $(TESTABLE) ## build for every architecture whose compiler is here

test: all-arches $(UNIT_PROGRAMS) $(TEST_PROGRAMS) ## the toolkit's own tests; T=tests/x.t for some
	@tests/run $(if $(T),$(T),$(UNIT_PROGRAMS) $(SCRIPTS))

behaviours: $(B)/$(HOST)/seccompat ## what seccomp does and no test shows; build/behaviours.md has all, and who else checks it
	@$< behaviours --markdown >$(B)/behaviours.md && $< behaviours --missing
