import Measurement

/// What the scatter shows of the catalogue.
extension CatalogueScreen {
  /// A network with its time, or its parameters where nothing has been measured, and its work.
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
      let y = Double(convention.operations(item.cost))
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
