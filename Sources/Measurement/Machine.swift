import ConvKernels
import Engine
import FoundationEssentials
import Glibc
import Synchronization

extension MachineFacts {
  /// Measures this machine: about a third of a second, up to a second where others use its processors, with all of them
  /// busy and 64 MiB of memory.
  public static func measured() -> MachineFacts {
    let threads = processors
    let alone = peak(threads: 1)
    let bandwidthOne = bandwidth(threads: 1)
    let together = peak(threads: threads, atLeast: 0.8 * Double(threads) * alone)
    // All threads do what one does at least, and one its share of what all do; where they do not, others were in the way.
    return MachineFacts(
      processor: processorName, isa: InstructionSet.current.name, threads: threads,
      peakOne: max(alone, together / Double(threads)), peakAll: max(alone, together),
      bandwidthOne: bandwidthOne, bandwidthAll: max(bandwidthOne, bandwidth(threads: threads, atLeast: bandwidthOne)),
      caches: caches)
  }

  /// The processors that this process may use.
  public static var processors: Int { Int(ck_processors()) }

  /// The best of 25 rates of multiply-adds in registers, in GFLOP/s.
  private static func peak(threads: Int, atLeast expected: Double = 0) -> Double {
    let rounds: Int64 = 400_000
    return best(of: 25, threads: threads, expected) { _ in InstructionSet.current.peakOperations(rounds: rounds) }
  }

  /// The best of three rates of reading memory that lies in no cache, in GB/s.
  private static func bandwidth(threads: Int, atLeast expected: Double = 0) -> Double {
    // Whole cache lines, whatever the number of threads: the reading is aligned.
    let share = (64 << 20) / threads / 64 * 64
    let memory = UnsafeMutableRawPointer.allocate(byteCount: share * threads, alignment: 64)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: share * threads)
    let address = UInt(bitPattern: memory)
    return best(of: 3, threads: threads, expected) { index in
      let start = UnsafePointer<Float>(bitPattern: address + UInt(index * share))
      _ = ck_read_all(start, Int64(share / 4))
      return Double(share)
    }
  }

  /// How long more rounds are tried for where the first give less than expected.
  private static let patience = 300_000_000

  /// The best rate per nanosecond over some rounds, in each of which all threads do the work side by side; over more of
  /// them as long as it is less than expected.
  private static func best(
    of rounds: Int, threads: Int, _ expected: Double, _ work: @escaping @Sendable (Int) -> Double
  ) -> Double {
    var best = 0.0
    var round = 0
    let begin = ck_nanoseconds()
    while round < rounds || (best < expected && ck_nanoseconds() - begin < patience) {
      let start = ck_nanoseconds()
      let done = concurrently(threads) { work($0) }
      best = max(best, done / Double(ck_nanoseconds() - start))
      round += 1
    }
    return best
  }

  /// The sum of what the work gives on so many threads.
  private static func concurrently(_ threads: Int, _ work: @escaping @Sendable (Int) -> Double) -> Double {
    let sum = Mutex(0.0)
    let helpers = (1..<max(1, threads)).compactMap { index in
      WorkerThread {
        let done = work(index)
        sum.withLock { $0 += done }
      }
    }
    let done = work(0)
    for helper in helpers { helper.join() }
    return sum.withLock { $0 + done }
  }

  /// The name that the processor gives itself.
  public static var processorName: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") || $0.hasPrefix("Processor") }
    let name = line?.split(separator: ":", maxSplits: 1).last.map { $0.drop { $0 == " " } }
    return name.map(String.init) ?? "unknown"
  }

  /// What tells this kind of processor from others: its name, which virtual machines cut short, its model, its caches.
  static let processorIdentity: String = {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let marks = ["cpu family", "model", "stepping", "CPU implementer", "CPU part", "CPU variant"].compactMap { key in
      text.split(separator: "\n").first { $0.split(whereSeparator: { $0 == "\t" || $0 == ":" }).first ?? "" == key }
        .map { line in "\(key) \(line.split(separator: ":").last.map { $0.drop { $0 == " " } } ?? "")" }
    }
    let sizes = caches.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return ([processorName] + marks + sizes).joined(separator: ", ")
  }()

  /// The identity as eight hexadecimal digits.
  static let processorFingerprint: String = {
    var print = Fingerprint()
    print.mix(processorIdentity)
    return String(print.text.prefix(8))
  }()

  private static var caches: [String: Int] {
    // The C library's figure for the third cache adds up what several processors share.
    func text(_ index: Int, _ name: String) -> Substring? {
      let path = "/sys/devices/system/cpu/cpu0/cache/index\(index)/\(name)"
      return (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n").first
    }
    var caches: [String: Int] = [:]
    for index in 0..<8 {
      guard let level = text(index, "level"), let type = text(index, "type"), type != "Instruction",
        let size = text(index, "size"), size.hasSuffix("K"), let kibibytes = Int(size.dropLast())
      else { continue }
      caches["L\(level)" + (type == "Data" ? "d" : "")] = kibibytes << 10
    }
    return caches
  }
}
