#ifndef RESTLAKE_CCURL_LIBRARY_H
#define RESTLAKE_CCURL_LIBRARY_H

// libcurl's functions as they were found in the library. Its handles are all void pointers in its own header.

/// CURLMsg.
typedef struct {
    int what;
    void *easy;
    union {
        void *whatever;
        int result;
    } data;
} curl_message;

/// CURLMSG_DONE.
enum { curl_message_done = 1 };

/// The head of curl_version_info_data; the rest is not looked at.
typedef struct {
    int age;
    const char *version;
    unsigned version_number;
} curl_version_head;

typedef struct {
    /// NULL when everything below is there; else a sentence.
    const char *missing;
    unsigned version_number;
    int (*global_init)(long flags);
    const curl_version_head *(*version_info)(int age);
    const char *(*version)(void);
    void *(*easy_init)(void);
    void (*easy_reset)(void *);
    void (*easy_cleanup)(void *);
    int (*easy_setopt)(void *, int option, ...);
    int (*easy_getinfo)(void *, int info, ...);
    const char *(*easy_strerror)(int);
    void *(*slist_append)(void *, const char *);
    void (*slist_free_all)(void *);
    void *(*multi_init)(void);
    int (*multi_cleanup)(void *);
    int (*multi_setopt)(void *, int option, ...);
    int (*multi_add_handle)(void *, void *);
    int (*multi_remove_handle)(void *, void *);
    int (*multi_perform)(void *, int *running);
    int (*multi_poll)(void *, void *extra, unsigned extra_count, int milliseconds, int *ready);
    int (*multi_wakeup)(void *);
    curl_message *(*multi_info_read)(void *, int *left);
} curl_library;

/// Opens the library at the first call, from whatever thread.
const curl_library *curl_open(void);

#endif
