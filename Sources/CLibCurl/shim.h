#pragma once

#include <curl/curl.h>
#include <sys/eventfd.h>

// curl sets and reads options through variadic functions, which Swift cannot call. These wrappers
// give every kind of argument its own type.

static inline CURLcode oadp_curl_global_init(void) {
  return curl_global_init(CURL_GLOBAL_DEFAULT);
}

static inline CURLcode oadp_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode oadp_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode oadp_curl_set_string(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode oadp_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

// The bytes are copied: they need not outlive the call.
static inline CURLcode oadp_curl_set_blob(
    CURL *handle, CURLoption option, const void *bytes, size_t count) {
  struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
  return curl_easy_setopt(handle, option, &blob);
}

// The bytes are copied: they need not outlive the call.
static inline CURLcode oadp_curl_set_body(CURL *handle, const void *bytes, size_t count) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
  if (code != CURLE_OK) return code;
  return curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, count > 0 ? (const char *)bytes : "");
}

static inline CURLcode oadp_curl_set_callbacks(
    CURL *handle, curl_write_callback head, curl_write_callback body, void *context) {
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, head);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
  return curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}

static inline CURLcode oadp_curl_set_progress(
    CURL *handle, curl_xferinfo_callback progress, void *context) {
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
  return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress);
}

// Nothing but HTTP may be spoken, whatever a configured URL says.
static inline CURLcode oadp_curl_allow_http_only(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  return curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static inline curl_off_t oadp_curl_get_size(CURL *handle, CURLINFO info) {
  curl_off_t value = 0;
  curl_easy_getinfo(handle, info, &value);
  return value;
}

// The connected socket, or -1.
static inline int oadp_curl_get_socket(CURL *handle) {
  curl_socket_t value = CURL_SOCKET_BAD;
  curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &value);
  return (int)value;
}

// More transfers to one host than this wait for a connection to come free.
static inline CURLMcode oadp_curl_bound_connections(CURLM *multi, long count) {
  return curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, count);
}

// The next finished transfer of `multi`, or NULL.
static inline CURL *oadp_curl_next_done(CURLM *multi, CURLcode *code) {
  int left = 0;
  for (CURLMsg *message; (message = curl_multi_info_read(multi, &left));) {
    if (message->msg == CURLMSG_DONE) {
      *code = message->data.result;
      return message->easy_handle;
    }
  }
  return NULL;
}

// A counter that a thread can poll beside its socket (not in Swift's Glibc module).

static inline int oadp_alarm_make(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

static inline void oadp_alarm_ring(int descriptor) { (void)eventfd_write(descriptor, 1); }

static inline void oadp_alarm_clear(int descriptor) {
  eventfd_t count;
  (void)eventfd_read(descriptor, &count);
}
