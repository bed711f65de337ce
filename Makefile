# SPDX-License-Identifier: BSD-3-Clause
# seccompat: what a Linux kernel's seccomp really does. `make help` lists the targets.

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:
SHELL := /bin/bash
.DEFAULT_GOAL := all

# As many jobs as there are CPUs, unless -j says how many; one goal after the other if there are several.
ifeq ($(MAKELEVEL)$(filter-out 0 1,$(words $(filter-out setup,$(MAKECMDGOALS)))),0)
MAKEFLAGS += -j$(shell nproc)
endif

include make/setup.mk
ifndef HANDED_OVER

VERSION := $(shell cat VERSION)
B := build
GEN := $(B)/gen

PREFIX ?= /usr/local
CFLAGS ?= -O2 -g
V ?= 0

ifeq ($(origin CC),default)
CC := gcc
endif

# arch/arches.tsv as make variables: $(x86_64.triplet), $(arch.amd64) and so on.
-include $(GEN)/arches.mk

HOST := $(arch.$(shell uname -m))
ifdef ARCH
override ARCH := $(or $(arch.$(ARCH)),$(if $(ARCHES),$(error ARCH=$(ARCH) is not known; the architectures are: $(ARCHES))))
else
ARCH := $(HOST)
endif

# Sources, by floor. cli/main.c is the program's; the rest is a library that the units link too.
LIB_SRCS := $(wildcard arch/*.c run/*.c filters/*.c reporter/*.c probe/*.c bench/*.c fuzz/*.c verdict/*.c report/*.c \
	compile/*.c) \
	    $(filter-out cli/main.c,$(wildcard cli/*.c))
GLUE_SRCS := $(wildcard selftests/glue/*.c)
FAMILIES := $(patsubst selftests/%.c,%,$(wildcard selftests/*.c))
UNITS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))

KSELFTEST_DEB := /usr/src/linux-source-6.12.tar.xz
HARNESS := $(B)/kselftest
HARNESS_HEADERS := $(HARNESS)/kselftest_harness.h $(HARNESS)/kselftest.h
HAVE_HARNESS := $(or $(KSELFTEST),$(wildcard $(HARNESS_HEADERS)),$(wildcard $(KSELFTEST_DEB)))

WARN := -Wall -Wextra -Werror
BASE_CFLAGS := -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I. -I$(GEN) -fno-pie -ffunction-sections -fdata-sections $(WARN)

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-8s%s\n' $(1) $(2)
endif

.PHONY: all
all: $(ARCH)

include make/gen.mk make/arch.mk make/reporter.mk make/check.mk make/matrix.mk make/mutants.mk make/test.mk make/quality.mk make/fuzz.mk make/install.mk

.PHONY: help
help: ## this list
	@echo 'seccompat $(VERSION). make TARGET [ARCH=...] [CC=...] [CROSS_COMPILE=...] [V=1]'
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  %-14s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo 'ARCH is one of: $(ARCHES) (here: $(HOST)).'
	@echo 'Kernels are kept in $(KERNEL_CACHE) (SECCOMPAT_CACHE): $(or $(KERNEL_CACHE_SIZE),nothing yet).'

.PHONY: clean
clean: ## remove build/
	rm -rf $(B)

endif
