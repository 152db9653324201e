/// Builds a network by saying what happens to a value.
///
/// Shapes are inferred on the way. A shape that cannot be is an error that names the layer, never a trap:
///
///     let builder = try NetworkBuilder(name: "example", input: .map(channels: 3, height: 32, width: 32))
///     let x = try builder.input.conv("conv1", 64, kernel: 3).batchNorm("bn1").relu()
///     let network = try builder.finish(x)
public final class NetworkBuilder {
  private let name: String
  private var layers: [Layer] = []
  private var blocks: [Block] = []
  private var paths: Set<NodePath> = []
  /// The names of shared tensors that layers have.
  private var counted: Set<String> = []
  /// How often a layer without a name has taken the path of its operation's own name.
  private var unnamed: [NodePath: Int] = [:]
  private var scope: [BlockID] = [BlockID(0)]
  private var forms: [NodePath: BlockForm]

  /// - Parameters:
  ///   - kind: what the network as a whole is.
  ///   - form: the form of the network as a whole; nil where it has only one.
  ///   - input: the shape of one image.
  ///   - forms: blocks to build in another form than the network's own.
  public init(
    name: String, kind: BlockKind = .network, form: BlockForm? = nil, input: Shape,
    forms: [NodePath: BlockForm] = [:]
  ) throws(NetworkError) {
    self.name = name
    self.forms = forms
    let root = Block(
      id: BlockID(0), path: .root, kind: kind, form: form, parent: nil, children: [], layers: 0..<0,
      output: LayerID(0))
    blocks.append(root)
    _ = try append(.input(input), name: "input", inputs: [])
  }

  /// The image.
  public var input: Value { Value(builder: self, layer: LayerID(0), shape: layers[0].output) }

  /// The network whose answer is `value`.
  public func finish(_ value: Value) throws(NetworkError) -> Network {
    if let path = forms.keys.min() { throw .noOtherForm(path) }
    blocks[0].layers = 0..<layers.count
    blocks[0].output = value.layer
    return Network(name: name, layers: layers, blocks: blocks, output: value.layer)
  }

  /// Adds a layer to the block that is being built.
  ///
  /// - Parameters:
  ///   - name: the last part of its path; nil takes the operation's own name, numbered from the second on as torch.fx
  ///     numbers: `relu`, `relu_1`, `relu_2`.
  ///   - sharedNames: what its tensors are called where other layers may have the same ones.
  func append(
    _ operation: Operation, name: String?, inputs: [Value], sharedNames: [String] = []
  ) throws(NetworkError) -> Value {
    let parent = blocks[scope[scope.count - 1].index].path
    var path = parent.appending(name ?? operation.defaultName)
    if name == nil {
      let first = path
      while paths.contains(path) {
        let number = unnamed[first, default: 0] + 1
        unnamed[first] = number
        path = parent.appending("\(operation.defaultName)_\(number)")
      }
    }
    guard paths.insert(path).inserted else { throw .duplicatePath(path) }
    let shapes = inputs.map(\.shape)
    let output = try operation.outputShape(of: shapes, layer: path)
    let cost = try operation.cost(
      inputs: shapes, output: output, layer: path, sharedNames: sharedNames, counted: &counted)
    let id = LayerID(layers.count)
    layers.append(
      Layer(
        id: id, path: path, operation: operation, inputs: inputs.map(\.layer), output: output, cost: cost,
        sharedNames: sharedNames))
    blocks[scope[scope.count - 1].index].children.append(.layer(id))
    return Value(builder: self, layer: id, shape: output)
  }

  /// The form asked for at this path; a request is used up by asking.
  fileprivate func takeForm(at name: String) -> BlockForm? {
    forms.removeValue(forKey: blocks[scope[scope.count - 1].index].path.appending(name))
  }

  /// Uses up a request for the form that a block has anyway.
  fileprivate func settle(_ form: BlockForm?, at name: String) {
    let path = blocks[scope[scope.count - 1].index].path.appending(name)
    if form != nil, forms[path] == form { forms[path] = nil }
  }

  fileprivate func open(_ name: String, _ kind: BlockKind, _ form: BlockForm?) throws(NetworkError) {
    let parent = scope[scope.count - 1]
    let path = blocks[parent.index].path.appending(name)
    guard paths.insert(path).inserted else { throw .duplicatePath(path) }
    let id = BlockID(blocks.count)
    blocks[parent.index].children.append(.block(id))
    blocks.append(
      Block(
        id: id, path: path, kind: kind, form: form, parent: parent, children: [],
        layers: layers.count..<layers.count, output: LayerID(0)))
    scope.append(id)
  }

  fileprivate func close(_ output: Value) {
    let id = scope.removeLast()
    blocks[id.index].layers = blocks[id.index].layers.lowerBound..<layers.count
    blocks[id.index].output = output.layer
  }
}

