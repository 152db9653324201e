import Architectures
import Measurement
import NetworkGraph

/// The Inception module.
extension LessonStep {
  private static let naive = NetworkSpec(entry: "inception_naive")
  private static let reduced = NetworkSpec(entry: "inception_v1")
  private static let normalised = NetworkSpec(entry: "inception")

  static func naiveInception() throws(CatalogueError) -> LessonStep {
    let network = try Catalogue.build(naive)
    let input = network.inputShape.channels
    let output = network.outputShape.channels
    return LessonStep(
      title: "Inception, naive",
      paragraphs: [
        "Which size of kernel is right? The module does not choose: 1×1, 3×3, 5×5 and a max pooling look at the same"
          + " map, and ⧺ lays their channels side by side. Enter opens a branch.",
        "The pooling can only give as many channels as it takes, so every module is wider than the one before.",
      ],
      view: LessonView(subject: .network(naive, .diagram), cursor: "branch3", isWide: true),
      question: .choice(
        "How many channels come out? :set b3=64 widens the third branch.",
        right: output, wrong: [output - input, input],
        explanation: "\(output - input) of the convolutions and the pooling's \(input).", written: String.init),
      papers: [.inception("§4, Figure 2(a)")])
  }

  static func reducedInception() throws(CatalogueError) -> LessonStep {
    let (before, after) = (try Catalogue.build(naive), try Catalogue.build(reduced))
    func work(_ network: Network, _ path: NodePath) -> Int {
      network.node(at: path).map { network.cost(of: $0).multiplyAdds } ?? 0
    }
    let branches: [NodePath] = ["branch2", "branch3", "branch4"]
    let savings = branches.map { work(before, $0) - work(after, $0) }
    let most = savings.firstIndex(of: savings.max() ?? 0) ?? 0
    return LessonStep(
      title: "Inception, reduced",
      paragraphs: [
        "A 1×1 convolution in front of the 3×3 and of the 5×5, and one behind the pooling, make the map thin before it"
          + " gets dear: \(Figures.count(before.cost.multiplyAdds)) become"
          + " \(Figures.count(after.cost.multiplyAdds)), and \(before.outputShape.channels) channels"
          + " \(after.outputShape.channels).",
        "It is the bottleneck's trick, a year earlier. The times say whether it pays here too.",
      ],
      view: LessonView(subject: .comparison(naive, reduced, nil)),
      question: LessonQuestion(
        text: "Which branch saves most?",
        answer: .choice(
          zip(branches, ["3×3", "5×5", "pooling"]).map { "\($0), \($1)" }, right: most),
        explanation: "\(Figures.count(savings[most])) less. The fourth does more than before, and gives fewer channels"
          + " for it."),
      papers: [.inception("§4, Figure 2(b)"), .networkInNetwork("§3.1")])
  }

  static func inceptionForms() throws(CatalogueError) -> LessonStep {
    let post = try Catalogue.build(normalised)
    let pre = try Catalogue.build(Catalogue.otherForm(of: normalised))
    let naivePost = try Catalogue.build(NetworkSpec(entry: naive.entry, preset: "bn"))
    let naivePre = try Catalogue.build(NetworkSpec(entry: naive.entry, preset: "preact"))
    func norms(_ network: Network) -> (foldable: Int, all: Int) { network.batchNorms(in: .block(network.root.id)) }
    return LessonStep(
      title: "Inception in both forms",
      paragraphs: [
        "Later Inceptions normalise: each convolution is followed by a batch norm and a ReLU, as drawn here. As in a"
          + " residual block, the order can be turned: norm and ReLU first.",
        "But there is no shortcut to keep clean, and each branch now has to normalise the input for itself.",
      ],
      view: LessonView(subject: .network(normalised, .diagram), levels: 1, cursor: "branch2", isWide: true),
      question: LessonQuestion(
        text: "Press p to turn the module. (U turns it back, c times both in turn.)",
        answer: .task { $0.network?.network.root.form == .preActivation },
        explanation:
          "Of \(norms(post).all) norms \(norms(post).foldable) folded; now \(norms(pre).foldable) do, behind the"
          + " reductions. The naive module (:open inception_naive:bn, then p) has none of those:"
          + " \(norms(naivePost).foldable) fold, then \(norms(naivePre).foldable)."),
      papers: [.batchNorm("§4.2"), .identityMappings("§2")])
  }
}
