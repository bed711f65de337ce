/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/provenance.h"

#include <dirent.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "arch/arch.h"
#include "report/environment.h"
#include "version.h"

#define VULNERABILITIES "/sys/devices/system/cpu/vulnerabilities"

/* At most size - 1 bytes of a file, ended by a NUL. The number of them; -1 if it cannot be read. */
static ssize_t read_whole(const char *path, char *buf, size_t size)
{
	FILE *file = fopen(path, "re");
	ssize_t length;

	if (!file)
		return -1;
	length = fread(buf, 1, size - 1, file);
	if (ferror(file))
		length = -1;
	buf[length < 0 ? 0 : length] = '\0';
	fclose(file);
	return length;
}

/* The first line of a file as a string; null if it cannot be read. */
static void write_line_of(struct json *json, const char *key, const char *path)
{
	char text[4096];

	if (read_whole(path, text, sizeof(text)) < 0) {
		jsonw_null(json, key);
		return;
	}
	text[strcspn(text, "\n")] = '\0';
	jsonw_string(json, key, text);
}

static size_t padded(size_t length)
{
	return (length + 3) & ~(size_t)3;
}

bool provenance_build_id(const unsigned char *notes, size_t length, char *text, size_t size)
{
	Elf32_Nhdr note; /* of the same layout for 64 bits */
	size_t at = 0;

	while (length - at >= sizeof(note)) {
		size_t name, desc;

		memcpy(&note, notes + at, sizeof(note));
		name = at + sizeof(note);
		if (note.n_namesz > length - name || note.n_descsz > length - name)
			return false;
		desc = name + padded(note.n_namesz);
		if (desc > length || note.n_descsz > length - desc)
			return false;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    !memcmp(notes + name, "GNU", 4) && size > 2 * (size_t)note.n_descsz) {
			for (size_t i = 0; i < note.n_descsz; i++)
				sprintf(text + 2 * i, "%02x", notes[desc + i]);
			return true;
		}
		at = desc + padded(note.n_descsz);
		if (at > length)
			return false;
	}
	return false;
}

static void write_build_id(struct json *json)
{
	char notes[4096], text[129];
	ssize_t length = read_whole("/sys/kernel/notes", notes, sizeof(notes));

	if (length > 0 && provenance_build_id((unsigned char *)notes, length, text, sizeof(text)))
		jsonw_string(json, "build_id", text);
	else
		jsonw_null(json, "build_id");
}

/* securityfs is not mounted everywhere: that is null, and no LSM is an empty array. */
static void write_lsms(struct json *json)
{
	char text[512], *rest = text, *name;

	if (read_whole("/sys/kernel/security/lsm", text, sizeof(text)) < 0) {
		jsonw_null(json, "lsms");
		return;
	}
	jsonw_array(json, "lsms");
	while ((name = strsep(&rest, ",\n")))
		if (*name)
			jsonw_string(json, NULL, name);
	jsonw_end(json);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void write_mitigations(struct json *json)
{
	struct dirent **entries;
	int count = scandir(VULNERABILITIES, &entries, is_visible, alphasort);

	if (count < 0) {
		jsonw_null(json, "mitigations");
		return;
	}
	jsonw_object(json, "mitigations");
	for (int i = 0; i < count; i++) {
		char path[sizeof(VULNERABILITIES) + 256];

		snprintf(path, sizeof(path), VULNERABILITIES "/%s", entries[i]->d_name);
		write_line_of(json, entries[i]->d_name, path);
		free(entries[i]);
	}
	free(entries);
	jsonw_end(json);
}

static void write_kernel(struct json *json)
{
	struct utsname name;

	if (uname(&name))
		memset(&name, 0, sizeof(name));
	jsonw_object(json, "kernel");
	jsonw_string(json, "release", name.release);
	jsonw_string(json, "version", name.version);
	jsonw_string(json, "machine", name.machine);
	write_build_id(json);
	write_line_of(json, "cmdline", "/proc/cmdline");
	write_lsms(json);
	write_mitigations(json);
	jsonw_int(json, "page_size", sysconf(_SC_PAGESIZE));
	jsonw_int(json, "cpus", sysconf(_SC_NPROCESSORS_ONLN));
	jsonw_end(json);
}

static void write_tool(struct json *json)
{
	jsonw_object(json, "tool");
	jsonw_string(json, "version", SECCOMPAT_VERSION);
	jsonw_string(json, "commit", SECCOMPAT_COMMIT);
	jsonw_string(json, "arch", arch_native()->name);
	jsonw_end(json);
}

void provenance_write(struct json *json, const struct environment *env)
{
	write_kernel(json);
	write_tool(json);
	environment_write(json, env);
}
