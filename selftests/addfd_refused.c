/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What SECCOMP_IOCTL_NOTIF_ADDFD refuses, with which errno, and what it looks at first; nothing is
 * added then, and the call still waits (behaviours 75, 93 to 95, 97 and 98).
 */
#include "selftests/glue/test.h"

#include <sys/mman.h>

#include "selftests/glue/kit-addfd.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A call that waits, received; what the target has; and a file to give it. */
struct scene {
	struct target target;
	struct notif notif;
	long count;
	int file;
};

#define OPEN_SCENE(scene)                                    \
	do {                                                 \
		START_TIDY(&(scene)->target);                \
		(scene)->file = addfd_file();                \
		BROKE_UNLESS((scene)->file >= 0, "no file"); \
		(scene)->count = fd_count(&(scene)->target); \
		HOLD(&(scene)->target, &(scene)->notif);     \
	} while (0)

/* That many were added, and the call still waits. */
#define CLOSE_SCENE(scene, added)                                                        \
	do {                                                                             \
		EXPECT_EQ(POLLOUT | POLLWRNORM, notif_events((scene)->target.listener)); \
		LET_GO(&(scene)->target, &(scene)->notif);                               \
		EXPECT_EQ((scene)->count + (added), fd_count(&(scene)->target));         \
		EXPECT_EQ(TARGET_ENDED, target_stop(&(scene)->target));                  \
	} while (0)

static long ask(const struct scene *scene, struct notif_addfd addfd)
{
	return addfd_ask(scene->target.listener, addfd);
}

SC_TEST(unknown_flags,
	.doc = "each flag but SETFD and SEND is EINVAL, alone and with each of these",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd, F_addfd_setfd },
	.behaviours = { 98 })
{
	struct scene scene;

	OPEN_SCENE(&scene);
	for (int bit = 2; bit < 32; bit++) {
		for (uint32_t known = 0; known < 4; known++) {
			struct notif_addfd addfd =
				addfd_new(scene.notif.id, scene.file, known | 1u << bit);

			EXPECT_EQ(-EINVAL, ask(&scene, addfd))
			TH_LOG("bit %d with %u", bit, known);
		}
	}
	EXPECT_EQ(-EINVAL, ask(&scene, addfd_new(scene.notif.id, scene.file, ~0u)));
	CLOSE_SCENE(&scene, 0);
}

SC_TEST(unknown_newfd_flags,
	.doc = "each of newfd_flags but O_CLOEXEC is EINVAL, alone and with that, with SETFD and "
	       "without",
	.needs = { F_addfd_setfd }, .covers = { F_notif_addfd, F_addfd_setfd },
	.behaviours = { 94 })
{
	struct scene scene;

	OPEN_SCENE(&scene);
	for (int i = 0; i < 32 * 4; i++) {
		uint32_t flag = 1u << i / 4, with = i & 1 ? O_CLOEXEC : 0;
		struct notif_addfd addfd = {
			.id = scene.notif.id,
			.srcfd = (uint32_t)scene.file,
			.flags = i & 2 ? ADDFD_FLAG_SETFD : 0,
			.newfd = i & 2 ? 100 : 0,
			.newfd_flags = flag | with,
		};

		if (flag == O_CLOEXEC)
			continue;
		EXPECT_EQ(-EINVAL, ask(&scene, addfd)) TH_LOG("flags %#x", flag | with);
	}
	CLOSE_SCENE(&scene, 0);
}

SC_TEST(number_without_setfd, .doc = "newfd without SETFD is EINVAL, whichever it is",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd, F_addfd_setfd },
	.behaviours = { 93 })
{
	struct scene scene;

	OPEN_SCENE(&scene);
	for (int bit = 0; bit < 32; bit++) {
		struct notif_addfd addfd = addfd_new(scene.notif.id, scene.file, 0);

		addfd.newfd = 1u << bit;
		EXPECT_EQ(-EINVAL, ask(&scene, addfd)) TH_LOG("newfd %#x", addfd.newfd);
	}
	CLOSE_SCENE(&scene, 0);
}

