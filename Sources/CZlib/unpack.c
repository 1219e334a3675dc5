#include "CZlib.h"
#include "zlib_library.h"

#include <limits.h>
#include <stdlib.h>

/// The largest window (15), plus 16: a gzip header and trailer, whose checksum zlib compares.
enum { gzip_window_bits = 31 };

struct czlib_unpack {
    z_stream z;
    /// What was fed and lies past `z.avail_in`, which counts to 4 GiB only.
    size_t waiting;
    bool finishing;
    /// Whether the last member that was begun has come to its end.
    bool is_whole;
    int code;
    const char *fault;
};

czlib_unpack *czlib_unpack_open(const char **error) {
    const zlib_library *zlib = zlib_open();
    if (zlib->missing) {
        *error = zlib->missing;
        return NULL;
    }
    czlib_unpack *stream = calloc(1, sizeof *stream);
    if (!stream || zlib->inflate_init(&stream->z, gzip_window_bits, "1", (int)sizeof(z_stream)) != Z_OK) {
        free(stream);
        *error = "zlib had no memory";
        return NULL;
    }
    return stream;
}

void czlib_unpack_feed(czlib_unpack *stream, const void *bytes, size_t count) {
    if (count == 0) return;
    stream->z.next_in = bytes;
    stream->waiting = count;
}

void czlib_unpack_finish(czlib_unpack *stream) { stream->finishing = true; }

static void pour(czlib_unpack *stream) {
    size_t share = stream->waiting < INT_MAX ? stream->waiting : INT_MAX;
    stream->z.avail_in = (unsigned)share;
    stream->waiting -= share;
}

static int fail(czlib_unpack *stream, const char *fault) {
    stream->code = Z_STREAM_ERROR;
    stream->fault = fault;
    return CZLIB_FAILED;
}

int czlib_unpack_take(czlib_unpack *stream, void *out, size_t room, size_t *made) {
    *made = 0;
    if (stream->code < 0) return CZLIB_FAILED;
    unsigned space = (unsigned)(room < INT_MAX ? room : INT_MAX);
    stream->z.next_out = out;
    stream->z.avail_out = space;
    while (stream->z.avail_out > 0) {
        if (stream->z.avail_in == 0 && stream->waiting > 0) pour(stream);
        // A file may hold several members, one behind the other (RFC 1952, section 2.2).
        if (stream->is_whole && stream->z.avail_in > 0) {
            (void)zlib_open()->inflate_reset(&stream->z);
            stream->is_whole = false;
        }
        if (stream->is_whole) break;
        int code = zlib_open()->inflate(&stream->z, Z_NO_FLUSH);
        *made = space - stream->z.avail_out;
        if (code == Z_STREAM_END) {
            stream->is_whole = true;
        } else if (code == Z_BUF_ERROR || (code == Z_OK && stream->z.avail_in == 0 && stream->waiting == 0 && stream->z.avail_out > 0)) {
            break;  // It wants more input.
        } else if (code != Z_OK) {
            return fail(stream, stream->z.msg ? stream->z.msg : "it is not gzip");
        }
    }
    *made = space - stream->z.avail_out;
    if (stream->z.avail_out == 0) return CZLIB_MORE;
    if (!stream->finishing) return CZLIB_HUNGRY;
    return stream->is_whole ? CZLIB_ENDED : fail(stream, "it is cut off");
}

const char *czlib_unpack_error(const czlib_unpack *stream) { return stream->fault ? stream->fault : "zlib failed"; }

void czlib_unpack_close(czlib_unpack *stream) {
    if (!stream) return;
    (void)zlib_open()->inflate_end(&stream->z);
    free(stream);
}
