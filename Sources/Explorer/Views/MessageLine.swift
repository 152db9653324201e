import Architectures
import Canvas
import Measurement
import NetworkGraph

/// The line over the footer: what the last key has to say, how a search stands, or what the row under the cursor is.
enum MessageLine {
  static func draw(_ state: State, layout: Layout, on canvas: inout Canvas) {
    canvas.put(line(state, layout: layout), row: 0, column: 0, width: canvas.size.columns)
  }

  /// Draws an error that is longer than its line over the rows above it, so that all of it can be read.
  static func drawLongError(_ state: State, layout: Layout, on canvas: inout Canvas) {
    guard let notice = state.notice, notice.isError, state.overlay == nil else { return }
    let last = layout.message ?? layout.footer
    let lines = notice.text.folded(last.columns - 2)
    let rows = min(lines.count, last.row)
    guard lines.count > 1 || notice.text.displayWidth > last.columns - 2 else { return }
    let area = Rect(row: last.row + 1 - rows, column: 0, rows: rows, columns: last.columns)
    canvas.fill(area)
    for (offset, line) in lines.prefix(rows).enumerated() {
      canvas.put(
        [Span(offset == 0 ? "! " : "  ", .error), Span(line, .error)], row: area.row + offset, column: 0,
        width: area.columns)
    }
  }

  /// What is more than an explanation of the row: it is shown in the footer where there is no room for this line.
  static func news(_ state: State) -> [Span]? {
    if let notice = state.notice { return spans(notice) }
    return switch state.screens.last {
    case .catalogue(let screen): found(screen)
    case .network(let screen): found(screen)
    case .comparison(let screen): found(screen)
    case nil: nil
    }
  }

  private static func spans(_ notice: Notice) -> [Span] {
    notice.isError ? [Span("! ", .error), Span(notice.text, .error)] : [Span(notice.text, .status)]
  }

  private static func line(_ state: State, layout: Layout) -> [Span] {
    if let news = news(state) { return news }
    return switch state.screens.last {
    case .catalogue(let screen): explanation(screen)
    case .network(let screen): explanation(screen, width: layout.message?.columns ?? layout.footer.columns)
    case .comparison(let screen): explanation(screen)
    case nil: []
    }
  }

  private static func found(_ screen: some TableScreen) -> [Span]? {
    if let search = screen.table.search {
      let place =
        search.matches.isEmpty
        ? "nothing found" : "\((search.current ?? 0) + 1) of \(search.matches.count)"
      return [Span("/\(search.query)", .match), Span("  " + place, search.matches.isEmpty ? .warning : .status)]
    }
    if !screen.table.filter.isEmpty {
      // The outermost row of a tree stays whatever is filtered.
      let isEmpty = screen.table.rows.count <= 1
      return [
        Span("only rows with '\(screen.table.filter)'", .match), Span(isEmpty ? "  there are none" : "", .warning),
        Span("  Esc shows all", .dim),
      ]
    }
    return nil
  }

  private static func explanation(_ screen: CatalogueScreen) -> [Span] {
    guard let entry = screen.selected?.entry else { return [Span("Enter opens or closes the group", .dim)] }
    return [Span(entry.name, .name), Span("  \(entry.summary) (\(entry.paper))", .dim)]
  }

  /// Where there is not room for all, the end of a layer's arithmetic is more than its share and its shapes.
  private static func explanation(_ screen: NetworkScreen, width: Int) -> [Span] {
    let item = screen.cursor
    let network = screen.network
    let label = Span(screen.label(of: item.path), .name)
    let inputs = network.inputs(of: item.node).map { network[$0].output.description }
    let from = inputs.isEmpty ? network.inputShapes : inputs.joined(separator: " + ")
    let shapes = Span("  \(from) → \(network.outputShape(of: item.node))")
    let share = Span(share(of: item, in: screen))
    let remark = Span("  " + self.remark(on: item, of: screen), .dim)
    let line = [label, shapes, share, remark]
    guard case .layer = item.node else { return line }
    return [line, [label, shapes, remark], [label, remark]]
      .first { $0.reduce(0) { $0 + $1.text.displayWidth } <= width } ?? line
  }

  /// The most telling thing about a layer, or what a block is made of.
  private static func remark(on item: Outline.Item, of screen: NetworkScreen) -> String {
    let network = screen.network
    switch item.node {
    case .layer(let id): return remark(on: network[id], of: screen)
    case .block(let id):
      let norms = screen.model.batchNorms(in: item.node)
      let removed = screen.changes.removed(in: item.path)
      let facts = [
        network[id].form?.rawValue, removed.isEmpty ? nil : "without \(removed.joined(separator: ", "))",
        norms.all == 0 ? nil : "\(norms.foldable) of \(norms.all) BN fold",
        Figures.amount(network[id].layers.count, "layer"),
      ]
      return facts.compactMap { $0 }.joined(separator: ", ")
    }
  }

  /// The row's part of the block around it: of its time, or of its work until that is known.
  private static func share(of item: Outline.Item, in screen: NetworkScreen) -> String {
    guard let parent = item.parent, let share = screen.shareOfParent(item.path), share < 1 else { return "" }
    let whole = screen.label(of: screen.model.outline.items[parent].path)
    return "  \(Figures.percent(share)) of \(whole)\(screen.attribution == nil ? "'s work" : "")"
  }

  /// The most telling thing about a layer: how its work comes about, or where it runs.
  private static func remark(on layer: Layer, of screen: NetworkScreen) -> String {
    if let arithmetic = layer.multiplyAddArithmetic { return arithmetic.written }
    if let step = screen.attribution?.step(covering: layer.path), step.owner != layer.path {
      return "runs in the step of \(step.owner)"
    }
    if let target = screen.model.foldedNorms[layer.id] {
      return "folds into \(screen.network[target].path)"
    }
    if case .batchNorm = layer.operation { return "cannot be folded into a convolution" }
    return ""
  }

  private static func explanation(_ screen: ComparisonScreen) -> [Span] {
    guard let pair = screen.table.selected else { return [] }
    let row = screen.item(pair)?.row
    let shapeA = row?.a.map { screen.a.network.outputShape(of: $0).description } ?? ""
    let shapeB = row?.b.map { screen.b.network.outputShape(of: $0).description } ?? ""
    switch (pair.a, pair.b) {
    case (let a?, let b?):
      let shapes = shapeA == shapeB ? "output \(shapeA)" : "output \(shapeA) against \(shapeB)"
      let name = a == b ? "in both: \(a.isRoot ? "everything" : a.dotted)" : "A \(a) against B \(b)"
      return [Span(name, .name), Span("  " + shapes, .dim)]
    case (let a?, nil): return [Span("only in A: \(a)", .name), Span("  output \(shapeA)", .dim)]
    case (nil, let b?): return [Span("only in B: \(b)", .name), Span("  output \(shapeB)", .dim)]
    case (nil, nil): return []
    }
  }
}

extension Arithmetic {
  /// With the numbers put in: `64 × 3 × 3 × 64 × 56 × 56 = 115,605,504`.
  var written: String {
    terms.map { term in term.map { String($0.value) }.joined(separator: " × ") }.joined(separator: " + ")
      + " = " + Figures.grouped(value)
  }

  /// What the numbers stand for, in the same order.
  var meanings: String {
    terms.map { term in term.map(\.meaning).joined(separator: " × ") }.joined(separator: " + ")
  }
}
