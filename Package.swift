// swift-tools-version: 6.2
import PackageDescription

// Every target is built in Swift 6 mode with complete concurrency checking, and a warning is an error. The settings
// stand on the targets and not on the command line, so that dependencies keep their own.
let swift: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
let c: [CSetting] = [.treatAllWarnings(as: .error), .enableWarning("all")]

/// A room of the house (see Sources/README.md). It imports only rooms below it.
func room(_ name: String, imports: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .target(name: name, dependencies: imports, exclude: exclude, swiftSettings: swift)
}

func tests(_ name: String, of imports: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: imports, exclude: exclude, swiftSettings: swift)
}

let package = Package(
  name: "convscope",
  products: [.executable(name: "convscope", targets: ["convscope"])],
  dependencies: [
    // Commands, options, their help, completion scripts and the manual page.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // The structure of ONNX files, which are protocol buffers.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // The C leaves: what Swift cannot say. Micro-kernels for each instruction set, and the parts of ncurses that
    // Swift does not import.
    .target(name: "ConvKernels", cSettings: c),
    .target(name: "CNcurses", cSettings: c, linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),

    room("NetworkGraph"),
    room("Canvas"),
    room("Architectures", imports: ["NetworkGraph"]),
    room("Engine", imports: ["NetworkGraph", "ConvKernels"]),
    room(
      "Formats", imports: ["NetworkGraph", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["ONNX/Schema/onnx.proto"]),
    room("Measurement", imports: ["NetworkGraph", "Engine", "ConvKernels"]),
    room("Reports", imports: ["Canvas", "NetworkGraph", "Architectures", "Measurement"]),
    room("Diagrams", imports: ["Canvas", "NetworkGraph"]),
    room("Terminal", imports: ["Canvas", "CNcurses"]),
    room("Explorer", imports: ["Diagrams", "Canvas", "Architectures", "NetworkGraph", "Measurement"]),
    room(
      "Workbench",
      imports: ["Explorer", "Canvas", "Reports", "Measurement", "Engine", "Formats", "Architectures", "NetworkGraph"]),
    .executableTarget(
      name: "convscope",
      dependencies: [
        "Terminal", "Workbench", "Explorer", "Canvas", "Reports", "Measurement", "Engine", "Formats", "Architectures",
        "NetworkGraph", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swift),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: swift),
    tests("NetworkGraphTests", of: ["NetworkGraph", "TestSupport"]),
    tests("ArchitecturesTests", of: ["Architectures", "NetworkGraph"]),
    tests("EngineTests", of: ["Engine", "Architectures", "NetworkGraph", "TestSupport"]),
    tests("FormatsTests", of: ["Formats", "Engine", "Architectures", "NetworkGraph", "TestSupport"]),
    tests("MeasurementTests", of: ["Measurement", "Engine", "Architectures", "NetworkGraph"]),
    tests("CanvasTests", of: ["Canvas"]),
    tests("DiagramsTests", of: ["Diagrams", "Canvas", "Architectures", "NetworkGraph"]),
    tests("TerminalTests", of: ["Terminal", "Canvas"]),
    tests("ReportsTests", of: ["Reports", "Measurement", "Architectures", "NetworkGraph"]),
    tests("ExplorerTests", of: ["Explorer", "Canvas", "Measurement", "Architectures", "NetworkGraph", "TestSupport"]),
    tests(
      "WorkbenchTests",
      of: ["Workbench", "Explorer", "Reports", "Canvas", "Measurement", "Formats", "Architectures", "NetworkGraph"]),
    tests("EndToEndTests", of: ["convscope", "Measurement"], exclude: ["Screens"]),
  ]
)
