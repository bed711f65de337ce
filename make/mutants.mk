# SPDX-License-Identifier: BSD-3-Clause
# `make mutants`: who tests the tester. ci/mutants/score has the options' meaning.

.PHONY: mutants
mutants: $(B)/x86_64/seccompat $(B)/x86_64/ci/init ## how many broken kernels the tests notice; MUTANTS="pattern..." FAMILY="name..." SAMPLE=n JOBS=n RESULTS=dir; SUITE=program is another suite, which prints TAP
	@ci/mutants/score $(foreach p,$(MUTANTS),--only '$(p)') $(foreach f,$(FAMILY),--family '$(f)') \
		$(if $(SAMPLE),--sample '$(SAMPLE)') $(if $(JOBS),--jobs '$(JOBS)') $(if $(RESULTS),--results '$(RESULTS)') \
		$(if $(SUITE),--tap '$(SUITE)',$<) $(B)/x86_64/ci/init
