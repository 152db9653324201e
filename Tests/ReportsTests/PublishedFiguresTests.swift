import Architectures
import NetworkGraph
import Testing

@testable import Reports

/// Thousand millions of multiply-adds and millions of activations as timm publishes them, with two decimals:
/// https://github.com/huggingface/pytorch-image-models/tree/main/results
@Suite("timm's published results") struct PublishedFiguresTests {
  @Test(arguments: [
    ("resnet18", "1.82", "2.48", "11.69"), ("resnet34", "3.67", "3.74", "21.80"),
    ("resnet50", "4.11", "11.11", "25.56"), ("preact_resnet50", "4.11", "11.11", "25.55"),
    ("mobilenet_v2", "0.31", "6.68", "3.50"),
  ])
  func row(name: String, gmacs: String, macts: String, parameters: String) throws {
    let spec = NetworkSpec(entry: name)
    let lines = TimmRow.text([TimmRow(spec, try Catalogue.build(spec))]).split(whereSeparator: \.isNewline)
    #expect(lines[1] == "\(name),224,,,,\(parameters),\(gmacs),\(macts)")
  }
}
