import Canvas
import Glibc

extension Workbench {
  /// Feeds a script to the program and draws after each step, as a terminal would.
  ///
  /// - Parameter signal: what the mailbox wakes.
  public func run(_ script: Script, waitingFor signal: WakeSignal) throws {
    defer { finishWriting() }
    var saved: Set<String> = []
    for (line, step) in script.steps {
      switch step {
      case .input(let event): handle(.input(event))
      case .saveDisplay(let path) where saved.insert(path).inserted: try saveDisplay(to: path)
      case .saveDisplay(let path): try appendDisplay(to: path)
      case .waitSettled:
        handleMail()
        while state.isMeasuring {
          if let reason = reasonForNoTimings { throw Script.LineError(line: line, reason: reason) }
          signal.wait()
          handleMail()
        }
      }
      handleMail()
      if exitStatus != nil { return }
    }
  }
}
