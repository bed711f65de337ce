# SPDX-License-Identifier: BSD-3-Clause
# How one architecture is built, and the same for each: arch_rules is expanded once a row.

# $(call cc_of,arch): the user's choice for ARCH, the row's cross compiler for another one.
cc_of = $(strip $(if $(and $(CROSS_COMPILE),$(filter $(ARCH),$(1))),$(CROSS_COMPILE)$(CC),\
	$(if $(filter $(HOST),$(1)),$(CC),\
	$(if $(findstring clang,$(CC)),$(CC) --target=$($(1).triplet),$($(1).triplet)-gcc))))
objcopy_of = $(if $(and $(CROSS_COMPILE),$(filter $(ARCH),$(1))),$(CROSS_COMPILE)objcopy,\
	$(if $(filter $(HOST),$(1)),objcopy,$($(1).triplet)-objcopy))
has_cc = $(if $(shell command -v $(firstword $(call cc_of,$(1)))),1)

# The architecture whose programs this one's kernels run too, if its compiler is there.
twin_of = $(strip $(foreach a,$(ARCHES),$(if $(filter $(1),$($(a).compat_of)),\
	$(if $(filter kernel,$($(a).tier)),$(if $(call has_cc,$(a)),$(a))))))

# The kernel tests: where the row says so and the harness can be had.
families_of = $(if $(and $(HAVE_HARNESS),$(filter kernel,$($(1).tier))),$(FAMILIES))

# Of kernel tests: what coverage counts by would stand around the calls that are tested.
TEST_CFLAGS = $(filter-out --coverage,$(CFLAGS))

# Families whose tests go wrong in every way, for tests/check.t; and a simulator and a checker with a mistake
# each, for tests/fuzz.t.
FAULTY := tests/faulty/faulty tests/faulty/deadly
FAULTY_PARTS := $(FAULTY) $(addprefix tests/faulty/,list sim check)
FAMILY_STEMS := $(FAMILIES:%=selftests/%) $(FAULTY)

# Whether there is jansson for an architecture, which the readers of results and of profiles stand on: yes or no.
JSON_READERS := report/results-read report/results-none $(patsubst %.c,%,$(wildcard compile/json*.c))
has_jansson = $(filter yes,$(file <$(B)/$(1)/report/jansson))
libs_of = $(if $(call has_jansson,$(1)),-ljansson) -lpthread

define arch_rules
.PHONY: $(1)
$(1): $(B)/$(1)/seccompat

$(B)/$(1)/%.o: %.c | $(GENERATED)
	$$(call say,CC,$$@)
	@mkdir -p $$(@D)
	$(Q)$(call cc_of,$(1)) $(BASE_CFLAGS) $$(if $$(filter selftests/% arch/tiny.c,$$<),$$(TEST_CFLAGS),$$(CFLAGS)) -MMD -MP -c -o $$@ $$<

# The header and the archive of this architecture, not only of this machine.
$(B)/$(1)/report/jansson: FORCE
	@mkdir -p $$(@D)
	@if $(call cc_of,$(1)) -E -include jansson.h -x c /dev/null >/dev/null 2>&1 && \
		$(call cc_of,$(1)) -print-file-name=libjansson.a | grep -q '^/'; then echo yes; else echo no; fi > $$@.new
	@cmp -s $$@.new $$@ && rm -f $$@.new || mv $$@.new $$@

$(JSON_READERS:%=$(B)/$(1)/%.o): $(B)/$(1)/%.o: %.c $(B)/$(1)/report/jansson | $(GENERATED)
	$$(call say,CC,$$@)
	@mkdir -p $$(@D)
	$(Q)$(call cc_of,$(1)) $(BASE_CFLAGS) $$(if $$(call has_jansson,$(1)),-DHAVE_JANSSON) $$(CFLAGS) -MMD -MP -c -o $$@ $$<

