# SPDX-License-Identifier: BSD-3-Clause
# `make mutants`: who tests the tester. ci/mutants/score has the options' meaning.

.PHONY: mutants
mutants: $(B)/x86_64/seccompat $(B)/x86_64/ci/init ## how many broken kernels the tests notice; MUTANTS="pattern..." FAMILY="name..." JOBS=n RESULTS=dir
	@ci/mutants/score $(foreach p,$(MUTANTS),--only '$(p)') $(foreach f,$(FAMILY),--family '$(f)') \
		$(if $(JOBS),--jobs '$(JOBS)') $(if $(RESULTS),--results '$(RESULTS)') $^
