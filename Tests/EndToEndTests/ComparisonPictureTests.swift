import Testing

@Suite("The picture of a comparison") struct ComparisonPictureTests {
  @Test("is measured and printed")
  func plot() throws {
    let arguments = ["compare", "residual", "preact_residual", "--threads", "1", "--passes", "20", "--size", "80x20"]
    let plot = try Program.run(arguments + ["--format", "plot"])
    #expect(plot.status == 0)
    #expect(plot.output.contains("A residual") && plot.output.contains("B preact_residual"))
    #expect(plot.output.contains("95 % interval") && plot.output.contains("B − A by layer"))
    let svg = try Program.run(arguments + ["--format", "svg"])
    #expect(svg.status == 0 && svg.output.hasPrefix("<svg"))
  }
}
