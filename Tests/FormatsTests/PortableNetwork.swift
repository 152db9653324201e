import NetworkGraph

/// A network of all operations that have no kernel of their own.
enum PortableNetwork {
  static let operations: [PortableOperation] = {
    let none = Margins(top: 0, left: 0, bottom: 0, right: 0)
    let functions: [ElementFunction] = [
      .absolute, .negative, .floor, .ceiling, .erf, .softplus, .softsign, .mish, .selu(alpha: 1.6, gamma: 1.05),
      .approximateGELU, .hardSigmoid(slope: 0.2, offset: 0.25), .exponential, .squareRoot, .logarithm, .power(3),
    ]
    let windows: [PortableOperation] = [
      .transposedConvolution(
        TransposedConvolution(
          inputChannels: 4, outputChannels: 6, kernel: 3, stride: .by(2, 1),
          margins: Margins(top: 1, left: 0, bottom: 0, right: 1), outputPadding: .by(1, 0), dilation: .by(1, 2),
          groups: 2, bias: true)),
      .pool(
        WindowPooling(
          kernel: 2, stride: 1, dilation: 2, margins: Margins(top: 1, left: 0, bottom: 0, right: 1), ceilMode: false,
          isAverage: true, countsPadding: true)),
      .pool(
        WindowPooling(
          kernel: 3, stride: 1, dilation: 2, margins: none, ceilMode: false, isAverage: false, countsPadding: false)),
    ]
    let sizes: [PortableOperation] = [
      .resize(
        Resizing(
          size: .by(18, 12), verticalScale: 1.5, horizontalScale: 2, interpolation: .linear, coordinates: .halfPixel)),
      .resize(
        Resizing(
          size: .by(36, 12), verticalScale: 2, horizontalScale: 1, interpolation: .nearest(.floor),
          coordinates: .asymmetric)),
      .cut(
        channels: Cut(start: 0, count: 4, step: 1), rows: Cut(start: 8, count: 5, step: -2),
        columns: Cut(start: 1, count: 3, step: 2)),
      .pad(
        EdgePadding(
          filling: .reflect, channelsBefore: 0, channelsAfter: 1, margins: Margins(top: 1, left: 2, bottom: 0, right: 1)
        )),
      .pad(
        EdgePadding(filling: .constant(0.5), channelsBefore: 0, channelsAfter: 1, margins: none)),
      .pad(
        EdgePadding(
          filling: .wrap, channelsBefore: 1, channelsAfter: 0, margins: Margins(top: 0, left: 5, bottom: 1, right: 0))),
      .cut(
        channels: Cut(start: 0, count: 4, step: 1), rows: Cut(start: 0, count: 5, step: 1),
        columns: Cut(start: 0, count: 3, step: 1)),
      .pick(.channels, [2, 0, 2, 1]), .permute([.columns, .channels, .rows]), .logSoftmax(.rows),
      .reduce(.mean, [.columns]), .reduce(.norm, [.rows]),
      .globalMaxPool,
    ]
    return functions.map { .function($0) }
      + [
        .prelu(slopes: 4), .groupNorm(groups: 4, features: 4, epsilon: 1e-4),
        .groupNorm(groups: 2, features: 4, epsilon: 1e-4), .softmax(.columns),
      ]
      + [.combineStored(.power, .map(channels: 1, height: 1, width: 8), storedFirst: false)] + windows + sizes
  }()

  static func network() throws(NetworkError) -> Network {
    let builder = try NetworkBuilder(name: "portable", input: .map(channels: 4, height: 8, width: 8))
    var x = try builder.input.activation(.sigmoid, "start")
    for (i, operation) in operations.enumerated() { x = try x.apply(.portable(operation), name: "step\(i)") }
    let other = try x.apply(.portable(.function(.erf)), name: "other")
    let product = try x.apply(.portable(.matrixProduct(isLearned: false)), with: [other], name: "product")
    return try builder.finish(x.apply(.portable(.combine(.minimum)), with: [product], name: "least"))
  }

  /// A convolution by weights that the image gives.
  static func computedWeights() throws(NetworkError) -> Network {
    let builder = try NetworkBuilder(name: "computed", input: .map(channels: 4, height: 8, width: 8))
    let cut = PortableOperation.cut(
      channels: Cut(start: 0, count: 4, step: 1), rows: Cut(start: 1, count: 6, step: 1),
      columns: Cut(start: 0, count: 6, step: 1))
    let weights = try builder.input.apply(.portable(cut), name: "cut")
      .apply(.portable(.reshape(.map(channels: 4, height: 4, width: 9))), name: "weights")
    let convolution = Convolution(inputChannels: 4, outputChannels: 4, kernel: 3, stride: .by(2, 1), padding: .by(1, 0))
    return try builder.finish(builder.input.apply(.portable(.convolution(convolution)), with: [weights], name: "conv"))
  }
}