SC_TEST(bad_source,
	.doc = "srcfd must be an open file of the supervisor's, and not one of O_PATH: EBADF",
	.needs = { F_addfd_setfd }, .covers = { F_notif_addfd, F_addfd_setfd },
	.behaviours = { 95 })
{
	struct target target;
	struct notif notif;
	int sources[7], path, file;
	long theirs, count;

	START_TIDY(&target);
	path = open("/", O_PATH | O_CLOEXEC);
	file = addfd_file();
	BROKE_UNLESS(path >= 0 && file >= 0, "no files");
	close(file);
	/* The target has one of that number, the supervisor none. */
	theirs = fd_copy_from(&target, 50);
	BROKE_UNLESS(theirs >= 50 && fcntl((int)theirs, F_GETFD) < 0, "no descriptor");
	sources[0] = -1;
	sources[1] = path;
	sources[2] = file;
	sources[3] = (int)theirs;
	sources[4] = INT_MAX;
	sources[5] = INT_MIN;
	sources[6] = -100; /* AT_FDCWD */
	count = fd_count(&target);
	HOLD(&target, &notif);
	for (size_t i = 0; i < COUNT(sources); i++) {
		EXPECT_EQ(-EBADF, addfd_ask(target.listener, addfd_new(notif.id, sources[i], 0)))
		TH_LOG("srcfd %d", sources[i]);
		EXPECT_EQ(-EBADF, addfd_ask(target.listener, addfd_at(notif.id, sources[i], 50, 0)))
		TH_LOG("srcfd %d", sources[i]);
	}
	LET_GO(&target, &notif);
	EXPECT_EQ(count, fd_count(&target));
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

SC_TEST(whose_call,
	.doc = "an id that is none is ENOENT, as is one that is answered and gone; one that is not "
	       "received yet is EINPROGRESS",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd }, .behaviours = { 75 })
{
	struct scene scene;
	uint64_t id, next;
	int listener;

	OPEN_SCENE(&scene);
	listener = scene.target.listener;
	id = scene.notif.id;
	next = id + 1;
	for (int bit = 0; bit < 64; bit++) {
		EXPECT_EQ(-ENOENT, ask(&scene, addfd_new(id ^ 1ull << bit, scene.file, 0)))
		TH_LOG("bit %d", bit);
	}
	LET_GO(&scene.target, &scene.notif);
	EXPECT_EQ(-ENOENT, ask(&scene, addfd_new(id, scene.file, 0)));
	EXPECT_EQ(-ENOENT, ask(&scene, addfd_at(id, scene.file, 50, 0)));
	target_call(&scene.target, __NR_getppid, NULL);
	ASSERT_TRUE(target_asleep(&scene.target));
	EXPECT_EQ(-EINPROGRESS, ask(&scene, addfd_new(next, scene.file, 0)));
	EXPECT_EQ(-EINPROGRESS, ask(&scene, addfd_at(next, scene.file, 50, 0)));
	EXPECT_EQ(-ENOENT, ask(&scene, addfd_new(id, scene.file, 0)));
	EXPECT_EQ(POLLIN | POLLRDNORM, notif_events(listener));
	RECEIVE(&scene.target, &scene.notif);
	EXPECT_EQ(next, scene.notif.id);
	CLOSE_SCENE(&scene, 0);
}

