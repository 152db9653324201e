import Architectures
import Measurement
import NetworkGraph

/// How deep residual networks are made.
extension LessonStep {
  static func bottleneck() throws(CatalogueError) -> LessonStep {
    let input = Shape.map(channels: 256, height: 56, width: 56)
    let wide = NetworkSpec(entry: "residual", input: input, settings: ["out": "256"])
    let narrow = NetworkSpec(entry: "bottleneck", input: input)
    let (basic, bottleneck) = (try Catalogue.build(wide), try Catalogue.build(narrow))
    let inner = bottleneck.layer(at: "conv1")?.output.channels ?? 0
    let saving = Int((Double(basic.cost.multiplyAdds) / Double(bottleneck.cost.multiplyAdds)).rounded())
    return LessonStep(
      title: "The bottleneck",
      paragraphs: [
        "Two 3×3 convolutions on \(input.channels) channels hold \(Figures.grouped(basic.cost.parameters)) parameters."
          + " The bottleneck goes down to \(inner) channels by a 1×1, does its 3×3 there, and comes back up by another"
          + " 1×1: three layers with \(Figures.grouped(bottleneck.cost.parameters)).",
        "The 3×3 costs by the square of its width, the 1×1 on its sides by the width alone. :set stride=2 changes both;"
          + " d draws them side by side.",
      ],
      view: LessonView(subject: .comparison(wide, narrow, nil)),
      question: .choice(
        "How many times less work is B?", right: saving, wrong: [input.channels / inner, saving / 2],
        explanation: "\(Figures.count(basic.cost.multiplyAdds)) against \(Figures.count(bottleneck.cost.multiplyAdds))."
          + " Compare the times: narrow layers give a processor less to do per number they move.",
        written: { "\($0) times" }),
      papers: [.residualLearning("§4.1, Figure 5")])
  }

  static func stacking() throws(CatalogueError) -> LessonStep {
    let spec = NetworkSpec(entry: "resnet50")
    let network = try Catalogue.build(spec)
    let stages = network.blocks.filter { $0.kind == .stage }
    let blocks = stages.map { network.children(of: .block($0.id)).count }
    let shapes = stages.map { network.outputShape(of: .block($0.id)) }
    // The second block of a stage is like all that follow it.
    let works = stages.compactMap { stage in network.block(at: NodePath(stage.path.dotted + ".1")) }
      .map { network.cost(of: .block($0.id)).multiplyAdds }
    let isEven = Set(works).count == 1
    let asked = blocks.max() ?? 0
    let stage = stages.first { network.children(of: .block($0.id)).count == asked }?.path ?? .root
    let layers = blocks.reduce(2) { $0 + 3 * $1 }
    return LessonStep(
      title: "How ResNets are stacked",
      paragraphs: [
        "A stem, \(stages.count) stages of bottlenecks, a mean over the map, a linear layer. The first block of every"
          + " later stage halves the map and doubles the channels, \(shapes.map { "\($0)" }.joined(separator: " → "))"
          + (isEven ? ": so every block but the first of a stage does \(Figures.count(works[0]))." : "."),
        "i changes the input, P turns all blocks.",
      ],
      view: LessonView(subject: .network(spec, nil), cursor: stage),
      question: .choice(
        "How many bottlenecks has \(stage)? Enter opens it.",
        right: asked, wrong: blocks.filter { $0 != asked },
        explanation: blocks.map(String.init).joined(separator: " + ") + " blocks of three convolutions, stem and"
          + " classifier: \(layers) layers with weights.",
        written: String.init),
      papers: [.residualLearning("§4.1, Table 1")])
  }
}
