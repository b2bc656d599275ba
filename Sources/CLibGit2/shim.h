#pragma once

#include <git2.h>

// `git_libgit2_opts` is variadic, which Swift cannot call: one typed function per option used.

/// Makes every object and reference written survive a power cut, at the price of one fsync each.
static inline int oadp_git_enable_fsync(void) {
  return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
}
