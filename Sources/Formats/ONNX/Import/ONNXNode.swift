import NetworkGraph

/// A node of the graph with typed access to its attributes, and errors that name it.
struct ONNXNode {
  let file: ONNXFile
  let graph: ONNXFileGraph
  let index: Int

  var proto: ONNXNodeProto { graph.proto.node[index] }
  /// The one behind it; nil for the last.
  var next: ONNXNode? {
    graph.proto.node.indices.contains(index + 1) ? ONNXNode(file: file, graph: graph, index: index + 1) : nil
  }
  var type: String { proto.opType }
  var outputs: [String] { proto.output }
  var opset: Int { file.opset }
  /// Its name; nodes may lack one, and are told by what they give.
  var name: String { proto.name.isEmpty ? proto.output.first ?? "node \(index)" : proto.name }

  func malformed(_ message: String) -> ImportProblem {
    .malformed(FormatError(file.path, "the node '\(name)' (\(type)) \(message)"))
  }

  func integer(_ name: String, default value: Int) -> Int { attribute(name).map { Int($0.i) } ?? value }
  func number(_ name: String, default value: Double) -> Double { attribute(name).map { Double($0.f) } ?? value }
  func integers(_ name: String) -> [Int]? { attribute(name).map { $0.ints.map { Int($0) } } }
  func text(_ name: String, default value: String) -> String {
    attribute(name).map { String(decoding: $0.s, as: UTF8.self) } ?? value
  }
  func attribute(_ name: String) -> ONNXAttributeProto? { proto.attribute.first { $0.name == name } }
  /// A setting that is on or off.
  func flag(_ name: String, default value: Bool = false) throws(ImportProblem) -> Bool {
    let number = integer(name, default: value ? 1 : 0)
    guard (0...1).contains(number) else { throw malformed("has the \(name) \(number), expected 0 or 1") }
    return number == 1
  }
  func tensor(_ name: String) -> ONNXTensor? {
    place(of: name).flatMap { graph.attributes[$0] }
  }
  func branch(_ name: String) -> ONNXFileGraph? { place(of: name).flatMap { graph.branches[$0] } }
  private func place(of attribute: String) -> PayloadScanner.AttributePlace? {
    proto.attribute.firstIndex { $0.name == attribute }.map { .init(node: index, attribute: $0) }
  }

  /// Refuses attributes of another type than theirs, and numbers that are none.
  func checkAttributes() throws(ImportProblem) {
    for attribute in proto.attribute {
      guard let type = Self.attributeTypes[attribute.name], attribute.hasType else { continue }
      guard attribute.type == type else { throw malformed("has the attribute '\(attribute.name)' of another type") }
      guard attribute.f.isFinite || type != .float else {
        throw malformed("has the attribute '\(attribute.name)' \(attribute.f), expected a number")
      }
    }
  }

  private static let attributeTypes: [String: ONNXAttributeProto.AttributeType] = {
    let names: [(ONNXAttributeProto.AttributeType, String)] = [
      (.int, "axis group ceil_mode count_include_pad keepdims to transA transB num_outputs allowzero size antialias"),
      (.ints, "kernel_shape strides pads dilations perm output_padding output_shape starts ends"),
      (.float, "alpha beta gamma epsilon ratio value_float cubic_coeff_a"),
      (.string, "mode auto_pad nearest_mode coordinate_transformation_mode approximate"),
    ]
    return Dictionary(
      names.flatMap { type, names in names.split(separator: " ").map { (String($0), type) } }, uniquingKeysWith: { $1 })
  }()

  /// Numbers for rows and columns; `value` where there are none.
  func extent(_ name: String, default value: Extent) throws(ImportProblem) -> Extent {
    guard let numbers = integers(name), !numbers.isEmpty else { return value }
    if numbers.count == 1 { return .by(1, numbers[0]) }
    guard numbers.count == 2 else {
      throw .unsupported(reason: "works on \(numbers.count) dimensions, expected the 2 of an image")
    }
    return .by(numbers[0], numbers[1])
  }

  /// True for a cast to floating-point numbers.
  var castsToFractions: Bool { [1, 10, 11, 16].contains(integer("to", default: 1)) }

  /// The modules that it stands in and, where the file gives one, its own name: `/layer1/layer1.0/conv1/Conv` of
  /// PyTorch's older exporter stands in `layer1`, its block `0` and there in `conv1`; the newer one notes that beside the
  /// node. Another name without slashes is the node's own, be it dotted or plain.
  var scopes: [String] {
    if let modules = notedModules { return Self.withoutParents(modules.map(\.path)) }
    let printable = Self.printable(proto.name)
    guard printable.contains("/") else {
      // A name that only counts operators says nothing.
      if printable.hasPrefix(type) { return [] }
      return printable.split(separator: ".").prefix(Self.deepest).map(String.init)
    }
    return Self.withoutParents(printable.split(separator: "/").dropLast().prefix(Self.deepest).map(String.init))
  }

  /// Modules below one another without what a name repeats of its parent's, or of the last part of it.
  private static func withoutParents(_ modules: [String]) -> [String] {
    var parent = ""
    return modules.map { module in
      defer { parent = module }
      let prefixes = [parent, parent.split(separator: ".").last.map(String.init) ?? ""]
      let prefix = prefixes.first { !$0.isEmpty && module.hasPrefix($0 + ".") }
      return prefix.map { String(module.dropFirst($0.count + 1)) } ?? module
    }
  }

  /// A name of the file as it may be shown: neither longer than a screen nor with what a terminal would obey.
  static func printable(_ name: String) -> String {
    String(
      String.UnicodeScalarView(
        name.unicodeScalars.prefix(longestName).map {
          [.control, .format].contains($0.properties.generalCategory) ? "?" : $0
        }))
  }

  /// No module of a network stands deeper, and no name is longer; those of damaged files may.
  static let deepest = 16
  private static let longestName = 512
}
