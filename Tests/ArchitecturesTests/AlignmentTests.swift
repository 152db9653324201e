import Architectures
import NetworkGraph
import Testing

struct AlignmentTests {
  /// Each row's names on both sides, `-` for none.
  private func names(_ alignment: Alignment, depth: Int) -> [String] {
    alignment.rows.filter { $0.depth == depth }.map { row in
      let a = row.a.map { alignment.a.name(of: $0) } ?? "-"
      let b = row.b.map { alignment.b.name(of: $0) } ?? "-"
      return "\(a) | \(b)"
    }
  }

  static let pairs = [
    ("resnet50", "preact_resnet50"), ("resnet50", "resnet50:preact"), ("resnet18", "resnet152"),
    ("googlenet", "googlenet:paper"), ("googlenet", "inception_v3"), ("resnet50", "googlenet"), ("conv", "plain34"),
    ("residual", "preact_residual"), ("inception", "inception_preact"),
  ]

  @Test(arguments: pairs)
  func everyNodeStandsInOneRow(nameA: String, nameB: String) throws {
    let alignment = try Alignment(build(nameA), build(nameB))
    func allNodes(_ network: Network) -> Set<Node> {
      Set(network.layers.map { .layer($0.id) } + network.blocks.map { .block($0.id) })
    }
    let (a, b) = (alignment.rows.compactMap(\.a), alignment.rows.compactMap(\.b))
    #expect(a.count == Set(a).count)
    #expect(b.count == Set(b).count)
    #expect(Set(a) == allNodes(alignment.a))
    #expect(Set(b) == allNodes(alignment.b))
    for row in alignment.rows {
      #expect(row.a != nil || row.b != nil)
      if case .block? = row.a, case .layer? = row.b { Issue.record("a block beside a layer") }
    }
  }

  @Test(arguments: pairs)
  func eachSideKeepsItsOrderAndDepth(nameA: String, nameB: String) throws {
    let alignment = try Alignment(build(nameA), build(nameB))
    func check(_ network: Network, _ side: KeyPath<Alignment.Row, Node?>) {
      var open: [Node] = []
      for row in alignment.rows {
        open.removeLast(max(0, open.count - row.depth))
        guard let node = row[keyPath: side] else { continue }
        #expect(network.parent(of: node).map(Node.block) == open.last)
        open.append(node)
      }
      let layers = alignment.rows.compactMap { row -> Int? in
        if case .layer(let id)? = row[keyPath: side] { id.index } else { nil }
      }
      #expect(layers == Array(network.layers.indices))
    }
    check(alignment.a, \.a)
    check(alignment.b, \.b)
  }

  @Test(arguments: pairs)
  func differencesOfLeavesSumToTheWhole(nameA: String, nameB: String) throws {
    let alignment = try Alignment(build(nameA), build(nameB))
    let leaves = alignment.rows.filter { row in
      [row.a, row.b].allSatisfy { if case .block? = $0 { false } else { true } }
    }
    let sum = leaves.reduce(Cost.zero) { $0 + alignment.difference(of: $1) }
    #expect(sum == alignment.difference(of: alignment.rows[0]))
    #expect(sum == alignment.b.cost - alignment.a.cost)
  }

  @Test func aNetworkBesideItselfHasNoGaps() throws {
    let network = try build("inception_v3")
    #expect(Alignment(network, network).rows.allSatisfy { $0.a == $0.b })
  }

  @Test func convolutionsLeadAndNormsFollow() throws {
    let alignment = try Alignment(build("bottleneck"), build("preact_bottleneck"))
    #expect(
      names(alignment, depth: 1) == [
        "input | input", "- | bn1", "- | relu", "conv1 | conv1", "bn1 | bn2", "relu | relu_1", "conv2 | conv2",
        "bn2 | bn3", "relu_1 | relu_2", "conv3 | conv3", "bn3 | -", "add | add", "relu_2 | -",
      ])
  }

  @Test func stagesOfDifferentNamesStandSideBySide() throws {
    let alignment = try Alignment(build("resnet50"), build("preact_resnet50"))
    #expect(
      names(alignment, depth: 1) == [
        "input | input", "conv1 | stem.conv", "bn1 | -", "relu | -", "maxpool | stem.pool", "layer1 | stages.0",
        "layer2 | stages.1", "layer3 | stages.2", "layer4 | stages.3", "- | norm", "- | relu",
        "avgpool | head.global_pool", "flatten | head.flatten", "fc | head.fc",
      ])
    #expect(names(alignment, depth: 2).first == "0 | blocks.0")
  }

  @Test func classifiersAndFeaturesAreNotPaired() throws {
    let wide = try Alignment(build("resnet50"), build("efficientnet_b0"))
    #expect(
      names(wide, depth: 1) == [
        "input | input", "conv1 | -", "bn1 | -", "relu | -", "maxpool | -", "layer1 | -", "layer2 | -", "layer3 | -",
        "layer4 | -", "- | features", "avgpool | avgpool", "flatten | flatten", "fc | -", "- | classifier",
      ])
    let small = try Alignment(build("mobilenet_v2"), build("resnet18"))
    #expect(names(small, depth: 1).suffix(4) == ["avgpool | avgpool", "flatten | flatten", "classifier | -", "- | fc"])
    let heads = try Alignment(build("vgg16"), build("squeezenet1_0"))
    #expect(names(heads, depth: 1).contains("classifier | classifier"))
  }

  @Test func stagesOfOneResolutionStandSideBySide() throws {
    let stages = try names(Alignment(build("resnet50"), build("googlenet")), depth: 1)
    for pair in ["layer2 | inception3a", "layer3 | inception4a", "layer4 | inception5a", "fc | fc"] {
      #expect(stages.contains(pair), "\(stages)")
    }
  }

  @Test func furtherBlocksOfADeeperNetworkStandAlone() throws {
    let alignment = try Alignment(
      build("resnet50"), build("resnet101"),
      nodes: (build("resnet50").node(at: "layer3")!, build("resnet101").node(at: "layer3")!))
    let blocks = names(alignment, depth: 1)
    #expect(blocks.prefix(6) == ["0 | 0", "1 | 1", "2 | 2", "3 | 3", "4 | 4", "5 | 5"])
    #expect(blocks.count == 23)
    #expect(blocks.last == "- | 22")
  }

  @Test func aBlockBesideALayer() throws {
    let (a, b) = (try build("residual"), try build("conv"))
    let alignment = Alignment(a, b, nodes: (.block(a.root.id), b.node(at: "conv")!))
    #expect(alignment.rows.count == 1 + a.layers.count + a.blocks.count - 1)
    #expect(alignment.rows.dropFirst().allSatisfy { $0.b == nil })
  }
}
