import Glibc

/// An open file, closed with its owner.
struct FileDescriptor: ~Copyable {
  let number: Int32

  init(path: String, _ flags: Int32, mode: mode_t = 0) throws(SystemError) {
    number = unsafe open(path, flags | O_CLOEXEC, mode)
    guard number >= 0 else { throw SystemError("open", path) }
  }

  deinit { close(number) }

  func sync(_ path: String) throws(SystemError) {
    guard fsync(number) == 0 else { throw SystemError("fsync", path) }
  }

  func write(_ bytes: ArraySlice<UInt8>, _ path: String) throws(SystemError) {
    let written = unsafe bytes.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        // Safety: the part that is left lies inside the slice's own storage.
        let count = unsafe Glibc.write(
          number, bytes.baseAddress! + offset, bytes.count - offset)
        if count < 0 {
          if errno == EINTR { continue }
          return false
        }
        offset += count
      }
      return true
    }
    guard written else { throw SystemError("write", path) }
  }

  /// Fewer bytes than asked for mean the end of the file.
  func read(at offset: Int, count: Int, _ path: String) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    try read(at: offset, count: count, into: &bytes, path)
    return bytes
  }

  /// The same in place of what `bytes` holds, in its memory where there is enough.
  func read(
    at offset: Int, count: Int, into bytes: inout [UInt8], _ path: String
  ) throws(SystemError) {
    var failed = false
    bytes.removeAll(keepingCapacity: true)
    bytes.append(addingCapacity: count) { (room: inout OutputSpan<UInt8>) in
      unsafe room.withUnsafeMutableBufferPointer { buffer, filled in
        while filled < count {
          // Safety: reads into the part of the buffer behind what is filled already.
          let read = unsafe pread(
            number, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
          if read < 0 {
            if errno == EINTR { continue }
            failed = true
            return
          }
          if read == 0 { return }
          filled += read
        }
      }
    }
    guard !failed else { throw SystemError("read", path) }
  }
}

/// What a system call said, and about which path.
struct SystemError: Error {
  let call: String
  let path: String
  let code: Int32

  /// Reads `errno`: make it right behind the failed call.
  init(_ call: String, _ path: String, code: Int32 = errno) {
    self.call = call
    self.path = path
    self.code = code
  }

  var storeError: ObjectStoreError {
    let reason: ObjectStoreError.Reason =
      switch code {
      case ENOENT: .notFound
      case EEXIST: .alreadyExists
      case EACCES, EPERM, EROFS: .forbidden
      case ENOSPC, EDQUOT: .outOfSpace
      default: .io
      }
    // Safety: the text belongs to the C library and is copied at once.
    let text = unsafe String(cString: strerror(code))
    return ObjectStoreError(reason, "Cannot \(call) `\(path)`: \(text)")
  }
}
