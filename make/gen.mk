# SPDX-License-Identifier: BSD-3-Clause
# What is generated: the tables as C and make, the list of families, the version, the harness.

GENERATED := $(addprefix $(GEN)/,arches.inc syscalls.inc page.inc version.h)

# The file is read by make itself, which makes it anew and starts over.
$(GEN)/arches.mk: arch/arches.tsv arch/arches-mk.awk
	@mkdir -p $(@D)
	@awk -f arch/arches-mk.awk $< > $@

$(GEN)/arches.inc: arch/arches.tsv arch/arches-inc.awk
	@mkdir -p $(@D)
	$(Q)awk -f arch/arches-inc.awk $< > $@

$(GEN)/syscalls.inc: arch/syscalls.tsv arch/syscalls-inc.awk
	@mkdir -p $(@D)
	$(Q)awk -f arch/syscalls-inc.awk $< > $@

# What a page of results brings, as C strings: page_css, page_js.
$(GEN)/page.inc: report/page.css report/page.js make/gen.mk
	@mkdir -p $(@D)
	@for part in css js; do \
		echo "static const char page_$$part[] ="; \
		sed 's/[\\"]/\\&/g; s/.*/\t"&\\n"/' report/page.$$part; echo ';'; done > $@

.PHONY: FORCE
$(GEN)/version.h: FORCE
	@mkdir -p $(@D)
	@printf '#define SECCOMPAT_VERSION "%s"\n#define SECCOMPAT_COMMIT "%s"\n' '$(VERSION)' \
		"$$(git describe --always --dirty --abbrev=12 2>/dev/null || echo unknown)" > $@.new
	@cmp -s $@.new $@ && rm -f $@.new || mv $@.new $@

# One row a family: its name and its main. Without harness headers there are none.
$(GEN)/families-all.c: FORCE
	@mkdir -p $(@D)
	@{ echo '#include "selftests/glue/info.h"'; \
	   printf 'int %s_main(int argc, char **argv);\n' $(FAMILIES); \
	   echo 'const struct family families[] = {'; \
	   for f in $(FAMILIES); do printf '\t{ "%s", %s_main },\n' $$f $$f; done; \
	   echo '	{ 0 }'; echo '};'; } > $@.new
	@cmp -s $@.new $@ && rm -f $@.new || mv $@.new $@

$(GEN)/families-none.c:
	@mkdir -p $(@D)
	@printf '#include "selftests/glue/info.h"\nconst struct family families[] = {\n\t{ 0 }\n};\n' > $@

# The kernel's harness: GPL-2.0, so never in this tree. Where it came from is kept beside it: to name
# another folder, or none again, takes effect.
HARNESS_FROM := $(or $(KSELFTEST),$(wildcard $(KSELFTEST_DEB)))
ifneq ($(HARNESS_FROM),)
$(HARNESS)/origin: FORCE
	@mkdir -p $(@D)
	@[ -r '$(or $(KSELFTEST:%=%/kselftest_harness.h),$(KSELFTEST_DEB))' ] || { echo 'seccompat: KSELFTEST=$(KSELFTEST): no kselftest_harness.h there; name the tools/testing/selftests of a kernel tree' >&2; exit 2; }
	@echo '$(HARNESS_FROM)' | cmp -s - $@ || echo '$(HARNESS_FROM)' > $@

$(HARNESS_HEADERS) &: $(HARNESS)/origin $(if $(KSELFTEST),$(wildcard $(KSELFTEST)/kselftest.h $(KSELFTEST)/kselftest_harness.h),$(KSELFTEST_DEB))
ifdef KSELFTEST
	$(Q)cp $(KSELFTEST)/kselftest_harness.h $(KSELFTEST)/kselftest.h $(HARNESS)/
else
	@echo '  HARNESS two headers, and the KTAP parser that tests/check.t uses, from $(KSELFTEST_DEB)'
	$(Q)tar -xJf $(KSELFTEST_DEB) -C $(HARNESS) --transform 's,.*/,,' --wildcards --occurrence=1 \
		'*/tools/testing/kunit/kunit_parser.py' '*/tools/testing/kunit/kunit_printer.py' \
		'*/tools/testing/selftests/kselftest.h' '*/tools/testing/selftests/kselftest_harness.h'
	@touch $(HARNESS_HEADERS)
endif
endif
