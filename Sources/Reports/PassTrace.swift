import Measurement
import NetworkGraph

/// The last measured pass as trace events: one for each step, in microseconds, with the arguments that ONNX Runtime's
/// profiles have. Perfetto and chrome://tracing open it.
struct PassTrace: Encodable {
  private let traceEvents: [Event]
  private let displayTimeUnit = "ms"

  private enum CodingKeys: CodingKey { case traceEvents, displayTimeUnit }

  private struct Event: Encodable {
    let cat = "Node"
    let ph = "X"
    let pid = 1
    let tid = 1
    let name: String
    let ts: Double
    let dur: Double
    let args: Arguments

    private enum CodingKeys: CodingKey { case cat, ph, pid, tid, name, ts, dur, args }
  }

  private struct Arguments: Encodable {
    let opName: String
    let provider = "convscope"
    let algorithm: String
    let covers: [String]
    let inputTypeShape: [[String: [Int]]]
    let outputTypeShape: [[String: [Int]]]
    /// Bytes, as the texts that ONNX Runtime writes.
    let activationSize: String
    let parameterSize: String
    let outputSize: String

    private enum CodingKeys: String, CodingKey {
      case provider, algorithm, covers
      case opName = "op_name"
      case inputTypeShape = "input_type_shape"
      case outputTypeShape = "output_type_shape"
      case activationSize = "activation_size"
      case parameterSize = "parameter_size"
      case outputSize = "output_size"
    }
  }

  init(_ timings: Timings, of network: Network) {
    let batch = timings.conditions.batch
    var start = 0.0
    traceEvents = timings.steps.map { step in
      // The latest measurements of all steps are of one pass.
      let duration = (step.time.recent.last ?? step.time.median) * 1000
      defer { start += duration }
      let layers = step.covers.compactMap(network.layer(at:))
      let inside = Set(layers.map(\.id))
      let inputs = layers.flatMap(\.inputs).filter { !inside.contains($0) }.map { network[$0].output }
      let owner = network.layer(at: step.owner)
      let output = layers.last?.output ?? network.outputShape
      func typed(_ shape: Shape) -> [String: [Int]] { ["float": [batch] + shape.dimensions] }
      func bytes(_ shapes: [Shape]) -> String {
        String(shapes.reduce(0) { $0 + MemoryUse.bytes($1.elements, images: batch) })
      }
      return Event(
        name: "\(step.owner)_kernel_time", ts: start, dur: duration,
        args: Arguments(
          opName: owner?.operation.kind ?? "Output", algorithm: step.algorithm, covers: step.covers.map(\.dotted),
          inputTypeShape: inputs.map(typed), outputTypeShape: [typed(output)], activationSize: bytes(inputs),
          parameterSize: String(layers.reduce(0) { $0 + MemoryUse.bytes($1.cost.parameters) }),
          outputSize: bytes([output])))
    }
  }
}