/// A building block: a small value whose body says what happens to its input.
public protocol Module {
  var kind: BlockKind { get }
  /// The form that it is built in; nil where it has only one.
  var form: BlockForm? { get set }
  func body(_ x: Value) throws(NetworkError) -> Value
}

extension Module {
  public var form: BlockForm? {
    get { nil }
    set {}
  }
}

extension Network {
  /// The network that is one module and nothing else: a whole architecture, or a block that stands alone.
  ///
  /// - Parameter forms: blocks to build in another form than the module gives them; the root is the module itself.
  public init(
    name: String, input: Shape, forms: [NodePath: BlockForm] = [:], building module: some Module
  ) throws(NetworkError) {
    var module = module
    var forms = forms
    if module.form != nil, let form = forms.removeValue(forKey: .root) { module.form = form }
    let builder = try NetworkBuilder(
      name: name, kind: module.kind, form: module.form, input: input, forms: forms)
    self = try builder.finish(try module.body(builder.input))
  }
}

/// The output of a layer while a network is being built.
public struct Value {
  let builder: NetworkBuilder
  public let layer: LayerID
  public let shape: Shape

  public var channels: Int { shape.channels }

  /// Any operation on this value.
  public func apply(_ operation: Operation, name: String? = nil) throws(NetworkError) -> Value {
    try builder.append(operation, name: name, inputs: [self])
  }

  /// Another input of the network that this value belongs to, beside the image.
  public func input(_ shape: Shape, name: String) throws(NetworkError) -> Value {
    try builder.append(.input(shape), name: name, inputs: [])
  }

  /// Any operation on this value and others, in this order.
  ///
  /// - Parameter sharedNames: what its tensors are called where other layers may have the same ones: each is counted once.
  public func apply(
    _ operation: Operation, with others: [Value], name: String? = nil, sharedNames: [String] = []
  ) throws(NetworkError) -> Value {
    try builder.append(operation, name: name, inputs: [self] + others, sharedNames: sharedNames)
  }

  /// A block of its own in the tree, around what the module does. Its form gives way to the one asked for.
  public func apply(_ name: String, _ module: some Module) throws(NetworkError) -> Value {
    var module = module
    if module.form != nil, let form = builder.takeForm(at: name) { module.form = form }
    return try block(name, module.kind, form: module.form, module.body)
  }

  /// A block of its own in the tree, around what `body` does.
  public func block(
    _ name: String, _ kind: BlockKind, form: BlockForm? = nil, _ body: (Value) throws(NetworkError) -> Value
  ) throws(NetworkError) -> Value {
    builder.settle(form, at: name)
    try builder.open(name, kind, form)
    let output = try body(self)
    builder.close(output)
    return output
  }

  /// A convolution. Without `padding`, an odd kernel keeps the size at stride 1.
  public func conv(
    _ name: String, _ outputChannels: Int, kernel: Extent, stride: Extent = 1, padding: Extent? = nil,
    dilation: Extent = 1, groups: Int = 1, bias: Bool = false
  ) throws(NetworkError) -> Value {
    // Impossible numbers wrap here and are refused, with the layer's name, when the shape is inferred.
    let same = Extent.by((kernel.height &- 1) / 2 &* dilation.height, (kernel.width &- 1) / 2 &* dilation.width)
    let convolution = Convolution(
      inputChannels: channels, outputChannels: outputChannels, kernel: kernel, stride: stride,
      padding: padding ?? same, dilation: dilation, groups: groups, bias: bias)
    return try apply(.convolution(convolution), name: name)
  }

  public func batchNorm(_ name: String, epsilon: Double = 1e-5) throws(NetworkError) -> Value {
    try apply(.batchNorm(features: channels, epsilon: epsilon), name: name)
  }

  /// Normalises over the channels of every pixel. ConvNeXt's epsilon is 1e-6.
  public func layerNorm(_ name: String, epsilon: Double = 1e-6) throws(NetworkError) -> Value {
    try apply(.layerNorm(features: channels, epsilon: epsilon), name: name)
  }

  public func layerScale(_ name: String) throws(NetworkError) -> Value {
    try apply(.layerScale(features: channels), name: name)
  }

  public func scale(_ factor: Double, _ name: String? = nil) throws(NetworkError) -> Value {
    try apply(.scale(factor), name: name)
  }

  public func activation(_ activation: Activation, _ name: String? = nil) throws(NetworkError) -> Value {
    try apply(.activation(activation), name: name)
  }

  public func relu(_ name: String? = nil) throws(NetworkError) -> Value { try activation(.relu, name) }

  public func relu6(_ name: String? = nil) throws(NetworkError) -> Value { try activation(.relu6, name) }

