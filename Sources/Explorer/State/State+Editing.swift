import Architectures
import Measurement
import NetworkGraph

/// What the keys that change the network or how it runs do. What cannot be is refused in words, and nothing changes.
extension State {
  /// The columns of that name; without one, the next set.
  mutating func showColumns(_ name: String) -> [Effect] {
    if showsSweep {
      showNextCurve()
      return []
    }
    if catalogue != nil { return showHeights() }
    guard let screen = network else {
      refuse("a comparison has these columns alone; C changes the curves of a sweep")
      return []
    }
    if screen.picture == .icicle { return showWidths(name) }
    if let picture = screen.picture {
      refuse("columns are for the rows: a \(picture.rawValue) has none")
      return []
    }
    let all = TreeColumnSet.allCases
    let current = all.firstIndex(of: screen.columnSet) ?? 0
    guard let set = name.isEmpty ? all[(current + 1) % all.count] : TreeColumnSet(rawValue: name) else {
      refuse("no columns are called '\(name)': expected \(all.map(\.rawValue).joined(separator: ", "))")
      return []
    }
    network?.columnSet = set
    say("columns: \(set.rawValue)")
    return []
  }

  /// The other thing that heights in the catalogue's scatter stand for.
  private mutating func showHeights() -> [Effect] {
    guard let screen = catalogue, screen.showsScatter else {
      refuse("the catalogue has these columns alone; C changes the heights of its plot")
      return []
    }
    if screen.isTimed {
      catalogue?.scatterHeight = screen.scatterHeight == .work ? .parameters : .work
    } else {
      refuse("work against parameters, as long as nothing is timed: convscope list --time measures times")
    }
    return []
  }

  /// Makes the network on the screen another one.
  mutating func edit(
    _ spec: NetworkSpec, _ conditions: Conditions? = nil, tellsDifference: Bool = false
  ) throws(CatalogueError) -> [Effect] {
    guard var screen = network else { return [] }
    let isHeld = screen.isPaused
    guard try screen.edit(spec, conditions ?? screen.conditions, tellsDifference: tellsDifference) != nil else {
      return []
    }
    screen.isPaused = isHeld
    network = screen
    return screen.measuring
  }

  /// The same, with an error in the status line.
  private mutating func tryEdit(tellsDifference: Bool = false, _ change: EditedSpec) -> [Effect] {
    guard let screen = network else { return editBoth(change) }
    do throws(CatalogueError) {
      return try edit(try change(screen.spec), tellsDifference: tellsDifference)
    } catch {
      refuse(error.description)
      return []
    }
  }

  typealias EditedSpec = (NetworkSpec) throws(CatalogueError) -> NetworkSpec

  mutating func toggleForm() -> [Effect] {
    guard let screen = network else { return [] }
    if screen.cursor.path.isRoot || (screen.formBlock == nil && screen.model.isBlock) { return toggleWholeForm() }
    let blocks = screen.turnedBlocks
    let effects = tryEdit(tellsDifference: true) { _ throws(CatalogueError) in try screen.turned() }
    if notice == nil, let block = blocks.first, let form = block.form {
      let place =
        screen.formBlock.map(\.path.dotted) ?? "\(screen.cursor.path), \(Figures.amount(blocks.count, "block"))"
      let fate = blocks.lazy.map { screen.model.fateOfNorms(in: $0) }.first { !$0.isEmpty } ?? ""
      say("\(place): \(form.change)\(fate)")
    }
    return effects
  }

  mutating func toggleWholeForm() -> [Effect] {
    guard let screen = network else { return [] }
    let effects = tryEdit(tellsDifference: true) { spec throws(CatalogueError) in
      if let before = screen.lastWholeToggle { return before }
      return try Catalogue.otherForm(of: spec)
    }
    if notice == nil, let now = network {
      let isNamed = now.spec.description != screen.spec.description
      let change =
        isNamed
        ? "\(screen.spec.shortened) → \(now.spec.shortened)" : now.network.root.form?.other.change ?? "turned back"
      say(change + screen.model.fateOfNorms(in: screen.network.root))
    }
    return effects
  }

