import NetworkGraph

/// AlexNet as torchvision has it: one column of the two, without local response normalisation (Krizhevsky 2014, "One
/// weird trick for parallelizing convolutional neural networks", §5).
struct AlexNet: Module {
  var width = WidthMultiplier.full

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let features = try x.block("features", .sequential) { x throws(NetworkError) in
      try x.conv("0", width(64), kernel: 11, stride: 4, padding: 2, bias: true).relu("1")
        .maxPool("2", kernel: 3, stride: 2)
        .conv("3", width(192), kernel: 5, bias: true).relu("4").maxPool("5", kernel: 3, stride: 2)
        .conv("6", width(384), kernel: 3, bias: true).relu("7")
        .conv("8", width(256), kernel: 3, bias: true).relu("9")
        .conv("10", width(256), kernel: 3, bias: true).relu("11").maxPool("12", kernel: 3, stride: 2)
    }
    return try features.adaptiveAveragePool("avgpool", size: 6).flatten()
      .block("classifier", .sequential) { x throws(NetworkError) in
        try x.dropout("0", rate: 0.5).linear("1", width(4096)).relu("2")
          .dropout("3", rate: 0.5).linear("4", width(4096)).relu("5").linear("6", 1000)
      }
  }
}

extension AlexNet {
  static let entries = [
    CatalogueEntry(
      "alexnet", family: "AlexNet", year: 2014,
      paper: "Krizhevsky: One weird trick for parallelizing convolutional neural networks, arXiv:1404.5997",
      summary: "five convolutions, three linear layers: most parameters are in the classifier",
      settings: [WidthMultiplier.full.setting],
      input: .map(channels: 3, height: 224, width: 224),
      counterpart: { _ in .none(reason: "it has no norms and no shortcuts: there is no other order") },
      module: { _, settings in AlexNet(width: WidthMultiplier(settings)) })
  ]
}
