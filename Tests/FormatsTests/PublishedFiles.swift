import Foundation
import Testing

/// Files that a package of Python's index publishes. They are fetched by its name.
struct PublishedFiles {
  let folder: URL

  /// - Parameter requirement: name and version, `onnx==1.16.2`.
  /// - Returns: nil where it cannot be fetched, which continuous integration counts as a failure.
  init?(_ requirement: String) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("convscope-\(UUID().uuidString)")
    self.folder = folder
    let script = """
      import glob, subprocess, sys, zipfile
      subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--dest",
                      sys.argv[2], sys.argv[1]], check=True, timeout=120)
      for wheel in glob.glob(sys.argv[2] + "/*.whl"):
          with zipfile.ZipFile(wheel) as file:
              file.extractall(sys.argv[2], [name for name in file.namelist() if name.endswith((".onnx", ".pb"))])
      """
    guard Python.run(script, [requirement, folder.path]) else {
      Python.skip(requirement)
      remove()
      return nil
    }
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// The folders or files in a folder of the package, by name.
  func list(_ path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path)) ?? []).sorted()
  }

  func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appendingPathComponent(path))) }
}

/// Packages of Python's index, installed for a test alone.
struct PythonPackages {
  private let folder: TemporaryFolder
  /// Where they are, and where a script may write.
  var path: String { folder.url.path }

  /// - Returns: nil where they cannot be fetched, which continuous integration counts as a failure.
  init?(_ requirements: [String]) {
    folder = TemporaryFolder()
    let script = """
      import subprocess, sys
      subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--only-binary=:all:", "--target"] + sys.argv[1:],
                     check=True, timeout=240)
      """
    guard Python.run(script, [path] + requirements) else {
      Python.skip(requirements.joined(separator: ", "))
      return nil
    }
  }

  /// Runs a script that may import them.
  func run(_ script: String, _ arguments: [String]) throws {
    try #require(Python.run(script, arguments, path: path))
  }
}

/// A folder that goes with the test.
private final class TemporaryFolder {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("convscope-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: url) }
}

private enum Python {
  /// - Returns: whether the script ended well.
  static func run(_ script: String, _ arguments: [String], path: String? = nil) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = (path.map { ["PYTHONPATH=\($0)"] } ?? []) + ["python3", "-c", script] + arguments
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    do { try process.run() } catch { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  static func skip(_ what: String) {
    if ProcessInfo.processInfo.environment["CI"] == "true" { Issue.record("\(what) cannot be fetched") }
    print("skipped: \(what) cannot be fetched")
  }
}
