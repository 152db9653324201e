import Architectures
import Measurement
import NetworkGraph

/// What saves work, and what it saves of time.
extension LessonStep {
  static func time() throws(CatalogueError) -> LessonStep {
    func layer(_ entry: String) -> NetworkSpec {
      NetworkSpec(
        entry: entry, input: .map(channels: 64, height: 56, width: 56),
        settings: ["kernel": "3", "padding": "1", "out": "128"])
    }
    let (whole, separated) = (layer("conv"), layer("separable"))
    let (dense, cut) = (try Catalogue.build(whole), try Catalogue.build(separated))
    let saving = Figures.significant(Double(dense.cost.multiplyAdds) / Double(cut.cost.multiplyAdds), digits: 2)
    return LessonStep(
      title: "Work is not time",
      paragraphs: [
        "The same cut at a size that networks have: 3×3 on \(dense.inputShape), to \(dense.outputShape.channels)"
          + " channels. Work falls \(saving) times. A processor also has to fetch every number and to put it back, and"
          + " of those there are more now.",
        "Both are timed in turn, here and now; y shows their spread. Try :set out=16.",
      ],
      view: LessonView(subject: .comparison(whole, separated, nil)),
      remark: { state in
        guard state.lesson?.isAnswered == true, let saved = savings(in: state) else { return nil }
        func times(_ factor: Double) -> String { Figures.significant(factor, digits: 2) + " times less" }
        return "work \(times(saved.work)), time \(times(saved.time))"
      },
      question: LessonQuestion(
        text: "How much did the time fall, compared with the work?",
        answer: .oneOf(["less than it", "as much", "more"]) { state in
          savings(in: state).map { saved in
            let relation = saved.time / saved.work
            return relation < 1 - tolerance ? 0 : relation > 1 + tolerance ? 2 : 1
          }
        },
        explanation: "a whole 3×3 uses each number that it fetches many times, and fast algorithms spare it"
          + " multiplications; two thin layers do little with each number that they move."),
      papers: [.shuffleNet("§2"), .roofline("The Roofline Model")])
  }

  /// How far two factors may lie apart and still count as the same.
  private static let tolerance = 0.1

  /// How many times less work and time B takes than A in the comparison on the screen; nil before it is measured.
  private static func savings(in state: State) -> (work: Double, time: Double)? {
    guard let screen = state.comparison, let timings = screen.timings else { return nil }
    return (
      Double(screen.a.network.cost.multiplyAdds) / Double(max(screen.b.network.cost.multiplyAdds, 1)),
      timings.a.pass.median / timings.b.pass.median
    )
  }
}
