import Testing

@Suite("convscope lesson without a terminal")
struct LessonCommandTests {
  @Test("prints what every step says, with its answer and its papers")
  func text() throws {
    let result = try Program.run(["lesson"])
    #expect(result.status == 0 && result.errors == "")
    for part in [
      "14. Inception in both forms", "995,328: it fits", "Network in Network, 2013", "4,800 + 49,152 = 53,952",
    ] {
      #expect(result.output.contains(part), "\(part)")
    }
  }

  @Test("refuses a step that there is not, and says which there are")
  func unknownStep() throws {
    let result = try Program.run(["lesson", "residuals"])
    #expect(result.status == 64)
    #expect(result.errors.contains("'residuals'") && result.errors.contains("pre-activation"))
  }
}
