import CNcurses
import Canvas
import Glibc

extension Terminal {
  /// Waits until something happens, and returns all that has.
  ///
  /// It sleeps in `poll` and uses no time of the processor. ^Z from outside, continuing, and what the terminal does by
  /// itself are dealt with here.
  ///
  /// - Parameter timeout: in milliseconds, after which it returns nothing; nil waits for ever.
  public func wait(timeout: Int32? = nil) -> [TerminalEvent] {
    while true {
      var sources = [
        pollfd(fd: input, events: Int16(POLLIN), revents: 0),
        pollfd(fd: waker.readEnd, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&sources, 2, timeout ?? -1)
      var events = waker.drain() ? signalEvents() : []
      if sources[0].revents != 0 { events += inputEvents() }
      if !events.isEmpty || count == 0 { return events }
    }
  }

  /// What a byte in the pipe stands for. A signal counts as a wake too, since both write the same.
  private func signalEvents() -> [TerminalEvent] {
    for signal in [SIGTERM, SIGHUP, SIGINT, SIGQUIT] where cn_signals_take(signal) {
      return [.terminate(signal: signal)]
    }
    if cn_signals_take(SIGTSTP) { suspend() }
    if cn_signals_take(SIGCONT) { resume() }
    if cn_signals_take(SIGWINCH) { adoptSize() }
    guard hasNewSize else { return [.wake] }
    hasNewSize = false
    return [.wake, .input(.resize(size))]
  }

  private func inputEvents() -> [TerminalEvent] {
    var available: Int32 = 0
    guard ioctl(input, UInt(FIONREAD), &available) == 0, available > 0 else { return [.terminate(signal: SIGHUP)] }
    var events: [TerminalEvent] = []
    while let item = reader.next() {
      switch item {
      case .key(let key): events.append(.input(.key(key)))
      case .button(let button, let column, let row):
        events.append(.input(.mouse(action(button, column: column, row: row), column: column, row: row)))
      case .command(let command): takeReply(command)
      }
    }
    return events
  }

  private func action(_ button: InputReader.Button, column: Int, row: Int) -> InputEvent.MouseAction {
    switch button {
    case .left: clicks.isDouble(column: column, row: row, at: .now) ? .doubleClick : .click
    case .wheelUp: .wheelUp
    case .wheelDown: .wheelDown
    }
  }
}

/// Tells a double click from two: the same cell, within 400 ms.
struct ClickTimer {
  private var last: (column: Int, row: Int, time: ContinuousClock.Instant)?

  mutating func isDouble(column: Int, row: Int, at time: ContinuousClock.Instant) -> Bool {
    if let last, last.column == column, last.row == row, time - last.time < .milliseconds(400) {
      self.last = nil
      return true
    }
    last = (column, row, time)
    return false
  }
}
