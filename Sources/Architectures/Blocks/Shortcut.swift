import NetworkGraph

/// What the projection of a shortcut takes in the pre-activation form.
enum ProjectionInput: String, Hashable, Sendable, CaseIterable {
  /// The block's input as it is.
  case raw
  /// The input behind the block's first norm and ReLU.
  case preactivated
}

/// The way around a residual function (He et al. 2015, §3.2, option B): the identity where the shape stays, else a
/// 1×1 convolution.
struct Shortcut: Hashable, Sendable {
  var projectionInput = ProjectionInput.preactivated
  var projectionBias = false
  /// Also in the pre-activation form the projection is followed by a norm. In the post-activation form it always is.
  var normalisesPreActivation = false
  /// Where only the size changes, every `stride`-th value is taken instead of a projection.
  var subsamples = false
  /// Every `stride`-th value is taken and zeros stand in for channels that the input lacks (He et al. 2015, §3.3, option
  /// A): no parameters.
  var padsChannels = false

  /// - Parameters:
  ///   - raw: the block's input.
  ///   - activated: the input behind the block's first norm and ReLU; nil in the post-activation form.
  func body(
    raw: Value, activated: Value?, channels: Int, stride: Int, epsilon: Double, names: NamingScheme
  ) throws(NetworkError) -> Value {
    if raw.channels == channels, stride == 1 { return raw }
    if raw.channels == channels, subsamples {
      return try raw.maxPool("subsample", kernel: 1, stride: Extent(stride))
    }
    if padsChannels {
      return try raw.subsample("subsample", stride: Extent(stride))
        .padChannels("pad", after: channels - raw.channels)
    }
    let x = projectionInput == .preactivated ? activated ?? raw : raw
    return try x.block("downsample", .sequential) { x throws(NetworkError) in
      let y = try x.conv(names.projection, channels, kernel: 1, stride: Extent(stride), bias: projectionBias)
      return activated == nil || normalisesPreActivation ? try y.batchNorm(names.projectionNorm, epsilon: epsilon) : y
    }
  }
}
