#include "CCurl.h"
#include "curl_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static curl_library library;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static char sentence[512];

static void tell(const char *what, const char *reason) {
    snprintf(sentence, sizeof sentence, "%s (%s). Install libcurl 7.68 or newer: on Debian and Ubuntu, the package libcurl4.", what, reason);
    library.missing = sentence;
}

static bool find(void *handle, const char *name, void **function) {
    *function = dlsym(handle, name);
    if (!*function) tell("the libcurl of this system is too old or damaged", name);
    return *function != NULL;
}

/// CURL_GLOBAL_DEFAULT
enum { global_default = 3 };

static bool find_all(void *handle) {
    return find(handle, "curl_global_init", (void **)&library.global_init)
        && find(handle, "curl_version", (void **)&library.version)
        && find(handle, "curl_easy_init", (void **)&library.easy_init)
        && find(handle, "curl_easy_reset", (void **)&library.easy_reset)
        && find(handle, "curl_easy_cleanup", (void **)&library.easy_cleanup)
        && find(handle, "curl_easy_setopt", (void **)&library.easy_setopt)
        && find(handle, "curl_easy_getinfo", (void **)&library.easy_getinfo)
        && find(handle, "curl_easy_strerror", (void **)&library.easy_strerror)
        && find(handle, "curl_slist_append", (void **)&library.slist_append)
        && find(handle, "curl_slist_free_all", (void **)&library.slist_free_all)
        && find(handle, "curl_multi_init", (void **)&library.multi_init)
        && find(handle, "curl_multi_cleanup", (void **)&library.multi_cleanup)
        && find(handle, "curl_multi_setopt", (void **)&library.multi_setopt)
        && find(handle, "curl_multi_add_handle", (void **)&library.multi_add_handle)
        && find(handle, "curl_multi_remove_handle", (void **)&library.multi_remove_handle)
        && find(handle, "curl_multi_perform", (void **)&library.multi_perform)
        && find(handle, "curl_multi_poll", (void **)&library.multi_poll)
        && find(handle, "curl_multi_wakeup", (void **)&library.multi_wakeup)
        && find(handle, "curl_multi_info_read", (void **)&library.multi_info_read);
}

static void open_library(void) {
    // The same interface under two names: built with OpenSSL, and Debian's build with GnuTLS.
    void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!handle) handle = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        tell("libcurl could not be opened", "libcurl.so.4 and libcurl-gnutls.so.4 were looked for");
        return;
    }
    // The version first, so that an old library is told by its number and not by the function that it lacks.
    if (!find(handle, "curl_version_info", (void **)&library.version_info)) return;
    const curl_version_head *version = library.version_info(0);
    library.version_number = version->version_number;
    if (library.version_number < CCURL_OLDEST_VERSION) {
        tell("the libcurl of this system is too old", version->version);
        return;
    }
    if (find_all(handle) && library.global_init(global_default) != CCURLE_OK) tell("libcurl could not start", "curl_global_init");
}

const curl_library *curl_open(void) {
    pthread_once(&once, open_library);
    return &library;
}
