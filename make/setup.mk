# SPDX-License-Identifier: BSD-3-Clause
# `make setup`, alone or before other goals, and what `sudo make` does. Read first, as the goals may
# be handed over to a second make:
# - What the rest finds on the machine (compilers, the harness) it finds when it is read. So the
#   goals beside a setup are made by a make that starts after it.
# - Only setup and install need root. Under sudo all else is made as the user who called it, and
#   build/ is that user's; unless the tree is where that user cannot read it.

CALLER := $(if $(filter 0,$(shell id -u)),$(filter-out 0,$(SUDO_UID)))
ifneq ($(CALLER),)
NO_SUDO := env -u SUDO_UID -u SUDO_GID -u SUDO_USER -u SUDO_COMMAND
AS_CALLER := setpriv --reuid $(CALLER) --regid $(or $(SUDO_GID),$(CALLER)) --init-groups $(NO_SUDO) \
	HOME=$(shell getent passwd $(CALLER) | cut -d: -f6) USER=$(SUDO_USER) LOGNAME=$(SUDO_USER)
AS_CALLER := $(shell $(AS_CALLER) test -r Makefile && echo '$(AS_CALLER)')
GIVE_BACK := find build -user 0 -exec chown -h $(CALLER):$(or $(SUDO_GID),$(CALLER)) {} +
endif

GOALS := $(filter-out setup,$(or $(MAKECMDGOALS),all))
ifneq ($(and $(GOALS),$(or $(AS_CALLER),$(filter setup,$(MAKECMDGOALS)))),)
HANDED_OVER := yes
ROOT_GOALS := $(and $(AS_CALLER),$(filter install,$(GOALS)))
CALLER_GOALS := $(sort $(filter-out $(ROOT_GOALS),$(GOALS)) $(ROOT_GOALS:install=all))

# One make for all of them, as it knows what depends on what.
.PHONY: $(GOALS) hand-over
$(GOALS): hand-over ;@:
hand-over: $(filter setup,$(MAKECMDGOALS))
ifneq ($(AS_CALLER),)
	@mkdir -p build && $(GIVE_BACK)
endif
	@+$(AS_CALLER) $(MAKE) --no-print-directory $(CALLER_GOALS)
ifneq ($(ROOT_GOALS),)
	@+$(NO_SUDO) $(MAKE) --no-print-directory $(ROOT_GOALS); status=$$?; $(GIVE_BACK); exit $$status
endif
endif

.PHONY: setup
setup: ## install what building and testing need (as root)
	@ci/setup
