import Architectures
import Measurement
import NetworkGraph

/// Convolutions and what they cost.
extension LessonStep {
  /// 5×5 on 12×12×3, to 256 channels.
  private static let whole = NetworkSpec(entry: "conv")
  private static let depthwiseHalf = NetworkSpec(entry: "depthwise")
  private static let pointwiseHalf = NetworkSpec(entry: "pointwise")
  private static let separated = NetworkSpec(entry: "separable")

  static func convolution() throws(CatalogueError) -> LessonStep {
    let network = try Catalogue.build(whole)
    let larger = try Catalogue.build(whole.setting("kernel=9"))
    let (input, output) = (network.inputShape, network.outputShape)
    let kernels = output.channels
    let work = network.cost.multiplyAdds
    let weights = network.cost.parameters / kernels
    let largerWeights = larger.cost.parameters / kernels
    return LessonStep(
      title: "What a convolution costs",
      paragraphs: [
        "On a map of \(input.height)×\(input.width) a 5×5 kernel fits at \(output.height)×\(output.width) places. At"
          + " each it multiplies 5·5·\(input.channels) = \(weights) numbers, and there are \(kernels) kernels:"
          + " \(network.arithmetic) multiply-adds.",
        "The line at the bottom works out the row under the cursor; Tab explains more.",
      ],
      view: LessonView(subject: .network(whole, nil), cursor: "conv"),
      remark: { arithmetic(in: $0, differingFrom: whole) },
      question: .choice(
        "A 9×9 kernel has \(largerWeights) weights in place of \(weights). What does it cost here?"
          + " Try :set kernel=9",
        right: larger.cost.multiplyAdds, wrong: [work, work / weights * largerWeights],
        explanation: "it fits at only \(larger.outputShape.height)×\(larger.outputShape.width) places. Work is places"
          + " times weights; padding keeps the places.",
        written: Figures.grouped),
      papers: [.convolutionArithmetic("§2.1")])
  }

  static func pointwise() throws(CatalogueError) -> LessonStep {
    let network = try Catalogue.build(pointwiseHalf)
    var reduction = pointwiseHalf
    reduction.input = .map(channels: 256, height: 8, width: 8)
    reduction.settings["out"] = "64"
    let reduced = try Catalogue.build(reduction)
    let threeByThree = 9 * reduced.cost.multiplyAdds
    return LessonStep(
      title: "Pointwise: across channels",
      paragraphs: [
        "A 1×1 kernel sees a single place. It mixes the channels there and nothing else: \(network.arithmetic).",
        "So it is the cheap way to change how many channels there are, up or down.",
      ],
      view: LessonView(subject: .network(pointwiseHalf, nil), cursor: "conv"),
      remark: { arithmetic(in: $0, differingFrom: pointwiseHalf) },
      question: LessonQuestion(
        text: "Make it reduce 256 channels to 64: type :input 256x8x8 and :set out=64",
        answer: .task { state in
          guard let screen = state.network, screen.spec.entry == pointwiseHalf.entry else { return false }
          return screen.network.inputShape.channels == 256 && screen.network.outputShape.channels == 64
        },
        explanation: "\(reduced.arithmetic). A 3×3 in its place would cost"
          + " \(Figures.grouped(threeByThree)). Bottlenecks and Inception live on this."),
      papers: [.networkInNetwork("§3.1")])
  }

