import Foundation
import Testing

/// How fast the program answers, and that it rests when there is nothing to do.
///
/// Times are those of the first try that is fast enough: other tests may have the processor in the others.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ResponseTests {
  @Test func `the first frame comes within 100 ms of the start`() throws {
    let session = try TerminalSession()
    let isFast = try (0..<30).contains { _ in
      session.type("clear; convscope resnet50")
      let time = session.time({ session.press("Enter") }, until: { session.shows("layer4") })
      session.type("q")
      try session.waitForPrompt()
      return time < .milliseconds(100)
    }
    #expect(isFast)
  }

  @Test func `while timing a key is on the screen within 50 ms`() throws {
    let session = try TerminalSession()
    session.run("convscope resnet50")
    try session.waitFor("passes")
    let isFast = (0..<60).contains { number in
      let row = session.cursorRow
      let key = number % 20 < 10 ? "Down" : "Up"
      return session.time({ session.press(key) }, until: { session.cursorRow != row }) < .milliseconds(50)
    }
    #expect(isFast)
  }

  /// The one test that has to let time pass.
  @Test func `idle, it uses no processor time and writes no byte`() throws {
    let session = try TerminalSession()
    session.run("convscope resnet18 --input 3x64x64")
    try session.waitUntil("the end of the timing", within: .seconds(30)) { rows in
      rows.contains { row in ["settled", "noisy", "preempted"].contains(where: row.contains) }
    }
    let process = try session.foregroundProcess()
    let output = NSTemporaryDirectory() + "convscope-\(getpid()).output"
    defer { unlink(output) }
    session.record(to: output)
    let before = processorTicks(of: process)
    // That nothing happens, only time can show.
    sleep(10)
    #expect(processorTicks(of: process) - before <= 1)
    #expect(contents(of: output) == "")
  }

  /// The time that a process has used, in user and system mode, in hundredths of a second.
  private func processorTicks(of process: Int32) -> Int {
    let fields = contents(of: "/proc/\(process)/stat").split(separator: ")").last?.split(separator: " ") ?? []
    return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
  }
}

extension TerminalSession {
  /// How long it takes from an action until it has come about, but no more than ten seconds.
  fileprivate func time(_ action: () -> Void, until isDone: () -> Bool) -> Duration {
    let start = ContinuousClock.now
    action()
    _ = Self.looks(until: isDone)
    return ContinuousClock.now - start
  }
}
