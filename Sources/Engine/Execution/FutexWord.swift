import ConvKernels
import Synchronization

/// A word on a cache line of its own that threads can look at, and sleep on until it changes.
///
/// Whoever makes it frees it, when no thread uses it any more.
package struct FutexWord: @unchecked Sendable {
  // The memory is only ever used as an atomic word.
  private let atomic: UnsafeMutablePointer<Atomic<UInt32>>

  package init(_ value: UInt32 = 0) {
    let line = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
    atomic = line.bindMemory(to: Atomic<UInt32>.self, capacity: 1)
    atomic.initialize(to: Atomic(value))
  }

  package func free() { UnsafeMutableRawPointer(atomic).deallocate() }

  package func load() -> UInt32 { atomic.pointee.load(ordering: .sequentiallyConsistent) }
  package func store(_ value: UInt32) { atomic.pointee.store(value, ordering: .sequentiallyConsistent) }
  /// Puts `new` in the place of `old`; false if something else is there.
  package func replace(_ old: UInt32, with new: UInt32) -> Bool {
    atomic.pointee.compareExchange(expected: old, desired: new, ordering: .sequentiallyConsistent).exchanged
  }
  /// Adds, wrapping around; gives the new value.
  @discardableResult package func add(_ value: UInt32) -> UInt32 {
    atomic.pointee.wrappingAdd(value, ordering: .sequentiallyConsistent).newValue
  }

  /// Sleeps while the word is `expected`, until woken; may return early.
  package func wait(while expected: UInt32) { ck_futex_wait(address, expected) }
  package func wakeAll() { ck_futex_wake(address, Int32.max) }

  private var address: UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(atomic).assumingMemoryBound(to: UInt32.self)
  }
}
