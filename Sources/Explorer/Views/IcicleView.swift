import Canvas
import Measurement
import NetworkGraph

/// Two icicles, one above the other: the cells of both stand for the same blocks and layers, so that a block that is
/// wide above and narrow below takes more of one cost than of the other.
enum IcicleView {
  static func draw(_ screen: NetworkScreen, on canvas: inout Canvas) {
    let size = canvas.size
    let rows = size.rows / 2
    for (index, measure) in screen.icicleMeasures.enumerated() {
      let part = Rect(row: index * rows, column: 0, rows: rows, columns: size.columns)
      canvas.inside(part) { draw(screen, measure, hasCursor: index == 0, on: &$0) }
    }
  }

  private static func draw(
    _ screen: NetworkScreen, _ measure: IcicleMeasure, hasCursor: Bool, on canvas: inout Canvas
  ) {
    let size = canvas.size
    canvas.put(title(screen, measure), row: 0, column: 0, width: size.columns)
    let layout = screen.icicleLayout(measure, width: size.columns)
    guard layout.levels > 0 else {
      canvas.put("nothing here has any", row: 1, column: 2, style: Style(.dim))
      return
    }
    let levels = levelRows(layout.levels, in: size.rows)
    let items = screen.model.outline.items
    let runs = layout.narrowRuns
    // Those of one block stand together; between blocks of a few no line is told from another.
    let families = runs.flatMap { run in run.runs { items[$0.item].parent == items[$1.item].parent } }
      .filter { $0.count >= IcicleLayout.leastRun }
    let inner = Set(runs.flatMap { $0.dropFirst().map(\.item) }).subtracting(families.compactMap { $0.first?.item })
    for cell in layout.cells where levels.indices.contains(cell.level) {
      let (row, height) = (levels[cell.level].lowerBound, levels[cell.level].count)
      let part = Rect(row: row, column: cell.columns.lowerBound, rows: height, columns: cell.columns.count)
      let item = screen.model.outline.items[cell.item]
      let isSelected = item.path == screen.cursor.path
      let edge = isSelected ? Glyphs.pointer : inner.contains(cell.item) ? Glyphs.narrow : "│"
      canvas.inside(part) { draw(item, screen, measure, edge: edge, isSelected: isSelected, on: &$0) }
      if isSelected, hasCursor { canvas.placeCursor(row: row, column: part.column) }
    }
    let drawn = Set(layout.cells.map(\.item))
    for family in families {
      guard let level = family.first?.level, levels.indices.contains(level) else { continue }
      count(family, amid: drawn, screen, levels[level].lowerBound, on: &canvas)
    }
    drawHiddenCursor(screen, measure, layout, levels, hasCursor: hasCursor, on: &canvas)
  }

  /// The rows of each level below the title, three at most: the outer levels, which have room for figures, get those that
  /// are left.
  private static func levelRows(_ levels: Int, in rows: Int) -> [Range<Int>] {
    let room = max(0, rows - 1)
    var next = 1
    return (0..<max(0, levels)).map { level in
      let height = max(1, min(3, room / levels + (level < room % levels ? 1 : 0)))
      defer { next += height }
      return next..<next + height
    }
  }

  /// The cursor where its own cell is narrower than a column: in the last of the cells around it that is not.
  private static func drawHiddenCursor(
    _ screen: NetworkScreen, _ measure: IcicleMeasure, _ layout: IcicleLayout, _ levels: [Range<Int>],
    hasCursor: Bool, on canvas: inout Canvas
  ) {
    let (outline, cursor) = (screen.model.outline, screen.cursor.path)
    let whole = screen.weight(of: outline.items[screen.icicleRoot], by: measure)
    guard whole > 0, cursor.isInside(outline.items[screen.icicleRoot].path),
      !layout.cells.contains(where: { outline.items[$0.item].path == cursor }),
      let around = layout.cells.last(where: { cursor.isInside(outline.items[$0.item].path) }),
      levels.indices.contains(around.level)
    else { return }
    var (index, before) = (screen.icicleRoot, 0.0)
    while outline.items[index].path != cursor {
      guard let next = outline.items[index].children.first(where: { cursor.isInside(outline.items[$0].path) }) else {
        break
      }
      for sibling in outline.items[index].children.prefix(while: { $0 != next }) {
        before += screen.weight(of: outline.items[sibling], by: measure)
      }
      index = next
    }
    let row = levels[around.level].lowerBound
    let column = max(0, min(Int(before / whole * Double(canvas.size.columns)), canvas.size.columns - 1))
    canvas.put(Glyphs.pointer, row: row, column: column, style: Style(.title, selected: true))
    if hasCursor { canvas.placeCursor(row: row, column: column) }
  }

