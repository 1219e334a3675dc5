#ifndef RESTLAKE_CCURL_H
#define RESTLAKE_CCURL_H

// The part of libcurl that is used, as functions that Swift can call: libcurl's own curl_easy_setopt and
// curl_easy_getinfo are variadic, and Swift cannot call those.
//
// The library is opened when it is first needed. Building takes no header and no development package; the constants
// below are part of libcurl's stable binary interface and bear the names of its manual, with a C in front.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The oldest libcurl that will do: curl_multi_wakeup came with 7.68.0 (January 2020).
#define CCURL_OLDEST_VERSION 0x074400

/// NULL when libcurl is there and fit; else a sentence that says what is missing and names the package.
/// The first call opens the library, from whatever thread. It stays open until the program ends.
const char *ccurl_unavailable(void);

// Everything below may only be called once `ccurl_unavailable` has returned NULL.

/// `0xXXYYZZ` for version XX.YY.ZZ.
unsigned ccurl_version_number(void);

/// libcurl's description of itself and of the libraries under it.
const char *ccurl_version_text(void);

/// libcurl's static text for a result code. It never holds anything of a request.
const char *ccurl_code_text(int code);

// One transfer -------------------------------------------------------------------------------------------------------

typedef struct ccurl_easy ccurl_easy;
typedef struct ccurl_list ccurl_list;

/// NULL without memory.
ccurl_easy *ccurl_easy_new(void);
/// Forgets all settings, keeps nothing of the last request.
void ccurl_easy_reset(ccurl_easy *easy);
void ccurl_easy_free(ccurl_easy *easy);

// Each returns a result code. Texts are copied by libcurl; lists, bodies and buffers are not and must stay in place.
int ccurl_set_long(ccurl_easy *easy, int option, long value);
int ccurl_set_text(ccurl_easy *easy, int option, const char *value);
int ccurl_set_list(ccurl_easy *easy, int option, ccurl_list *value);
int ccurl_set_buffer(ccurl_easy *easy, int option, const void *value);
int ccurl_set_size(ccurl_easy *easy, int option, int64_t value);

/// Takes in `count` bytes. Anything but `count` as the answer ends the transfer with CCURLE_WRITE_ERROR.
typedef size_t (*ccurl_receiver)(char *bytes, size_t one, size_t count, void *context);

/// Sets who takes in the lines of the head and the pieces of the body. Both get `context`.
int ccurl_set_receivers(ccurl_easy *easy, ccurl_receiver head, ccurl_receiver body, void *context);

// Each returns `otherwise` where libcurl has no answer.
long ccurl_get_long(ccurl_easy *easy, int info, long otherwise);
int64_t ccurl_get_size(ccurl_easy *easy, int info, int64_t otherwise);

/// A list with one more line at its end, the old pointer then being used up; NULL without memory, the old one is then
/// still good. `list` is NULL for the first line. The text is copied.
ccurl_list *ccurl_list_append(ccurl_list *list, const char *line);
/// NULL is allowed.
void ccurl_list_free(ccurl_list *list);

// Many transfers on one thread ---------------------------------------------------------------------------------------

typedef struct ccurl_multi ccurl_multi;

/// NULL without memory.
ccurl_multi *ccurl_multi_new(void);
/// Every transfer must have been removed before.
void ccurl_multi_free(ccurl_multi *multi);

// Each returns a multi code, 0 for success.
int ccurl_multi_set_long(ccurl_multi *multi, int option, long value);
int ccurl_multi_add(ccurl_multi *multi, ccurl_easy *easy);
int ccurl_multi_remove(ccurl_multi *multi, ccurl_easy *easy);
/// Moves every transfer on as far as it goes without waiting.
int ccurl_multi_perform(ccurl_multi *multi);
/// Waits for something to do, at most so long, or until `ccurl_multi_wakeup`.
int ccurl_multi_poll(ccurl_multi *multi, int milliseconds);
/// Ends a `ccurl_multi_poll`, the running one or the next. The one function that any thread may call.
int ccurl_multi_wakeup(ccurl_multi *multi);
/// The next transfer that has ended, and its result code; NULL when there is none.
ccurl_easy *ccurl_multi_next_done(ccurl_multi *multi, int *code);

