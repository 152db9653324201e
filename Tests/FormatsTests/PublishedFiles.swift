import Foundation
import Testing

/// Files that a package of Python's index publishes. They are fetched by its name.
struct PublishedFiles {
  let folder: URL

  /// - Parameter requirement: name and version, `onnx==1.16.2`.
  /// - Returns: nil where it cannot be fetched, which continuous integration counts as a failure.
  init?(_ requirement: String) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("convscope-\(UUID().uuidString)")
    let script = """
      import glob, subprocess, sys, zipfile
      subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--dest",
                      sys.argv[2], sys.argv[1]], check=True, timeout=120)
      for wheel in glob.glob(sys.argv[2] + "/*.whl"):
          with zipfile.ZipFile(wheel) as file:
              file.extractall(sys.argv[2], [name for name in file.namelist() if name.endswith((".onnx", ".pb"))])
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, requirement, folder.path]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    do {
      try process.run()
      process.waitUntilExit()
    } catch { return nil }
    guard process.terminationStatus == 0 else {
      let isRequired = ProcessInfo.processInfo.environment["CI"] == "true"
      if isRequired { Issue.record("\(requirement) cannot be fetched") }
      print("skipped: \(requirement) cannot be fetched")
      return nil
    }
    self.folder = folder
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// The folders or files in a folder of the package, by name.
  func list(_ path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path)) ?? []).sorted()
  }

  func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appendingPathComponent(path))) }
}
