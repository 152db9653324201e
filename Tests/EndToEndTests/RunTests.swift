import Foundation
import Measurement
import Testing

/// `convscope run` on files of several inputs.
@Suite("Running a file of several inputs") final class RunTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("convscope-\(UUID().uuidString)")

  /// left - right is `difference`, and its positive part `part`; both inputs hold [N, 1, 2, 2].
  private static let model =
    "CAgSADrIAQoeCgRsZWZ0CgVyaWdodBIKZGlmZmVyZW5jZSIDU3ViChgKCmRpZmZlcmVuY2USBHBhcnQiBFJlbHUSAWdaHwoEbGVm"
    + "dBIXChUIARIRCgMSAW4KAggBCgIIAgoCCAJaIAoFcmlnaHQSFwoVCAESEQoDEgFuCgIIAQoCCAIKAggCYh8KBHBhcnQSFwoVCAES"
    + "EQoDEgFuCgIIAQoCCAIKAggCYiUKCmRpZmZlcmVuY2USFwoVCAESEQoDEgFuCgIIAQoCCAIKAggCQgQKABAR"

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try #require(Data(base64Encoded: Self.model)).write(to: folder.appendingPathComponent("m.onnx"))
    try write([1, 2, 3, 4], "left.npy")
    try write([2, 2, 2, 2], "right.npy")
    try write([2, 2, 2, 2, 0, 0, 0, 0], "two.npy")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  @Test func inputsAndAnswersGoByTheirNames() throws {
    let result = try run("left=left.npy", "right=right.npy", outputs: ["difference=d.npy", "part=p.npy"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(try values("d.npy") == [-1, 0, 1, 2])
    #expect(try values("p.npy") == [0, 0, 1, 2])
    // Without a name it is the first one.
    let swapped = try run("right=left.npy", "right.npy", outputs: ["p.npy"])
    #expect(swapped.status == 0, "\(swapped.errors)")
    #expect(try values("p.npy") == [1, 0, 0, 0])
  }

  @Test(arguments: [
    (["left=left.npy"], Int32(64), "--input right=x.npy is missing"),
    (["left=left.npy", "left=right.npy"], 64, "twice"),
    (["left=left.npy", "middle=right.npy"], 66, "no input 'middle'"),
    (["left=left.npy", "right=two.npy"], 64, "different numbers of images"),
  ])
  func whatDoesNotFitIsRefused(inputs: [String], status: Int32, hint: String) throws {
    let result = try run(inputs, outputs: ["p.npy"])
    #expect(result.status == status)
    #expect(result.errors.contains(hint), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  @Test func twoValuesInOneFileAreRefused() throws {
    let result = try run("left=left.npy", "right=right.npy", outputs: ["difference=p.npy", "part=./p.npy"])
    #expect(result.status == 64 && result.errors.contains("./p.npy would be written twice"), "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("p.npy").path))
  }

  /// A file that is no tuning is warned of, so it was asked.
  @Test func itPlansByWhatWasTuned() throws {
    let cache = folder.appendingPathComponent("convscope")
    try FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
    try write(Array(repeating: 0.5, count: 3 * 32 * 32), "x.npy", shape: "3, 32, 32")
    try Data("{".utf8).write(to: cache.appendingPathComponent(TuningFile.file.fileName))
    let result = try Program.run(
      ["run", "residual", "--input", "x.npy", "--output", "y.npy", "--threads", "1"],
      environment: ["XDG_CACHE_HOME": folder.path], folder: folder)
    #expect(result.status == 0)
    #expect(result.errors.contains(TuningFile.file.fileName) && result.errors.contains("ignored"), "\(result.errors)")
  }

  private func run(_ inputs: String..., outputs: [String]) throws -> Program.Result {
    try run(inputs, outputs: outputs)
  }

  private func run(_ inputs: [String], outputs: [String]) throws -> Program.Result {
    try Program.run(
      ["run", "m.onnx"] + inputs.flatMap { ["--input", $0] } + outputs.flatMap { ["--output", $0] }, folder: folder)
  }

  /// An array of channels last is no image of as many channels as it has rows.
  @Test func imagesOfOtherChannelsAreRefused() throws {
    try write(Array(repeating: 0.5, count: 32 * 32 * 3), "x.npy", shape: "32, 32, 3")
    let result = try Program.run(
      ["run", "cifar_resnet20", "--input", "x.npy", "--output", "y.npy"], folder: folder)
    #expect(result.status == 65)
    #expect(
      result.errors.contains("x.npy holds images of 32×32×3, but cifar_resnet20 takes images of 3 channels"),
      "\(result.errors)")
  }

  /// A block takes maps of its own, in whatever size a network gives it.
  @Test(arguments: [("64, 8, 8", "64×8×8"), ("64, 16, 16", "64×16×16"), ("2, 64, 4, 4", "64×4×4")])
  func blocksRunByThemselves(shape: String, output: String) throws {
    let lengths = shape.split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
    try write(Array(repeating: 0.5, count: lengths.reduce(1, *)), "x.npy", shape: shape)
    let result = try Program.run(
      ["run", "cifar_resnet20#layer3.1", "--input", "x.npy", "--output", "y.npy"], folder: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains(" of \(output)\n"), "\(result.output)")
  }

  /// Images of 1×2×2 in NumPy's format, as a batch, or an array of another shape.
  private func write(_ values: [Float], _ name: String, shape: String? = nil) throws {
    let shape = shape ?? "\(values.count / 4), 1, 2, 2"
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(shape)), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    var data = Data([0x93] + "NUMPY".utf8 + [1, 0, 118, 0] + header.utf8)
    for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
    try data.write(to: folder.appendingPathComponent(name))
  }

  /// The values of an array behind a header that the program has written.
  private func values(_ name: String) throws -> [Float] {
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    return stride(from: start, to: bytes.count, by: 4).map { place in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) })
    }
  }
}
