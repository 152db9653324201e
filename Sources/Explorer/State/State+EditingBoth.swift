import Architectures
import NetworkGraph

/// Changing both sides of a comparison in the same way.
extension State {
  /// Makes both networks of the comparison on the screen others. If there is no such network nothing changes.
  mutating func editBoth(_ change: EditedSpec) -> [Effect] {
    guard let screen = comparison else { return [] }
    do throws(CatalogueError) {
      let (a, b) = (screen.a.spec, screen.b.spec)
      var changed = try screen.showing(change(a), change(b))
      changed.history.append((a, b))
      changed.isPaused = screen.isPaused
      comparison = changed
      return changed.measuring
    } catch {
      refuse(error.description)
      return []
    }
  }

  /// Goes back to what both were before the last edit.
  mutating func undoBoth() -> [Effect] {
    guard let screen = comparison else { return [] }
    guard let last = screen.history.last else {
      refuse("nothing to undo")
      return []
    }
    do throws(CatalogueError) {
      var changed = try screen.showing(last.a, last.b)
      changed.history.removeLast()
      changed.isPaused = screen.isPaused
      comparison = changed
      let (a, b) = (changed.a.differences(from: screen.a), changed.b.differences(from: screen.b))
      say("undone: \((a + b.filter { !a.contains($0) }).joined(separator: ", "))")
      return changed.measuring
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
    screen.sweep = sweep
    screen.history = history
    screen.table.sorting = table.sorting
    screen.table.filter = table.filter
    screen.expanded.formUnion(expanded)
    screen.refresh()
    if let selected = table.selected { screen.table.select(selected) }
    if let search = table.search { screen.perform(.search(search.query), height: 1) }
    return screen
  }
}
