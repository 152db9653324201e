import ArgumentParser

@main
struct Convscope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convscope", abstract: "Explores the architectures of convolutional networks.", version: "0.1.0")
}
