import Foundation
import Testing

/// How an answer lies to the one that a reference runtime gave.
struct OutputAgreement {
  /// As a share of the expected values' largest magnitude.
  let largestDifference: Float
  let sameFirst: Bool
  /// The values at the first five places are the expected ones but for ties within the tolerance.
  private let places: [Float]

  init(_ values: [Float], _ expected: [Float]) {
    let magnitude = expected.reduce(0) { max($0, abs($1)) }
    let complete = values.count == expected.count && magnitude > 0
    largestDifference =
      complete
      ? zip(values, expected).reduce(0) { $1.0.isNaN ? .infinity : max($0, abs($1.0 - $1.1)) } / magnitude : .infinity
    let order = values.indices.sorted { values[$0] > values[$1] }.prefix(5)
    let expectedOrder = expected.indices.sorted { expected[$0] > expected[$1] }.prefix(5)
    sameFirst = complete && order.first == expectedOrder.first
    places = complete ? zip(order, expectedOrder).map { abs(expected[$0] - expected[$1]) / magnitude } : [.infinity]
  }

  /// Expects values within the tolerance, as a share of the largest, and the same first five places.
  func expect(_ tolerance: Float) {
    #expect(largestDifference <= tolerance)
    #expect(sameFirst)
    #expect(places.allSatisfy { $0 <= tolerance })
  }

  /// A line of the table that the tests print.
  func row(_ name: String, operations: Int, exact: Bool) -> String {
    let text = name.padding(toLength: 20, withPad: " ", startingAt: 0)
    return String(
      format: "%@ %4d operations, %@ plan: differs by %.1e of the largest value, %@ top-1", text, operations,
      exact ? "exact" : "fastest", largestDifference, sameFirst ? "same" : "another")
  }
}
