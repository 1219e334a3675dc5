#ifndef RESTLAKE_CZLIB_H
#define RESTLAKE_CZLIB_H

// Writing and reading of gzip (RFC 1952) with the system's zlib, which is opened when it is first needed: building takes no header,
// and a machine without zlib can do everything else.
//
//     czlib_gzip *stream = czlib_gzip_open(6, &error);           // NULL: error says why, in a sentence
//     while (...) {
//         czlib_gzip_feed(stream, bytes, count);                 // the bytes must stay until they are taken in
//         while (czlib_gzip_take(stream, out, room, &made) == CZLIB_MORE) { ...write made bytes... }
//         ...write made bytes...
//     }
//     czlib_gzip_finish(stream);
//     ...take once more, until CZLIB_ENDED...
//     czlib_gzip_close(stream);
//
// Equal input and level give equal bytes: the header's time is 0 and its system 255 (unknown), it holds no name.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct czlib_gzip czlib_gzip;

enum {
    /// The output is full: take again.
    CZLIB_MORE = 0,
    /// Everything fed so far is taken in: feed more, or finish.
    CZLIB_HUNGRY = 1,
    /// After `czlib_gzip_finish`: the last byte was given out.
    CZLIB_ENDED = 2,
    /// See `czlib_gzip_error`.
    CZLIB_FAILED = -1,
};

/// NULL when zlib is there and fit; else a sentence that says what is missing and names the package.
const char *czlib_unavailable(void);

/// The version text of the zlib that was opened; NULL without one.
const char *czlib_version(void);

/// Opens a stream. `level` is 1 (fast) to 9 (small). NULL on failure, `*error` then says why; the text is static.
czlib_gzip *czlib_gzip_open(int level, const char **error);

/// Hands in bytes. Only when the stream is hungry (it is at the start); the bytes must stay in place until it is again.
void czlib_gzip_feed(czlib_gzip *stream, const void *bytes, size_t count);

/// States that no more bytes follow. What was fed is still to be taken.
void czlib_gzip_finish(czlib_gzip *stream);

/// Compresses into `out`; `*made` is the number of bytes put there. One of the codes above.
int czlib_gzip_take(czlib_gzip *stream, void *out, size_t room, size_t *made);

/// What went wrong, as a static text. Never NULL.
const char *czlib_gzip_error(const czlib_gzip *stream);

/// Gives everything back. NULL is allowed.
void czlib_gzip_close(czlib_gzip *stream);

// Reading goes the same way:
//
//     czlib_unpack *stream = czlib_unpack_open(&error);
//     while (...) {
//         czlib_unpack_feed(stream, bytes, count);
//         while (czlib_unpack_take(stream, out, room, &made) == CZLIB_MORE) { ...use made bytes... }
//         ...use made bytes...
//     }
//     czlib_unpack_finish(stream);
//     ...take once more: CZLIB_ENDED where the file is whole, CZLIB_FAILED where it is damaged or cut off...
//     czlib_unpack_close(stream);

typedef struct czlib_unpack czlib_unpack;

/// Opens a stream. NULL on failure, `*error` then says why; the text is static.
czlib_unpack *czlib_unpack_open(const char **error);

/// Hands in bytes. Only when the stream is hungry (it is at the start); the bytes must stay in place until it is again.
void czlib_unpack_feed(czlib_unpack *stream, const void *bytes, size_t count);

/// States that no more bytes follow.
void czlib_unpack_finish(czlib_unpack *stream);

/// Unpacks into `out`, all members of the file; `*made` is the number of bytes put there. One of the codes above.
int czlib_unpack_take(czlib_unpack *stream, void *out, size_t room, size_t *made);

/// What is wrong with the file, as a static text. Never NULL.
const char *czlib_unpack_error(const czlib_unpack *stream);

/// Gives everything back. NULL is allowed.
void czlib_unpack_close(czlib_unpack *stream);

/// Unpacks one whole gzip file in memory, all its members: the judge of what was written. Returns the number of bytes
/// that it unpacks to, of which at most `room` are put into `out`; -1 when it is not gzip, damaged or cut off.
int64_t czlib_gunzip(const void *bytes, size_t count, void *out, size_t room);

#endif
