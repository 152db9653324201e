import Foundation
import Testing

@testable import Formats

/// Files are written whole or not at all, and what has their name stays what it is.
@Suite final class OutputFileTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("convscope-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

  private func permissions(_ name: String) throws -> mode_t {
    var status = stat()
    try #require(lstat(path(name), &status) == 0)
    return status.st_mode
  }

  private var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  @Test func aFileThatIsReplacedKeepsItsPermissions() throws {
    try OutputFile.write("old", to: path("a"))
    try #require(chmod(path("a"), 0o600) == 0)
    try OutputFile.write("new", to: path("a"))
    #expect(try text("a") == "new")
    #expect(try permissions("a") == S_IFREG | 0o600)
    #expect(try names == ["a"])
  }

  /// A link that leads to a file, through another, and nowhere yet.
  @Test(arguments: [["a"], ["a", "link"], []])
  func linksStayLinks(targets: [String]) throws {
    if !targets.isEmpty { try OutputFile.write("old", to: path("a")) }
    try #require(symlink("a", path("link")) == 0)
    try #require(symlink("link", path("further")) == 0)
    let written = targets.count == 2 ? "further" : "link"
    try OutputFile.write("new", to: path(written))
    #expect(try text("a") == "new")
    #expect(try permissions("link") & S_IFMT == S_IFLNK && permissions("further") & S_IFMT == S_IFLNK)
    #expect(try names == ["a", "further", "link"])
  }

  @Test func aPipeIsWrittenTo() throws {
    try #require(mkfifo(path("pipe"), 0o600) == 0)
    // Open in both directions, so that neither side waits for the other.
    let reader = open(path("pipe"), O_RDWR | O_NONBLOCK)
    defer { close(reader) }
    try OutputFile.write("text", to: path("pipe"))
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = read(reader, &bytes, bytes.count)
    #expect(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self) == "text")
    #expect(try permissions("pipe") == S_IFIFO | 0o600)
    #expect(try names == ["pipe"])
  }

  @Test func whatIsNotFinishedLeavesTheOldFile() throws {
    try OutputFile.write("old", to: path("a"))
    do {
      let file = try OutputFile(path("a"))
      try file.write([UInt8](repeating: 0, count: 1 << 20))
      #expect(try text("a") == "old")
    }
    #expect(try text("a") == "old")
    #expect(try names == ["a"])
  }

  @Test func aNewFileThatFailsIsNotLeft() throws {
    try OutputFile.write("old", to: path("a.csv"))
    #expect(throws: CancellationError.self) {
      try OutputFile.writeNew(path("a.csv")) { _ in throw CancellationError() }
    }
    #expect(try names == ["a.csv"])
    #expect(try OutputFile.writeNew(path("a.csv")) { try OutputFile.write("new", to: $0) } == path("a-1.csv"))
    #expect(try text("a.csv") == "old" && text("a-1.csv") == "new")
  }

  @Test func whatCannotBeWrittenIsTold() throws {
    #expect(throws: FormatError(folder.path, .inputOutput, "cannot be written: Is a directory")) {
      try OutputFile.write("", to: folder.path)
    }
    try #require(symlink("loop", path("loop")) == 0)
    #expect(throws: FormatError(path("loop"), .inputOutput, "cannot be written: Too many levels of symbolic links")) {
      try OutputFile.write("", to: path("loop"))
    }
    #expect(try names == ["loop"])
  }

  @Test(arguments: [
    ("a.csv", "a-1.csv"), ("a", "a-1"), ("x.y/a", "x.y/a-1"), ("x/.a", "x/.a-1"), ("a.b.csv", "a.b-1.csv"),
  ])
  func theNumberStandsBeforeTheEnding(path: String, expected: String) {
    #expect(OutputFile.numbered(path, 1) == expected)
  }
}
