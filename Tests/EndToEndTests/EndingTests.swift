import Glibc
import Testing

/// However the program ends, the terminal is as it was and the status says why.
@Suite(.serialized, .timeLimit(.minutes(5))) struct EndingTests {
  /// Signals that ask to end, and those of traps and crashes.
  @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE])
  func `by a signal, while timing`(signal: Int32) throws {
    let session = try TerminalSession()
    let settings = session.settings
    session.run("convscope resnet18")
    try session.waitFor("layer1")
    kill(try session.foregroundProcess(), signal)
    try session.waitForPrompt()
    #expect(session.modes == TerminalSession.ordinaryModes)
    #expect(session.settings == settings)
    session.run("echo status $?")
    try session.waitFor("status \(128 + signal)")
  }

  @Test func `by Ctrl-C`() throws {
    let session = try TerminalSession()
    let settings = session.settings
    session.run("convscope")
    try session.waitFor("resnet18")
    session.press("C-c")
    try session.waitForPrompt()
    #expect(session.modes == TerminalSession.ordinaryModes)
    #expect(session.settings == settings)
    session.run("echo status $?")
    try session.waitFor("status 130")
  }

  @Test func `with the terminal`() throws {
    let session = try TerminalSession()
    session.run("convscope resnet18")
    try session.waitFor("layer1")
    let process = try session.foregroundProcess()
    session.close()
    #expect(TerminalSession.looks { kill(process, 0) != 0 })
  }
}
