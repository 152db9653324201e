import Foundation
import Testing

/// An independent reader of what the program writes.
enum Python {
  /// Tests that need it are left out where it is missing, but not where everything must be tested.
  static let isExpected = isThere || ProcessInfo.processInfo.environment["CI"] == "true"

  private static let isThere = (try? run("", reading: ""))?.status == 0

  /// Runs a script that reads the text from its standard input.
  static func run(_ script: String, reading text: String) throws -> (status: Int32, output: String) {
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    DispatchQueue.global().async {
      input.fileHandleForWriting.write(Data(text.utf8))
      try? input.fileHandleForWriting.close()
    }
    let read = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, read)
  }
}
