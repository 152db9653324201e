/// Where a tensor's values lie in a file, and how they are encoded.
struct TensorPayload: Hashable {
  /// The fields of `TensorProto` that hold values.
  enum Encoding: UInt64 {
    case floats = 4
    case int32s = 5
    case int64s = 7
    case raw = 9
    case doubles = 10
    case uint64s = 11
  }

  var encoding: Encoding?
  /// One after the other; a writer that does not pack values makes a piece of each.
  var pieces: [Range<Int>] = []
}

/// Finds the values of all tensors of a graph, and the graphs that its nodes hold, without decoding anything else.
///
/// The payloads come in the order in which the library decodes the tensors, so that a place in the one is the place in
/// the other.
struct PayloadScanner {
  /// Of `graph.initializer`.
  private(set) var initializers: [TensorPayload] = []
  /// Of `graph.node[i].attribute[j].t`, for the attributes that have one.
  private(set) var attributes: [AttributePlace: TensorPayload] = [:]
  /// The bytes of `graph.node[i].attribute[j].g`.
  private(set) var branches: [AttributePlace: Range<Int>] = [:]
  private var nodeCount = 0
  private let bytes: UnsafeRawBufferPointer

  struct AttributePlace: Hashable {
    let node: Int
    let attribute: Int
  }

  /// Of a model's graph.
  init(model bytes: UnsafeRawBufferPointer) throws(Malformed) {
    self.bytes = bytes
    var model = WireReader(bytes, 0..<bytes.count)
    while let field = try model.next() {
      if field.number == 7, field.isDelimited { try scanGraph(field.range) }
    }
  }

  /// Of a graph that lies in these bytes of a file.
  init(_ bytes: UnsafeRawBufferPointer, graph: Range<Int>) throws(Malformed) {
    self.bytes = bytes
    try scanGraph(graph)
  }

  private mutating func scanGraph(_ range: Range<Int>) throws(Malformed) {
    var graph = WireReader(bytes, range)
    while let field = try graph.next() {
      guard field.isDelimited else { continue }
      switch field.number {
      case 1:
        try scanNode(field.range)
        nodeCount += 1
      case 5:
        var payload = TensorPayload()
        try scanTensor(field.range, into: &payload)
        initializers.append(payload)
      default: break
      }
    }
  }

  private mutating func scanNode(_ range: Range<Int>) throws(Malformed) {
    var node = WireReader(bytes, range)
    var count = 0
    while let field = try node.next() {
      guard field.number == 5, field.isDelimited else { continue }
      var attribute = WireReader(bytes, field.range)
      let place = AttributePlace(node: nodeCount, attribute: count)
      while let value = try attribute.next() {
        guard value.isDelimited else { continue }
        switch value.number {
        case 5: try scanTensor(value.range, into: &attributes[place, default: TensorPayload()])
        case 6: branches[place] = value.range
        default: break
        }
      }
      count += 1
    }
  }

  private func scanTensor(_ range: Range<Int>, into payload: inout TensorPayload) throws(Malformed) {
    var tensor = WireReader(bytes, range)
    while let field = try tensor.next() {
      guard let encoding = TensorPayload.Encoding(rawValue: field.number) else { continue }
      if encoding == .raw || payload.encoding != encoding { payload.pieces = [] }
      payload.encoding = encoding
      payload.pieces.append(field.range)
    }
  }
}
