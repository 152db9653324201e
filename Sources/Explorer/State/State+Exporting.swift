/// Writing data and screens to files.
extension State {
  mutating func export(to path: String) -> [Effect] {
    let menu = ExportMenu(dataFormats, hasModel: network != nil && !showsSweep)
    guard !path.isEmpty else {
      overlay = .export(menu)
      return []
    }
    guard let choice = menu.choice(forPath: path) else {
      let endings = menu.choices.map { "." + $0.fileExtension }.joined(separator: " ")
      refuse("cannot tell what to write from '\(path)': expected one of \(endings)")
      return []
    }
    if let spec = network?.spec, choice.fileExtension == ExportMenu.modelExtension {
      say("writing \(path)…")
      return [.exportModel(spec, path: path)]
    }
    guard let format = dataFormats.first(where: { $0.fileExtension == choice.fileExtension }) else {
      return [.saveDisplay(path: path)]
    }
    if showsSweep, let sweep {
      return [.exportSweep(sweep.points, sweep.range, sweep.convention, format, path: path)]
    }
    switch screens.last {
    case .network(let screen):
      return [.exportNetwork(screen.spec, convention, screen.timings, format, path: path)]
    case .comparison(let screen):
      return [.exportComparison(a: screen.a.spec, b: screen.b.spec, convention, screen.timings, format, path: path)]
    case .catalogue:
      return [.exportCatalogue(convention, format, path: path)]
    case nil: return []
    }
  }

  /// The forms that the data of this screen can be written in.
  private var dataFormats: [DataFormat] {
    switch screens.last {
    case _ where showsSweep: [.json, .csv, .markdown]
    case .network: DataFormat.allCases
    case .comparison, .catalogue, nil: [.json, .csv, .markdown, .timm]
    }
  }

  mutating func saveDisplay(to path: String) -> [Effect] {
    path.isEmpty ? ask("save-display", label: "write the screen to: ") : [.saveDisplay(path: path)]
  }
}
