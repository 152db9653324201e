/// The key of diagrams, and moving about one.
extension State {
  mutating func toggleDiagram() -> [Effect] {
    guard comparison == nil else { return toggle(.diagrams) }
    network?.chooseDiagram()
    return toggle(.diagram)
  }

  /// The key of a picture of a comparison: shows it, or leads back to the table.
  mutating func toggle(_ picture: ComparisonScreen.Picture) -> [Effect] {
    let isShown = comparison?.picture == picture
    comparison?.picture = isShown ? nil : picture
    return []
  }

  mutating func moveInDiagram(_ motion: Motion) {
    let size = pictureSize
    func step(_ rows: Int, of state: inout State) {
      state.network?.moveInDiagram(rows < 0 ? .up : .down, rows: abs(rows), columns: size.columns)
    }
    switch motion {
    case .rows(let count): step(count, of: &self)
    case .pages(let count): step(count * size.rows, of: &self)
    case .halfPages(let count): step(count * size.rows / 2, of: &self)
    case .first, .last: network?.moveToEndOfDiagram(first: motion == .first, columns: size.columns)
    }
  }
}
