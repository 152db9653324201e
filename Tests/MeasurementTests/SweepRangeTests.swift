import Measurement
import Testing

@Suite("The range of a sweep") struct SweepRangeTests {
  @Test(arguments: [
    ("input=128:224:32", ["128", "160", "192", "224"]), ("batch=1,2,4", ["1", "2", "4"]),
    ("threads=1:3", ["1", "2", "3"]), ("input=100:150:32", ["100", "132"]), ("width=64", ["64"]),
  ])
  func values(text: String, values: [String]) throws {
    let range = try SweepRange(parsing: text)
    #expect(range.values == values)
    #expect(range.key == String(text.prefix { $0 != "=" }))
  }

  @Test(arguments: [
    "", "input", "input=", "=1:2", "input=2:1", "input=0:5", "input=1:5:0", "input=1:5:1:1", "input=a:b", "input=1,,2",
    "input=1,1", "batch=1:9223372036854775807", "batch=1:-1", "batch=1:99999999999999999999",
  ])
  func unreadable(text: String) {
    #expect(throws: SweepRange.Unreadable.self) { try SweepRange(parsing: text) }
  }
}
