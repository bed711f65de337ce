# SPDX-License-Identifier: BSD-3-Clause
# `make fuzz-parsers`: each target of tests/fuzz under libFuzzer, for FUZZ_SECONDS; what it finds new is kept in
# build/fuzzers/corpus, what crashes in build/fuzzers. The same targets with another main (tests/fuzz/main)
# replay the corpus of the tree, with any compiler: `make sanitize` has them do it.

FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
FUZZ_SECONDS ?= 30
FUZZ_BUILD := $(B)/fuzzers
# Empty where the compiler brings a main.
FUZZ_MAIN ?= $(B)/$(HOST)/tests/fuzz/main/replay.o

$(FUZZERS:%=$(B)/$(HOST)/tests/fuzz/%): $(B)/$(HOST)/tests/fuzz/%: $(B)/$(HOST)/tests/fuzz/%.o $(FUZZ_MAIN) $(B)/$(HOST)/libseccompat.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(STATIC) -Wl,--gc-sections -o $@ $^ $(call libs_of,$(HOST))

.PHONY: fuzz-parsers fuzz-targets
fuzz-targets: $(FUZZERS:%=$(B)/$(HOST)/tests/fuzz/%)

fuzz-parsers: ## every parser, the checker and the simulator under libFuzzer; FUZZ_SECONDS=30 for each, T=filter for some
	$(call need,clang)
	+$(Q)$(SUBMAKE) B=$(FUZZ_BUILD) CC=clang CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
		LDFLAGS=-fsanitize=fuzzer STATIC=-no-pie FAMILIES= twin_of= FUZZ_MAIN= fuzz-targets
	$(Q)failed=0; for target in $(or $(T),$(FUZZERS)); do \
		mkdir -p $(FUZZ_BUILD)/corpus/$$target; \
		$(FUZZ_BUILD)/$(HOST)/tests/fuzz/$$target -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=1024 \
			-artifact_prefix=$(FUZZ_BUILD)/$$target- $(FUZZ_BUILD)/corpus/$$target tests/fuzz/corpus/$$target \
			>$(FUZZ_BUILD)/$$target.log 2>&1 && \
		printf '  %-8s %s\n' $$target "$$(grep '^Done ' $(FUZZ_BUILD)/$$target.log)" || \
		{ failed=1; tail -n 30 $(FUZZ_BUILD)/$$target.log >&2; echo "seccompat: $$target: see $(FUZZ_BUILD)/$$target.log" >&2; }; \
	done; exit $$failed
