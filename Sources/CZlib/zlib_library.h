#ifndef RESTLAKE_CZLIB_LIBRARY_H
#define RESTLAKE_CZLIB_LIBRARY_H

// The part of zlib's interface that is used, declared here so that building needs no zlib.h. It has been the same since
// zlib 1.2.0.4 (2003); zlib itself checks the size of z_stream and its major version at deflateInit2_.

typedef struct {
    const unsigned char *next_in;
    unsigned avail_in;
    unsigned long total_in;
    unsigned char *next_out;
    unsigned avail_out;
    unsigned long total_out;
    const char *msg;
    void *state;
    void *(*zalloc)(void *, unsigned, unsigned);
    void (*zfree)(void *, void *);
    void *opaque;
    int data_type;
    unsigned long adler;
    unsigned long reserved;
} z_stream;

typedef struct {
    int text;
    unsigned long time;
    int xflags;
    int os;
    unsigned char *extra;
    unsigned extra_len;
    unsigned extra_max;
    unsigned char *name;
    unsigned name_max;
    unsigned char *comment;
    unsigned comm_max;
    int hcrc;
    int done;
} gz_header;

enum { Z_NO_FLUSH = 0, Z_FINISH = 4 };
enum { Z_OK = 0, Z_STREAM_END = 1, Z_STREAM_ERROR = -2, Z_MEM_ERROR = -4, Z_BUF_ERROR = -5, Z_VERSION_ERROR = -6 };
enum { Z_DEFAULT_STRATEGY = 0, Z_DEFLATED = 8 };

typedef struct {
    /// NULL when everything below is there; else a sentence.
    const char *missing;
    const char *version;
    int (*deflate_init)(z_stream *, int level, int method, int window_bits, int memory_level, int strategy, const char *version, int stream_size);
    int (*deflate_set_header)(z_stream *, gz_header *);
    int (*deflate)(z_stream *, int flush);
    int (*deflate_end)(z_stream *);
    int (*inflate_init)(z_stream *, int window_bits, const char *version, int stream_size);
    int (*inflate)(z_stream *, int flush);
    int (*inflate_reset)(z_stream *);
    int (*inflate_end)(z_stream *);
} zlib_library;

/// Opens the library at the first call, from whatever thread. It stays open until the program ends.
const zlib_library *zlib_open(void);

#endif
