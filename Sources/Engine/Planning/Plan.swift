import NetworkGraph

/// How one network is run: steps in order, with the layers each covers, its algorithm, and where its values lie.
public struct Plan: Sendable {
  public let network: Network
  public let options: PlanOptions
  public internal(set) var steps: [Step] = []
  var buffers: [Buffer] = []
  /// Steps that run together, in order.
  var slabs: [Slab] = []
  /// Bytes of memory that all activations share.
  public internal(set) var arenaBytes = 0
  /// Images that take all steps together. A batch whose values would leave the last cache runs slice by slice.
  public internal(set) var slice = 1
  /// How often all steps run for a batch.
  public var slices: Int { options.batch / slice }
}

/// Memory for one value, or for several that concatenate: `images × units × rows × pixels × 16` floats, with a halo of
/// zeros that convolutions read beyond the border.
struct Buffer: Hashable, Sendable {
  var images: Int
  var units: Int
  var height: Int
  var width: Int
  var halo: Extent = 0
  /// Channels as planes of single floats, for images of few channels. Its `units` are channels.
  var isPlanar = false
  /// Memory of a worker's own, for a slab of the value.
  var isSlab = false
  /// The steps between which it holds something.
  var live: ClosedRange<Int>
  /// Floats from the start of the arena.
  var offset = 0

  var lanes: Int { isPlanar ? 1 : 16 }
  var rowStride: Int { (width + 2 * halo.width) * lanes }
  var unitStride: Int { (height + 2 * halo.height) * rowStride }
  var imageStride: Int { units * unitStride }
  var floats: Int { images * imageStride }
  /// The same where it may be too large to be counted.
  var approximateFloats: Double {
    Double(images) * Double(units * lanes) * Double(height + 2 * halo.height) * Double(width + 2 * halo.width)
  }
}

/// A value inside a buffer: a slice of its units.
struct Storage: Hashable, Sendable {
  var buffer: Int
  var firstUnit: Int
  var channels: Int

  var units: Int { (channels + 15) / 16 }
}

/// One step of a plan.
public struct Step: Sendable {
  /// The layers that it runs, in order; none for the step that hands the answer out.
  public let covers: [LayerID]
  /// The layer that its time stands on: the convolution or linear layer that computes it, else its last layer.
  public let owner: LayerID?
  let work: Work
  /// How it takes turns with its neighbours; nil where it does not.
  var turns: Turns?
  /// What the cost model expects of it, as `Candidate.cycles`.
  public internal(set) var expectedCycles = 0.0

  /// A place among steps that take turns on slabs of an image.
  enum Turns: Sendable {
    case begin(slabs: Int)
    case goOn
  }

  init(covers: [LayerID], owner: LayerID?, work: Work) {
    self.covers = covers
    self.owner = owner
    self.work = work
  }

  /// What the step does. Storages say where its values lie.
  enum Work: Sendable {
    case pack(input: LayerID, to: Storage)
    case unpack(from: Storage)
    case convolution(ConvolutionWork)
    case grouped(GroupedWork)
    case pool(Pooling, average: Bool, countsPadding: Bool, from: Storage, to: Storage)
    case globalPool(from: Storage, to: Storage)
    case adaptivePool(from: Storage, to: Storage)
    case pointwise(PointwiseWork)
    case layerNorm(LayerID, epsilon: Double, from: Storage, to: Storage)
    /// What runs with the norm is part of the pointwise work.
    case groupNorm(LayerID, groups: Int, epsilon: Double, PointwiseWork)
    case gather(GatherWork)
    case softmax(from: Storage, to: Storage)
    case responseNorm(size: Int, alpha: Double, beta: Double, k: Double, from: Storage, to: Storage)
    /// What has no kernel for each instruction set.
    case portable(LayerID, from: [Storage], to: Storage)
  }

  /// The algorithm in words, such as `direct 6×64`, `direct 6×64 on 14 slabs`, or `depthwise on the same slabs` as the step
  /// before it.
  public var algorithm: String {
    switch turns {
    case .begin(let slabs): "\(method) on \(slabs) slabs"
    case .goOn: "\(method) on the same slabs"
    case nil: method
    }
  }

  private var method: String {
    switch work {
    case .pack: "pack"
    case .unpack: "unpack"
    case .convolution(let work): work.algorithm.description
    case .grouped(let work): work.convolution.isDepthwise ? "depthwise" : "narrow groups"
    case .pool(_, let average, _, _, _): average ? "average pool" : "max pool"
    case .globalPool: "global pool"
    case .adaptivePool: "adaptive pool"
    case .pointwise(let work): work.parts.joined(separator: " + ")
    case .groupNorm(_, _, _, let work): (["group norm"] + work.parts).joined(separator: " + ")
    case .layerNorm: "layer norm"
    case .gather: "copy"
    case .softmax: "softmax"
    case .responseNorm: "response norm"
    case .portable: "portable"
    }
  }