/* What is looked at first; a wrong one of each behind. */
SC_TEST(first_things_first,
	.doc = "of several things that are wrong the first of newfd_flags, flags, newfd (all "
	       "EINVAL), srcfd (EBADF), id (ENOENT), newfd's limit (EBADF) decides",
	.needs = { F_addfd_setfd }, .covers = { F_notif_addfd, F_addfd_setfd },
	.behaviours = { 93, 94, 95, 98 })
{
	struct scene scene;
	struct notif_addfd wrong;

	OPEN_SCENE(&scene);
	wrong = (struct notif_addfd){
		.id = NOTIF_BOGUS(scene.notif.id),
		.srcfd = UINT32_MAX,
		.newfd = INT_MAX,
		.flags = ADDFD_UNASSIGNED,
		.newfd_flags = O_NONBLOCK,
	};
	EXPECT_EQ(-EINVAL, ask(&scene, wrong));
	wrong.flags = ADDFD_FLAG_SETFD;
	EXPECT_EQ(-EINVAL, ask(&scene, wrong));
	wrong.flags = 0;
	wrong.newfd_flags = 0;
	EXPECT_EQ(-EINVAL, ask(&scene, wrong));
	wrong.flags = ADDFD_FLAG_SETFD;
	EXPECT_EQ(-EBADF, ask(&scene, wrong));
	wrong.srcfd = (uint32_t)scene.file;
	EXPECT_EQ(-ENOENT, ask(&scene, wrong));
	wrong.id = scene.notif.id;
	EXPECT_EQ(-EBADF, ask(&scene, wrong));
	CLOSE_SCENE(&scene, 0);
}

/* --- the struct's size, which is part of the request's number -------------------------------- */

#define SIZE_FIRST	       sizeof(struct notif_addfd)
#define SIZE_MAX_	       _IOC_SIZEMASK
#define SIZED(direction, size) _IOC(direction, '!', 3, size)

static long ask_sized(const struct scene *scene, size_t size, const void *data)
{
	return listener_ioctl(scene->target.listener, SIZED(_IOC_WRITE, size), (void *)data);
}

/* A request of the largest size, with that id. */
struct large {
	struct notif_addfd addfd;
	unsigned char tail[SIZE_MAX_];
};

static struct large *large_request(const struct scene *scene, uint64_t id)
{
	static struct large large;

	large.addfd = addfd_new(id, scene->file, 0);
	memset(large.tail, 0, sizeof(large.tail));
	return &large;
}

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/*
 * Each size near those at which something changes, some of those between: kernels look at every
 * byte of a tail, which 7.2 on arm makes 30 s of all sizes there.
 */
static size_t next_size(size_t size)
{
	size_t page = page_size();
	bool is_near =
		size < 256 || (size + 64 > page && size < page + 64) || size + 64 > SIZE_MAX_;

	return size + (is_near ? 1 : 37);
}

SC_TEST(size_of_the_struct,
	.doc = "a struct of less than 24 bytes, or of a page or more, is EINVAL; between these "
	       "it is taken if the rest is zero",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd }, .behaviours = { 97 })
{
	struct scene scene;
	struct large *large;

	OPEN_SCENE(&scene);
	large = large_request(&scene, NOTIF_BOGUS(scene.notif.id));
	for (size_t size = 0; size <= SIZE_MAX_; size = next_size(size)) {
		bool taken = size >= SIZE_FIRST && size < page_size();

		ASSERT_EQ(taken ? -ENOENT : -EINVAL, ask_sized(&scene, size, large))
		TH_LOG("size %zu", size);
	}
	CLOSE_SCENE(&scene, 0);
}

SC_TEST(zero_tail, .doc = "a larger struct with a zero tail adds as the first one does",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd }, .behaviours = { 97 })
{
	static const size_t sizes[] = { SIZE_FIRST + 1, SIZE_FIRST + 8, 4095 };
	struct scene scene;

	OPEN_SCENE(&scene);
	for (size_t i = 0; i < COUNT(sizes); i++)
		EXPECT_LE(0, ask_sized(&scene, sizes[i], large_request(&scene, scene.notif.id)));
	CLOSE_SCENE(&scene, (long)COUNT(sizes));
}

