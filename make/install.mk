# SPDX-License-Identifier: BSD-3-Clause
# `make install` and `make uninstall` (DESTDIR, PREFIX), `make bundle` for a target without a toolchain.

# Without scdoc everything but the manual is installed.
MAN_PAGES := $(if $(shell command -v scdoc),$(patsubst docs/%.scd,$(B)/man/%,$(wildcard docs/*.[1-8].scd)))

# What shells complete, a file each: it is named as each shell looks for it.
COMPLETIONS := $(B)/completion/bash/seccompat $(B)/completion/fish/seccompat.fish
COMPLETED := cli/main.c $(sort $(wildcard cli/cmd-*.c)) probe/features.def probe/imitations.def arch/arches.tsv

# What goes where: SOURCE:FOLDER BELOW PREFIX:MODE. install and uninstall both read it.
INSTALLED = $(B)/$(ARCH)/seccompat:bin:755 \
	$(MAN_PAGES:%=%:share/man/man1:644) \
	$(B)/completion/bash/seccompat:share/bash-completion/completions:644 \
	$(B)/completion/fish/seccompat.fish:share/fish/vendor_completions.d:644 \
	filters/seccomp-bpf.h:include/seccompat:644 \
	$(foreach f,filters/seccomp-bpf.h $(addprefix reporter/syscall-reporter,.h .c .mk),$(f):share/seccompat:644) \
	$(foreach f,LICENSE README.md docs/licences.txt,$(f):share/doc/seccompat:644)
# Folders that are ours alone: removed when they are empty.
INSTALLED_FOLDERS = include/seccompat share/seccompat share/doc/seccompat

part = $(word $(2),$(subst :, ,$(1)))
installed_path = $(DESTDIR)$(PREFIX)/$(call part,$(1),2)/$(notdir $(call part,$(1),1))

# A line of a recipe each.
define install_one
$(call say,INSTALL,'$(installed_path)')
$(Q)install -D -m $(call part,$(1),3) $(call part,$(1),1) '$(installed_path)'

endef

$(B)/man/%: docs/%.scd
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$(Q)scdoc < $< > $@

$(COMPLETIONS): make/completion.awk $(COMPLETED)
	$(call say,GEN,$@)
	@mkdir -p $(@D)
	$(Q)awk -v shell=$(notdir $(@D)) -v families='$(FAMILIES)' -f make/completion.awk $(COMPLETED) > $@

.PHONY: man completion install uninstall bundle
man: $(MAN_PAGES)
completion: $(COMPLETIONS)

install: $(B)/$(ARCH)/seccompat $(MAN_PAGES) $(COMPLETIONS) ## program, manual, completion, seccomp-bpf.h, the reporter; PREFIX=/usr/local DESTDIR=
	$(foreach i,$(INSTALLED),$(call install_one,$(i)))
	@$(if $(MAN_PAGES),:,echo 'seccompat: install: no manual pages, as scdoc is not installed' >&2)

uninstall: ## what install has installed
	$(Q)rm -f $(foreach i,$(INSTALLED),'$(call installed_path,$(i))') \
		$(foreach p,$(wildcard docs/*.[1-8].scd),'$(DESTDIR)$(PREFIX)/share/man/man1/$(p:docs/%.scd=%)')
	$(Q)for folder in $(INSTALLED_FOLDERS:%='$(DESTDIR)$(PREFIX)/%'); do \
		[ ! -d "$$folder" ] || rmdir --ignore-fail-on-non-empty "$$folder"; done

# The licences that the program's licence notes name, where the distribution has their texts.
BUNDLE = $(B)/seccompat-$(VERSION)-$(ARCH)
LICENCE_TEXTS := $(wildcard /usr/share/common-licenses/GPL-2 /usr/share/common-licenses/LGPL-2.1)

bundle: $(B)/$(ARCH)/seccompat ## one static file for a target, and the licence notes: build/seccompat-VERSION-ARCH/
	@rm -rf $(BUNDLE) $(BUNDLE).new && mkdir -p $(BUNDLE).new
	$(Q)install -m 755 $< $(BUNDLE).new/
	$(Q)install -m 644 LICENSE docs/licences.txt $(LICENCE_TEXTS) $(BUNDLE).new/
	$(Q)mv $(BUNDLE).new $(BUNDLE)
	@echo '$(BUNDLE)/seccompat is all that a target needs: copy it there and run "./seccompat check".'
