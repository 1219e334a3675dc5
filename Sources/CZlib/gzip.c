#include "CZlib.h"
#include "zlib_library.h"

#include <limits.h>
#include <stdlib.h>

/// Window of 32 KiB (15), plus 16: with the gzip header and trailer.
enum { gzip_window_bits = 31 };
/// zlib's own default: 128 KiB for the hash tables.
enum { memory_level = 8 };
/// RFC 1952, section 2.3.1: the system is unknown. zlib would put 3 on Unix and others elsewhere.
enum { system_unknown = 255 };

struct czlib_gzip {
    z_stream z;
    gz_header header;
    /// What was fed and lies past `z.avail_in`, which counts to 4 GiB only.
    size_t waiting;
    bool finishing;
    bool ended;
    int code;
};

const char *czlib_unavailable(void) { return zlib_open()->missing; }
const char *czlib_version(void) { return zlib_open()->version; }

static const char *words(int code, const char *message) {
    if (message) return message;
    switch (code) {
    case Z_MEM_ERROR: return "zlib had no memory";
    case Z_VERSION_ERROR: return "this zlib has another interface than version 1";
    case Z_STREAM_ERROR: return "the compression level is not 1 to 9, or the stream is damaged";
    default: return "zlib failed";
    }
}

czlib_gzip *czlib_gzip_open(int level, const char **error) {
    const zlib_library *zlib = zlib_open();
    if (zlib->missing) {
        *error = zlib->missing;
        return NULL;
    }
    if (level < 1 || level > 9) {
        *error = words(Z_STREAM_ERROR, NULL);
        return NULL;
    }
    czlib_gzip *stream = calloc(1, sizeof *stream);
    if (!stream) {
        *error = words(Z_MEM_ERROR, NULL);
        return NULL;
    }
    // zlib compares the size of its own z_stream with ours and refuses to work if they differ.
    int code = zlib->deflate_init(&stream->z, level, Z_DEFLATED, gzip_window_bits, memory_level, Z_DEFAULT_STRATEGY, "1", (int)sizeof(z_stream));
    if (code != Z_OK) {
        *error = words(code, stream->z.msg);
        free(stream);
        return NULL;
    }
    stream->header.os = system_unknown;
    stream->code = zlib->deflate_set_header(&stream->z, &stream->header);
    return stream;
}

void czlib_gzip_feed(czlib_gzip *stream, const void *bytes, size_t count) {
    if (count == 0) return;
    stream->z.next_in = bytes;
    stream->waiting = count;
}

void czlib_gzip_finish(czlib_gzip *stream) { stream->finishing = true; }

/// Gives zlib as much of what waits as its counter can hold. Its pointer has moved to the rest already.
static void pour(czlib_gzip *stream) {
    size_t share = stream->waiting < INT_MAX ? stream->waiting : INT_MAX;
    stream->z.avail_in = (unsigned)share;
    stream->waiting -= share;
}

int czlib_gzip_take(czlib_gzip *stream, void *out, size_t room, size_t *made) {
    *made = 0;
    if (stream->code < 0) return CZLIB_FAILED;
    if (stream->ended) return CZLIB_ENDED;
    unsigned space = (unsigned)(room < INT_MAX ? room : INT_MAX);
    stream->z.next_out = out;
    stream->z.avail_out = space;
    while (stream->z.avail_out > 0) {
        if (stream->z.avail_in == 0 && stream->waiting > 0) pour(stream);
        bool last = stream->waiting == 0;
        int code = zlib_open()->deflate(&stream->z, stream->finishing && last ? Z_FINISH : Z_NO_FLUSH);
        if (code == Z_STREAM_END) stream->ended = true;
        if (code < 0 && code != Z_BUF_ERROR) stream->code = code;
        if (code != Z_OK || (stream->z.avail_in == 0 && last && stream->z.avail_out > 0)) break;
    }
    *made = space - stream->z.avail_out;
    if (stream->code < 0) return CZLIB_FAILED;
    if (stream->ended) return CZLIB_ENDED;
    return stream->z.avail_out == 0 ? CZLIB_MORE : CZLIB_HUNGRY;
}

const char *czlib_gzip_error(const czlib_gzip *stream) { return words(stream->code, stream->z.msg); }

void czlib_gzip_close(czlib_gzip *stream) {
    if (!stream) return;
    (void)zlib_open()->deflate_end(&stream->z);
    free(stream);
}

/// Unpacks one piece of the output and sends what finds no room into the void.
static int unpack(const zlib_library *zlib, z_stream *z, unsigned char *out, size_t room, size_t *total) {
    unsigned char nowhere[4096];
    bool fits = *total < room;
    size_t space = fits ? room - *total : sizeof nowhere;
    if (space > INT_MAX) space = INT_MAX;
    z->next_out = fits ? out + *total : nowhere;
    z->avail_out = (unsigned)space;
    int code = zlib->inflate(z, Z_NO_FLUSH);
    *total += space - z->avail_out;
    return code;
}

int64_t czlib_gunzip(const void *bytes, size_t count, void *out, size_t room) {
    const zlib_library *zlib = zlib_open();
    z_stream z = {0};
    if (zlib->missing || count > INT_MAX || zlib->inflate_init(&z, gzip_window_bits, "1", (int)sizeof z) != Z_OK) return -1;
    z.next_in = bytes;
    z.avail_in = (unsigned)count;
    size_t total = 0;
    int code = Z_OK;
    while (code == Z_OK) {
        code = unpack(zlib, &z, out, room, &total);
        // A file may hold several members, one behind the other (RFC 1952, section 2.2).
        if (code == Z_STREAM_END && z.avail_in > 0) code = zlib->inflate_reset(&z);
    }
    (void)zlib->inflate_end(&z);
    return code == Z_STREAM_END ? (int64_t)total : -1;
}
