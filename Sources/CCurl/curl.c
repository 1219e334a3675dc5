#include "CCurl.h"
#include "curl_library.h"

const char *ccurl_unavailable(void) { return curl_open()->missing; }
unsigned ccurl_version_number(void) { return curl_open()->version_number; }
const char *ccurl_version_text(void) { return curl_open()->version(); }
const char *ccurl_code_text(int code) { return curl_open()->easy_strerror(code); }

ccurl_easy *ccurl_easy_new(void) { return curl_open()->easy_init(); }
void ccurl_easy_reset(ccurl_easy *easy) { curl_open()->easy_reset(easy); }
void ccurl_easy_free(ccurl_easy *easy) { curl_open()->easy_cleanup(easy); }

int ccurl_set_long(ccurl_easy *easy, int option, long value) { return curl_open()->easy_setopt(easy, option, value); }
int ccurl_set_text(ccurl_easy *easy, int option, const char *value) { return curl_open()->easy_setopt(easy, option, value); }
int ccurl_set_list(ccurl_easy *easy, int option, ccurl_list *value) { return curl_open()->easy_setopt(easy, option, value); }
int ccurl_set_buffer(ccurl_easy *easy, int option, const void *value) { return curl_open()->easy_setopt(easy, option, value); }
int ccurl_set_size(ccurl_easy *easy, int option, int64_t value) { return curl_open()->easy_setopt(easy, option, value); }

int ccurl_set_receivers(ccurl_easy *easy, ccurl_receiver head, ccurl_receiver body, void *context) {
    enum { write_data = 10001, write_function = 20011, header_data = 10029, header_function = 20079 };
    const curl_library *curl = curl_open();
    int code = curl->easy_setopt(easy, write_function, body);
    if (code == CCURLE_OK) code = curl->easy_setopt(easy, write_data, context);
    if (code == CCURLE_OK) code = curl->easy_setopt(easy, header_function, head);
    if (code == CCURLE_OK) code = curl->easy_setopt(easy, header_data, context);
    return code;
}

long ccurl_get_long(ccurl_easy *easy, int info, long otherwise) {
    long value = otherwise;
    return curl_open()->easy_getinfo(easy, info, &value) == CCURLE_OK ? value : otherwise;
}

int64_t ccurl_get_size(ccurl_easy *easy, int info, int64_t otherwise) {
    int64_t value = otherwise;
    return curl_open()->easy_getinfo(easy, info, &value) == CCURLE_OK ? value : otherwise;
}

ccurl_list *ccurl_list_append(ccurl_list *list, const char *line) { return curl_open()->slist_append(list, line); }
void ccurl_list_free(ccurl_list *list) { curl_open()->slist_free_all(list); }

ccurl_multi *ccurl_multi_new(void) { return curl_open()->multi_init(); }
void ccurl_multi_free(ccurl_multi *multi) { (void)curl_open()->multi_cleanup(multi); }

int ccurl_multi_set_long(ccurl_multi *multi, int option, long value) { return curl_open()->multi_setopt(multi, option, value); }
int ccurl_multi_add(ccurl_multi *multi, ccurl_easy *easy) { return curl_open()->multi_add_handle(multi, easy); }
int ccurl_multi_remove(ccurl_multi *multi, ccurl_easy *easy) { return curl_open()->multi_remove_handle(multi, easy); }

int ccurl_multi_perform(ccurl_multi *multi) {
    int running;
    return curl_open()->multi_perform(multi, &running);
}

int ccurl_multi_poll(ccurl_multi *multi, int milliseconds) {
    return curl_open()->multi_poll(multi, NULL, 0, milliseconds, NULL);
}

int ccurl_multi_wakeup(ccurl_multi *multi) { return curl_open()->multi_wakeup(multi); }

ccurl_easy *ccurl_multi_next_done(ccurl_multi *multi, int *code) {
    int left;
    const curl_message *message;
    while ((message = curl_open()->multi_info_read(multi, &left))) {
        if (message->what != curl_message_done) continue;
        *code = message->data.result;
        return message->easy;
    }
    return NULL;
}
