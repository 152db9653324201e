import Canvas

/// What is drawn of a network in place of its tree. The tree keeps its cursor, which the picture shares.
public enum Picture: String, Hashable, Sendable, CaseIterable {
  /// The dataflow of a block.
  case diagram
  /// Widths are costs, depth goes downwards.
  case icicle
  /// What every step reaches, under what this machine can do.
  case roofline
  /// One pass: what every thread is at, and the memory that is alive.
  case timeline
  /// Curves over a range of one setting.
  case sweep

  /// The smallest part of a screen that it can be read in.
  public var least: CellSize {
    switch self {
    case .diagram: CellSize(columns: 20, rows: 4)
    case .icicle: CellSize(columns: 48, rows: 10)
    case .roofline: CellSize(columns: 60, rows: 15)
    case .timeline: CellSize(columns: 60, rows: 12)
    case .sweep: CellSize(columns: 48, rows: 8)
    }
  }
}

extension State {
  /// True where a picture stands in the place of the rows.
  var showsPicture: Bool {
    network?.picture != nil || comparison?.picture != nil || catalogue?.showsScatter == true
  }

  var showsDiagram: Bool { network?.picture == .diagram || comparison?.picture == .diagrams }

  /// The key of a picture: shows it, or leads back to the tree.
  mutating func toggle(_ picture: Picture) -> [Effect] {
    let isShown = network?.picture == picture
    network?.picture = isShown ? nil : picture
    network?.focus = .tree
    return []
  }

  /// The part of the screen that a picture is drawn on.
  var pictureSize: CellSize { Layout(self, size: size)?.table.size ?? CellSize(columns: 0, rows: 0) }

  mutating func moveInPicture(_ motion: Motion) -> [Effect] {
    let width = pictureSize.columns
    switch network?.picture {
    case .diagram: moveInDiagram(motion)
    case .icicle: network?.moveInIcicle(motion, width: width)
    case .roofline: moveInRoofline(motion)
    case .timeline: network?.moveInTimeline(motion)
    case .sweep, nil: break
    }
    return []
  }

  /// What the keys to the left (-1) and to the right (1) do.
  mutating func stepInPicture(_ direction: Int) -> [Effect] {
    let width = pictureSize.columns
    switch network?.picture {
    case .diagram:
      let before = network?.cursor.path
      network?.moveInDiagram(direction < 0 ? .left : .right, columns: width)
      if network?.cursor.path == before { say("no box stands to the \(direction < 0 ? "left" : "right")") }
    case .icicle: network?.stepInIcicle(direction, width: width)
    case .roofline: stepInRoofline(direction)
    case .timeline: network?.moveInTimeline(.rows(direction))
    case .sweep, nil: break
    }
    return []
  }

  mutating func clickInPicture(twice: Bool, column: Int, row: Int) -> [Effect] {
    switch network?.picture {
    case .diagram:
      let size = pictureSize
      network?.clickInDiagram(column: column, row: row, size: size)
      return twice ? enterPicture() : []
    case .icicle:
      guard let screen = network, let path = IcicleView.item(at: row, column, of: screen, size: pictureSize) else {
        return []
      }
      network?.go(to: path)
      return twice ? enterPicture() : []
    case .roofline, .timeline, .sweep, nil: return []
    }
  }

  /// The next thing that widths stand for, or the one of that name.
  mutating func showWidths(_ name: String) -> [Effect] {
    guard let screen = network else { return [] }
    let all = IcicleMeasure.allCases
    let current = all.firstIndex(of: screen.icicleMeasures[0]) ?? 0
    guard let measure = name.isEmpty ? all[(current + 1) % all.count] : IcicleMeasure(rawValue: name) else {
      refuse("no widths are called '\(name)': expected \(all.map(\.rawValue).joined(separator: ", "))")
      return []
    }
    network?.picture = .icicle
    network?.icicle.measure = measure
    if measure == .time, screen.attribution == nil { refuse("not timed yet: widths are the work") }
    return []
  }

  /// What Enter does.
  mutating func enterPicture() -> [Effect] {
    switch network?.picture {
    case .diagram: network?.toggleRow()
    case .icicle: network?.zoomIn()
    case .timeline:
      guard let zoom = network?.timelineZoom, zoom < Timeline.greatestZoom else { return [] }
      network?.timelineZoom = zoom + 1
    case .roofline, .sweep, nil: break
    }
    return []
  }

  /// What Esc does: it goes back by one step, at last to the tree.
  mutating func leavePicture() -> [Effect] {
    if network?.picture == .icicle, network?.zoomOut() == true { return [] }
    if network?.picture == .timeline, let zoom = network?.timelineZoom, zoom > 0 {
      network?.timelineZoom = zoom - 1
      return []
    }
    network?.picture = nil
    return []
  }
}
