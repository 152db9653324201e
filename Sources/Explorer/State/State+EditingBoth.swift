import Architectures
import NetworkGraph

/// Changing both sides of a comparison in the same way.
extension State {
  /// Makes both networks of the comparison on the screen others. If there is no such network nothing changes.
  mutating func editBoth(_ change: EditedSpec) -> [Effect] {
    guard let screen = comparison else { return [] }
    do throws(CatalogueError) {
      let changed = try screen.showing(change(screen.a.spec), change(screen.b.spec))
      comparison = changed
      return [changed.measurement]
    } catch {
      refuse(error.description)
      return []
    }
  }

  /// The shape of an image of the network on the screen, or of the first of two.
  var wholeInput: Shape? {
    guard let spec = network?.spec ?? comparison?.a.spec else { return nil }
    return spec.input ?? (try? Catalogue.entry(named: spec.entry))?.input
  }
}

extension ComparisonScreen {
  /// This screen with other networks, what was open and under the cursor kept where there still is such a row.
  fileprivate func showing(_ a: NetworkSpec, _ b: NetworkSpec) throws(CatalogueError) -> ComparisonScreen {
    var screen = try ComparisonScreen(a, b, conditions: conditions, convention: convention)
    screen.picture = picture
    screen.expanded.formUnion(expanded)
    screen.refresh()
    if let selected = table.selected { screen.table.select(selected) }
    return screen
  }
}
