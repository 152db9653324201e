import Canvas
import Measurement
import NetworkGraph

/// Which figures of a network its tree shows.
enum TreeColumnSet: String, Hashable, Sendable, CaseIterable {
  /// The usual counts, the time, and the shares of it.
  case time
  /// Every kind of work by itself.
  case work
  /// What has to be kept and moved, and what of the image is seen.
  case memory

  var columns: [TreeColumns.TreeColumn] {
    switch self {
    case .time: TreeColumns.all
    case .work: TreeColumns.work
    case .memory: TreeColumns.memory
    }
  }
}

extension TreeColumns {
  static let work: [TreeColumn] =
    [name, operations]
    + [
      count("flops", "FLOPs ", dropOrder: 8, \.flops), count("bias", "bias ", dropOrder: 5, \.bias),
      count("norm", "norm ", dropOrder: 1) { $0.normalisation + $0.localNormalisation + $0.layerNormalisation },
      count("activation", "activ ", dropOrder: 2, \.activation), count("addition", "add ", dropOrder: 3, \.addition),
      count("product", "mult ", dropOrder: 7, \.multiplication),
      count("copied", "copied ", dropOrder: 6) { $0.concatenation + $0.rearrangement },
      count("pooling", "pool ", dropOrder: 4) { $0.pooling + $0.adaptivePooling },
    ]

  static let memory: [TreeColumn] =
    [name, output]
    + [
      bytes("weights", dropOrder: 5, \.weights), bytes("activations", title: "activ", dropOrder: 6, \.activations),
      bytes("peak", dropOrder: 3, \.peak), bytes("traffic", dropOrder: 1, \.traffic),
      TreeColumn(
        name: "intensity", title: { _ in "FLOP/B" }, width: .fixed(6), alignsRight: true, dropOrder: 2,
        key: { screen, path in screen.memory(at: path)?.intensity.map { .number($0) } ?? .nothing },
        cell: { screen, row, _ in
          guard let intensity = screen.memory(at: row.id)?.intensity, intensity > 0 else { return [Span("-", .dim)] }
          return [Span(Figures.significant(intensity, digits: 3), .number)]
        }),
      TreeColumn(
        name: "sees", title: { _ in "sees" }, width: .fixed(9), alignsRight: true, dropOrder: 4,
        key: { screen, path in
          screen.receptiveField(at: path).map { .number($0.size.map { Double($0.height) } ?? .infinity) } ?? .nothing
        },
        cell: { screen, row, _ in
          screen.receptiveField(at: row.id).map { [Span($0.size?.short ?? "all", .number)] } ?? []
        }),
      TreeColumn(
        name: "step", title: { _ in "step" }, width: .fixed(5), alignsRight: true, dropOrder: 7,
        key: { screen, path in screen.receptiveField(at: path).map { .number(Double($0.stride.height)) } ?? .nothing },
        cell: { screen, row, _ in screen.receptiveField(at: row.id).map { [Span($0.stride.short, .number)] } ?? [] }),
    ]

  private static func count(
    _ name: String, _ title: String, dropOrder: Int, _ value: @escaping @Sendable (Cost) -> Int
  ) -> TreeColumn {
    TreeColumn(
      name: name, title: { _ in title }, width: .fixed(Figures.countWidth), alignsRight: true, dropOrder: dropOrder,
      key: { screen, path in .number(Double(value(screen.cost(at: path)))) },
      cell: { screen, row, _ in [figure(value(screen.cost(at: row.id)))] })
  }

  private static func bytes(
    _ name: String, title: String? = nil, dropOrder: Int, _ value: @escaping @Sendable (MemoryUse) -> Int
  ) -> TreeColumn {
    TreeColumn(
      name: name, title: { _ in title ?? name }, width: .fixed(8), alignsRight: true, dropOrder: dropOrder,
      key: { screen, path in screen.memory(at: path).map { .number(Double(value($0))) } ?? .nothing },
      cell: { screen, row, _ in
        guard let bytes = screen.memory(at: row.id).map(value), bytes > 0 else { return [Span("-", .dim)] }
        return [Span(Figures.bytes(bytes), .number)]
      })
  }
}

extension Extent {
  /// One length where both are equal.
  fileprivate var short: String { isSquare ? String(height) : description }
}
