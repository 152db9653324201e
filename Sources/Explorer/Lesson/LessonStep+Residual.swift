import Architectures
import Measurement
import NetworkGraph

/// Blocks with a shortcut.
extension LessonStep {
  /// A block that gives as many channels as it takes, so that nothing has to be projected.
  private static let basicBlock = NetworkSpec(entry: "residual", input: .map(channels: 64, height: 56, width: 56))

  static func degradation() throws(CatalogueError) -> LessonStep {
    let (plain, residual) = (NetworkSpec(entry: "plain34"), NetworkSpec(entry: "resnet34"))
    let (without, with) = (try Catalogue.build(plain), try Catalogue.build(residual))
    let added = with.cost.parameters - without.cost.parameters
    let shortcuts = with.layers.count { $0.operation == .add }
    let projections = with.blocks.count { $0.path.name == "downsample" }
    return LessonStep(
      title: "Why depth hurts plain networks",
      paragraphs: [
        "More layers should never hurt: they could copy what they are given. Yet a plain network of 34 layers erred in"
          + " 28.5\u{A0}% of ImageNet's images and one of 18 in 27.9\u{A0}%, and more in training too: training does not find the"
          + " copies. Shortcuts, there without parameters: 25.0\u{A0}% and 27.9\u{A0}% (Table 2).",
        "Below: both with 34 layers, timed in turn. :input 3x160x160 changes both.",
      ],
      view: LessonView(subject: .comparison(plain, residual, nil)),
      question: .choice(
        "How many parameters do the shortcuts add to \(Figures.grouped(without.cost.parameters))?",
        right: added, wrong: [0, with.cost.parameters],
        explanation: "\(Figures.percent(Double(added) / Double(without.cost.parameters))), in \(projections)"
          + " projections; the other \(shortcuts - projections) shortcuts learn nothing. What changed is how well it"
          + " trains.",
        written: Figures.grouped),
      papers: [.residualLearning("§1, §4.1")])
  }

  static func skips() throws(CatalogueError) -> LessonStep {
    let dense = NetworkSpec(entry: "dense_layer")
    let (added, joined) = (try Catalogue.build(basicBlock), try Catalogue.build(dense))
    let input = joined.inputShape.channels
    let growth = joined.outputShape.channels - input
    func answer(_ adding: Int, _ joining: Int) -> String { "\(adding) when added, \(joining) when concatenated" }
    let right = answer(added.outputShape.channels, joined.outputShape.channels)
    let choices = [answer(input, input), answer(input, input + growth), answer(2 * input, input + growth)]
    return LessonStep(
      title: "Two ways to skip",
      paragraphs: [
        "A shortcut carries x past some layers. Adding it (⊕) to what they give needs both in one shape, and keeps it."
          + " Concatenating (⧺) lays the channels of both side by side: nothing is mixed, every later layer sees all that"
          + " came before, and the map grows with each."
      ],
      view: LessonView(subject: .comparison(basicBlock, dense, .diagrams), cursor: "cat"),
      question: LessonQuestion(
        text: "\(input) channels go in; the right block's convolutions give \(growth). How many leave?",
        answer: .choice(choices, right: choices.firstIndex(of: right) ?? 0),
        explanation: "sums keep their width, concatenations grow: so a DenseNet's layers can be thin."),
      papers: [.residualLearning("§3.2"), .denseNetworks("§3")])
  }

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
          + " as one plain sum from the first to the last, and gradients come back the same way; the paper trains 1001 layers.",
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
