/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-core.h"

#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/procfs.h>
#include <sys/resource.h>
#include <unistd.h>

#include "run/run.h"

#define CONTROL_MS 3000

int core_folder(char folder[CORE_FOLDER_SIZE])
{
	const char *parent = getenv("TMPDIR");

	if (!parent || parent[0] != '/' || strlen(parent) > 64)
		parent = "/tmp";
	snprintf(folder, CORE_FOLDER_SIZE, "%s/seccompat-core.XXXXXX", parent);
	return mkdtemp(folder) ? 0 : -1;
}

int core_enter(const char *folder, bool allowed)
{
	struct rlimit limit;

	if (chdir(folder) || getrlimit(RLIMIT_CORE, &limit))
		return -1;
	limit.rlim_cur = allowed ? limit.rlim_max : 0;
	if (setrlimit(RLIMIT_CORE, &limit))
		return -1;
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

/* A note's descriptor, of that type and at least that size, in a PT_NOTE segment read to memory. */
static const void *find_note(const char *notes, size_t size, unsigned int type, size_t wanted)
{
	ElfW(Nhdr) note;
	size_t at = 0, name, desc;

	for (; at + sizeof(note) <= size; at = desc + ((note.n_descsz + 3) & ~3u)) {
		memcpy(&note, notes + at, sizeof(note));
		name = at + sizeof(note);
		desc = name + ((note.n_namesz + 3) & ~3u);
		if (note.n_type == type && desc + note.n_descsz <= size &&
		    note.n_descsz >= wanted && !strcmp(notes + name, "CORE"))
			return notes + desc;
	}
	return NULL;
}

static void read_notes(const char *notes, size_t size, struct core *core)
{
	/* The thread that dumped comes first. */
	const void *status = find_note(notes, size, NT_PRSTATUS, sizeof(struct elf_prstatus));
	const void *info = find_note(notes, size, NT_SIGINFO, sizeof(core->info));
	struct elf_prstatus prstatus;

	if (!status || !info)
		return;
	memcpy(&core->info, info, sizeof(core->info));
	memcpy(&prstatus, status, sizeof(prstatus));
	core->signal = prstatus.pr_cursig;
	core->tid = prstatus.pr_pid;
	_Static_assert(sizeof(prstatus.pr_reg) <= sizeof(core->word), "room for the registers");
	memcpy(core->word, prstatus.pr_reg, sizeof(prstatus.pr_reg));
	core->complete = true;
}

static void read_core(int fd, struct core *core)
{
	ElfW(Ehdr) header;
	ElfW(Phdr) segment = { .p_type = PT_NULL };
	char *notes;

	if (pread(fd, &header, sizeof(header), 0) != sizeof(header) ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_type != ET_CORE)
		return;
	for (int i = 0; i < header.e_phnum && segment.p_type != PT_NOTE; i++)
		if (pread(fd, &segment, sizeof(segment), header.e_phoff + i * sizeof(segment)) !=
		    sizeof(segment))
			return;
	if (segment.p_type != PT_NOTE)
		return;
	notes = malloc(segment.p_filesz);
	if (notes &&
	    pread(fd, notes, segment.p_filesz, segment.p_offset) == (ssize_t)segment.p_filesz)
		read_notes(notes, segment.p_filesz, core);
	free(notes);
}

struct core core_take(const char *folder)
{
	struct core core = { .files = 0 };
	DIR *entries = opendir(folder);
	struct dirent *entry;

	while (entries && (entry = readdir(entries))) {
		int fd;

		if (entry->d_name[0] == '.')
			continue;
		core.files++;
		fd = openat(dirfd(entries), entry->d_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (fd >= 0) {
			read_core(fd, &core);
			close(fd);
		}
		unlinkat(dirfd(entries), entry->d_name, 0);
	}
	if (entries)
		closedir(entries);
	rmdir(folder);
	return core;
}

static int die_otherwise(void *folder)
{
	signal(SIGQUIT, SIG_DFL);
	if (core_enter(folder, true))
		return 1;
	raise(SIGQUIT);
	return 2;
}

/* Nothing may be tried where a helper or a folder of the machine's would get the core. */
static const char *pattern_refusal(void)
{
	FILE *file = fopen("/proc/sys/kernel/core_pattern", "re");
	char pattern[256] = "";

	if (!file)
		return "/proc/sys/kernel/core_pattern cannot be read";
	if (!fgets(pattern, sizeof(pattern), file))
		pattern[0] = '\0';
	fclose(file);
	if (pattern[0] == '|')
		return "the kernel's core_pattern is a helper program";
	if (pattern[0] == '@')
		return "the kernel's core_pattern is a socket";
	if (strchr(pattern, '/'))
		return "the kernel's core_pattern names another folder";
	/* So that core_take sees it. */
	if (pattern[0] == '.' || pattern[0] == '\n' || pattern[0] == '\0')
		return "the kernel's core_pattern is hidden or empty";
	return NULL;
}

static const char *try_it(void)
{
	char folder[CORE_FOLDER_SIZE];
	struct run_end end;
	struct core core;

	if (core_folder(folder))
		return "there is no folder to write to";
	end = run_child(die_otherwise, folder, CONTROL_MS);
	core = core_take(folder);
	if (end.how != RUN_SIGNALED || end.value != SIGQUIT)
		return "a program cannot prepare for it";
	if (!end.core || core.files != 1 || !core.complete)
		return "a program that dies of SIGQUIT leaves none (limits, configuration)";
	return NULL;
}

const char *core_refusal(void)
{
	static const char *refusal;
	static bool known;

	if (!known) {
		refusal = pattern_refusal();
		if (!refusal)
			refusal = try_it();
		known = true;
	}
	return refusal;
}
