import Architectures
import Engine
import Formats
import NetworkGraph

/// The arrays that a pass is given, one for each of a network's inputs and in their order.
struct RunInputs {
  private let arrays: [NpyArray]
  private let files: [String]
  private let inputs: [NetworkInput]
  /// The shape of one of the first input's images.
  let shape: Shape
  let images: Int
  /// True if the arrays have an axis that counts images.
  let isBatch: Bool

  /// - Parameters:
  ///   - assignments: `NAME=FILE`, or `FILE` for the first input.
  ///   - inputs: what the network takes.
  init(_ assignments: [String], for inputs: [NetworkInput], of model: String) throws(Failure) {
    var files: [Int: String] = [:]
    for assignment in assignments {
      let (name, file) = Run.named(assignment)
      let place = name.map { name in inputs.firstIndex { $0.name == name } ?? (name == Self.imageName ? 0 : nil) } ?? 0
      guard let place else {
        throw Failure(.unknown, "there is no input '\(name ?? "")': \(model) has \(Self.names(of: inputs))")
      }
      guard files.updateValue(file, forKey: place) == nil else {
        throw Failure(.usage, "--input names '\(inputs[place].name)' twice; \(model) has \(Self.names(of: inputs))")
      }
    }
    var arrays: [NpyArray] = []
    var batches: Set<Int?> = []
    for (place, input) in inputs.enumerated() {
      guard let file = files[place] else {
        throw Failure(.usage, "--input \(input.name)=x.npy is missing; \(model) has \(Self.names(of: inputs))")
      }
      let array: NpyArray
      do throws(FormatError) { array = try NpyArray(file) } catch { throw Failure(error) }
      let lengths = array.dimensions
      let hasBatch = input.hasBatch && lengths.count == input.lengths.count + 1
      guard input.hasBatch ? hasBatch || lengths.count == input.lengths.count : lengths == input.lengths else {
        throw Failure(.data, "\(file) holds an array of \(lengths), expected \(Self.expected(input))")
      }
      if input.hasBatch { batches.insert(hasBatch ? lengths[0] : nil) }
      arrays.append(array)
    }
    guard batches.count <= 1 else { throw Failure(.usage, "the inputs hold different numbers of images") }
    let batch = batches.first ?? nil
    self.arrays = arrays
    self.files = inputs.indices.compactMap { files[$0] }
    self.inputs = inputs
    isBatch = batch != nil
    images = batch ?? 1
    let lengths = Array(arrays[0].dimensions.suffix(inputs[0].lengths.count))
    shape =
      switch lengths.count {
      case 3 where inputs[0].isChannelsLast: .map(channels: lengths[2], height: lengths[0], width: lengths[1])
      case 3: .map(channels: lengths[0], height: lengths[1], width: lengths[2])
      case 2: .map(channels: lengths[0], height: 1, width: lengths[1])
      default: .vector(lengths.first ?? 1)
      }
  }

  /// - Throws: `Failure` for an array of another shape than the network takes.
  func check(against network: Network) throws(Failure) {
    for (place, input) in network.inputs.enumerated() where input.output.elements * images != arrays[place].count {
      throw Failure(
        .data,
        "\(files[place]) holds an array of \(arrays[place].dimensions), but the input '\(inputs[place].name)' of "
          + "\(network.name) takes images of \(input.output)")
    }
  }

  /// Fills the executor's inputs, which are those of its network.
  func read(into executor: Executor) {
    for (input, (given, array)) in zip(executor.plan.network.inputs, zip(inputs, arrays)) {
      array.read(into: executor.input(input.id))
      if given.isChannelsLast { putChannelsFirst(executor.input(input.id), of: input.output) }
    }
  }

  private func putChannelsFirst(_ values: UnsafeMutableBufferPointer<Float>, of shape: Shape) {
    let (channels, area) = (shape.channels, shape.height * shape.width)
    let given = Array(values)
    for image in 0..<images {
      let first = image * channels * area
      for channel in 0..<channels {
        for pixel in 0..<area { values[first + channel * area + pixel] = given[first + pixel * channels + channel] }
      }
    }
  }

  /// What every network's first input goes by.
  static let imageName = "input"

  private static func names(of inputs: [NetworkInput]) -> String {
    inputs.count == 1
      ? "one, '\(inputs[0].name)'" : "the inputs " + inputs.map { "'\($0.name)'" }.joined(separator: ", ")
  }

  private static func expected(_ input: NetworkInput) -> String {
    let axes = input.lengths.count
    let image =
      input.isChannelsLast
      ? "height x width x channels"
      : axes == 3 ? "channels x height x width" : axes == 2 ? "channels x length" : "features"
    return input.hasBatch ? "\(image), here \(input.lengths), or several of them" : "\(input.lengths)"
  }
}
