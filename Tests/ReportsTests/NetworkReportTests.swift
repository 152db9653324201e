import Architectures
import Foundation
import NetworkGraph
import Testing

@testable import Reports

@Suite("Networks, read by another reader of JSON")
struct NetworkReportTests {
  private func object(_ report: some Report) throws -> [String: Any] {
    let json = try JSONSerialization.jsonObject(with: Data(report.text(.json).utf8))
    return try #require(json as? [String: Any])
  }

  private func leaves(_ node: [String: Any]) -> [[String: Any]] {
    let children = node["children"] as? [[String: Any]] ?? []
    return children.isEmpty ? [node] : children.flatMap(leaves)
  }

  @Test("the leaves sum to the total", arguments: Catalogue.entries.map(\.name), CountingConvention.allCases)
  func leavesSum(name: String, convention: CountingConvention) throws {
    let spec = NetworkSpec(entry: name)
    let report = try object(NetworkReport(Catalogue.build(spec), spec: spec, convention: convention))
    let leaves = leaves(try #require(report["tree"] as? [String: Any]))
    for key in ["params", "macs"] {
      #expect(leaves.compactMap { $0[key] as? Int }.reduce(0, +) == report[key] as? Int)
    }
    #expect(report["name"] as? String == name)
    #expect(report["convention"] as? String == convention.rawValue)
  }

  @Test("an absent preset is null, and a convolution tells its window")
  func keys() throws {
    let spec = try NetworkSpec(parsing: "resnet50")
    let report = try object(NetworkReport(Catalogue.build(spec), spec: spec, convention: .torchvision))
    #expect(report["preset"] is NSNull)
    #expect(report["input"] as? [Int] == [3, 224, 224])
    #expect(report["output"] as? [Int] == [1000])
    let conv1 = try #require(leaves(report["tree"] as? [String: Any] ?? [:]).first { $0["path"] as? String == "conv1" })
    #expect(conv1["kind"] as? String == "Conv2d")
    #expect(conv1["kernel"] as? [Int] == [7, 7])
    #expect(conv1["stride"] as? [Int] == [2, 2])
    #expect(conv1["bias"] as? Bool == false)
  }

  @Test("the tree ends at the depth asked for")
  func depth() throws {
    let spec = try NetworkSpec(parsing: "resnet18")
    let network = try Catalogue.build(spec)
    let report = NetworkReport(network, spec: spec, convention: .torchvision, depth: 1)
    #expect(report.table.rows.count == 1 + network.root.children.count)
    #expect(leaves(try object(report)["tree"] as? [String: Any] ?? [:]).count == network.root.children.count)
  }

  @Test("torchinfo's columns begin below one another whatever the names")
  func torchinfoColumns() throws {
    let builder = try NetworkBuilder(name: "net", input: .map(channels: 8, height: 4, width: 4))
    let network = try builder.finish(
      builder.input.block("block", "卷积块") { x throws(NetworkError) in try x.conv("conv", 8, kernel: 3) })
    let report = NetworkReport(network, spec: NetworkSpec(entry: "net"), convention: .torchvision)
    let text = try #require(try report.foreignText(.torchinfo))
    let row = try #require(text.split(separator: "\n").first { $0.contains("卷积块") })
    // Three characters take six columns.
    #expect(row.prefix(38).hasSuffix("  ") && row.dropFirst(38).hasPrefix("--"))
  }

  @Test("a side without a counterpart is null")
  func comparison() throws {
    let sides = try ["resnet18#layer1.0", "resnet18:preact#layer1.0"].map { name in
      let spec = try NetworkSpec(parsing: name)
      return ComparisonReport.Side(spec: spec, network: try Catalogue.build(spec))
    }
    let report = try object(ComparisonReport(sides[0], sides[1], convention: .torchvision))
    let rows = try #require(report["rows"] as? [[String: Any]])
    #expect(rows.contains { $0["a"] is NSNull && $0["b"] is String })
    #expect(rows.allSatisfy { ($0["params"] as? [Any])?.count == 2 })
    #expect(report["difference_ms"] == nil)
  }
}