SC_TEST(nonzero_tail,
	.doc = "a tail with any byte set is E2BIG, whatever else is wrong; bytes behind the size "
	       "do "
	       "not matter",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd }, .behaviours = { 97 })
{
	const size_t largest = 4095 - SIZE_FIRST;
	struct scene scene;
	struct large *large;

	OPEN_SCENE(&scene);
	large = large_request(&scene, scene.notif.id);
	for (size_t at = 0; at < largest; at += at < 64 ? 1 : 61) {
		large->tail[at] = 1 << at % 8;
		EXPECT_EQ(-E2BIG, ask_sized(&scene, SIZE_FIRST + at + 1, large))
		TH_LOG("byte %zu of the tail", at);
		EXPECT_EQ(-E2BIG, ask_sized(&scene, SIZE_FIRST + largest, large))
		TH_LOG("byte %zu of the tail", at);
		large->addfd.flags = ADDFD_UNASSIGNED;
		EXPECT_EQ(-EINVAL, ask_sized(&scene, SIZE_FIRST + at, large));
		EXPECT_EQ(-E2BIG, ask_sized(&scene, SIZE_FIRST + at + 1, large));
		large->addfd.flags = 0;
		large->tail[at] = 0;
	}
	CLOSE_SCENE(&scene, 0);
}

SC_TEST(unreadable_struct,
	.doc = "a struct that is not all in memory is EFAULT, unless its size is refused already",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd }, .behaviours = { 97 })
{
	struct scene scene;
	char *edge = kit_page_edge();
	struct notif_addfd bogus;

	BROKE_UNLESS(edge != NULL, "no memory");
	OPEN_SCENE(&scene);
	EXPECT_EQ(-EFAULT, ask_sized(&scene, SIZE_FIRST, NULL));
	EXPECT_EQ(-EFAULT, ask_sized(&scene, 4095, NULL));
	EXPECT_EQ(-EINVAL, ask_sized(&scene, SIZE_FIRST - 1, NULL));
	if (page_size() <= SIZE_MAX_) {
		EXPECT_EQ(-EINVAL, ask_sized(&scene, page_size(), NULL));
	}
	for (size_t inside = 0; inside < SIZE_FIRST; inside++)
		EXPECT_EQ(-EFAULT, ask_sized(&scene, SIZE_FIRST, edge - inside));
	bogus = addfd_new(NOTIF_BOGUS(scene.notif.id), scene.file, 0);
	memcpy(edge - SIZE_FIRST, &bogus, sizeof(bogus));
	EXPECT_EQ(-ENOENT, ask_sized(&scene, SIZE_FIRST, edge - SIZE_FIRST));
	for (size_t more = 1; more < 64; more++)
		EXPECT_EQ(-EFAULT, ask_sized(&scene, SIZE_FIRST + more, edge - SIZE_FIRST));
	CLOSE_SCENE(&scene, 0);
}

SC_TEST(direction_does_not_matter,
	.doc = "the request is the same whichever direction its number says, and another one of "
	       "any "
	       "size is EINVAL",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd, F_notif_upper },
	.behaviours = { 97 })
{
	static const unsigned int directions[] = { _IOC_NONE, _IOC_READ, _IOC_WRITE,
						   _IOC_READ | _IOC_WRITE };
	struct scene scene;
	long added = 0;

	OPEN_SCENE(&scene);
	for (size_t i = 0; i < COUNT(directions); i++) {
		struct notif_addfd addfd = addfd_new(scene.notif.id, scene.file, 0);
		int listener = scene.target.listener;
		/* On ppc and mips there is a bit that says "none". */
		bool known = !(directions[i] & ~(_IOC_READ | _IOC_WRITE));
		long got = listener_ioctl(listener, SIZED(directions[i], SIZE_FIRST), &addfd);

		EXPECT_EQ(known, got >= 0) TH_LOG("direction %u: %ld", directions[i], got);
		added += known;
		EXPECT_EQ(-EINVAL,
			  listener_ioctl(listener, _IOC(directions[i], '!', 7, 24), &addfd));
		EXPECT_EQ(-EINVAL,
			  listener_ioctl(listener, _IOC(directions[i], '#', 3, 24), &addfd));
	}
	CLOSE_SCENE(&scene, added);
}

TEST_HARNESS_MAIN
