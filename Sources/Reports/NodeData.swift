import NetworkGraph

/// A value for every layer by its path, as Google's Model Explorer lays it over a graph whose nodes have these names:
/// the time in milliseconds where it was measured, else the work.
struct NodeData: Encodable {
  private struct Value: Encodable { let value: Double }
  private struct Stop: Encodable {
    let stop: Double
    let bgColor: String
  }

  private let results: [String: Value]
  /// From the least value to the greatest.
  private let gradient = [Stop(stop: 0, bgColor: "#ffffff"), Stop(stop: 1, bgColor: "#e0662f")]

  private enum CodingKeys: CodingKey { case results, gradient }

  init(_ survey: NodeSurvey, of nodes: [Node]) {
    results = nodes.reduce(into: [:]) { results, node in
      let facts = survey[node]
      results[facts.path] = Value(value: survey.timings == nil ? Double(facts.macs) : facts.median ?? 0)
    }
  }
}
