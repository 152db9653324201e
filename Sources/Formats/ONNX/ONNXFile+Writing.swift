import NetworkGraph

extension ONNXFile {
  /// Writes a network and its weights, of which never more than one tensor is in memory.
  ///
  /// A message of protocol buffers has less than 2 GiB: weights beyond that go to a second file, `FILE.data`.
  ///
  /// - Parameter names: what the inputs and the answer are called, where that is known.
  /// - Throws: `FormatError` if a file cannot be written, or the error of the weights.
  public static func write(
    _ network: Network, weights: some WeightSource, names: ONNXNames? = nil, producer: String, to path: String
  ) throws {
    try checkExport(of: network, to: path)
    let exporter = ONNXExporter(network, names: names)
    let graph = exporter.graph
    let isSplit = graph.initializers.reduce(0) { $0 + $1.byteCount } > largestMessage
    let name = path.split(separator: "/").last.map(String.init) ?? path
    var tensors: [(initializer: ONNXGraph.Initializer, header: WireMessage, isOutside: Bool)] = []
    var offset = 0
    for initializer in graph.initializers {
      var header = initializer.header
      // Operators read their settings, which are small, from the file itself.
      let isOutside = isSplit && initializer.byteCount > 1024
      if isOutside {
        for (key, value) in [
          ("location", "\(name).data"), ("offset", "\(offset)"), ("length", "\(initializer.byteCount)"),
        ] {
          var entry = WireMessage()
          entry.add(1, key)
          entry.add(2, value)
          header.add(13, entry)
        }
        header.add(14, 1)
        offset += initializer.byteCount
      } else {
        header.openField(9, length: initializer.byteCount)
      }
      tensors.append((initializer, header, isOutside))
    }

    var beginning = WireMessage()
    for node in graph.nodes { beginning.add(1, node) }
    beginning.add(2, network.name)
    for input in network.inputs {
      beginning.add(11, ONNXGraph.value(exporter.name(ofInput: input.id), input.output))
    }
    beginning.add(12, ONNXGraph.value(exporter.answerName, network.outputShape))

    var graphLength = beginning.bytes.count
    let openings = tensors.map { tensor in
      let inside = tensor.isOutside ? 0 : tensor.initializer.byteCount
      var opening = WireMessage()
      opening.openField(5, length: tensor.header.bytes.count + inside)
      graphLength += opening.bytes.count + tensor.header.bytes.count + inside
      return opening
    }

    let file = try OutputFile(path)
    let outside = isSplit ? try OutputFile("\(path).data") : nil
    try file.write(head(producer: producer, notes: TreeNotes(of: network), graphLength: graphLength).bytes)
    try file.write(beginning.bytes)
    for (tensor, opening) in zip(tensors, openings) {
      try file.write(opening.bytes + tensor.header.bytes)
      try write(tensor.initializer, weights, to: tensor.isOutside ? outside ?? file : file)
    }
    try outside?.finish()
    try file.finish()
  }

  /// - Throws: `FormatError` for a network of which not everything can be written.
  public static func checkExport(of network: Network, to path: String) throws(FormatError) {
    guard let missing = network.firstUnsupported else { return }
    throw FormatError(path, "cannot be written: the node '\(missing.node)' (\(missing.type)) \(missing.reason)")
  }

  /// A ModelProto as far as its graph.
  private static func head(producer: String, notes: TreeNotes, graphLength: Int) -> WireMessage {
    var model = WireMessage()
    model.add(1, version)
    model.add(2, producer)
    var operators = WireMessage()
    operators.add(1, "")
    operators.add(2, ONNXExporter.opset)
    model.add(8, operators)
    for (key, value) in notes.entries {
      var entry = WireMessage()
      entry.add(1, key)
      entry.add(2, value)
      model.add(14, entry)
    }
    model.openField(7, length: graphLength)
    return model
  }

  private static func write(
    _ initializer: ONNXGraph.Initializer, _ weights: some WeightSource, to file: OutputFile
  ) throws {
    switch initializer.values {
    case .integers(let integers): try integers.withUnsafeBytes { try file.write($0) }
    case .floats(let floats): try floats.withUnsafeBytes { try file.write($0) }
    case .weights(let tensor, let layer):
      let room = UnsafeMutableBufferPointer<Float>.allocate(capacity: tensor.elements)
      defer { room.deallocate() }
      try weights.write(tensor, of: layer, into: room)
      try file.write(UnsafeRawBufferPointer(room))
    }
  }

  /// The version of the file format that goes with the operators.
  private static let version = 9
  /// Leaves room for the nodes.
  private static let largestMessage = 2_000_000_000
}