// Constants ----------------------------------------------------------------------------------------------------------

enum {
    CCURLOPT_URL = 10002,                    // CURLOPT_URL
    CCURLOPT_ERRORBUFFER = 10010,            // CURLOPT_ERRORBUFFER: where the detail of an error goes
    CCURLOPT_POSTFIELDS = 10015,             // CURLOPT_POSTFIELDS: the body; makes the request a POST
    CCURLOPT_USERAGENT = 10018,              // CURLOPT_USERAGENT
    CCURLOPT_HTTPHEADER = 10023,             // CURLOPT_HTTPHEADER
    CCURLOPT_CUSTOMREQUEST = 10036,          // CURLOPT_CUSTOMREQUEST: the method
    CCURLOPT_NOBODY = 44,                    // CURLOPT_NOBODY: HEAD
    CCURLOPT_NETRC = 51,                     // CURLOPT_NETRC: 0 is CURL_NETRC_IGNORED
    CCURLOPT_FOLLOWLOCATION = 52,            // CURLOPT_FOLLOWLOCATION
    CCURLOPT_SSL_VERIFYPEER = 64,            // CURLOPT_SSL_VERIFYPEER
    CCURLOPT_CAINFO = 10065,                 // CURLOPT_CAINFO: a file of PEM certificates
    CCURLOPT_SSL_VERIFYHOST = 81,            // CURLOPT_SSL_VERIFYHOST: 2 is full
    CCURLOPT_BUFFERSIZE = 98,                // CURLOPT_BUFFERSIZE: of one read from the network
    CCURLOPT_NOSIGNAL = 99,                  // CURLOPT_NOSIGNAL
    CCURLOPT_ACCEPT_ENCODING = 10102,        // CURLOPT_ACCEPT_ENCODING: "" is all that libcurl can unpack
    CCURLOPT_POSTFIELDSIZE_LARGE = 30120,    // CURLOPT_POSTFIELDSIZE_LARGE
    CCURLOPT_CONNECTTIMEOUT_MS = 156,        // CURLOPT_CONNECTTIMEOUT_MS
    CCURLOPT_PROTOCOLS = 181,                // CURLOPT_PROTOCOLS: bits; before 7.85.0
    CCURLOPT_NOPROXY = 10177,                // CURLOPT_NOPROXY: hosts without a proxy, "*" for all
    CCURLOPT_TCP_KEEPALIVE = 213,            // CURLOPT_TCP_KEEPALIVE
    CCURLOPT_PATH_AS_IS = 234,               // CURLOPT_PATH_AS_IS: no squashing of dot segments
    CCURLOPT_PROXY_CAINFO = 10246,           // CURLOPT_PROXY_CAINFO
    CCURLOPT_SUPPRESS_CONNECT_HEADERS = 265, // CURLOPT_SUPPRESS_CONNECT_HEADERS: a proxy's own head is not the server's
    CCURLOPT_DISALLOW_USERNAME_IN_URL = 278, // CURLOPT_DISALLOW_USERNAME_IN_URL
    CCURLOPT_HTTP09_ALLOWED = 285,           // CURLOPT_HTTP09_ALLOWED
    CCURLOPT_PROTOCOLS_STR = 10318,          // CURLOPT_PROTOCOLS_STR: names; since 7.85.0
    CCURLOPT_QUICK_EXIT = 322,               // CURLOPT_QUICK_EXIT: a cancelled name look-up is not waited for; since 7.87.0
};

enum {
    CCURLPROTO_HTTP = 1,  // CURLPROTO_HTTP
    CCURLPROTO_HTTPS = 2, // CURLPROTO_HTTPS
};

enum {
    CCURLMOPT_MAXCONNECTS = 6, // CURLMOPT_MAXCONNECTS: connections kept alive
};

/// CURL_ERROR_SIZE: bytes that an error buffer must have.
#define CCURL_ERROR_SIZE 256