  public func maxPool(
    _ name: String? = nil, kernel: Extent, stride: Extent, padding: Extent = 0, ceilMode: Bool = false
  ) throws(NetworkError) -> Value {
    let pooling = Pooling(kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
    return try apply(.maxPool(pooling), name: name)
  }

  public func averagePool(
    _ name: String? = nil, kernel: Extent, stride: Extent, padding: Extent = 0, ceilMode: Bool = false,
    countsPadding: Bool = true
  ) throws(NetworkError) -> Value {
    let pooling = Pooling(kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
    return try apply(.averagePool(pooling, countsPadding: countsPadding), name: name)
  }

  public func globalAveragePool(_ name: String? = nil) throws(NetworkError) -> Value {
    try apply(.globalAveragePool, name: name)
  }

  public func adaptiveAveragePool(_ name: String? = nil, size: Extent) throws(NetworkError) -> Value {
    try apply(.adaptiveAveragePool(size), name: name)
  }

  public func flatten(_ name: String? = nil) throws(NetworkError) -> Value { try apply(.flatten, name: name) }

  /// A linear layer: of a vector, or of every pixel's channels of a map.
  public func linear(_ name: String, _ outputFeatures: Int, bias: Bool = true) throws(NetworkError) -> Value {
    try apply(.linear(inputFeatures: channels, outputFeatures: outputFeatures, bias: bias), name: name)
  }

  public func dropout(_ name: String? = nil, rate: Double) throws(NetworkError) -> Value {
    try apply(.dropout(rate: rate), name: name)
  }

  public func stochasticDepth(_ name: String? = nil, rate: Double) throws(NetworkError) -> Value {
    try apply(.stochasticDepth(rate: rate), name: name)
  }

  /// Some of the channels.
  public func slice(_ name: String? = nil, _ range: Range<Int>) throws(NetworkError) -> Value {
    try apply(.slice(range), name: name)
  }

  /// The channels in so many slices of one width; the last is narrower where the channels do not divide.
  public func chunk(_ count: Int, name: String? = nil) throws(NetworkError) -> [Value] {
    let width = (channels + max(count, 1) - 1) / max(count, 1)
    var slices: [Value] = []
    for start in stride(from: 0, to: channels, by: width) {
      slices.append(try slice(name.map { "\($0)_\(slices.count)" }, start..<min(start + width, channels)))
    }
    return slices
  }

  public func channelShuffle(_ name: String? = nil, groups: Int) throws(NetworkError) -> Value {
    try apply(.channelShuffle(groups: groups), name: name)
  }

  public func padChannels(_ name: String? = nil, before: Int = 0, after: Int = 0) throws(NetworkError) -> Value {
    try apply(.padChannels(before: before, after: after), name: name)
  }

  public func subsample(_ name: String? = nil, stride: Extent) throws(NetworkError) -> Value {
    try apply(.subsample(stride: stride), name: name)
  }

  public func zeroPad(_ name: String? = nil, _ margins: Margins) throws(NetworkError) -> Value {
    try apply(.zeroPad(margins), name: name)
  }

  public func softmax(_ name: String? = nil) throws(NetworkError) -> Value { try apply(.softmax, name: name) }

  public func localResponseNorm(
    _ name: String? = nil, size: Int, alpha: Double, beta: Double, k: Double
  ) throws(NetworkError) -> Value {
    try apply(.localResponseNorm(size: size, alpha: alpha, beta: beta, k: k), name: name)
  }

  /// The sum of two values of one shape: a skip connection by addition.
  public static func + (a: Value, b: Value) throws(NetworkError) -> Value {
    try a.builder.append(.add, name: nil, inputs: [a, b])
  }

  /// The product of two values; one of them may be a single number for every channel.
  public static func * (a: Value, b: Value) throws(NetworkError) -> Value {
    try a.builder.append(.multiply, name: nil, inputs: [a, b])
  }

  /// The values one after the other along the channels.
  public static func concat(_ values: [Value], name: String? = nil) throws(NetworkError) -> Value {
    try values[0].builder.append(.concat, name: name, inputs: values)
  }
}

extension Operation {
  /// The name of a layer that the source gives none, as torch.fx names it.
  public var defaultName: String {
    switch self {
    case .input: "input"
    case .convolution: "conv"
    case .batchNorm: "bn"
    case .layerNorm: "norm"
    case .layerScale: "layer_scale"
    case .channelBias: "bias"
    case .activation(let activation): activation.functionName
    case .maxPool: "maxpool"
    case .averagePool, .globalAveragePool, .adaptiveAveragePool: "avgpool"
    case .linear: "fc"
    case .add, .shift: "add"
    case .multiply, .scale: "mul"
    case .concat: "cat"
    case .slice: "slice"
    case .channelShuffle: "channel_shuffle"
    case .padChannels, .zeroPad: "pad"
    case .subsample: "subsample"
    case .flatten: "flatten"
    case .unflatten: "unflatten"
    case .portable(let operation): operation.kind.lowercased()
    case .unsupported(let operation): operation.type.lowercased()
    case .dropout: "dropout"
    case .stochasticDepth: "stochastic_depth"
    case .softmax: "softmax"
    case .localResponseNorm: "lrn"
    }
  }
}
