# SPDX-License-Identifier: BSD-3-Clause
# What the code is held to: lint, coverage, sanitizers. Each builds in a folder of its own, with the
# harness headers of the main build.

SUBMAKE = $(MAKE) --no-print-directory ARCH=$(HOST) $(if $(HAVE_HARNESS),KSELFTEST=$(abspath $(HARNESS)))
lint-c lint-clang coverage sanitize: $(if $(HAVE_HARNESS),$(HARNESS_HEADERS))

# A tool that is not there is said before anything is built.
need = @for tool in $(1); do command -v $$tool >/dev/null || \
	{ echo "seccompat: $@: $$tool is not installed; sudo make setup installs it" >&2; exit 2; }; done

# --- lint ----------------------------------------------------------------------------------------

# All that is ours, links and what is built left out. Read when lint runs, not before.
OUR_FILES = find . \( -path ./.git -o -path './$(B)' -o -path ./build -o -name autom4te.cache \) -prune -o -type f
LINT_C = $(OUR_FILES) -name '*.[ch]' -print
LINT_SHELL = $(OUR_FILES) -exec awk 'FNR == 1 && /^\#!.*(bash|\/sh)$$/ { print FILENAME } { nextfile }' {} +

# Off, because:
#  variableScope, constParameter...  the style declares at the top, and callbacks have given types
#  unreachableCode   it takes raise(3) for a function that never returns
#  readdirCalled     readdir(3) on a stream of one's own is safe, and readdir_r(3) deprecated
#  comparePointers   the linker's start and stop of a section are two objects for C
#  shadowFunction    the harness makes a function of each test's name
#  vforkCalled       vfork(2) is one of the things tested
#  badBitmaskCheck   a zero beside its like in a table
#  constStatement    it does not read the operands of asm
#  preprocessorErrorDirective   it does not know __has_include(<...>)
CPPCHECK_OFF := variableScope constParameter constParameterCallback constParameterPointer constVariable \
	constVariablePointer unreachableCode readdirCalled comparePointers preprocessorErrorDirective \
	missingIncludeSystem unmatchedSuppression shadowFunction vforkCalled badBitmaskCheck constStatement

.PHONY: lint lint-format lint-c lint-shell lint-habits lint-clang
lint: lint-format lint-c lint-shell lint-habits lint-clang ## formatting, static analysis, both compilers' warnings

lint-format:
	$(call need,clang-format)
	$(call say,LINT,'clang-format')
	$(Q)$(LINT_C) | xargs clang-format --dry-run -Werror