enum {
    CCURLINFO_RESPONSE_CODE = 0x200002,             // CURLINFO_RESPONSE_CODE: long
    CCURLINFO_HTTP_CONNECTCODE = 0x200016,          // CURLINFO_HTTP_CONNECTCODE: long; the proxy's answer
    CCURLINFO_OS_ERRNO = 0x200019,                  // CURLINFO_OS_ERRNO: long
    CCURLINFO_NUM_CONNECTS = 0x20001a,              // CURLINFO_NUM_CONNECTS: long; new connections made
    CCURLINFO_SIZE_DOWNLOAD_T = 0x600008,           // CURLINFO_SIZE_DOWNLOAD_T: size; body bytes on the wire
    CCURLINFO_CONTENT_LENGTH_DOWNLOAD_T = 0x60000f, // CURLINFO_CONTENT_LENGTH_DOWNLOAD_T: size; -1 unknown
    CCURLINFO_PRETRANSFER_TIME_T = 0x600035,        // CURLINFO_PRETRANSFER_TIME_T: microseconds until connected
};

enum {
    CCURLE_OK = 0,                       // CURLE_OK
    CCURLE_UNSUPPORTED_PROTOCOL = 1,     // CURLE_UNSUPPORTED_PROTOCOL
    CCURLE_URL_MALFORMAT = 3,            // CURLE_URL_MALFORMAT
    CCURLE_COULDNT_RESOLVE_PROXY = 5,    // CURLE_COULDNT_RESOLVE_PROXY
    CCURLE_COULDNT_RESOLVE_HOST = 6,     // CURLE_COULDNT_RESOLVE_HOST
    CCURLE_COULDNT_CONNECT = 7,          // CURLE_COULDNT_CONNECT
    CCURLE_HTTP2 = 16,                   // CURLE_HTTP2
    CCURLE_PARTIAL_FILE = 18,            // CURLE_PARTIAL_FILE
    CCURLE_WRITE_ERROR = 23,             // CURLE_WRITE_ERROR
    CCURLE_OUT_OF_MEMORY = 27,           // CURLE_OUT_OF_MEMORY
    CCURLE_OPERATION_TIMEDOUT = 28,      // CURLE_OPERATION_TIMEDOUT
    CCURLE_SSL_CONNECT_ERROR = 35,       // CURLE_SSL_CONNECT_ERROR
    CCURLE_UNKNOWN_OPTION = 48,          // CURLE_UNKNOWN_OPTION
    CCURLE_GOT_NOTHING = 52,             // CURLE_GOT_NOTHING
    CCURLE_SSL_ENGINE_NOTFOUND = 53,     // CURLE_SSL_ENGINE_NOTFOUND
    CCURLE_SSL_ENGINE_SETFAILED = 54,    // CURLE_SSL_ENGINE_SETFAILED
    CCURLE_SEND_ERROR = 55,              // CURLE_SEND_ERROR
    CCURLE_RECV_ERROR = 56,              // CURLE_RECV_ERROR
    CCURLE_SSL_CERTPROBLEM = 58,         // CURLE_SSL_CERTPROBLEM
    CCURLE_SSL_CIPHER = 59,              // CURLE_SSL_CIPHER
    CCURLE_PEER_FAILED_VERIFICATION = 60, // CURLE_PEER_FAILED_VERIFICATION
    CCURLE_BAD_CONTENT_ENCODING = 61,    // CURLE_BAD_CONTENT_ENCODING
    CCURLE_SSL_CACERT_BADFILE = 77,      // CURLE_SSL_CACERT_BADFILE
    CCURLE_SSL_SHUTDOWN_FAILED = 80,     // CURLE_SSL_SHUTDOWN_FAILED
    CCURLE_SSL_CRL_BADFILE = 82,         // CURLE_SSL_CRL_BADFILE
    CCURLE_SSL_ISSUER_ERROR = 83,        // CURLE_SSL_ISSUER_ERROR
    CCURLE_SSL_PINNEDPUBKEYNOTMATCH = 90, // CURLE_SSL_PINNEDPUBKEYNOTMATCH
    CCURLE_SSL_INVALIDCERTSTATUS = 91,   // CURLE_SSL_INVALIDCERTSTATUS
    CCURLE_HTTP2_STREAM = 92,            // CURLE_HTTP2_STREAM
    CCURLE_PROXY = 97,                   // CURLE_PROXY
    CCURLE_TOO_LARGE = 100,              // CURLE_TOO_LARGE: a head past libcurl's own limit
};

#endif
