/// Writing data and screens to files.
extension State {
  mutating func export(to path: String) -> [Effect] {
    guard !path.isEmpty else {
      overlay = .export(ExportMenu())
      return []
    }
    let ending = path.split(separator: ".").last.map(String.init) ?? ""
    guard let format = DataFormat.allCases.first(where: { $0.fileExtension == ending }) else {
      if ExportMenu.choices.contains(where: { $0.fileExtension == ending }) { return [.saveDisplay(path: path)] }
      let endings = ExportMenu.choices.map { "." + $0.fileExtension }.joined(separator: " ")
      refuse("cannot tell what to write from '\(path)': expected one of \(endings)")
      return []
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

  mutating func saveDisplay(to path: String) -> [Effect] {
    path.isEmpty ? ask("save-display", label: "write the screen to: ") : [.saveDisplay(path: path)]
  }
}
