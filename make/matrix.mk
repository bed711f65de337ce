# SPDX-License-Identifier: BSD-3-Clause
# `make matrix`: the rows of ci/kernels.tsv, side by side. ci/matrix has the options' meaning.

MATRIX = ci/matrix $(if $(TIER),--tier '$(TIER)') $(if $(JOBS),--jobs '$(JOBS)') $(if $(filter-out 0,$(QUICK)),--quick) \
	$(foreach c,$(CHECK),--check '$(c)') $(if $(RESULTS),--results '$(RESULTS)')

.PHONY: matrix clean-kernels
matrix: ## every kernel of TIER=smoke (or full, extra) in QEMU, or KERNELS="name..."; JOBS=n QUICK=1 CHECK=... RESULTS=dir
	@targets=$$($(MATRIX) --targets $(KERNELS) 2>/dev/null) || exec $(MATRIX) --targets $(KERNELS); \
	$(MAKE) -s --no-print-directory $$targets && $(MATRIX) $(KERNELS)

KERNEL_CACHE := $(or $(SECCOMPAT_CACHE),build/kernels)
KERNEL_CACHE_SIZE = $(shell du -sh '$(KERNEL_CACHE)' 2>/dev/null | cut -f 1)
clean-kernels: ## remove the fetched and built kernels
	@ci/fetch --clean

# Which lines of kernel/seccomp.c the tests reach, and why not the others: ci/kernel-coverage.
.PHONY: kernel-coverage
kernel-coverage: $(B)/x86_64/seccompat $(B)/x86_64/ci/init ## the lines of kernel/seccomp.c that no test reaches, in a kernel that counts them; KEEP=dir
	@ci/kernel-coverage $(if $(KEEP),--keep '$(KEEP)') $^
