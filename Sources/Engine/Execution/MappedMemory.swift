import ConvKernels

/// A block of zeroed memory from the system, aligned to 2 MiB, that asks for huge pages.
final class MappedMemory: @unchecked Sendable {
  // The pointer never changes; who may write through it is the business of its owner.
  let base: UnsafeMutableRawPointer
  let bytes: Int

  /// Nil if the system has no such room.
  init?(bytes: Int) {
    guard let base = ck_map(max(bytes, 64)) else { return nil }
    self.base = base
    self.bytes = max(bytes, 64)
  }

  deinit { ck_unmap(base, bytes) }

  /// Gives the pages from a byte on back to the system, which holds zeros there then.
  func release(from byte: Int) { ck_release(base, byte, bytes) }

  var floats: UnsafeMutablePointer<Float> { base.assumingMemoryBound(to: Float.self) }
}
