import NetworkGraph

/// Why a network cannot be run as asked.
public enum PlanError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The memory that the pass needs cannot even be counted.
  case tooLarge(layer: NodePath)
  case notEnoughMemory(needed: Int, available: Int)

  public var description: String {
    switch self {
    case .tooLarge(let layer): "\(layer): a value of this size and batch does not fit into any memory"
    case .notEnoughMemory(let needed, let available):
      "this needs \(PlanError.gibibytes(needed)) of memory, and \(PlanError.gibibytes(available)) are available"
    }
  }

  private static func gibibytes(_ bytes: Int) -> String {
    let tenths = (Double(bytes) / 107_374_182.4).rounded()
    return tenths < 10_000 ? "\(Int(tenths) / 10).\(Int(tenths) % 10) GiB" : "\(Int(tenths / 10)) GiB"
  }
}

extension Plan {
  /// Plans without measuring: groups layers into steps, places their values, chooses algorithms. Deterministic, and
  /// linear in the number of layers.
  public init(_ network: Network, _ options: PlanOptions) throws(PlanError) {
    self.init(network: network, options: options)
    let (border, overflow) = (network.inputElements + network.outputShape.elements)
      .multipliedReportingOverflow(by: options.batch)
    guard !overflow, border <= 1 << 50 else { throw .tooLarge(layer: network.input.path) }
    // What is planned for every channel must not fill the memory either.
    let (weights, available) = (4 * network.cost.parameters, Memory.available)
    guard weights <= available else { throw .notEnoughMemory(needed: weights, available: available) }
    try place()
    let fitting = options.forcedSlice ?? Plan.cachedBytes / max(arenaBytes, 1)
    slice = (1...max(1, min(options.batch, fitting))).last { options.batch % $0 == 0 } ?? 1
    if slice > 1 { try place() }
  }

  /// Bytes of activations that a last cache holds beside the weights that stream through it. A large one is shared by many
  /// cores.
  private static let cachedBytes = max(24 << 20, Memory.lastCache / 6)

  /// Places the values of one slice and works out the steps.
  private mutating func place() throws(PlanError) {
    var options = options
    options.batch = slice
    var placement = try Placement(network, options)
    try placement.emitSteps()
    steps = placement.steps
    buffers = placement.buffers
    slabs = placement.slabs
    arenaBytes = Arena.place(&buffers) * 4
  }
}

/// Decides where values lie, and turns groups of layers into steps that read and write there.
struct Placement {
  let network: Network
  let options: PlanOptions
  var groups: [FusedGroup]
  var steps: [Step] = []
  /// What each step reads.
  var reading: [[Storage]] = []
  var buffers: [Buffer] = []
  /// Where the value of a layer lies, once it has been placed.
  var storages: [Storage?]
  /// How the convolutions and linear layers that are a group's main layer are computed.
  var algorithms: [LayerID: (convolution: Convolution, signature: LayerSignature, candidates: [Candidate])] = [:]
  /// What convolutions may do to their inputs instead of the groups before them, with the place of such a group.
  var prologues: [LayerID: (group: Int, prologue: FusedGroup.Prologue)] = [:]
  /// Values that only rearrange channels for others that do so too, and are never put together: where their channels
  /// lie, once the inputs have been placed.
  var rearranged: [LayerID: [ChannelPlace?]] = [:]
  /// Zeros around a value that only convolutions read: they read beyond its border instead.
  var frames: [LayerID: Margins] = [:]
  /// Those of both that no step covers yet.
  var uncovered: Set<LayerID> = []
  /// Values that lie in plain order.
  let flat: Set<LayerID>
  /// Depthwise convolutions that run on slabs with their neighbours.
  var slabTilings: [LayerID: SlabTiling] = [:]
  var slabs: [Slab] = []
  /// Concatenations whose inputs are written in place: the slice that an input takes.
  var slices: [LayerID: (concat: LayerID, firstUnit: Int)] = [:]

  init(_ network: Network, _ options: PlanOptions) throws(PlanError) {
    self.network = network
    self.options = options
    groups = network.fusedGroups(fused: options.fused)
    flat = network.flatValues(of: groups)
    storages = Array(repeating: nil, count: network.layers.count)
    if options.fused {
      chooseFrames()
      chooseRearranged()
      chooseSlices()
    }
    for group in groups {
      if rearranged[group.main] != nil {
        let layer = network[group.main]
        rearranged[group.main] = layer.operation.moved(channels(of: layer))
        continue
      }
      if group.keepsFirst { try place(group.first) }
      if let second = group.secondValue { try place(second) }
    }
    if options.fused { findPrologues() }
    try chooseAlgorithms()
    if options.fused {
      choosePrologues()
      chooseSlabs()
    }
    try addHalos()
  }