  mutating func choosePreset(_ name: String) -> [Effect] {
    guard let screen = network else { return [] }
    let effects = tryEdit(tellsDifference: true) { spec throws(CatalogueError) in
      let presets = try Catalogue.entry(named: spec.entry).presets.map(\.name)
      var next = spec
      next.forms = [:]
      if name.isEmpty {
        let place = spec.preset.flatMap { presets.firstIndex(of: $0) } ?? -1
        next.preset = place + 1 < presets.count ? presets[place + 1] : nil
      } else {
        next.preset = name == spec.entry ? nil : name
      }
      return next
    }
    guard notice == nil, let now = network?.spec else { return effects }
    if now == screen.spec { refuse("\(now.entry) has no presets") } else { say(now.summary) }
    return effects
  }

  mutating func setInput(_ size: String) -> [Effect] {
    guard !size.isEmpty else {
      return ask("input", label: "input size, CxHxW: ", text: wholeInput?.ascii ?? "")
    }
    return tryEdit { spec throws(CatalogueError) in
      let entry = try Catalogue.entry(named: spec.entry)
      let shape = try Shape(parsing: size, for: entry)
      var next = spec
      next.input = shape == entry.input ? nil : shape
      return next
    }
  }

  mutating func setBatch(_ count: String) -> [Effect] {
    setCondition("batch", count, label: "batch size: ", \.batch, upTo: 1 << 20)
  }

  mutating func setThreads(_ count: String) -> [Effect] {
    setCondition("threads", count, label: "threads: ", \.threads, upTo: machine?.threads ?? 1024)
  }

  private mutating func setCondition(
    _ name: String, _ text: String, label: String, _ field: WritableKeyPath<Conditions, Int>, upTo most: Int
  ) -> [Effect] {
    guard let screen = network else { return [] }
    guard !text.isEmpty else { return ask(name, label: label, text: String(screen.conditions[keyPath: field])) }
    guard let value = Int(text), (1...most).contains(value) else {
      refuse("\(name) cannot be '\(text)': expected a whole number from 1 to \(most)")
      return []
    }
    var conditions = screen.conditions
    conditions[keyPath: field] = value
    return change(conditions)
  }

  mutating func toggleFusion() -> [Effect] {
    guard var conditions = network?.conditions else { return [] }
    conditions.fused.toggle()
    say(conditions.fused ? "layers run fused" : "layer by layer: every layer has a time of its own")
    return change(conditions)
  }

  private mutating func change(_ conditions: Conditions) -> [Effect] {
    guard let spec = network?.spec else { return [] }
    do throws(CatalogueError) { return try edit(spec, conditions) } catch {
      refuse(error.description)
      return []
    }
  }

  mutating func set(_ assignment: String) -> [Effect] {
    guard assignment.isEmpty else {
      return tryEdit(tellsDifference: true) { spec throws(CatalogueError) in try spec.setting(assignment) }
    }
    guard let screen = network else { return ask("set", label: "setting of both, KEY=VALUE: ") }
    do throws(CatalogueError) {
      let entry = try Catalogue.entry(named: screen.spec.entry)
      if entry.settings.isEmpty {
        refuse("\(entry.name) has nothing to set" + (entry.presets.isEmpty ? "" : "; v walks through its presets"))
      } else {
        overlay = .form(SettingsForm(entry, spec: screen.spec))
      }
    } catch { refuse(error.description) }
    return []
  }

  mutating func undo() -> [Effect] {
    guard let before = network else { return undoBoth() }
    var screen = before
    do throws(CatalogueError) {
      guard try screen.undo() != nil else {
        refuse("nothing to undo")
        return []
      }
      let back = screen.model.differences(from: before.model) + screen.conditions.differences(from: before.conditions)
      screen.isPaused = before.isPaused
      network = screen
      say("undone: \(back.joined(separator: ", "))")
      return screen.measuring
    } catch {
      refuse(error.description)
      return []
    }
  }

  mutating func count(_ name: String) -> [Effect] {
    let all = CountingConvention.allCases.map(\.rawValue)
    guard !name.isEmpty else { return ask("count", label: "count as \(all.joined(separator: ", ")): ") }
    guard let convention = CountingConvention(rawValue: name) else {
      refuse("cannot count as '\(name)': expected \(all.joined(separator: ", "))")
      return []
    }
    self.convention = convention
    for index in screens.indices { screens[index].count(as: convention) }
    say("counting \(convention.summary)")
    return []
  }
}

extension Shape {
  /// As it is typed: `3x224x224`.
  var ascii: String { dimensions.map(String.init).joined(separator: "x") }
}