# A family of kernel tests: the harness has one main and one list of tests per program, so all but
# <family>_main becomes local.
$(FAMILY_STEMS:%=$(B)/$(1)/%.o): $(B)/$(1)/%.o: %.c $(HARNESS_HEADERS) | $(GENERATED)
	$$(call say,CC,$$@)
	@mkdir -p $$(@D)
	$(Q)$(call cc_of,$(1)) $(BASE_CFLAGS) -isystem $(HARNESS) -Wno-unused-parameter $(TEST_CFLAGS) -DFAMILY=$$(*F) \
		-MMD -MP -MF $$(@:.o=.d) -MT $$@ -c -o $$@.tmp $$<
	$(Q)$(call objcopy_of,$(1)) --keep-global-symbol=$$(*F)_main $$@.tmp $$@
	@rm -f $$@.tmp

$(B)/$(1)/families.o: $(GEN)/families-$(if $(call families_of,$(1)),all,none).c
	@mkdir -p $$(@D)
	$(Q)$(call cc_of,$(1)) $(BASE_CFLAGS) $(CFLAGS) -MMD -MP -c -o $$@ $$<

# The compat twin, embedded: a whole program of the other ABI, or nothing.
$(B)/$(1)/twin.o: make/twin.S $(if $(call twin_of,$(1)),$(B)/$(call twin_of,$(1))/seccompat)
	@mkdir -p $$(@D)
	$(Q)$(call cc_of,$(1)) $(if $(call twin_of,$(1)),-DTWIN='"$(B)/$(call twin_of,$(1))/seccompat"') \
		-c -o $$@ $$<

$(B)/$(1)/libseccompat.a: $(LIB_SRCS:%.c=$(B)/$(1)/%.o) $(GLUE_SRCS:%.c=$(B)/$(1)/%.o) \
		$(B)/$(1)/families.o $(B)/$(1)/twin.o
	$$(call say,AR,$$@)
	@rm -f $$@.tmp
	$(Q)ar rcs $$@.tmp $$^ && mv $$@.tmp $$@

$(B)/$(1)/seccompat: $(B)/$(1)/cli/main.o $(B)/$(1)/libseccompat.a \
		$(patsubst %,$(B)/$(1)/selftests/%.o,$(call families_of,$(1)))
	$$(call say,LD,$$@)
	$(Q)$(call cc_of,$(1)) $(CFLAGS) $(LDFLAGS) $(STATIC) -Wl,--gc-sections \
		-o $$@ $(B)/$(1)/cli/main.o $$(filter $(B)/$(1)/selftests/%,$$^) $(B)/$(1)/libseccompat.a $$(call libs_of,$(1))
	$(if $(HAVE_HARNESS),,@echo 'seccompat: $$@ has no kernel tests, for want of the harness: `sudo make setup` installs $(notdir $(KSELFTEST_DEB:.tar.xz=)), or KSELFTEST=dir names the tools/testing/selftests of a kernel tree' >&2)

$(B)/$(1)/tests/%: $(B)/$(1)/tests/%.o $(B)/$(1)/libseccompat.a
	$$(call say,LD,$$@)
	$(Q)$(call cc_of,$(1)) $(CFLAGS) $(LDFLAGS) $(STATIC) -Wl,--gc-sections \
		-o $$@ $$< $(B)/$(1)/libseccompat.a $$(call libs_of,$(1))

$(B)/$(1)/tests/faulty/seccompat: $(B)/$(1)/cli/main.o $(FAULTY_PARTS:%=$(B)/$(1)/%.o) \
		$(B)/$(1)/libseccompat.a
	$$(call say,LD,$$@)
	$(Q)$(call cc_of,$(1)) $(CFLAGS) $(LDFLAGS) $(STATIC) -Wl,--gc-sections -o $$@ $$^ $$(call libs_of,$(1))

.PHONY: units-$(1)
units-$(1): $(patsubst %,$(B)/$(1)/tests/unit/%,$(UNITS))
endef

STATIC ?= -static -no-pie
$(foreach a,$(ARCHES),$(eval $(call arch_rules,$(a))))
-include $(shell find $(B) -name '*.d' 2>/dev/null)
