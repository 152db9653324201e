import NetworkGraph

/// What the widths of an icicle stand for.
public enum IcicleMeasure: String, Hashable, Sendable, CaseIterable {
  case time
  case multiplyAdds = "mult-adds"
  case parameters = "params"
  case activations
  case traffic
}

/// What an icicle shows of a network.
struct Icicle: Hashable, Sendable {
  var measure = IcicleMeasure.time
  /// The block that takes the whole width.
  var zoom = NodePath.root
}

/// Where the cells of an icicle stand: a row for every level of the tree, a width for every cost.
struct IcicleLayout: Sendable {
  struct Cell: Hashable, Sendable {
    /// The index in the outline.
    var item: Int
    /// Levels below the block that takes the whole width.
    var level: Int
    var columns: Range<Int>
  }

  /// From the top downwards, and in the network's order.
  private(set) var cells: [Cell] = []
  private(set) var levels = 0

  /// From so many on cells of a single column are too many to be told apart.
  static let leastRun = 4

  /// Runs of such cells beside one another.
  var narrowRuns: [ArraySlice<Cell>] {
    cells[...].runs { a, b in
      a.level == b.level && a.columns.count == 1 && b.columns.count == 1
        && a.columns.upperBound == b.columns.lowerBound
    }.filter { $0.count >= Self.leastRun }
  }

  /// - Parameter weight: the cost of an item. That of a block is the sum over what it holds.
  init(_ outline: Outline, from root: Int, width: Int, weight: (Outline.Item) -> Double) {
    let whole = weight(outline.items[root])
    guard whole > 0, width > 0 else { return }
    var current = [(item: root, start: 0.0)]
    while !current.isEmpty {
      var next: [(item: Int, start: Double)] = []
      for (index, start) in current {
        let item = outline.items[index]
        let end = start + weight(item) / whole * Double(width)
        let columns = Int(start.rounded())..<max(Int(start.rounded()), min(Int(end.rounded()), width))
        guard !columns.isEmpty else { continue }
        cells.append(Cell(item: index, level: levels, columns: columns))
        var childStart = start
        for child in item.children {
          next.append((child, childStart))
          childStart += weight(outline.items[child]) / whole * Double(width)
        }
      }
      levels += 1
      current = next
    }
    if let last = cells.last { levels = last.level + 1 }
  }
}

extension ArraySlice {
  /// The longest parts in which each element goes with the one before it.
  func runs(where goTogether: (Element, Element) -> Bool) -> [ArraySlice] {
    var runs: [ArraySlice] = []
    var start = startIndex
    for index in indices.dropFirst() where !goTogether(self[index - 1], self[index]) {
      runs.append(self[start..<index])
      start = index
    }
    return isEmpty ? [] : runs + [self[start...]]
  }
}

extension NetworkScreen {
  /// What one icicle stands over the other with: the time beside the work, else the work beside the parameters.
  var icicleMeasures: [IcicleMeasure] {
    let first = icicle.measure == .time && attribution == nil ? .multiplyAdds : icicle.measure
    return [first, first == .multiplyAdds ? (attribution == nil ? .parameters : .time) : .multiplyAdds]
  }

  /// The cost of an item; zero where it is not known.
  func weight(of item: Outline.Item, by measure: IcicleMeasure) -> Double {
    switch measure {
    case .time: attribution?.time(of: item.node, in: network) ?? 0
    case .multiplyAdds: Double(convention.operations(network.cost(of: item.node)))
    case .parameters: Double(network.cost(of: item.node).parameters)
    case .activations: Double(model.memory.memory(of: item.node, batch: conditions.batch).activations)
    case .traffic: Double(model.memory.memory(of: item.node, batch: conditions.batch).traffic)
    }
  }

  /// The outline's index of the block that takes the whole width.
  var icicleRoot: Int { model.outline.index(of: icicle.zoom) ?? 0 }

  func icicleLayout(_ measure: IcicleMeasure, width: Int) -> IcicleLayout {
    IcicleLayout(model.outline, from: icicleRoot, width: width) { weight(of: $0, by: measure) }
  }

  /// The part of what is shown of a cost that the matches of a search have, each layer counted once.
  func shareOfMatches(by measure: IcicleMeasure) -> Double? {
    guard let search = table.search else { return nil }
    let root = model.outline.items[icicleRoot]
    let whole = weight(of: root, by: measure)
    let shown = search.matches.compactMap(model.outline.index(of:)).filter { (icicleRoot..<root.end).contains($0) }
    var sum = 0.0
    var end = 0
    for index in shown where index >= end {
      sum += weight(of: model.outline.items[index], by: measure)
      end = model.outline.items[index].end
    }
    return whole > 0 ? sum / whole : nil
  }

  /// Up goes to the block around, down to the first child that can be seen, the ends to the first and the last cell.
  mutating func moveInIcicle(_ motion: Motion, width: Int) {
    let outline = model.outline
    let here = outline.index(of: cursor.path) ?? 0
    switch motion {
    case .rows(let count), .pages(let count), .halfPages(let count):
      if count < 0 {
        if here != icicleRoot, let parent = cursor.parent { go(to: parent) }
      } else {
        let cells = icicleLayout(icicleMeasures[0], width: width).cells
        if let child = cells.first(where: { outline.items[$0.item].parent == here }) { go(to: child.item) }
      }
    case .first: go(to: icicleRoot)
    case .last: if let last = icicleLayout(icicleMeasures[0], width: width).cells.last { go(to: last.item) }
    }
  }

  /// The next cell to the left (-1) or to the right (1) on the same level that can be seen.
  mutating func stepInIcicle(_ direction: Int, width: Int) {
    let here = model.outline.index(of: cursor.path) ?? 0
    let level = cursor.depth - model.outline.items[icicleRoot].depth
    let row = icicleLayout(icicleMeasures[0], width: width).cells.filter { $0.level == level }.map(\.item)
    if let next = direction < 0 ? row.last(where: { $0 < here }) : row.first(where: { $0 > here }) { go(to: next) }
  }

  /// Gives the whole width to the block under the cursor, or to the block around a layer.
  mutating func zoomIn() {
    let target = cursor.children.isEmpty ? cursor.parent ?? 0 : model.outline.index(of: cursor.path) ?? 0
    icicle.zoom = model.outline.items[target].path
  }

  /// Gives the whole width to the block around; false if it is the network already.
  mutating func zoomOut() -> Bool {
    guard let parent = model.outline.items[icicleRoot].parent else { return false }
    icicle.zoom = model.outline.items[parent].path
    return true
  }

  private mutating func go(to index: Int) { go(to: model.outline.items[index].path) }

  /// Puts the cursor on an item, in the tree too.
  mutating func go(to path: NodePath) {
    reveal(path)
    table.select(path)
  }
}
