/// A module around a node, as PyTorch's newer exporter notes it.
struct NotedModule {
  /// From the network down: `layer1.0.conv1`.
  var path: String
  /// The class that it is of in the exporter's program; empty for those of PyTorch itself, which say nothing.
  let kind: String
}

extension ONNXNode {
  /// The modules that the exporter notes, `['', 'layer1', 'layer1.0', 'layer1.0.conv1', 'conv2d']` beside a list of as
  /// many classes: first the network itself, last what the operator was called. A convolution that its norm was folded
  /// into stands under the norm, and is told by its weights. Nil where nothing is noted.
  var notedModules: [NotedModule]? {
    guard let names = proto.note(ONNXNodeProto.modules) else { return nil }
    let classes = proto.note("class_hierarchy").map { Self.printable($0).quotedParts } ?? []
    var modules = Self.printable(names).quotedParts.dropLast().enumerated().filter { !$0.element.isEmpty }
      .prefix(Self.deepest)
      .map {
        NotedModule(path: $0.element, kind: classes.indices.contains($0.offset) ? Self.kind(classes[$0.offset]) : "")
      }
    if let last = modules.last?.path, let weight = proto.input.dropFirst().first, graph.initializers[weight] != nil,
      weight.hasSuffix(".weight")
    {
      let owner = Self.printable(String(weight.dropLast(".weight".count)))
      func parent(_ path: String) -> ArraySlice<Substring> { path.split(separator: ".").dropLast() }
      if parent(owner) == parent(last) { modules[modules.count - 1].path = owner }
    }
    return modules
  }

  private static func kind(_ name: String) -> String {
    name.hasPrefix("torch.nn.") ? "" : name.split(separator: ".").last.map { String($0.drop { $0 == "_" }) } ?? ""
  }
}

extension ONNXNodeProto {
  /// The key of the modules that a node stands in.
  fileprivate static let modules = "name_scopes"
  var notesModules: Bool { note(Self.modules) != nil }

  /// What the exporter notes of it under a key; nil for nothing.
  fileprivate func note(_ key: String) -> String? {
    metadataProps.first { $0.key == "pkg.torch.onnx." + key }?.value
  }
}

extension String {
  /// What stands between quotation marks, single or double.
  fileprivate var quotedParts: [String] {
    var parts: [String] = []
    var open: (mark: Character, text: String)?
    for character in self {
      if let (mark, text) = open {
        if character == mark {
          parts.append(text)
          open = nil
        } else {
          open = (mark, text + String(character))
        }
      } else if character == "'" || character == "\"" {
        open = (character, "")
      }
    }
    return parts
  }
}