  /// Floats beyond which nothing is counted exactly any more: no memory has so many.
  private static let mostFloats = Double(1 << 50)

  func shape(_ id: LayerID) -> Shape { network[network.source(of: id)].output }

  func storage(_ id: LayerID) -> Storage { storages[network.source(of: id).index]! }

  func activation(_ id: LayerID?) -> Activation? { id.flatMap { network[$0].operation.activation } }

  mutating func chooseFrames() {
    for layer in network.layers where !network.isAnswer(layer.id) && !flat.contains(layer.id) {
      guard case .zeroPad(let margins) = layer.operation, !flat.contains(network.source(of: layer.inputs[0])) else {
        continue
      }
      let readers = network.readers(of: layer.id)
      let reach = readers.compactMap { network[$0].operation.convolution }.filter { $0.padding == 0 }.map(\.reach)
      guard reach.count == readers.count, let height = reach.map(\.height).min(), let width = reach.map(\.width).min(),
        max(margins.top, margins.bottom) <= height, max(margins.left, margins.right) <= width
      else { continue }
      frames[layer.id] = margins
      uncovered.insert(layer.id)
    }
  }

  /// The zeros around what a layer reads that lie in no memory.
  func frame(of layer: Layer) -> Margins? { layer.inputs.first.flatMap { frames[network.source(of: $0)] } }

  mutating func chooseRearranged() {
    for layer in network.layers
    where layer.operation.onlyMovesChannels && !network.isAnswer(layer.id) && !flat.contains(layer.id) {
      let readers = network.readers(of: layer.id)
      guard !readers.isEmpty,
        readers.allSatisfy({ network[$0].operation.onlyMovesValues && !flat.contains($0) && frames[$0] == nil })
      else { continue }
      rearranged[layer.id] = []
      uncovered.insert(layer.id)
    }
  }

  /// Where the channels of a layer's inputs lie, one after the other.
  func channels(of layer: Layer) -> [ChannelPlace?] {
    layer.inputs.flatMap { input -> [ChannelPlace?] in
      let source = network.source(of: input)
      if let channels = rearranged[source] { return channels }
      let storage = storage(source)
      return (0..<storage.channels).map { ChannelPlace(storage: storage, channel: $0) }
    }
  }

  /// The layers without memory of their own that a layer reads through, and that no step has covered yet.
  mutating func takeRearranged(before layer: Layer) -> [LayerID] {
    var found: [LayerID] = []
    var open = layer.inputs
    while let next = open.popLast() {
      let source = network.source(of: next)
      guard uncovered.remove(source) != nil else { continue }
      found.append(source)
      open += network[source].inputs
    }
    return found
  }

  mutating func chooseSlices() {
    for layer in network.layers
    where layer.operation == .concat && rearranged[layer.id] == nil && !flat.contains(layer.id) {
      var channel = 0
      for (position, input) in layer.inputs.enumerated() {
        let value = network.source(of: input)
        let channels = network[value].output.channels
        defer { channel += channels }
        guard rearranged[value] == nil, channel % 16 == 0, channels % 16 == 0 || position == layer.inputs.count - 1,
          slices[value] == nil,
          !network[value].isInput, value != layer.id
        else { continue }
        slices[value] = (layer.id, channel / 16)
      }
    }
  }

  mutating func place(_ id: LayerID) throws(PlanError) {
    guard storages[id.index] == nil else { return }
    if frames[id] != nil {
      storages[id.index] = storage(network[id].inputs[0])
      return
    }
    let shape = network[id].output
    if let slice = slices[id] {
      try place(slice.concat)
      let whole = storages[slice.concat.index]!
      storages[id.index] = Storage(
        buffer: whole.buffer, firstUnit: whole.firstUnit + slice.firstUnit, channels: shape.channels)
      return
    }
    if options.fused, !flat.contains(id), case .slice(let range) = network[id].operation,
      rearranged[network.source(of: network[id].inputs[0])] == nil,
      let slice = storage(network[id].inputs[0]).slice(range)
    {
      storages[id.index] = slice
      return
    }
    if flat.contains(id), network[id].operation.keepsOrder {
      let input = network.source(of: network[id].inputs[0])
      if flat.contains(input) {
        storages[id.index] = storage(input)
        return
      }
    }
    let isPlanar = isPlanarInput(id)
    // What lies in plain order lies as a vector does.
    let lying = flat.contains(id) ? Shape.vector(shape.elements) : shape
    let units = isPlanar ? lying.channels : (lying.channels + 15) / 16
    let (floats, overflow) = (units * lying.height * lying.width * 16).multipliedReportingOverflow(by: options.batch)
    guard !overflow, floats <= 1 << 50 else { throw .tooLarge(layer: network[id].path) }
    storages[id.index] = Storage(buffer: buffers.count, firstUnit: 0, channels: lying.channels)
    buffers.append(
      Buffer(
        images: options.batch, units: units, height: lying.height, width: lying.width, isPlanar: isPlanar,
        live: Int.max...Int.max))
  }