  static func depthwise() throws(CatalogueError) -> LessonStep {
    let network = try Catalogue.build(depthwiseHalf)
    let dense = try Catalogue.build(whole)
    let saving = dense.cost.multiplyAdds / network.cost.multiplyAdds
    let output = dense.outputShape
    let factors = [output.channels, output.height * output.width, 25]
    return LessonStep(
      title: "Depthwise: across space",
      paragraphs: [
        "The other half: every channel has one 5×5 kernel of its own and looks at no other channel:"
          + " \(network.arithmetic).",
        "Space is mixed, channels are not: \(network.inputShape.channels) come in and"
          + " \(network.outputShape.channels) go out.",
      ],
      view: LessonView(subject: .network(depthwiseHalf, nil), cursor: "conv"),
      remark: { arithmetic(in: $0, differingFrom: depthwiseHalf) },
      question: LessonQuestion(
        text: "The whole convolution cost \(Figures.grouped(dense.cost.multiplyAdds)). Which of its factors is gone?",
        answer: .choice(
          [
            "the \(factors[0]) output channels", "the \(output.height)×\(output.width) places", "the 5×5 of the kernel",
          ],
          right: factors.firstIndex(of: saving) ?? 0),
        explanation: "\(Figures.grouped(dense.cost.multiplyAdds)) / \(Figures.grouped(network.cost.multiplyAdds))"
          + " = \(saving): what made \(factors[0]) channels has to be done by something else."),
      papers: [.mobileNets("§3.1"), .xception("§1.1")])
  }

  static func separable() throws(CatalogueError) -> LessonStep {
    let dense = try Catalogue.build(whole).cost.multiplyAdds
    let network = try Catalogue.build(separated)
    let work = network.cost.multiplyAdds
    let parts = network.layers.map(\.cost.multiplyAdds).filter { $0 > 0 }
    let most = parts.firstIndex(of: parts.max() ?? 0) ?? 0
    let saving = Figures.significant(Double(dense) / Double(work), digits: 3)
    return LessonStep(
      title: "Separable: the two in turn",
      paragraphs: [
        "Depthwise for space, then pointwise for channels: "
          + parts.map(Figures.grouped).joined(separator: " + ") + " = \(Figures.grouped(work)) in place of"
          + " \(Figures.grouped(dense)), \(saving) times less. The share that is left is 1/k² + 1/N:"
          + " here 1/25 + 1/\(network.outputShape.channels) = \(Figures.percent(Double(work) / Double(dense))).",
        "Change both at once with :set out=16, :set kernel=3 or :input 64x56x56, and watch the times: does time fall"
          + " as work does?",
      ],
      view: LessonView(subject: .comparison(whole, separated, nil)),
      remark: share,
      question: LessonQuestion(
        text: "Which part does most of the work that is left?",
        answer: .choice(["depthwise", "pointwise"], right: most),
        explanation: "\(Figures.percent(Double(parts[most]) / Double(work))) of it. MobileNets are mostly 1×1"
          + " convolutions; the depthwise part computes little for what it moves."),
      papers: [.xception("§2"), .mobileNets("§3.1")])
  }

  /// How the work of the network on the screen comes about, once it is another than at first.
  private static func arithmetic(in state: State, differingFrom first: NetworkSpec) -> String? {
    guard let screen = state.network, screen.spec != first, screen.spec.entry == first.entry else { return nil }
    return "now \(screen.network.arithmetic)"
  }

  /// What separating leaves of the work on the screen, once it is another than at first.
  private static func share(in state: State) -> String? {
    guard let screen = state.comparison, screen.a.spec != whole, screen.a.spec.entry == whole.entry,
      screen.b.spec.entry == separated.entry
    else { return nil }
    let (dense, work) = (screen.a.network.cost.multiplyAdds, screen.b.network.cost.multiplyAdds)
    return "now \(Figures.grouped(work)) in place of \(Figures.grouped(dense)):"
      + " \(Figures.percent(Double(work) / Double(dense)))"
  }
}

extension Network {
  /// The multiply-adds of its convolution with the numbers put in: `3·5·5·256·8·8 = 1,228,800`.
  fileprivate var arithmetic: String {
    layers.lazy.compactMap(\.multiplyAddArithmetic).first.map { arithmetic in
      arithmetic.terms.map { $0.map { String($0.value) }.joined(separator: "·") }.joined(separator: " + ")
        + " = " + Figures.grouped(arithmetic.value)
    } ?? ""
  }
}
