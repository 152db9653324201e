import Architectures
import NetworkGraph

/// Opening networks and comparisons.
extension State {
  mutating func open(_ spec: NetworkSpec) -> [Effect] {
    do throws(CatalogueError) {
      let screen = try NetworkScreen(spec, conditions: conditions, convention: convention)
      screens.append(.network(screen))
      if spec.input == nil, try Catalogue.entry(named: spec.entry).file?.isInputOpen == true {
        say("the file leaves the input's size open: \(screen.network.inputShape) is assumed; i sets another")
      }
      return [screen.measurement]
    } catch {
      refuse(error.description)
      return []
    }
  }

  mutating func openNetwork(named name: String) -> [Effect] {
    guard !name.isEmpty else { return ask("open", label: "open network: ") }
    do throws(CatalogueError) {
      let spec = try NetworkSpec(parsing: name)
      return spec.isFile ? [.openFile(spec)] : open(spec)
    } catch {
      refuse(error.description)
      return []
    }
  }

  mutating func openSelectedEntry() -> [Effect] {
    guard let entry = catalogue?.selected?.entry else { return [] }
    return open(NetworkSpec(entry: entry.name))
  }

  mutating func toggleMark() -> [Effect] {
    if let screen = network {
      let path = screen.cursor.path
      network?.mark = screen.mark == path ? nil : path
      mark = screen.mark == path ? nil : screen.spec.block(at: path)
      say(
        screen.mark == path
          ? "no mark" : "marked \(screen.label(of: path)); c on another row, here or elsewhere, compares")
    } else if let screen = catalogue, let name = screen.selected?.entry.name {
      catalogue?.mark = screen.mark == name ? nil : name
      mark = screen.mark == name ? nil : NetworkSpec(entry: name)
      say(screen.mark == name ? "no mark" : "marked \(name); c on another row compares")
    }
    return []
  }

  /// Compares the mark with the row under the cursor; without a mark, the row with its other form.
  mutating func compare() -> [Effect] {
    do throws(CatalogueError) {
      guard let (a, b) = try comparedSpecs() else { return [] }
      let screen = try ComparisonScreen(a, b, conditions: network?.conditions ?? conditions, convention: convention)
      screens.append(.comparison(screen))
      return [screen.measurement]
    } catch {
      refuse(error.description)
      return []
    }
  }

  private mutating func comparedSpecs() throws(CatalogueError) -> (NetworkSpec, NetworkSpec)? {
    if let screen = catalogue {
      guard let name = screen.selected?.entry.name else {
        refuse("put the cursor on a network")
        return nil
      }
      let spec = NetworkSpec(entry: name)
      guard let mark, mark != spec else { return (spec, try Catalogue.otherForm(of: spec)) }
      return (mark, spec)
    }
    guard let screen = network else { return nil }
    let here = screen.spec.block(at: screen.cursor.path)
    if let mark = screen.mark.map(screen.spec.block(at:)) ?? mark, mark != here { return (mark, here) }
    if screen.cursor.path.isRoot || (screen.model.isBlock && screen.formBlock == nil) {
      return (screen.spec, try Catalogue.otherForm(of: screen.spec))
    }
    let path = screen.formBlock?.path ?? screen.cursor.path
    return (screen.spec.block(at: path), try otherForm(of: screen, at: path).block(at: path))
  }

  /// The network as `p` turns it; around a stage in which nothing has been turned, the whole network turned, which has a
  /// name.
  private func otherForm(of screen: NetworkScreen, at path: NodePath) throws(CatalogueError) -> NetworkSpec {
    let stage = screen.spec.path.appending(path.dotted)
    if screen.formBlock == nil, screen.network.block(at: path) != nil,
      !screen.spec.forms.keys.contains(where: { $0.isInside(stage) }),
      let whole = try? Catalogue.otherForm(of: screen.spec),
      let network = try? Catalogue.build(whole), network.block(at: path) != nil
    {
      return whole
    }
    return try screen.turned()
  }

  /// Asks for what a command still needs.
  mutating func ask(_ command: String, label: String, text: String = "") -> [Effect] {
    overlay = .prompt(Prompt(.argument(command: command), label: label, text: text))
    return []
  }
}
