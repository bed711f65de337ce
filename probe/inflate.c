/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DEFLATE (RFC 1951) out of gzip (RFC 1952): /proc/config.gz is written so, and a target has no
 * library. Plain, and quick enough for a file of that size.
 */
#include "probe/inflate.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CODE_BITS 15 /* of the longest code */
#define LITERALS  288
#define DISTANCES 30

/* A canonical Huffman code: how many codes there are of each length, and whose they are in order.
 */
struct code {
	uint16_t count[CODE_BITS + 1];
	uint16_t symbol[LITERALS];
};

struct stream {
	const unsigned char *in;
	size_t length, at;
	uint32_t bits; /* taken from in and not used yet, the next one lowest */
	unsigned int have;
	unsigned char *out;
	size_t done, room, limit;
	bool failed;
};

static unsigned int take(struct stream *stream, unsigned int count)
{
	unsigned int value;

	while (stream->have < count) {
		if (stream->at == stream->length) {
			stream->failed = true;
			return 0;
		}
		stream->bits |= (uint32_t)stream->in[stream->at++] << stream->have;
		stream->have += 8;
	}
	value = stream->bits & ((1u << count) - 1);
	stream->bits >>= count;
	stream->have -= count;
	return value;
}

static void put(struct stream *stream, unsigned char byte)
{
	if (stream->done == stream->limit) {
		stream->failed = true;
		return;
	}
	if (stream->done == stream->room) {
		stream->room = stream->room ? 2 * stream->room : 65536;
		stream->out = realloc(stream->out, stream->room + 1);
		if (!stream->out)
			abort();
	}
	stream->out[stream->done++] = byte;
}

/* --- Huffman codes ---------------------------------------------------------------------------- */

/* False if there are more codes of a length than fit. */
static bool make_code(struct code *code, const unsigned char *lengths, unsigned int symbols)
{
	uint16_t next[CODE_BITS + 1] = { 0 };
	int left = 1;

	memset(code->count, 0, sizeof(code->count));
	for (unsigned int i = 0; i < symbols; i++)
		code->count[lengths[i]]++;
	code->count[0] = 0;
	for (unsigned int i = 1; i <= CODE_BITS; i++) {
		left = 2 * left - code->count[i];
		if (left < 0)
			return false;
		next[i] = next[i - 1] + code->count[i - 1];
	}
	for (unsigned int i = 0; i < symbols; i++)
		if (lengths[i])
			code->symbol[next[lengths[i]]++] = i;
	return true;
}

/* Bit by bit, the highest first: below the first code of a length is what longer ones begin with.
 */
static unsigned int decode(struct stream *stream, const struct code *code)
{
	int value = 0, first = 0, index = 0;

	for (unsigned int i = 1; i <= CODE_BITS && !stream->failed; i++) {
		value |= take(stream, 1);
		if (value - first < code->count[i])
			return code->symbol[index + value - first];
		index += code->count[i];
		first = (first + code->count[i]) << 1;
		value <<= 1;
	}
	stream->failed = true;
	return 0;
}

/* --- blocks ----------------------------------------------------------------------------------- */

static unsigned int read_copy_length(struct stream *stream, unsigned int symbol)
{
	static const uint16_t base[29] = { 3,  4,  5,  6,   7,	 8,   9,   10,	11, 13,
					   15, 17, 19, 23,  27,	 31,  35,  43,	51, 59,
					   67, 83, 99, 115, 131, 163, 195, 227, 258 };
	static const unsigned char extra[29] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
						 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0 };

	if (symbol - 257 >= 29) {
		stream->failed = true;
		return 0;
	}
	return base[symbol - 257] + take(stream, extra[symbol - 257]);
}

static size_t read_distance(struct stream *stream, const struct code *distances)
{
	unsigned int symbol = decode(stream, distances);
	unsigned int extra = symbol < 4 ? 0 : symbol / 2 - 1;
	size_t base = symbol < 4 ? symbol + 1 : ((2u + (symbol & 1)) << extra) + 1;

	if (symbol >= DISTANCES)
		stream->failed = true;
	return stream->failed ? 0 : base + take(stream, extra);
}

static void copy(struct stream *stream, unsigned int symbol, const struct code *distances)
{
	unsigned int length = read_copy_length(stream, symbol);
	size_t distance = read_distance(stream, distances);

	if (distance > stream->done)
		stream->failed = true;
	for (; length && !stream->failed; length--)
		put(stream, stream->out[stream->done - distance]);
}

#define END_OF_BLOCK 256

static void read_coded(struct stream *stream, const struct code *literals,
		       const struct code *distances)
{
	while (!stream->failed) {
		unsigned int symbol = decode(stream, literals);

		if (stream->failed || symbol == END_OF_BLOCK)
			return;
		if (symbol < END_OF_BLOCK)
			put(stream, symbol);
		else
			copy(stream, symbol, distances);
	}
}

static void read_fixed(struct stream *stream)
{
	unsigned char lengths[LITERALS];
	struct code literals, distances;

	memset(lengths, 8, 144);
	memset(lengths + 144, 9, 112);
	memset(lengths + 256, 7, 24);
	memset(lengths + 280, 8, 8);
	make_code(&literals, lengths, LITERALS);
	memset(lengths, 5, DISTANCES);
	make_code(&distances, lengths, DISTANCES);
	read_coded(stream, &literals, &distances);
}