  /// Says how many children of a block stand in cells that are too narrow to be told apart.
  private static func count(
    _ family: ArraySlice<IcicleLayout.Cell>, amid drawn: Set<Int>, _ screen: NetworkScreen, _ row: Int,
    on canvas: inout Canvas
  ) {
    let items = screen.model.outline.items
    guard let first = family.first, let last = family.last, let parent = items[first.item].parent,
      case let siblings = items[parent].children, var start = siblings.firstIndex(of: first.item),
      var end = siblings.firstIndex(of: last.item)
    else { return }
    // Those that have no cell at all stand there too.
    while start > 0, !drawn.contains(siblings[start - 1]) { start -= 1 }
    while end + 1 < siblings.count, !drawn.contains(siblings[end + 1]) { end += 1 }
    let text = " \(end - start + 1) \(items[first.item].children.isEmpty ? "layers" : "blocks") "
    let hidden = family.dropFirst().prefix(text.count)
    guard text.count < family.count - 1, !hidden.contains(where: { items[$0.item].path == screen.cursor.path }) else {
      return
    }
    canvas.put(text, row: row, column: first.columns.upperBound, style: Style(.dim))
  }

  /// A cell: a line at its left, its name where that fits, and its share below where there is room.
  private static func draw(
    _ item: Outline.Item, _ screen: NetworkScreen, _ measure: IcicleMeasure, edge: String, isSelected: Bool,
    on canvas: inout Canvas
  ) {
    let size = canvas.size
    let search = screen.table.search
    let isMatch = search?.contains(item.path) ?? false
    let role: Role = isMatch ? .match : search == nil ? .heat(heat(of: item, screen)) : .dim
    let style = Style(role, selected: isSelected, filled: search == nil || isMatch)
    canvas.fill(Rect(size), style: style)
    for row in 0..<size.rows {
      canvas.put(row > 0 && isSelected ? "│" : edge, row: row, column: 0, style: style)
    }
    let name = item.path.isRoot ? screen.spec.shortened.description : screen.network.name(of: item.node)
    let room = size.columns - 1
    if name.displayWidth <= room || room >= 4 { canvas.put(name, row: 0, column: 1, limit: room, style: style) }
    guard size.rows > 1 else { return }
    let whole = screen.weight(of: screen.model.outline.items[screen.icicleRoot], by: measure)
    let share = Figures.percent(screen.weight(of: item, by: measure) / whole)
    let figures = [figure(screen.weight(of: item, by: measure), measure) + "  " + share, share]
    if let text = figures.first(where: { $0.displayWidth <= room }) {
      canvas.put(text, row: 1, column: 1, style: style)
    }
  }

  /// Warm where a cell takes more of the time than of the work; without times, the more of the work the warmer.
  private static func heat(of item: Outline.Item, _ screen: NetworkScreen) -> Int {
    let root = screen.model.outline.items[0]
    func share(_ measure: IcicleMeasure) -> Double {
      screen.weight(of: item, by: measure) / max(screen.weight(of: root, by: measure), .leastNormalMagnitude)
    }
    let work = share(.multiplyAdds)
    guard screen.attribution != nil else { return min(7, Int(work * 8)) }
    let ratio = work > 0 ? share(.time) / work : .infinity
    return [0.33, 0.5, 0.75, 1.15, 1.5, 2, 3].count { $0 <= ratio }
  }

  private static func title(_ screen: NetworkScreen, _ measure: IcicleMeasure) -> [Span] {
    let root = screen.model.outline.items[screen.icicleRoot]
    var line = [
      Span(screen.name(of: measure), .key), Span("  " + figure(screen.weight(of: root, by: measure), measure), .number),
    ]
    if !root.path.isRoot { line.append(Span("  of \(root.path)", .title)) }
    if let share = screen.shareOfMatches(by: measure) {
      line.append(Span("  \(Figures.percent(share)) highlighted", .match))
    }
    return line
  }

  /// A cost as people write it.
  static func figure(_ value: Double, _ measure: IcicleMeasure) -> String {
    switch measure {
    case .time: Figures.time(value)
    case .multiplyAdds, .parameters: Figures.count(Int(value))
    case .activations, .traffic: Figures.bytes(Int(value))
    }
  }

  /// The item that is drawn at a place.
  static func item(at row: Int, _ column: Int, of screen: NetworkScreen, size: CellSize) -> NodePath? {
    let rows = size.rows / 2
    let isUpper = row < rows
    let layout = screen.icicleLayout(screen.icicleMeasures[isUpper ? 0 : 1], width: size.columns)
    let line = isUpper ? row : row - rows
    guard let level = levelRows(layout.levels, in: rows).firstIndex(where: { $0.contains(line) }) else { return nil }
    let cell = layout.cells.first { $0.level == level && $0.columns.contains(column) }
    return cell.map { screen.model.outline.items[$0.item].path }
  }
}

extension NetworkScreen {
  /// What a measure is called here.
  fileprivate func name(of measure: IcicleMeasure) -> String {
    switch measure {
    case .multiplyAdds: "\(convention.noun) (\(convention.rawValue))"
    case .time: "time of steps"
    case .parameters: "parameters"
    case .activations: "activations"
    case .traffic: "memory traffic"
    }
  }
}