  /// The ways to compute a convolution or linear layer, the one that runs first; none for other steps.
  public var candidates: [Candidate] {
    if case .convolution(let work) = work { work.candidates } else { [] }
  }

  /// How its work is cut; nil where there is one way, as where steps take turns.
  public var cut: String? { turns == nil ? candidates.first?.cut : nil }

  /// What measurements of a convolution or linear layer are kept under; nil for other steps.
  public var signature: LayerSignature? {
    if case .convolution(let work) = work { work.signature } else { nil }
  }

  /// Where it writes.
  var outputs: [Storage] {
    switch work {
    case .pack(_, let to): [to]
    case .unpack: []
    case .convolution(let work): [work.output, work.second?.output].compactMap { $0 }
    case .grouped(let work): [work.output]
    case .gather(let work): [work.output]
    case .pointwise(let work), .groupNorm(_, _, _, let work): [work.output]
    case .pool(_, _, _, _, let to), .globalPool(_, let to), .adaptivePool(_, let to),
      .layerNorm(_, _, _, let to), .softmax(_, let to), .responseNorm(_, _, _, _, _, let to), .portable(_, _, let to):
      [to]
    }
  }
}

/// A convolution or linear layer with its epilogue.
struct ConvolutionWork: Sendable {
  var layer: LayerID
  /// A linear layer is a convolution whose window is its whole input.
  var convolution: Convolution
  var folded: FoldedLayers
  var input: Storage
  var output: Storage?
  var residual: Storage?
  /// The norms and the activation that the input passes on its way into the tiles of Winograd's algorithm.
  var prologue: (norms: [LayerID], activation: Activation?)?
  var activation: Activation?
  /// The norm or activation that reads the sum, and where its value goes.
  var second: (norm: LayerID?, activation: Activation?, output: Storage)?
  var outputHeight: Int
  var outputWidth: Int
  /// The ways to compute it, the one that runs first.
  var candidates: [Candidate]
  var signature: LayerSignature

  var algorithm: ConvolutionAlgorithm { candidates[0].algorithm }
}

/// output = activation(input · factor · scale + shift + other), each part optional.
struct PointwiseWork: Sendable {
  /// One number for every channel, or one for every value.
  var factor: Storage?
  /// Norms and scales one behind the other, as one scale and shift of every channel.
  var norms: [LayerID] = []
  var other: Storage?
  var activation: Activation?
  var input: Storage
  var output: Storage

  /// Its parts in words, in order.
  var parts: [String] {
    [
      factor.map { _ in "multiply" }, norms.first.map { _ in "norm" }, other.map { _ in "add" },
      activation?.kind.lowercased(),
    ]
    .compactMap { $0 }
  }
}

/// A convolution of narrow groups, such as a depthwise one, with what is folded into it.
struct GroupedWork: Sendable {
  var layer: LayerID
  var convolution: Convolution
  var folded: FoldedLayers
  var activation: Activation?
  var input: Storage
  var output: Storage

  /// Weights that a lane of the output takes.
  var weightsPerLane: Int { convolution.kernel.area * convolution.inputChannels / convolution.groups }
}

/// How a convolution is computed.
enum ConvolutionAlgorithm: Hashable, Sendable, CustomStringConvertible {
  /// The offset-table kernel.
  case direct(DirectTiling)
  case winograd(WinogradTiling)
  case strassen(StrassenTiling)

  var description: String {
    switch self {
    case .direct(let tiling): "direct \(tiling.tile)"
    case .winograd(let tiling): tiling.description
    case .strassen(let tiling): tiling.description
    }
  }

  /// True if it may carry out norms and activations on its way in.
  var takesPrologues: Bool { if case .winograd = self { true } else { false } }

  /// True if it reads rows and pixels of zeros that lie around a value.
  var readsHalo: Bool { if case .direct = self { true } else { false } }
}

extension Plan {
  /// Names the plan: equal for plans whose steps cover the same layers by the same algorithms.
  public var fingerprint: String {
    var print = Fingerprint()
    print.mix("\(network.name) \(options.batch) \(slice) \(options.threads) \(options.instructionSet.name)")
    for step in steps {
      print.mix(step.algorithm)
      if let candidate = step.candidates.first { print.mix(candidate.cut) }
      for layer in step.covers { print.mix(network[layer].path.dotted) }
    }
    return print.text
  }
}