/* A length, or how often the last one, or 0, is repeated. Returns how many it stands for. */
static unsigned int read_lengths(struct stream *stream, unsigned int symbol, unsigned int before,
				 unsigned char *length)
{
	*length = symbol < 16 ? symbol : symbol == 16 ? before : 0;
	if (symbol < 16)
		return 1;
	if (symbol == 16)
		return 3 + take(stream, 2);
	return symbol == 17 ? 3 + take(stream, 3) : 11 + take(stream, 7);
}

static void read_dynamic(struct stream *stream)
{
	static const unsigned char order[19] = { 16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
						 11, 4,	 12, 3, 13, 2, 14, 1, 15 };
	unsigned int literal_count = take(stream, 5) + 257, distance_count = take(stream, 5) + 1;
	unsigned int count = take(stream, 4) + 4, done = 0;
	unsigned char lengths[LITERALS + 32] = { 0 };
	struct code code, literals, distances;

	for (unsigned int i = 0; i < count; i++)
		lengths[order[i]] = take(stream, 3);
	if (literal_count > 286 || distance_count > DISTANCES || !make_code(&code, lengths, 19)) {
		stream->failed = true;
		return;
	}
	memset(lengths, 0, sizeof(lengths));
	while (done < literal_count + distance_count && !stream->failed) {
		unsigned char length;
		unsigned int repeat = read_lengths(stream, decode(stream, &code),
						   done ? lengths[done - 1] : 0, &length);

		if (done + repeat > literal_count + distance_count)
			stream->failed = true;
		else
			memset(lengths + done, length, repeat);
		done += repeat;
	}
	if (stream->failed || !make_code(&literals, lengths, literal_count) ||
	    !make_code(&distances, lengths + literal_count, distance_count))
		stream->failed = true;
	else
		read_coded(stream, &literals, &distances);
}

static void read_stored(struct stream *stream)
{
	unsigned int length, inverse;

	take(stream, stream->have % 8);
	length = take(stream, 16);
	inverse = take(stream, 16);
	if (length != (~inverse & 0xffff))
		stream->failed = true;
	for (; length && !stream->failed; length--) {
		unsigned char byte = take(stream, 8);

		if (!stream->failed)
			put(stream, byte);
	}
}

static void read_blocks(struct stream *stream)
{
	bool last = false;

	while (!last && !stream->failed) {
		last = take(stream, 1);
		switch (take(stream, 2)) {
		case 0:
			read_stored(stream);
			break;
		case 1:
			read_fixed(stream);
			break;
		case 2:
			read_dynamic(stream);
			break;
		default:
			stream->failed = true;
		}
	}
}

/* --- gzip ------------------------------------------------------------------------------------- */

enum { HAS_CRC = 2, HAS_EXTRA = 4, HAS_NAME = 8, HAS_COMMENT = 16 };

static void skip_text(struct stream *stream)
{
	while (take(stream, 8) && !stream->failed)
		;
}

static void skip_bytes(struct stream *stream, unsigned int count)
{
	for (; count && !stream->failed; count--)
		take(stream, 8);
}

static void read_header(struct stream *stream)
{
	unsigned int flags;

	if (take(stream, 8) != 0x1f || take(stream, 8) != 0x8b || take(stream, 8) != 8)
		stream->failed = true;
	flags = take(stream, 8);
	skip_bytes(stream, 6); /* time, speed, system */
	if (flags & HAS_EXTRA)
		skip_bytes(stream, take(stream, 16));
	if (flags & HAS_NAME)
		skip_text(stream);
	if (flags & HAS_COMMENT)
		skip_text(stream);
	if (flags & HAS_CRC)
		skip_bytes(stream, 2);
}

#define POLYNOMIAL 0xedb88320u

static uint32_t checksum(const unsigned char *bytes, size_t length)
{
	uint32_t table[256], sum = ~0u;

	for (unsigned int i = 0; i < 256; i++) {
		table[i] = i;
		for (int bit = 0; bit < 8; bit++)
			table[i] = table[i] >> 1 ^ (table[i] & 1 ? POLYNOMIAL : 0);
	}
	for (size_t i = 0; i < length; i++)
		sum = sum >> 8 ^ table[(sum ^ bytes[i]) & 0xff];
	return ~sum;
}

static uint32_t take_word(struct stream *stream)
{
	uint32_t low = take(stream, 16);

	return low | (uint32_t)take(stream, 16) << 16;
}

static void read_trailer(struct stream *stream)
{
	take(stream, stream->have % 8);
	if (take_word(stream) != checksum(stream->out, stream->done) ||
	    take_word(stream) != (uint32_t)stream->done)
		stream->failed = true;
}

char *inflate_gzip(const unsigned char *in, size_t length, size_t limit, size_t *inflated)
{
	struct stream stream = { .in = in, .length = length, .limit = limit };

	read_header(&stream);
	if (!stream.failed)
		read_blocks(&stream);
	if (!stream.failed)
		read_trailer(&stream);
	if (stream.failed) {
		free(stream.out);
		return NULL;
	}
	if (!stream.out)
		stream.out = malloc(1);
	if (!stream.out)
		abort();
	stream.out[stream.done] = '\0';
	*inflated = stream.done;
	/* cppcheck-suppress memleak ; it is what is returned */
	return (char *)stream.out;
}
