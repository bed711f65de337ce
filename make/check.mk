# SPDX-License-Identifier: BSD-3-Clause
# `make check`: the running kernel; with KERNEL= (a row of ci/kernels.tsv, an image, or the tree that a kernel
# was built in) one of ARCH in QEMU, which ci/check boots.
# `make fuzz` goes the same ways, FUZZ= being its arguments; with TIER= or KERNELS= it is done on all of these, as
# `make matrix` chooses them.
# CHECK= are arguments of `seccompat check` (a name filter, say), JSON= is where its results go.

GUEST_ARCHES := $(foreach a,$(ARCHES),$(if $($(a).qemu_system),$(a)))

define guest_rules
$(B)/$(1)/ci/init: $(B)/$(1)/ci/init.o $(B)/$(1)/libseccompat.a
	$$(call say,LD,$$@)
	$(Q)$(call cc_of,$(1)) $(CFLAGS) $(LDFLAGS) $(STATIC) -Wl,--gc-sections -o $$@ $$^
endef
$(foreach a,$(GUEST_ARCHES),$(eval $(call guest_rules,$(a))))

# x32 has no kernels of its own.
INIT := $(B)/$(or $(filter $(ARCH),$(GUEST_ARCHES)),$($(ARCH).compat_of))/ci/init

# $(call in_guest,command,arguments)
in_guest = ci/check --command $(1) $(if $(JSON),--json '$(JSON)') $(ARCH) '$(KERNEL)' $(B)/$(ARCH)/seccompat $(INIT) $(2)

.PHONY: check fuzz kernel
ifdef KERNEL
# The kernel first: a wrong name is told before anything is built.
kernel:
	@case '$(KERNEL)' in \
	*/*) . ci/lib.sh && image_of '$(KERNEL)' $(ARCH) >/dev/null ;; \
	*) ci/fetch $(ARCH) '$(KERNEL)' >/dev/null ;; \
	esac

check: kernel $(B)/$(ARCH)/seccompat $(INIT)
	@$(call in_guest,check,$(CHECK))

ifeq ($(TIER)$(KERNELS),)
fuzz: override JSON :=
fuzz: kernel $(B)/$(ARCH)/seccompat $(INIT)
	@$(call in_guest,fuzz,$(FUZZ))
endif
else ifneq ($(filter $(HOST),$(ARCH) $($(ARCH).compat_of)),)
check: $(B)/$(ARCH)/seccompat ## this kernel's verdict; KERNEL=6.1, a path to an image or to a build tree: that one's, in QEMU (make ends with 0 or 2 only)
	@$< check $(if $(JSON),--json '$(JSON)') $(CHECK)

ifeq ($(TIER)$(KERNELS),)
fuzz: $(B)/$(ARCH)/seccompat ## this kernel against the simulator, by random filters; FUZZ= are options of seccompat fuzz, KERNEL= as for check, TIER= and KERNELS= as for matrix
	@$< fuzz $(FUZZ)
endif
else
check $(if $(TIER)$(KERNELS),,fuzz):
	@echo 'seccompat: $@: no $(ARCH) kernel runs here; name one to boot: make $@ ARCH=$(ARCH) KERNEL=6.1' >&2; exit 2
endif

ifneq ($(TIER)$(KERNELS),)
FUZZ_ROWS = $(if $(TIER),--tier '$(TIER)') $(KERNELS)
fuzz:
	@targets=$$(ci/matrix --targets $(FUZZ_ROWS)) && $(MAKE) -s --no-print-directory TIER= KERNELS= $$targets && ci/fuzz $(FUZZ_ROWS) -- $(FUZZ)
endif

# BENCH= are arguments of `seccompat bench` (--quick, say, or filters of one's own). Of a kernel in QEMU nothing can be
# timed, but its instructions counted: ci/count holds them against ci/counts.tsv, and with COUNTS=write puts them
# there; COUNTS=FILE is another table.
.PHONY: bench
ifdef KERNEL
bench: kernel $(B)/$(ARCH)/seccompat $(INIT)
	@ci/count $(if $(filter write,$(COUNTS)),--write,$(if $(COUNTS),--counts '$(COUNTS)')) $(if $(JSON),--json '$(JSON)') $(ARCH) '$(KERNEL)' $(B)/$(ARCH)/seccompat $(INIT) $(BENCH)
else ifneq ($(filter $(HOST),$(ARCH) $($(ARCH).compat_of)),)
bench: $(B)/$(ARCH)/seccompat ## what seccomp costs on this kernel; BENCH="--json FILE": its arguments; KERNEL= as for check: in instructions
	@$< bench $(BENCH)
else
bench:
	@echo 'seccompat: bench: $(ARCH) programs do not run natively here; copy build/$(ARCH)/seccompat to such a machine, or name a kernel to count on: make bench ARCH=$(ARCH) KERNEL=6.1' >&2; exit 2
endif