  /// Images of few channels stay as planes if only dense convolutions read them.
  func isPlanarInput(_ id: LayerID) -> Bool {
    let consumers = network.consumers(of: id).filter { !network[$0].operation.isStored }
      .flatMap { frames[$0] == nil ? [$0] : network.readers(of: $0) }
    return network[id].isInput && network[id].output.channels < 16 && network.output != id && !consumers.isEmpty
      && consumers.allSatisfy { network[$0].operation.convolution?.groups == 1 }
  }

  /// Whether the kernel of narrow groups computes the layer. Groups of 8 are wide enough for Winograd's algorithm, though half
  /// of its products are with zeros: only where a core multiplies so fast that its transforms cost more do they stay here.
  func hasNarrowKernel(_ layer: Layer) -> Bool {
    guard layer.hasNarrowGroups, let c = layer.operation.convolution else { return false }
    let canBeWinograd = c.inputChannels / c.groups == 8 && c.kernel == 3 && c.stride == 1 && c.dilation == 1
    return !canBeWinograd || options.exact || options.multiplyAddsPerCycle > 16
  }

  mutating func chooseAlgorithms() throws(PlanError) {
    let model = CostModel(options, weightBytes: Double(network.cost.parameters) * 4)
    for group in groups {
      let layer = network[group.main]
      guard let first = layer.inputs.first else { continue }
      let frame = frame(of: layer)
      let input = shape(frame == nil ? first : network[network.source(of: first)].inputs[0])
      let convolution: Convolution
      switch layer.operation {
      case .convolution(let c) where !hasNarrowKernel(layer): convolution = c.framed(by: frame)
      case .linear(let features, let outputs, let bias):
        // A linear layer is a convolution whose window is its whole input, or one pixel of it.
        let window = layer.output.height * layer.output.width > 1 ? 1 : Extent.by(input.height, input.width)
        convolution = Convolution(
          inputChannels: features / window.area, outputChannels: outputs, kernel: window, bias: bias)
      default: continue
      }
      guard convolution.packedWeights <= Placement.mostFloats else { throw .tooLarge(layer: layer.path) }
      let isPlanar = buffers[storage(first).buffer].isPlanar
      let candidates = model.candidates(convolution, input: input, output: layer.output, isPlanar: isPlanar)
      let takesIn = prologues[layer.id] != nil && candidates.contains { $0.algorithm.takesPrologues }
      let signature = LayerSignature(
        convolution, input: input, output: layer.output, isPlanar: isPlanar, takesIn: takesIn, epilogue: group.epilogue,
        options: options)
      algorithms[layer.id] = (convolution, signature, options.tuning.choose(candidates, for: signature))
    }
  }

  mutating func addHalos() throws(PlanError) {
    for group in groups {
      let layer = network[group.main]
      guard let c = layer.operation.convolution else { continue }
      let algorithm = algorithms[layer.id]?.candidates[0].algorithm
      let wanted = algorithm.map { $0.readsHalo } ?? true ? frame(of: layer)?.extent ?? c.padding : 0
      let buffer = storage(layer.inputs[0]).buffer
      if buffers[buffer].isSlab { continue }
      let halo = buffers[buffer].halo
      buffers[buffer].halo = .by(max(halo.height, wanted.height), max(halo.width, wanted.width))
      guard buffers[buffer].approximateFloats <= Placement.mostFloats else { throw .tooLarge(layer: layer.path) }
    }
    // Together they may be too large where each alone is not.
    guard buffers.reduce(0, { $0 + $1.approximateFloats }) <= 64 * Placement.mostFloats else {
      throw .tooLarge(layer: network.input.path)
    }
  }
}

extension Convolution {
  /// Rows and pixels between the first and the last that a window reads.
  fileprivate var reach: Extent { .by((kernel.height - 1) * dilation.height, (kernel.width - 1) * dilation.width) }

  /// The same on a value that has no zeros around it yet: its padding says where the first window begins.
  func framed(by margins: Margins?) -> Convolution {
    guard let margins else { return self }
    var framed = self
    framed.padding = .by(margins.top, margins.left)
    return framed
  }
}

extension Margins {
  /// The wider of both sides.
  fileprivate var extent: Extent { .by(max(top, bottom), max(left, right)) }
}

extension FusedGroup {
  /// What a convolution's epilogue reads and writes beside its first output.
  fileprivate var epilogue: Set<LayerSignature.Epilogue> {
    var parts: Set<LayerSignature.Epilogue> = []
    if addition != nil { parts.insert(.residual) }
    if second != nil { parts.insert(.second) }
    if !keepsFirst { parts.insert(.noFirst) }
    return parts
  }
}
