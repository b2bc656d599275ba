import CLinux

/// How the C library's allocator treats blocks as large as packs.
public enum LargeBlocks {
  /// Takes each from the kernel and gives it back whole, for a process that does nothing but move
  /// data. The allocator would else keep them in several heaps and cut smaller ones out of them: a
  /// restore of 1 GiB takes 90 MiB at most so, and 126 MiB with blocks that are kept.
  public static func map() {
    // From malloc.h; a failure changes nothing but memory.
    _ = mallopt(Int32(linux_malloc_mmap_threshold), 1 << 20)
    _ = mallopt(Int32(linux_malloc_arena_max), 1)
  }
}
