/* SPDX-License-Identifier: BSD-3-Clause */
#include "arch/tiny.h"

#include "arch/arch.h"
#include "arch/regs.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>

#define LOAD_AT 0x400000u
#define ALIGN	0x10000u /* no kernel has larger pages here */

/* Headers of both classes differ in the order of their fields, too. */
#define DEFINE_LINK(bits)                                                                  \
	static size_t link##bits(unsigned char *file, const Elf##bits##_Ehdr *like,        \
				 const void *code, size_t size, size_t entry)              \
	{                                                                                  \
		const size_t at = sizeof(Elf##bits##_Ehdr) + 2 * sizeof(Elf##bits##_Phdr); \
		const size_t code_at = (at + 15) & ~(size_t)15;                            \
		Elf##bits##_Ehdr head = *like;                                             \
		const Elf##bits##_Phdr segments[2] = {                                     \
			{ .p_type = PT_LOAD,                                               \
			  .p_flags = PF_R | PF_X,                                          \
			  .p_vaddr = LOAD_AT,                                              \
			  .p_paddr = LOAD_AT,                                              \
			  .p_filesz = code_at + size,                                      \
			  .p_memsz = code_at + size,                                       \
			  .p_align = ALIGN },                                              \
			{ .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W },                \
		};                                                                         \
                                                                                           \
		head.e_type = ET_EXEC;                                                     \
		head.e_version = EV_CURRENT;                                               \
		head.e_entry = LOAD_AT + code_at + entry;                                  \
		head.e_phoff = sizeof(head);                                               \
		head.e_shoff = 0;                                                          \
		head.e_ehsize = sizeof(head);                                              \
		head.e_phentsize = sizeof(segments[0]);                                    \
		head.e_phnum = 2;                                                          \
		head.e_shentsize = head.e_shnum = head.e_shstrndx = 0;                     \
		memset(file, 0, TINY_MAX);                                                 \
		memcpy(file, &head, sizeof(head));                                         \
		memcpy(file + sizeof(head), segments, sizeof(segments));                   \
		memcpy(file + code_at, code, size);                                        \
		return code_at + size;                                                     \
	}

#if ARCH_HAS_REGS
#if __SIZEOF_POINTER__ == 8
DEFINE_LINK(64)
#define link_native link64
#else
DEFINE_LINK(32)
#define link_native link32
#endif

/* Runs alone, in another process: nothing may be put into it that is not there. */
__attribute__((noinline, used, section("tiny_code"),
	       no_sanitize("address", "undefined"))) static void
tiny(void)
{
	arch_syscall6(__NR_exit, 0, 0, 0, 0, 0, 0);
	arch_syscall6(__NR_exit_group, 1, 0, 0, 0, 0, 0);
	for (;;)
		;
}

extern const char __start_tiny_code[], __stop_tiny_code[];
extern const ElfW(Ehdr) __ehdr_start;

size_t tiny_native(void *file)
{
	const size_t size = __stop_tiny_code - __start_tiny_code;

	if (size > TINY_MAX / 2)
		return 0;
	/* The bit of an address that says Thumb is part of the entry. */
	return link_native(file, &__ehdr_start, __start_tiny_code, size,
			   (uintptr_t)tiny - (uintptr_t)__start_tiny_code);
}
#else
size_t tiny_native(void *file)
{
	(void)file;
	return 0;
}
#endif

#ifdef ARCH_FOREIGN
#if ARCH_FOREIGN_BITS == 64
DEFINE_LINK(64)
#define link_foreign  link64
#define FOREIGN_CLASS ELFCLASS64
#define FOREIGN_EHDR  Elf64_Ehdr
#else
DEFINE_LINK(32)
#define link_foreign  link32
#define FOREIGN_CLASS ELFCLASS32
#define FOREIGN_EHDR  Elf32_Ehdr
#endif

/* A file of the other word size, for that machine, which begins with code. */
static size_t link_for(void *file, unsigned int machine, unsigned int flags, const void *code,
		       size_t size)
{
	const FOREIGN_EHDR like = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, FOREIGN_CLASS,
			     arch_native()->big_endian ? ELFDATA2MSB : ELFDATA2LSB, EV_CURRENT },
		.e_machine = machine,
		.e_flags = flags,
	};

	return link_foreign(file, &like, code, size, 0);
}

size_t tiny_foreign(void *file, const char **name)
{
	static const unsigned char code[] = { ARCH_FOREIGN_EXIT };

	*name = ARCH_FOREIGN;
	return link_for(file, ARCH_FOREIGN_MACHINE, ARCH_FOREIGN_FLAGS, code, sizeof(code));
}

#ifdef ARCH_X32_EXIT
size_t tiny_x32(void *file)
{
	static const unsigned char code[] = { ARCH_X32_EXIT };

	return link_for(file, EM_X86_64, 0, code, sizeof(code));
}
#endif
#else
size_t tiny_foreign(void *file, const char **name)
{
	(void)file;
	*name = NULL;
	return 0;
}
#endif
