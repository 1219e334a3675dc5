#include "zlib_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static zlib_library library;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static char sentence[512];

static void tell(const char *what, const char *reason) {
    snprintf(sentence, sizeof sentence, "%s (%s). Install zlib: on Debian and Ubuntu, the package zlib1g.", what, reason);
    library.missing = sentence;
}

static bool find(void *handle, const char *name, void **function) {
    *function = dlsym(handle, name);
    if (!*function) tell("the zlib of this system is too old or damaged", name);
    return *function != NULL;
}

static void open_library(void) {
    void *handle = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *reason = dlerror();
        tell("zlib could not be opened", reason ? reason : "libz.so.1");
        return;
    }
    const char *(*version)(void);
    if (!find(handle, "zlibVersion", (void **)&version)) return;
    library.version = version();
    (void)(find(handle, "deflateInit2_", (void **)&library.deflate_init)
        && find(handle, "deflateSetHeader", (void **)&library.deflate_set_header)
        && find(handle, "deflate", (void **)&library.deflate)
        && find(handle, "deflateEnd", (void **)&library.deflate_end)
        && find(handle, "inflateInit2_", (void **)&library.inflate_init)
        && find(handle, "inflate", (void **)&library.inflate)
        && find(handle, "inflateReset", (void **)&library.inflate_reset)
        && find(handle, "inflateEnd", (void **)&library.inflate_end));
}

const zlib_library *zlib_open(void) {
    pthread_once(&once, open_library);
    return &library;
}
