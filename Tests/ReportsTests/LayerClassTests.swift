import NetworkGraph
import Testing

@testable import Reports

@Suite("Classes of layers") struct LayerClassTests {
  @Test("what stands for a class is in the catalogue, and does as many multiply-adds as what its time is compared with")
  func samples() throws {
    for kind in LayerClass.all {
      #expect(!kind.samples.isEmpty, "\(kind.title)")
      for sample in kind.samples {
        let networks = try sample.networks()
        #expect(Set(networks.map(\.cost.multiplyAdds)).count == 1, "\(sample.name)")
        if case .time = sample.limit { #expect(networks.count == 2) } else { #expect(networks.count == 1) }
      }
    }
  }
}
