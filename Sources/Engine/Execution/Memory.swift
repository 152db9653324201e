import FoundationEssentials
import Glibc

/// The memory of this machine and process.
public enum Memory {
  /// Bytes that new work can use, as the kernel estimates.
  public static var available: Int { field("MemAvailable:", in: "/proc/meminfo") ?? Int.max }

  /// The most bytes that this process has held in memory so far.
  public static var peak: Int { field("VmHWM:", in: "/proc/self/status") ?? 0 }

  /// Bytes of a core's second cache; a common size where nothing tells it.
  static let secondCache = cache(_SC_LEVEL2_CACHE_SIZE) ?? 1 << 20

  /// Bytes of the cache that cores share; none where nothing tells it.
  static let lastCache = cache(_SC_LEVEL3_CACHE_SIZE) ?? 0

  private static func cache(_ name: Int) -> Int? {
    let told = sysconf(Int32(name))
    return told > 0 ? told : nil
  }

  /// A line `name   number kB` of a file of /proc, in bytes.
  private static func field(_ name: String, in path: String) -> Int? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
      let number = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
    else { return nil }
    return Int(number).map { $0 << 10 }
  }
}

extension Plan {
  /// Bytes that running needs: activations, packed weights, the workers' own memory, and the plain inputs and output.
  public var requiredBytes: Int {
    let border = options.batch * (network.inputElements + network.outputShape.elements) * 4
    return arenaBytes + (weightFloats + scratchFloats * options.threads) * 4 + border
  }

  /// - Throws: `PlanError.notEnoughMemory`.
  public func checkMemory() throws(PlanError) {
    let available = Memory.available
    guard requiredBytes <= available else {
      throw .notEnoughMemory(needed: requiredBytes, available: available)
    }
  }
}
