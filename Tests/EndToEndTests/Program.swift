import Foundation

/// The built program, which lies beside the tests, run without a terminal.
struct Program {
  struct Result {
    var status: Int32
    var output: String
    var errors: String
  }

  static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("convscope")

  /// - Parameters:
  ///   - environment: what differs from a plain environment in UTF-8.
  ///   - folder: where it runs.
  ///   - interruption: what it is interrupted at, once it has written that to standard error.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], folder: URL? = nil,
    interruptedAt interruption: String? = nil
  ) throws -> Result {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = path
    process.arguments = arguments
    process.environment = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"].merging(environment) { $1 }
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    var complaints = ""
    if let interruption {
      while !complaints.contains(interruption) {
        let data = errors.fileHandleForReading.availableData
        if data.isEmpty { break }
        complaints += String(decoding: data, as: UTF8.self)
      }
      process.interrupt()
    }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    complaints += String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let status = process.terminationStatus
    return Result(
      status: process.terminationReason == .uncaughtSignal ? 128 + status : status, output: text, errors: complaints)
  }
}
