import Architectures
import ArgumentParser
import Engine
import Formats
import Measurement
import NetworkGraph
import Reports

/// `convscope run MODEL`
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run one forward pass on an array that NumPy has saved, and write the answer as another.",
    discussion: """
      The array holds one image, channels x height x width, or several, images x channels x height x width: the size \
      of the network follows it. A file that takes several values has an array for each, by its name. Without \
      --weights the network has generated ones. --layer also writes the value of a layer or block, to a file beside \
      the output: y.npy gets a sister y.layer1.0.npy.
      """)

  @Argument(help: "The network or block: NAME[:PRESET][#PATH].", completion: .models)
  var model: String

  @Option(
    help: ArgumentHelp(
      "The array to run on; with a NAME the file's input of that name. Repeatable.", valueName: "[NAME=]x.npy"),
    completion: .file(extensions: ["npy"]))
  var input: [String]

  @Option(
    help: ArgumentHelp(
      "Where to write the answer; with a NAME the file's answer of that name, or that layer's or block's value. Repeatable.",
      valueName: "[NAME=]y.npy"), completion: .file(extensions: ["npy"]))
  var output: [String]

  @Option(help: ArgumentHelp("Also write this layer's or block's value. Repeatable.", valueName: "path"))
  var layer: [String] = []

  @OptionGroup var settings: SettingOptions
  @OptionGroup var weights: WeightOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var algorithms: AlgorithmOptions

  func validate() throws {
    if input.isEmpty { throw ValidationError("--input is missing, expected the array to run on") }
    if output.isEmpty { throw ValidationError("--output is missing, expected the file to write") }
  }

  func run() throws {
    var spec = try settings.spec(of: model)
    let taken: [NetworkInput]
    do throws(CatalogueError) {
      taken = spec.path.isRoot ? try Catalogue.inputs(of: spec) : try Self.inputs(ofBlock: spec)
    } catch { throw Failure(error) }
    let inputs = try RunInputs(input, for: taken, of: model)
    if !spec.path.isRoot {
      spec = Self.sized(spec, for: inputs.shape)
    } else if taken[0].hasBatch {
      let channels = taken[0].lengths[0]
      let isNetwork = (try? Catalogue.entry(named: spec.entry))?.isBlock == false
      guard !isNetwork || inputs.shape.channels == channels else {
        throw Failure(
          .data, "\(input[0]) holds images of \(inputs.shape), but \(model) takes images of \(channels) channels")
      }
      spec.input = inputs.shape
    }
    let network = try Catalogue.network(spec)
    if let missing = network.firstUnsupported {
      throw Failure(
        .data, "\(model): the node '\(missing.node)' (\(missing.type)) \(missing.reason), so it cannot be run")
    }
    guard network.inputShape == inputs.shape || !taken[0].hasBatch else {
      throw Failure(.data, "\(input[0]) holds images of \(inputs.shape), but \(model) takes \(network.inputShape)")
    }
    try inputs.check(against: network)
    let targets = try targets(in: network, of: spec, images: inputs.images)
    let weights = try weights.file(for: spec)
    for target in targets {
      let part = target.layer == network.output ? network : network.prefix(through: target.layer)
      try write(part, weights: weights, inputs, to: target)
    }
  }

  /// What a block of a network takes.
  private static func inputs(ofBlock spec: NetworkSpec) throws(CatalogueError) -> [NetworkInput] {
    try Catalogue.build(spec).inputs.map {
      NetworkInput(name: $0.path.dotted, lengths: $0.output.dimensions, hasBatch: true)
    }
  }

  /// The block in a network on images of such a size that it takes maps of this shape; as it is where there is none.
  private static func sized(_ spec: NetworkSpec, for shape: Shape) -> NetworkSpec {
    guard let usual = try? Catalogue.build(spec).inputShape, case .map(_, let height, let width) = usual,
      usual != shape, let entry = try? Catalogue.entry(named: spec.entry),
      case .map(let channels, let rows, let columns) = spec.input ?? entry.input
    else { return spec }
    var sized = spec
    sized.input = .map(
      channels: channels, height: max(1, rows * shape.height / height), width: max(1, columns * shape.width / width))
    return (try? Catalogue.build(sized))?.inputShape == shape ? sized : spec
  }

  /// A value to be written, and where to.
  private struct Target {
    var layer: LayerID
    var file: String
    /// The lengths of the value's axes where none of them counts images.
    var axes: [Int]?
    /// True for images without rows.
    var isLine = false
  }

  private func targets(in network: Network, of spec: NetworkSpec, images: Int) throws(Failure) -> [Target] {
    var targets: [Target] = []
    let answers: [NetworkAnswer]
    do { answers = spec.path.isRoot ? try Catalogue.outputs(of: spec) : [] } catch { throw Failure(.data, "\(error)") }
    for assignment in output {
      let (name, file) = Self.named(assignment)
      let answer = name == nil ? answers.first : answers.first { $0.name == name }
      let path = answer?.layer ?? NodePath(name ?? "")
      if answer?.axes != nil, images > 1 {
        throw Failure(
          .data,
          "\(model) works on whole arrays, perhaps along the axis that counts images: it takes one image at a time")
      }
      targets.append(
        Target(layer: try layerID(path, in: network), file: file, axes: answer?.axes, isLine: answer?.isLine ?? false))
    }
    let (_, answer) = Self.named(output[0])
    let stem = answer.hasSuffix(".npy") ? String(answer.dropLast(4)) : answer
    for path in layer {
      targets.append(Target(layer: try layerID(NodePath(path), in: network), file: "\(stem).\(path).npy"))
    }
    var files: Set<String> = []
    for target in targets where !files.insert(OutputFile.place(of: target.file)).inserted {
      throw Failure(.usage, "\(target.file) would be written twice: every value needs a file of its own")
    }
    return targets
  }

  private func layerID(_ path: NodePath, in network: Network) throws(Failure) -> LayerID {
    guard let node = network.node(at: path) else {
      throw Failure(.unknown, "\(NetworkError.noSuchNode(path)) in \(network.name)")
    }
    return network.output(of: node)
  }

  private func write(
    _ network: Network, weights: (any WeightSource)?, _ inputs: RunInputs, to target: Target
  ) throws(Failure) {
    let images = inputs.images
    do {
      let conditions = Conditions(
        batch: images, threads: threads.count, fused: !algorithms.unfused, exact: algorithms.exact,
        tuning: RememberedTuning.tuning)
      let executor = try Executor(Plan(network, conditions.planOptions), weights: weights)
      inputs.read(into: executor)
      executor.pass()
      let lengths = lengths(of: target, inputs, network)
      let values = executor.output.prefix(lengths.reduce(1, *))
      try NpyArray.write(UnsafeBufferPointer(rebasing: values), dimensions: lengths, to: target.file)
      try Output.tell(summary(of: executor.output, network, images: images, target))
    } catch let failure as Failure {
      throw failure
    } catch let error as FormatError {
      throw Failure(error)
    } catch { throw Failure(.usage, "\(error)") }
  }

  /// The lengths of the array that a value is written as.
  private func lengths(of target: Target, _ inputs: RunInputs, _ network: Network) -> [Int] {
    if let axes = target.axes { return axes }
    let dimensions = network.outputShape.dimensions
    return (inputs.isBatch ? [inputs.images] : [])
      + (target.isLine && dimensions.count == 3 ? [dimensions[0], dimensions[2]] : dimensions)
  }

  /// What was written, and of a classifier the five largest values of every image.
  private func summary(
    of values: UnsafeBufferPointer<Float>, _ network: Network, images: Int, _ target: Target
  ) -> String {
    let path = network[network.output].path
    var text = "\(target.file): \(path), \(Figures.amount(images, "image")) of \(network.outputShape)\n"
    guard case .vector(let features) = network.outputShape else { return text }
    for image in 0..<images {
      let scores = values[(image * features)..<((image + 1) * features)].enumerated()
      let best = scores.sorted { $0.element > $1.element }.prefix(5)
      text += "image \(image): " + best.map { "\($0.offset) (\($0.element))" }.joined(separator: ", ") + "\n"
    }
    return text
  }

  /// `NAME=FILE` in its two parts. A file whose name has an equals sign is written `./a=b.npy`.
  static func named(_ text: String) -> (name: String?, file: String) {
    guard let sign = text.firstIndex(of: "="), !text[..<sign].contains("/") else { return (nil, text) }
    return (String(text[..<sign]), String(text[text.index(after: sign)...]))
  }
}
