// What glibc offers only under _GNU_SOURCE, which Swift's Glibc module does not define, and the
// macros of sendmsg(2) as typed functions.
#pragma once

#include <errno.h>
#include <spawn.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/xattr.h>

int pipe2(int files[2], int flags);
int accept4(int file, struct sockaddr *address, socklen_t *length, int flags);
ssize_t copy_file_range(int in, off_t *inOffset, int out, off_t *outOffset, size_t length,
                        unsigned flags);
ssize_t getrandom(void *buffer, size_t length, unsigned flags);
int syncfs(int file);
int mallopt(int parameter, int value);
int fallocate(int file, int mode, off_t offset, off_t length);
int fremovexattr(int file, const char *name);
int posix_openpt(int flags);
int grantpt(int file);
int unlockpt(int file);
int ptsname_r(int file, char *buffer, size_t length);
ssize_t llistxattr(const char *path, char *list, size_t size);
ssize_t lgetxattr(const char *path, const char *name, void *value, size_t size);
int lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);

enum {
  linux_malloc_mmap_threshold = -3,  // M_MMAP_THRESHOLD
  linux_malloc_arena_max = -8,       // M_ARENA_MAX
};

enum {
  linux_spawn_setsid = 0x80,      // POSIX_SPAWN_SETSID
  linux_seek_data = 3,            // SEEK_DATA
  linux_seek_hole = 4,            // SEEK_HOLE
  linux_falloc_punch_hole = 3,    // FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE
  linux_ficlone = 0x40049409,     // FICLONE
  linux_message_files_max = 4,
};

/// Sends one message with open files attached; the result and errno are those of sendmsg(2).
static inline ssize_t linux_send_files(int socket, const void *bytes, size_t length,
                                       const int *files, size_t fileCount) {
  struct iovec part = {(void *)bytes, length};
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int) * linux_message_files_max)];
  } control;
  memset(&control, 0, sizeof control);
  struct msghdr message = {0};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (fileCount > linux_message_files_max) {
    errno = EINVAL;
    return -1;
  }
  if (fileCount > 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * fileCount);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * fileCount);
    memcpy(CMSG_DATA(header), files, sizeof(int) * fileCount);
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL);
}

/// Receives one message and the files attached to it (close-on-exec); `files` has room for
/// linux_message_files_max. A message longer than `capacity` fails with EMSGSIZE.
static inline ssize_t linux_receive_files(int socket, void *bytes, size_t capacity, int *files,
                                          size_t *fileCount) {
  struct iovec part = {bytes, capacity};
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int) * linux_message_files_max)];
  } control;
  struct msghdr message = {0};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  *fileCount = 0;
  ssize_t length = recvmsg(socket, &message, 0x40000000 /* MSG_CMSG_CLOEXEC */);
  if (length < 0) return length;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
    *fileCount = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(files, CMSG_DATA(header), *fileCount * sizeof(int));
  }
  if (message.msg_flags & MSG_TRUNC) {
    errno = EMSGSIZE;
    return -1;
  }
  return length;
}

enum {
  linux_epoll_batch = 64,
  linux_epoll_read = EPOLLIN | EPOLLRDHUP,
  linux_epoll_write = EPOLLOUT,
  linux_epoll_over = EPOLLERR | EPOLLHUP,
};

/// Reports a file once when one of `events` comes, whether it was registered before or not.
static inline int linux_epoll_once(int queue, int file, unsigned events) {
  struct epoll_event event = {.events = events | EPOLLONESHOT, .data = {.fd = file}};
  if (epoll_ctl(queue, EPOLL_CTL_MOD, file, &event) == 0) return 0;
  return errno == ENOENT ? epoll_ctl(queue, EPOLL_CTL_ADD, file, &event) : -1;
}

/// Waits for files; both arrays have room for linux_epoll_batch.
static inline int linux_epoll_wait(int queue, int *files, unsigned *events) {
  struct epoll_event found[linux_epoll_batch];
  int count = epoll_wait(queue, found, linux_epoll_batch, -1);
  for (int index = 0; index < count; index++) {
    files[index] = found[index].data.fd;
    events[index] = found[index].events;
  }
  return count;
}

static inline int linux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }
