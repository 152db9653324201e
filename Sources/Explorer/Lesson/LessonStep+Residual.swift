import Architectures
import Measurement
import NetworkGraph

/// Blocks with a shortcut.
extension LessonStep {
  /// A block that gives as many channels as it takes, so that nothing has to be projected.
  private static let basicBlock = NetworkSpec(entry: "residual", input: .map(channels: 64, height: 56, width: 56))

  static func residualBlock() throws(CatalogueError) -> LessonStep {
    let plain = try Catalogue.build(basicBlock)
    let halving = try Catalogue.build(basicBlock.setting("stride=2"))
    let projection = halving.cost.parameters - plain.cost.parameters
    return LessonStep(
      title: "The residual block",
      paragraphs: [
        "The block gives F(x) + x: two 3×3 convolutions learn F, and the line on the right carries x past them into ⊕.",
        "Where the best that a block can do is nothing, F has only to become zero. Without the line, its convolutions"
          + " would have to learn to copy.",
        "The line itself learns nothing: all \(Figures.grouped(plain.cost.parameters)) parameters are the body's.",
      ],
      view: LessonView(subject: .network(basicBlock, .diagram)),
      question: LessonQuestion(
        text: "And if F halves the map? Press = and set stride to 2, or type :set stride=2.",
        answer: .task { state in
          state.network.map { $0.spec.entry == basicBlock.entry && $0.network.block(at: "downsample") != nil } ?? false
        },
        explanation: "x no longer fits F(x). A 1×1 convolution with a norm makes it fit:"
          + " \(Figures.grouped(projection)) parameters more."),
      papers: [.residualLearning("§3.2, Figure 2")])
  }

  static func preActivation() throws(CatalogueError) -> LessonStep {
    let post = try Catalogue.build(basicBlock)
    let pre = try Catalogue.build(Catalogue.otherForm(of: basicBlock))
    func folding(_ network: Network) -> Int { network.batchNorms(in: .block(network.root.id)).foldable }
    return LessonStep(
      title: "Pre-activation",
      paragraphs: [
        "Behind ⊕ stands a ReLU: whatever one block hands to the next is cut off at zero once more.",
        "Put norm and ReLU before every convolution, and nothing stands behind ⊕. Through a stack of such blocks x runs"
          + " as one plain sum from the first to the last, and gradients come back the same way: 1001 layers train.",
      ],
      view: LessonView(subject: .network(basicBlock, .diagram), cursor: "add"),
      question: LessonQuestion(
        text: "Press p to turn the block. What moved is marked until the next key.",
        answer: .task { $0.network?.network.root.form == .preActivation },
        explanation: "It has a price: a norm behind a convolution vanishes into its weights. So did"
          + " \(folding(post)) of \(folding(post)) here; now \(folding(pre)) of \(folding(post)). U turns back."),
      papers: [.identityMappings("§2, Figure 4(e)")])
  }
}