lint-c: $(GENERATED)
	$(call need,cppcheck)
	$(call say,LINT,'cppcheck')
	$(Q)$(LINT_C) | grep '\.c$$' | grep -v '^./examples/' | cppcheck --file-list=- -q -j 2 --std=c11 \
		--enable=warning,style,performance,portability --library=posix,gnu --inline-suppr \
		$(CPPCHECK_OFF:%=--suppress=%) --error-exitcode=2 -I. -I$(GEN) $(if $(HAVE_HARNESS),-I$(HARNESS) --suppress=*:$(HARNESS)/*)

lint-shell:
	$(call need,shellcheck)
	$(call say,LINT,'shellcheck')
	$(Q)$(LINT_SHELL) | xargs shellcheck -x tests/lib.sh ci/lib.sh

lint-habits:
	$(call need,scdoc mandoc)
	$(call say,LINT,'habits')
	$(Q)make/habits

lint-clang:
	$(call need,clang)
	$(call say,LINT,'clang -Werror')
	+$(Q)$(SUBMAKE) CC=clang B=$(B)/clang all units-$(HOST)

# --- coverage ------------------------------------------------------------------------------------

COVERED := filters probe reporter report compile
COVERAGE_MIN ?= 85
COVERAGE := $(B)/coverage
# Counted in children that die, too: see gcov-shared.c.
COVERAGE_LDFLAGS := --coverage -T make/gcov-shared.ld make/gcov-shared.c \
	-Wl,--wrap=__gcov_fork,--wrap=__gcov_exit,--wrap=__gcov_dump,--wrap=__gcov_reset
# Tests of the tree, of other builds or of other kernels run nothing of a coverage build.
COVERAGE_TESTS = $(filter-out $(patsubst %,tests/%.t,build install lint readme examples syscalls qemu matrix built setup completion libseccomp fixes mutants kernel-coverage behaviours as outer-profiles environment false-alarms),$(SCRIPTS))
# Tests drop privileges: the counts must stay writable.
COVERAGE_RUN = umask 0; chmod -R a+rwX $(COVERAGE); BUILD=$(COVERAGE)/$(HOST) SECCOMPAT=$(COVERAGE)/$(HOST)/seccompat

.PHONY: coverage
coverage: ## gcovr's report, text and HTML; fails when filters, probe, reporter, report or compile is under 85 %
	$(call need,gcovr)
	+$(Q)umask 0; $(SUBMAKE) B=$(COVERAGE) CC=gcc CFLAGS='-O0 -g --coverage -fprofile-update=atomic' LDFLAGS='$(COVERAGE_LDFLAGS)' \
		all units-$(HOST) $(HELPERS:%=$(COVERAGE)/$(HOST)/tests/%)
	$(Q)find $(COVERAGE) -name '*.gcda' -delete
	$(Q)$(COVERAGE_RUN) tests/run $(UNITS:%=$(COVERAGE)/$(HOST)/tests/unit/%) $(COVERAGE_TESTS); tests=$$?; \
		make/coverage $(COVERAGE) $(COVERAGE_MIN) $(COVERED) && exit $$tests

# --- sanitizers ----------------------------------------------------------------------------------

# The user-space half: no kernel tests (their bodies are the kernel's business), no twin, so a check
# has nothing to test (4). ASan does
# not link statically. A report goes to a file, so that no test takes it for a failure it expects; but
# UBSan's, beside ASan, to standard error: it ends the program instead.
# Not tests/probe.t, as the leak check cannot work without /proc, traced, or without prctl.
SANITIZE := $(B)/sanitize
SANITIZE_BUILD := $(SANITIZE)/$(HOST)
SANITIZE_TESTS = $(filter $(patsubst %,tests/%.t,sim-disasm compile report bench fuzz),$(SCRIPTS))
SANITIZE_LOG = log_path=$(abspath $(SANITIZE))/report
SANITIZE_ENV = ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:$(SANITIZE_LOG) \
	LSAN_OPTIONS=$(SANITIZE_LOG) UBSAN_OPTIONS=print_stacktrace=1:$(SANITIZE_LOG) \
	BUILD=$(SANITIZE_BUILD) SECCOMPAT=$(SANITIZE_BUILD)/seccompat

.PHONY: sanitize
sanitize: ## the user-space half under ASan, UBSan and the leak check
	+$(Q)$(SUBMAKE) B=$(SANITIZE) CFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer' \
		STATIC=-no-pie FAMILIES= twin_of= all units-$(HOST) $(HELPERS:%=$(SANITIZE_BUILD)/tests/%) fuzz-targets
	@rm -f $(SANITIZE)/report.*
	$(Q)export $(SANITIZE_ENV); failed=0; \
		tests/run $(UNITS:%=$(SANITIZE_BUILD)/tests/unit/%) $(FUZZERS:%=$(SANITIZE_BUILD)/tests/fuzz/%) $(SANITIZE_TESTS) || failed=1; \
		for command in probe 'probe --json' 'check --list'; do \
			$$SECCOMPAT $$command >$(SANITIZE)/output || failed=1; done; \
		$$SECCOMPAT check >$(SANITIZE)/output; [ $$? = 4 ] || failed=1; \
		! cat $(SANITIZE)/report.* 2>/dev/null && exit $$failed
