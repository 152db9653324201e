import Measurement

/// What the scatter shows of the catalogue.
extension CatalogueScreen {
  /// What heights stand for; without times, against which it would stand, parameters are the widths.
  enum ScatterHeight: Hashable, Sendable { case work, parameters }

  private var drawsWork: Bool { scatterHeight == .work || !isTimed }

  /// What the heights are called.
  var heightName: String {
    drawsWork ? convention == .torchvision ? "mult-adds" : convention.rawValue : "params"
  }

  /// A network with its time, or its parameters where nothing has been measured, and its work, or its parameters.
  struct Point: Hashable, Sendable {
    let name: String
    let x: Double
    let y: Double
    /// No other network has more y for less x.
    var isOnFront = false
  }

  var isTimed: Bool { !times.isEmpty }

  var selectedName: String? { selected?.entry.name }

  /// The rows that are shown, as far as they have both figures.
  var points: [Point] {
    var points = table.rows.compactMap { row -> Point? in
      guard let item = item(row.id) else { return nil }
      let x = isTimed ? times[item.entry.name] : Double(item.cost.parameters)
      let y = Double(drawsWork ? convention.operations(item.cost) : item.cost.parameters)
      guard let x, x > 0, y > 0 else { return nil }
      return Point(name: item.entry.name, x: x, y: y)
    }
    // From left to right, a point is on the front if it is higher than all before it.
    var highest = 0.0
    for index in points.indices.sorted(by: { (points[$0].x, -points[$0].y) < (points[$1].x, -points[$1].y) })
    where points[index].y > highest {
      points[index].isOnFront = true
      highest = points[index].y
    }
    return points
  }
}
